#!/bin/sh
# Runs every measurement, each against its peers: scripts/bench-*.sh BINARY. What a bench needs and lacks, it says itself.
set -u
binary=$1
status=0
for bench in "$(dirname "$0")"/bench-*.sh; do
    [ -e "$bench" ] || continue
    echo "== ${bench##*/}"
    "$bench" "$binary" || status=1
done
exit $status
