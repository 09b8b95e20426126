#!/bin/sh
# One row per TCP connection of many captures on one host: GNU parallel runs sonde, DuckDB reads its JSON.
#
#     captures_parallel.sh FOLDER OUT.parquet
#
# A damaged file costs its own rows only: what sonde read before the damage is kept, and OUT.parquet.errors lists every such file.
# Needs GNU parallel and Python's duckdb (pip install duckdb).
set -eu
[ $# -eq 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 64; }
folder=$1 output=$2
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# The job's number names its output; a file that sonde can't read to the end is noted with its message.
one='"${SONDE:-sonde}" capture -r {} --connections --json > "$work"/{#}.json 2> "$work"/{#}.err ||
    printf "%s\t%s\n" {} "$(head -n 1 "$work"/{#}.err)" > "$work"/{#}.bad
    sed -i "s|^{|{\"file\":\"$(basename {})\",|" "$work"/{#}.json'
export work
find "$folder" -type f \( -name '*.pcap*' -o -name '*.cap' \) | LC_ALL=C sort | parallel --will-cite "$one"

find "$work" -name '*.bad' -exec cat {} + | LC_ALL=C sort > "$output.errors"
python3 - "$work" "$output" <<'PYTHON'
import sys
import duckdb

work, output = sys.argv[1:]
rows = duckdb.read_json(f"{work}/*.json", format="newline_delimited", union_by_name=True, sample_size=-1)
duckdb.sql("select * from rows where type = 'connection'").write_parquet(output)
print(duckdb.read_parquet(output).count("*").fetchall()[0][0], "connections")
PYTHON
printf '%s files with errors\n' "$(wc -l < "$output.errors")"
