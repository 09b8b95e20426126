#!/bin/bash
# Runs every test. What swift test says of a test that starts is left out, what it says of one that ends stays.
#
#   scripts/test.sh [ARGUMENT OF SWIFT TEST...]
set -uo pipefail

swift test --disable-xctest "$@" 2>&1 | sed -u -E '/^◇ (Test|Suite) /d; /^◇ Test case /d'
