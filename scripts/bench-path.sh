#!/bin/sh
# sonde probe --path beside traceroute and tcptraceroute: scripts/bench-path.sh BINARY
#
# Five hops, two of them silent, in six namespaces of its own, which are removed again. Times are the best of several runs, in turns.
set -eu
sonde=$(realpath "$1")
for tool in traceroute tcptraceroute ip nft python3; do
    command -v "$tool" >/dev/null || { echo "needs $tool" >&2; exit 69; }
done
lab=sonde-path-$$
work=$(mktemp -d)
server=
clean() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    for node in 0 1 2 3 4 5; do ip netns delete "$lab-$node" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

for node in 0 1 2 3 4 5; do
    ip netns add "$lab-$node"
    ip -n "$lab-$node" link set lo up
done
for link in 1 2 3 4 5; do
    ip -n "$lab-$((link - 1))" link add right type veth peer name left netns "$lab-$link"
    ip -n "$lab-$((link - 1))" addr add "10.78.$link.1/24" dev right
    ip -n "$lab-$link" addr add "10.78.$link.2/24" dev left
    ip -n "$lab-$((link - 1))" link set right up
    ip -n "$lab-$link" link set left up
done
for node in 1 2 3 4; do
    ip netns exec "$lab-$node" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
    ip -n "$lab-$node" route add default via "10.78.$((node + 1)).2"
    [ "$node" = 1 ] || ip -n "$lab-$node" route add 10.78.1.0/24 via "10.78.$node.1"
done
ip -n "$lab-0" route add default via 10.78.1.2
ip -n "$lab-5" route add default via 10.78.5.1
for node in 2 3; do
    ip netns exec "$lab-$node" nft 'add table ip own; add chain ip own out { type filter hook output priority 0; }; add rule ip own out icmp type time-exceeded drop'
done
ip netns exec "$lab-5" python3 -m http.server 80 --bind 10.78.5.2 >/dev/null 2>&1 &
server=$!
until ip netns exec "$lab-0" "$sonde" probe -q --settle 0 10.78.5.2 80; do sleep 0.1; done

seconds() {
    ip netns exec "$lab-0" python3 -c '
import subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("%.4f" % (time.monotonic() - start))' "$@"
}
least() { sort -n "$1" | head -1; }
middle() { sort -n "$1" | sed -n 10p; }

for _ in $(seq 20); do
    seconds "$sonde" probe --path 10.78.5.2 80 >>"$work/sonde"
    seconds "$sonde" probe --path --parallel 10.78.5.2 80 >>"$work/parallel"
    seconds traceroute -T -n -q 1 10.78.5.2 -p 80 >>"$work/traceroute"
done
# It waits three seconds for each silent hop.
for _ in 1 2; do seconds tcptraceroute -n -q 1 10.78.5.2 80 >>"$work/tcptraceroute"; done
ip netns exec "$lab-0" "$sonde" probe --path 10.78.5.2 80
echo "-- five hops, two of them silent: best, and the middle of 20"
for name in sonde parallel traceroute tcptraceroute; do
    printf '%-14s %s s  %s s\n' "$name" "$(least "$work/$name")" "$(middle "$work/$name")"
done
awk -v a="$(least "$work/sonde")" -v b="$(least "$work/traceroute")" 'BEGIN { printf "sonde takes %.2f of traceroute\n", a / b }'
