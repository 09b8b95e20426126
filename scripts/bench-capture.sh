#!/bin/sh
# Reads 2 million packets of 200,000 interleaved connections from a file, beside a bare pcap_loop, argus, tcptrace, tshark and tcpdump; then
# floods of SYNs, for memory and linear time. Wall time, the best of ten runs, or of as many as fit 10 s; peers that are not
# installed are skipped.
#
#     scripts/bench-capture.sh BINARY [CONNECTIONS]
set -eu
binary=$1
connections=${2:-200000}
here=$(dirname "$0")/..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
capture=$work/sessions.pcap
python3 "$here/Benchmarks/make_capture.py" sessions "$capture" "$connections"
# What is still being written to the disk would take a core from the first runs.
sync
cc -O2 -o "$work/pcap_count" "$here/Benchmarks/c/pcap_count.c" -lpcap

# best NAME COMMAND...: the best wall time of its runs in milliseconds, as $work/NAME.
best() {
    name=$1
    shift
    command -v "$1" >/dev/null 2>&1 || return 0
    runs=10
    wall=999999999
    spent=0
    while [ $runs -gt 0 ] && [ $spent -lt 10000 ]; do
        runs=$((runs - 1))
        start=$(date +%s%N)
        "$@" >/dev/null 2>&1 || true
        took=$((($(date +%s%N) - start) / 1000000))
        [ $took -lt $wall ] && wall=$took
        spent=$((spent + took))
    done
    [ $wall -gt 0 ] || wall=1
    echo $wall >"$work/$name.ms"
    printf '%8d ms  %s\n' "$wall" "$name"
}

# ratio LEFT RIGHT: how many times RIGHT's time LEFT takes.
ratio() {
    [ -e "$work/$1.ms" ] && [ -e "$work/$2.ms" ] || return 0
    awk -v a="$(cat "$work/$1.ms")" -v b="$(cat "$work/$2.ms")" -v l="$1" -v r="$2" -v g="$3" \
        'BEGIN { printf "%8.2f     %s / %s (goal %s)\n", a / b, l, r, g }'
}

best pcap_loop "$work/pcap_count" "$capture"
best connections "$binary" capture -r "$capture" --connections
best argus argus -r "$capture" -w -
best tcptrace tcptrace -n "$capture"
best tshark tshark -r "$capture" -q -z conv,tcp
best segments "$binary" capture -r "$capture"
best json "$binary" capture -r "$capture" --json
best tcpdump tcpdump -nn -r "$capture"
ratio connections pcap_loop "at most 2"
ratio argus connections "at least 8"
ratio tcptrace connections "at least 15"
ratio tshark connections "at least 40"
ratio segments tcpdump "at most 0.25"
ratio json tcpdump "at most 0.5"

rm -f "$capture"
for syns in 1000000 2000000 4000000; do
    python3 "$here/Benchmarks/make_capture.py" flood "$work/flood.pcap" $syns
    /usr/bin/time -f "%e s, %M KB for $syns SYNs" "$binary" capture -r "$work/flood.pcap" --connections 2>&1 >/dev/null | tail -1
done
