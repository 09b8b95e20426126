#!/bin/sh
# Draws the pictures of the README with the debug build, from captures of Tests/Corpus.
set -eu
cd "$(dirname "$0")/.."

# draw NAME CAPTURE FILTER
draw() {
    TZ=UTC .build/debug/sonde capture -r "Tests/Corpus/$2.pcap" --ladder --format svg "$3" >"docs/pictures/$1.svg" 2>/dev/null
    echo "wrote docs/pictures/$1.svg"
}

draw handshake openings 'port 40001'
draw half-closed closes 'port 40104'
