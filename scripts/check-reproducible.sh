#!/bin/sh
# Builds the last commit in two folders whose paths have different lengths, and compares every file that `make install` and `make deb`
# make of each. Takes as long as two release builds.
set -eu
cd "$(dirname "$0")/.."
repository=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for folder in one another/longer; do
    git clone --quiet "$repository" "$scratch/$folder/sonde"
    make -C "$scratch/$folder/sonde" build
    make --silent -C "$scratch/$folder/sonde" install deb DESTDIR="$scratch/$folder/installed" PREFIX=/usr
done
diff -r "$scratch/one/installed" "$scratch/another/longer/installed"
cmp "$scratch"/one/sonde/.build/packages/*.deb "$scratch"/another/longer/sonde/.build/packages/*.deb
echo "reproducible: $(find "$scratch/one/installed" -type f | wc -l) files and the package are the same"
