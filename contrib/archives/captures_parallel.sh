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

# Each job reads 50 captures one after the other, which costs less than a job for each. Where an output came from is in .names; a file
# that sonde can't read to the end is noted with its message.
# shellcheck disable=SC2016 # for the shells of the jobs
captures='number=0; while IFS= read -r file; do
    number=$((number + 1)) result=$work/{#}-$number.json
    "${SONDE:-sonde}" capture -r "$file" --connections --json > "$result" 2> "$work"/{#}.err ||
        printf "%s\t%s\n" "$file" "$(grep -m 1 "^sonde: " "$work"/{#}.err)" >> "$work"/{#}.bad
    printf "%s\t%s\n" "$result" "$file" >> "$work"/{#}.names
done'
export work
find "$folder" -type f \( -name '*.pcap*' -o -name '*.cap' \) | LC_ALL=C sort | parallel --will-cite --pipe -N 50 "$captures"

find "$work" -name '*.bad' -exec cat {} + | LC_ALL=C sort > "$output.errors"
python3 - "$work" "$output" <<'PYTHON'
import sys
import duckdb

work, output = sys.argv[1:]
rows = duckdb.read_json(f"{work}/*.json", format="newline_delimited", union_by_name=True, sample_size=-1, filename=True)
names = duckdb.read_csv(f"{work}/*.names", sep="\t", header=False, names=["result", "file"], quotechar="")
duckdb.sql("""
    select names.file, rows.* exclude (filename)
    from rows join names on rows.filename = names.result
    where type = 'connection'
""").write_parquet(output)
print(duckdb.read_parquet(output).count("*").fetchall()[0][0], "connections")
PYTHON
printf '%s files with errors\n' "$(wc -l < "$output.errors")"
