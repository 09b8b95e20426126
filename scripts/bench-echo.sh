#!/bin/bash
# Echo and file service beside their peers, all on loopback in one run: scripts/bench-echo.sh BINARY [PART...].
# Parts: echo (against a plain epoll loop in C, socat, ncat), calls (system calls per round trip), hold (10,000 clients), serve (1 GiB).
# ROUNDS and SECONDS_EACH say how often and how long; every other run is the yardstick's, and the medians are compared.
# shellcheck disable=SC2154 # `start NAME` assigns NAME_id.
set -euo pipefail
cd "$(dirname "$0")/.."
sonde=$1
shift
parts=${*:-echo calls hold serve}
rounds=${ROUNDS:-5}
seconds=${SECONDS_EACH:-2}
work=$(mktemp -d "${TMPDIR:-/tmp}/sonde-bench.XXXXXX")
started=()
trap 'for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done; rm -rf "$work"' EXIT
compiler=$(command -v clang || command -v cc)
for source in echo_epoll echo_load; do "$compiler" -O2 -o "$work/$source" "Benchmarks/c/$source.c"; done
ulimit -n "$(ulimit -Hn)"

# start NAME COMMAND...: runs a server; its id is in ${NAME}_id and its output in $work/NAME.
start() {
    local name=$1
    shift
    "$@" >"$work/$name" 2>"$work/$name.err" &
    printf -v "${name}_id" %s "$!"
    started+=($!)
}

