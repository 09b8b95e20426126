#!/bin/sh
# Makes a Debian package of a built binary in FOLDER, without root and without a build.
#
#   scripts/make-deb.sh BINARY FOLDER
set -eu
binary=$(readlink -f "$1")
mkdir -p "$2"
folder=$(readlink -f "$2")
cd "$(dirname "$0")/.."

version=$("$binary" --version)-1
architecture=$(dpkg --print-architecture)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/sonde
mkdir -p "$root/DEBIAN"

# Debian's zsh looks in vendor-completions alone, if a package lies under /usr.
make --no-print-directory --silent install DESTDIR="$root" PREFIX=/usr binary="$binary" \
    zshdir="$root/usr/share/zsh/vendor-completions"
find "$root/usr/share/man" -type f -exec gzip -9n {} +

documents=$root/usr/share/doc/sonde
mkdir -p "$documents"
install -m 644 packaging/copyright "$documents/copyright"
gzip -9n <CHANGELOG.md >"$documents/changelog.gz"
# A fixed date, so that the same input makes the same package: that of the last commit, where there is one.
seconds=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
{
    echo "sonde ($version) unstable; urgency=medium"
    echo
    echo "  * See changelog.gz."
    echo
    echo " -- the authors of sonde <sonde@example.org>  $(LC_ALL=C date -u -d "@$seconds" '+%a, %d %b %Y %H:%M:%S +0000')"
} | gzip -9n >"$documents/changelog.Debian.gz"

# The package is not meant for Debian's archive, where the first upload answers a bug report.
mkdir -p "$root/usr/share/lintian/overrides"
echo 'sonde: initial-upload-closes-no-bugs' >"$root/usr/share/lintian/overrides/sonde"

# What the binary is linked to; libpcap is loaded when a capture needs it, so no tool sees it.
mkdir -p "$scratch/debian"
printf 'Source: sonde\n\nPackage: sonde\nArchitecture: any\n' >"$scratch/debian/control"
depends=$(cd "$scratch" && dpkg-shlibdeps -O --ignore-missing-info sonde/usr/bin/sonde 2>/dev/null | sed -n 's/^shlibs:Depends=//p')

cat >"$root/DEBIAN/control" <<EOF
Package: sonde
Version: $version
Architecture: $architecture
Maintainer: the authors of sonde <sonde@example.org>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: ${depends:-libc6 (>= 2.35), libgcc-s1, libstdc++6}
Recommends: libpcap0.8
Section: net
Priority: optional
Description: network diagnostics that say why
 sonde probes TCP and UDP ports and says why a port is not open and which hop
 is to blame, lists interfaces, addresses and listening sockets, captures TCP
 and annotates each handshake and teardown, and explains every word that it
 prints. It rarely needs root.
EOF
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

package=$folder/sonde_${version}_$architecture.deb
find "$root" -exec touch --no-dereference --date="@$seconds" {} +
# A build that is cut short leaves no half of a package.
SOURCE_DATE_EPOCH=$seconds dpkg-deb --root-owner-group --build "$root" "$package.part" >/dev/null
mv "$package.part" "$package"
echo "made $package"
