#!/bin/sh
# Fuzzes for a number of seconds with the package in Fuzz/.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x Fuzz/run.sh ]; then
    echo 'there is no Fuzz/run.sh' >&2
    exit 69
fi
exec Fuzz/run.sh "${1:-60}"