# port_of NAME: the port in a server's output, waited for.
port_of() {
    local port
    for _ in $(seq 100); do
        port=$(sed -nE 's/.*(127\.0\.0\.1:|listening |:)([0-9]+)$/\2/p' "$work/$1" | head -1)
        [ -n "$port" ] && { echo "$port"; return; }
        sleep 0.05
    done
    echo "no port of $1: $(cat "$work/$1" "$work/$1.err")" >&2
    return 1
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

wait_for_port() { for _ in $(seq 100); do "$sonde" connect 127.0.0.1 "$1" </dev/null >/dev/null 2>&1 && return; sleep 0.05; done; }

# processor_time ID: nanoseconds that the threads of a process have run.
processor_time() { cat /proc/"$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'; }

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# load NAME CLIENTS SIZE: one run against a server; appends round trips per second and processor microseconds per round trip.
load() {
    local id_name=${1}_id before after result turns
    before=$(processor_time "${!id_name}")
    result=$("$work/echo_load" turns "$(port_of "$1")" "$2" "$3" "$seconds") || echo "  $1: $result"
    after=$(processor_time "${!id_name}")
    turns=${result%% *}
    echo "$turns" >>"$work/$1.turns"
    awk -v t=$((after - before)) -v n="$turns" -v s="$seconds" 'BEGIN { printf "%.3f\n", n ? t / 1e3 / (n * s) : 0 }' >>"$work/$1.cpu"
}

bench_echo() {
    start epoll "$work/echo_epoll"
    start sonde "$sonde" echo 0
    local case
    for case in '50 64' '50 65536' '1000 64'; do
        rm -f "$work"/*.turns "$work"/*.cpu
        for _ in $(seq "$rounds"); do
            load epoll $case
            load sonde $case
        done
        local c s c_cpu s_cpu
        c=$(median <"$work/epoll.turns") s=$(median <"$work/sonde.turns")
        c_cpu=$(median <"$work/epoll.cpu") s_cpu=$(median <"$work/sonde.cpu")
        awk -v case="$case" -v c="$c" -v s="$s" -v cc="$c_cpu" -v sc="$s_cpu" 'BEGIN {
            printf "echo %s B: epoll loop %d/s (%.2f us of processor time per round trip), sonde %d/s (%.2f us): ratio %.3f, by processor time %.3f\n",
                case, c, cc, s, sc, s / c, cc / sc }'
        peer socat "$case" "$s" socat "TCP-LISTEN:PORT,bind=127.0.0.1,reuseaddr,fork,backlog=4096" EXEC:cat
        peer ncat "$case" "$s" ncat -l -k -m 2000 -e /bin/cat 127.0.0.1 PORT
    done
    kill -INT "$sonde_id" "$epoll_id" 2>/dev/null || true
}

# peer NAME CASE SONDE COMMAND...: one run against a server that takes no port 0; PORT in the command is replaced.
peer() {
    local name=$1 case=$2 ours=$3 port turns
    shift 3
    command -v "$name" >/dev/null || { echo "  $name is not installed"; return; }
    port=$(free_port)
    start "$name" setsid "${@//PORT/$port}"
    local id_name=${name}_id
    wait_for_port "$port"
    turns=$("$work/echo_load" turns "$port" $case "$seconds" 2>/dev/null || true)
    awk -v n="$name" -v t="${turns%% *}" -v line="$turns" -v o="$ours" 'BEGIN { printf "  %s: %s; sonde is %s times that\n", n, line, (t > 0 ? sprintf("%.1f", o / t) : "no count of") }'
    kill -- "-${!id_name}" 2>/dev/null || true
}

# System calls of each server per round trip, with 50 clients of 64 B.
bench_calls() {
    for name in epoll sonde; do
        if [ "$name" = epoll ]; then start "calls_$name" "$work/echo_epoll"; else start "calls_$name" "$sonde" echo 0; fi
        local id_name=calls_${name}_id port turns tracer
        port=$(port_of "calls_$name")
        strace -c -f -p "${!id_name}" -o "$work/$name.strace" 2>/dev/null &
        tracer=$!
        sleep 0.5
        turns=$("$work/echo_load" turns "$port" 50 64 2)
        kill -INT "$tracer"
        wait "$tracer" 2>/dev/null || true
        awk -v n="$name" -v t="$((${turns%% *} * 2))" '$NF ~ /^(recvfrom|sendto|epoll_wait|epoll_pwait|epoll_pwait2|epoll_ctl|read|write)$/ { c[$NF] += $4; sum += $4 }
            END { printf "calls per round trip, %s: %.2f (", n, sum / t; for (k in c) printf " %s %.2f", k, c[k] / t; print " )" }' "$work/$name.strace"
        kill -INT "${!id_name}" 2>/dev/null || true
    done
}

bench_hold() {
    start hold "$sonde" echo 0
    local clients=${HOLD_CLIENTS:-10000} time=${HOLD_SECONDS:-30} result
    result=$("$work/echo_load" hold "$(port_of hold)" "$clients" 64 "$time") || true
    echo "hold: $clients clients, one echo per second for $time s: $result; sonde's peak: $(awk '/VmHWM/ { printf "%.1f MiB", $2 / 1024 }' "/proc/$hold_id/status")"
    kill -INT "$hold_id"
    wait "$hold_id" 2>/dev/null || true
}

# A file to somebody who throws it away: the same receiver for both senders, and the file in the page cache.
bench_serve() {
    local size=${SERVE_MIB:-1024} port
    mkdir "$work/files"
    head -c "$((size << 20))" /dev/zero >"$work/files/large"
    cat "$work/files/large" >/dev/null
    start serve "$sonde" serve "$work/files" 0
    rm -f "$work"/*.seconds
    for _ in $(seq "$rounds"); do
        port=$(free_port)
        socat -u "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr" OPEN:/dev/null &
        local receiver=$!
        sleep 0.3
        seconds_of socat socat -u "FILE:$work/files/large" "TCP:127.0.0.1:$port"
        wait "$receiver" || true
        echo 'GET large' >"$work/request"
        seconds_of serve socat -t 30 -b 8192 "OPEN:$work/request!!OPEN:/dev/null" "TCP:127.0.0.1:$(port_of serve)"
        seconds_of get "$sonde" get "127.0.0.1:$(port_of serve)" large -o - 
    done
    awk -v size="$size" -v p="$(median <"$work/socat.seconds")" -v s="$(median <"$work/serve.seconds")" -v g="$(median <"$work/get.seconds")" 'BEGIN {
        printf "serve %d MiB: socat -u FILE TCP %.0f MiB/s, sonde serve to socat %.0f MiB/s: ratio %.2f; to sonde get -o - %.0f MiB/s: ratio %.2f\n",
            size, size / p, size / s, p / s, size / g, p / g }'
    kill -INT "$serve_id"
}

# seconds_of NAME COMMAND...: appends how long the command took.
seconds_of() {
    local name=$1 begin
    shift
    begin=$(date +%s.%N)
    "$@" >/dev/null
    awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { print b - a }' >>"$work/$name.seconds"
}

for part in $parts; do "bench_$part"; done
