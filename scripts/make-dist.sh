#!/bin/sh
# Makes a source tarball in FOLDER that builds without the network: the last commit, and the packages that it depends on in vendor/.
#
#   scripts/make-dist.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(readlink -f "$1")
cd "$(dirname "$0")/.."

version=$(sed -n 's/^ *static let version = "\(.*\)"$/\1/p' Sources/SondeCommands/Sonde.swift)
[ -n "$version" ] || { echo 'no version in Sonde.swift' >&2; exit 1; }
name=sonde-$version
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

git archive --prefix="$name/" HEAD | tar -x -C "$scratch"
[ -d .build/checkouts ] || swift package resolve >/dev/null
for checkout in .build/checkouts/*/; do
    package=$(basename "$checkout")
    mkdir -p "$scratch/$name/vendor/$package"
    tar -C "$checkout" --exclude=.git -c . | tar -x -C "$scratch/$name/vendor/$package"
done
# Dependencies by URL become those beside them.
cd "$scratch/$name"
perl -0pi -e 's{\.package\(\s*url:\s*"[^"]*/([^"/]+?)(?:\.git)?",[^()]*\)}{.package(path: "vendor/$1")}g' Package.swift
for manifest in vendor/*/Package*.swift; do
    perl -0pi -e 's{\.package\(\s*url:\s*"[^"]*/([^"/]+?)(?:\.git)?",[^()]*\)}{.package(path: "../$1")}g' "$manifest"
done
seconds=${SOURCE_DATE_EPOCH:-$(git -C "$OLDPWD" log -1 --format=%ct)}
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$seconds" -C "$scratch" -cf "$scratch/$name.tar" "$name"
# A run that is cut short leaves no half of an archive.
gzip -9n <"$scratch/$name.tar" >"$folder/$name.tar.gz.part"
mv "$folder/$name.tar.gz.part" "$folder/$name.tar.gz"
echo "made $folder/$name.tar.gz"
