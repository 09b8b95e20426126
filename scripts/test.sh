#!/bin/bash
# Runs every test: those of the modules, then those of the program, which measure time and so have the machine to themselves.
# What swift test says of a test that starts is left out, what it says of one that ends stays.
#
#   scripts/test.sh [ARGUMENT OF SWIFT TEST...]     with arguments: one run of the tests that they choose
#
# SONDE_TEST_REPORT names a folder for the results as xUnit XML, one file of each run.
set -uo pipefail

run() { # run NAME ARGUMENT...
    local name=$1
    shift
    swift test --disable-xctest ${SONDE_TEST_REPORT:+--xunit-output "$SONDE_TEST_REPORT/$name.xml"} "$@" 2>&1 |
        sed -u -E '/^◇ (Test|Suite) /d; /^◇ Test case /d' | tee -a "$log"
}

# How many tests did not run, and why: as an ordinary user, those that need network namespaces.
skipped() {
    sed -n -E 's/.* skipped: "(.*)"$/\1/p' "$log" | sort | uniq -c | sort -rn |
        while read -r count reason; do echo "skipped $count: $reason"; done
}

log=$(mktemp)
trap 'skipped; rm -f "$log"' EXIT

[ -z "${SONDE_TEST_REPORT-}" ] || mkdir -p "$SONDE_TEST_REPORT"
if [ $# -gt 0 ]; then
    run chosen "$@"
else
    status=0
    run modules --skip EndToEndTests || status=1
    run program --skip-build --filter EndToEndTests || status=1
    exit $status
fi
