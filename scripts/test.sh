#!/bin/bash
# Runs every test. What swift test says of a test that starts is left out, what it says of one that ends stays.
#
#   scripts/test.sh [ARGUMENT OF SWIFT TEST...]
#
# SONDE_TEST_REPORT names a file for the results as xUnit XML.
set -uo pipefail

swift test --disable-xctest ${SONDE_TEST_REPORT:+--xunit-output "$SONDE_TEST_REPORT"} "$@" 2>&1 | sed -u -E '/^◇ (Test|Suite) /d; /^◇ Test case /d'
