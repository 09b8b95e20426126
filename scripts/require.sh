#!/bin/sh
# Installs through apt-get what is missing; says what it runs; does nothing, and stays offline, where nothing is missing.
#
#   scripts/require.sh build|test
set -eu

# Each line: a command or a file that shows the package is there, and the package.
build_needs='
/usr/include/pcap/pcap.h libpcap-dev
git git
'
test_needs='
capinfos tshark
fish fish
ip iproute2
mandoc mandoc
nc netcat-openbsd
ncat ncat
nft nftables
nmap nmap
promtool prometheus
python3 python3
setcap libcap2-bin
setpriv util-linux
socat socat
sysctl procps
tcpdump tcpdump
tshark tshark
zsh zsh
'

# System tools stand in sbin, which a user's PATH may lack.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

case ${1-} in
build) needs=$build_needs ;;
test) needs=$test_needs ;;
*)
    echo "usage: $0 build|test" >&2
    exit 64
    ;;
esac

if ! command -v swift >/dev/null; then
    echo "sonde is built with Swift 6.3 or later, and there is no swift in PATH: see https://www.swift.org/install/linux" >&2
    exit 69
fi

missing=$(
    echo "$needs" | while read -r sign package; do
        case $sign in
        '') ;;
        /*) [ -e "$sign" ] || echo "$package" ;;
        *) command -v "$sign" >/dev/null || echo "$package" ;;
        esac
    done | sort -u | tr '\n' ' '
)
missing=${missing% }
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "missing: $missing; there is no apt-get here to install them with: install them (Debian's names) and try again" >&2
    exit 69
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "missing: $missing; as root, run: apt-get install --no-install-recommends $missing" >&2
        exit 77
    fi
    as_root=sudo
fi

run() {
    echo "+ $*" >&2
    "$@"
}
run $as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
run $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
