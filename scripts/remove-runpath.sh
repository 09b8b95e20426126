#!/bin/sh
# Removes the run path $ORIGIN, which SwiftPM links into every program: the loader would try libraries beside the binary first, in
# whatever folder that is. Other run paths stay.
#
#   scripts/remove-runpath.sh FILE
set -eu
[ "$(LC_ALL=C readelf -dW "$1" | sed -n 's/.*(RUNPATH) .*\[\(.*\)\]$/\1/p')" = '$ORIGIN' ] || exit 0

# Where .dynamic is in the file, and which of its entries of 16 bytes is DT_RUNPATH.
offset=$(LC_ALL=C readelf -SW "$1" | sed -n 's/.* \.dynamic *DYNAMIC *[0-9a-f]* \([0-9a-f]*\) .*/\1/p')
index=$(LC_ALL=C readelf -dW "$1" | grep '^ 0x' | grep -n '(RUNPATH)' | cut -d: -f1)
# The tag DT_LOOS + 0xd0de, little-endian: the loader passes over tags that it does not know.
printf '\336\320\0\140\0\0\0\0' |
    dd of="$1" bs=1 seek=$((0x$offset + (index - 1) * 16)) conv=notrunc status=none
! LC_ALL=C readelf -dW "$1" | grep -q '(RUNPATH)'
