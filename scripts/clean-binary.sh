#!/bin/sh
# Takes out of a program what the build leaves in it and no user needs, where it is there.
#
#   scripts/clean-binary.sh FILE
#
# - The run path $ORIGIN, which SwiftPM links into every program: the loader would try libraries beside the binary first, in whatever
#   folder that is. Other run paths stay.
# - The hashes of modules, for the compiler alone, which depend on the folder of the build. strip --remove-section would do it, but
#   loses the read-only relocations.
set -eu
export LC_ALL=C

# Where a section is in the file, and its size, in hexadecimal digits.
section() { # section FILE NAME
    readelf -SW "$1" | sed -n "s/.* $2 *[A-Z]* *[0-9a-f]* \([0-9a-f]*\) \([0-9a-f]*\) .*/\1 \2/p"
}

if [ "$(readelf -dW "$1" | sed -n 's/.*(RUNPATH) .*\[\(.*\)\]$/\1/p')" = '$ORIGIN' ]; then
    # Which of the entries of .dynamic, of 16 bytes each, is DT_RUNPATH.
    index=$(readelf -dW "$1" | grep '^ 0x' | grep -n '(RUNPATH)' | cut -d: -f1)
    offset=$(section "$1" '\.dynamic' | cut -d' ' -f1)
    # The tag DT_LOOS + 0xd0de, little-endian: the loader passes over tags that it does not know.
    printf '\336\320\0\140\0\0\0\0' |
        dd of="$1" bs=1 seek=$((0x$offset + (index - 1) * 16)) conv=notrunc status=none
    ! readelf -dW "$1" | grep -q '(RUNPATH)'
fi

hashes=$(section "$1" '\.swift_modhash')
if [ -n "$hashes" ]; then
    dd if=/dev/zero of="$1" bs=1 seek=$((0x${hashes% *})) count=$((0x${hashes#* })) conv=notrunc status=none
fi
