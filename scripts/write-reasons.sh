#!/bin/sh
# Writes sonde-reasons(7) of the debug build from the pages of explain.
set -eu
cd "$(dirname "$0")/.."
.build/debug/sonde explain --manual >man/sonde-reasons.7
echo "wrote man/sonde-reasons.7"
