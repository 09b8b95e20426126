#!/bin/sh
# Installs missing packages with apt-get and prints the commands it runs. If nothing is missing, it does nothing and stays offline.
#
#   scripts/require.sh build|demo|test|bench|fleet
set -eu

# Each line: a command, a file or a shared library that proves the package is installed, and the package.
build_needs='
git git
'
# The demo runs without libpcap too and shows less, so nobody is stopped for it.
demo_needs='
libpcap.so libpcap0.8
'
# pcap.h lets the build check CPcap's declarations against it.
test_needs='
/usr/include/pcap/pcap.h libpcap-dev
libpcap.so libpcap0.8
capinfos tshark
fish fish
ip iproute2
lintian lintian
mandoc mandoc
nc netcat-openbsd
ncat ncat
nft nftables
nmap nmap
promtool prometheus
python3 python3
/usr/lib/python3/dist-packages/jsonschema python3-jsonschema
setcap libcap2-bin
setpriv util-linux
shellcheck shellcheck
socat socat
strace strace
sysctl procps
tcpdump tcpdump
tshark tshark
zsh zsh
'

# Peers; a measurement whose peer is missing is left out, so nobody is stopped for them.
bench_needs='
/usr/include/pcap/pcap.h libpcap-dev
dumpcap tshark
hyperfine hyperfine
ip iproute2
nc netcat-openbsd
ncat ncat
nft nftables
nmap nmap
python3 python3
socat socat
ss iproute2
strip binutils
sysctl procps
tcpdump tcpdump
traceroute traceroute
tshark tshark
'

fleet_needs='
/usr/share/doc/python3-venv python3-venv
ip iproute2
java default-jre-headless
jq jq
nft nftables
parallel parallel
prometheus prometheus
prometheus-node-exporter prometheus-node-exporter
python3 python3
'

# System tools are in sbin, which a user's PATH may lack.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

what=${1-}
case $what in
build) needs=$build_needs ;;
demo) needs=$demo_needs ;;
test) needs=$test_needs ;;
bench) needs=$bench_needs ;;
fleet) needs=$fleet_needs ;;
*)
    echo "usage: $0 build|demo|test|bench|fleet" >&2
    exit 64
    ;;
esac

if ! command -v swift >/dev/null; then
    echo "swift: not in PATH; sonde needs Swift 6.3 or later: https://www.swift.org/install/linux" >&2
    [ -z "${SUDO_USER-}" ] || echo "if it is in the PATH of $SUDO_USER: run make build without sudo first" >&2
    exit 69
fi

has_library() {
    for file in /usr/lib/*/"$1".* /usr/lib/"$1".* /usr/lib64/"$1".*; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

missing=$(
    echo "$needs" | while read -r sign package; do
        case $sign in
        '') ;;
        /*) [ -e "$sign" ] || echo "$package" ;;
        lib*.so) has_library "$sign" || echo "$package" ;;
        *) command -v "$sign" >/dev/null || echo "$package" ;;
        esac
    done | sort -u | tr '\n' ' '
)
missing=${missing% }

# demo and bench do with less.
give_up() {
    case $what in
    demo | bench) exit 0 ;;
    *) exit "$1" ;;
    esac
}
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "missing packages (Debian's names): $missing; apt-get is not available: install them and try again" >&2
    give_up 69
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "missing packages: $missing; as root, run: apt-get install --no-install-recommends $missing" >&2
        give_up 77
    fi
    as_root=sudo
fi

run() {
    echo "+ $*" >&2
    "$@"
}
run $as_root apt-get update -q || give_up 69
# shellcheck disable=SC2086 # a list of words
run $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing || give_up 69
