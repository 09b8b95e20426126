#!/bin/sh
# Tests sonde's output in the systems that read it: Spark, DuckDB, Prometheus, readers of Zeek's logs, JUnit.
#
#   scripts/test-fleet.sh BINARY [FILES]      FILES captures at most (1000)
#
# Python's packages go to .build/fleet. The part with Prometheus needs root, for network namespaces.
set -eu
cd "$(dirname "$0")/.."
SONDE=$1
export SONDE
environment=.build/fleet
if [ ! -x "$environment/bin/python" ] || ! cmp -s Tests/Fleet/requirements.txt "$environment/requirements.txt"; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --requirement Tests/Fleet/requirements.txt
    cp Tests/Fleet/requirements.txt "$environment/requirements.txt"
fi
python=$PWD/$environment/bin/python

echo '== joins'
"$python" Tests/Fleet/joins.py Tests/Corpus ${SONDE_CORPUS:+"$SONDE_CORPUS"}
echo '== JUnit'
"$SONDE" probe 127.0.0.1:1,2 nosuch.invalid:80 --json 2>/dev/null | jq --slurp --raw-output --from-file contrib/ci/junit.jq |
    "$python" -c '
import sys, xml.etree.ElementTree as tree
suite = tree.fromstring(sys.stdin.read())
cases = {case.get("name"): case.find("failure").get("message") for case in suite}
assert suite.get("tests") == suite.get("failures") == "3", suite.attrib
assert cases["127.0.0.1 1/tcp"] == "closed: rst", cases
assert cases["nosuch.invalid"].startswith("does not resolve"), cases
print("ok      three ports as test cases")'
echo '== Prometheus'
if [ "$(id -u)" -eq 0 ]; then
    promtool check rules contrib/prometheus/sonde.rules.yml >/dev/null
    "$python" Tests/Fleet/prometheus.py
else
    echo 'skipped: needs root'
fi
echo '== archives'
"$python" Tests/Fleet/archives.py "${2-1000}"
