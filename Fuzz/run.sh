#!/bin/sh
# Fuzzes reader, decoder and connection table together for so many seconds (60 unless told), seeded from the captures in SONDE_CORPUS
# where that is set. What it found new is kept in Fuzz/.build/corpus for the next run; what made it crash stands in Fuzz/.build/crashes.
set -eu
cd "$(dirname "$0")"

seconds=${1:-60}
build='swift build -c release --sanitize fuzzer --product FrameFuzzer'
$build
fuzzer=$(swift build -c release --sanitize fuzzer --show-bin-path)/FrameFuzzer

mkdir -p .build/corpus .build/crashes
seeds=
if [ -n "${SONDE_CORPUS-}" ]; then
    mkdir -p .build/seeds
    find "$SONDE_CORPUS" -name '*.pcap*' -size -17k -exec cp {} .build/seeds/ \;
    seeds=.build/seeds
else
    echo 'SONDE_CORPUS names no folder of captures: fuzzing begins from nothing' >&2
fi

# shellcheck disable=SC2086 # no seeds, no argument
exec "$fuzzer" -max_total_time="$seconds" -max_len=16384 -timeout=5 -rss_limit_mb=512 -print_final_stats=1 \
    -artifact_prefix=.build/crashes/ .build/corpus $seeds
