#!/bin/sh
# Start: what a command costs before it does anything, beside ip -br addr.
set -eu
binary=$1
command -v hyperfine >/dev/null || { echo 'needs hyperfine: apt-get install hyperfine' >&2; exit 69; }
hyperfine --shell=none --warmup 50 --runs 500 --style basic "$binary --version" "$binary addrs" 'ip -br addr'
