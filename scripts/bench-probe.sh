#!/bin/sh
# sonde probe beside nmap, nc and a bare C loop: scripts/bench-probe.sh BINARY
#
# Times are the best of several runs, in turns, so that what else the machine does meets all of them. What needs namespaces runs in
# three of its own (client - router - server), which are removed again; without root that part says so and is left out.
set -eu
sonde=$(realpath "$1")
cd "$(dirname "$0")/.."
for tool in nmap nc ss ip nft python3; do
    command -v "$tool" >/dev/null || { echo "needs $tool: make test-deps installs it" >&2; exit 69; }
done

work=$(mktemp -d)
lab=sonde-bench-$$
listeners=
clean() {
    for id in $listeners; do kill "$id" 2>/dev/null || true; done
    for role in client router server; do ip netns delete "$lab-$role" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
trap 'exit 141' PIPE
${CC:-cc} -O2 -o "$work/connect_loop" Benchmarks/c/connect_loop.c

# What runs a command on a loopback without other listeners; nothing where there is no right to make one.
alone=

# seconds COMMAND...: wall-clock seconds of one run; its exit code does not count.
seconds() {
    python3 -c '
import subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("%.3f" % (time.monotonic() - start))' "$@"
}

least() { sort -n "$1" | head -1; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

closed_ports() {
    echo '-- 65,535 closed ports of 127.0.0.1, best of 10'
    for _ in $(seq 10); do
        seconds $alone "$sonde" probe --open 127.0.0.1 -p- >>"$work/sonde"
        seconds $alone nmap -sT -Pn -n -p- 127.0.0.1 >>"$work/nmap"
        seconds $alone nc -z -w 1 127.0.0.1 1-65535 >>"$work/nc"
        seconds $alone "$work/connect_loop" fresh >>"$work/fresh"
        seconds $alone "$work/connect_loop" reuse >>"$work/reuse"
    done
    ours=$(least "$work/sonde")
    echo "sonde probe -p-      $ours s"
    for peer in nmap nc fresh reuse; do
        theirs=$(least "$work/$peer")
        case $peer in
        nmap) name='nmap -sT -Pn -n -p-' ;;
        nc) name='nc -z 1-65535' ;;
        fresh) name='C, a socket a port' ;;
        reuse) name='C, one socket' ;;
        esac
        printf '%-20s %s s   sonde takes %s of it\n' "$name" "$theirs" "$(ratio "$ours" "$theirs")"
    done
    echo "system calls of sonde, a thousand ports:"
    if command -v strace >/dev/null; then
        strace -f -c -o "$work/calls" "$sonde" probe --open 127.0.0.1 20001-21000 >/dev/null 2>&1 || true
        awk '$NF ~ /^(connect|recvmsg|socket|epoll_ctl|epoll_pwait2)$/ { printf "  %s %s\n", $4, $NF }' "$work/calls"
    fi
}

# In a namespace where nobody listens, each open port would be a socket that was connected to itself.
false_open() {
    echo '-- open ports where nobody listens, 20 runs of -p-'
    found=0
    for _ in $(seq 20); do
        client "$sonde" probe --json --open 127.0.0.1 -p- 2>/dev/null | grep -q '"state":"open"' && found=$((found + 1))
    done
    echo "runs with a false open: $found"
}

few_descriptors() {
    echo '-- ulimit -n 64'
    # shellcheck disable=SC3045 # dash has it.
    (ulimit -n 64 && $alone "$sonde" probe --json --open 127.0.0.1 -p- 2>/dev/null | tail -1) || true
}

memory() {
    echo '-- 10 million targets from standard input'
    python3 -c '
import sys
for block in range(100):
    sys.stdout.write("".join("127.%d.%d.%d:1\n" % (1 + block, n >> 8 & 255, n & 255) for n in range(100000)))' |
        python3 -c '
import resource, subprocess, sys
out = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
print(out.decode().strip())
print("largest resident size: %.1f MiB (limit 64)" % (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))' \
            "$sonde" probe --json --open -
}

make_lab() {
    for role in client router server; do
        ip netns add "$lab-$role"
        ip -n "$lab-$role" link set lo up
    done
    ip -n "$lab-router" link add left type veth peer name eth0 netns "$lab-client"
    ip -n "$lab-router" link add right type veth peer name eth0 netns "$lab-server"
    ip -n "$lab-router" addr add 10.77.1.1/24 dev left
    ip -n "$lab-router" addr add 10.77.2.1/24 dev right
    ip -n "$lab-client" addr add 10.77.1.2/24 dev eth0
    ip -n "$lab-server" addr add 10.77.2.2/24 dev eth0
    for link in router/left router/right client/eth0 server/eth0; do
        ip -n "$lab-${link%/*}" link set "${link#*/}" up
    done
    ip netns exec "$lab-router" sysctl -qw net.ipv4.ip_forward=1
    ip -n "$lab-client" route add default via 10.77.1.1
    ip -n "$lab-server" route add default via 10.77.2.1
    ip -n "$lab-router" route add 10.78.0.0/24 via 10.77.2.2
    ip -n "$lab-server" addr add 10.78.0.0/24 dev lo
    ip netns exec "$lab-router" nft -f - <<'EOF'
table inet bench {
  chain forward {
    type filter hook forward priority 0
    ip daddr 10.78.0.0/24 tcp dport 51-100 drop
    tcp dport 2000-2999 drop
    tcp dport 3000-3999 numgen random mod 10 0 drop
    tcp sport 3000-3999 numgen random mod 10 0 drop
  }
}
EOF
}

client() { ip netns exec "$lab-client" "$@"; }

dropped() {
    echo '-- 1,000 dropped ports, one second each'
    echo "sonde probe --timeout 1s  $(seconds ip netns exec "$lab-client" "$sonde" probe 10.77.2.2 2000-2999 --timeout 1s) s (limit 1.2)"
}

# not_shown OUTPUT: what nmap says of the ports it folds, and of how many hosts.
not_shown() { sed -n 's/^Not shown: //p' "$1" | sort | uniq -c | sort -rn | head -4; }

hosts() {
    echo '-- 100 hosts x 100 ports, half of them dropped'
    echo "sonde  $(seconds ip netns exec "$lab-client" "$sonde" probe 10.78.0.0/25 -p 1-100) s for 128 hosts"
    client "$sonde" probe --json 10.78.0.0/25 -p 1-100 2>/dev/null | tail -1
    start=$(date +%s.%N)
    client timeout 300 nmap -sT -Pn -n -p 1-100 10.78.0.0/25 -oN "$work/hosts" >/dev/null || echo 'nmap was ended after 300 s'
    echo "nmap   $(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f", b - a }') s"
    not_shown "$work/hosts"
}

lossy() {
    echo '-- 1,000 closed ports behind a path that drops one packet in ten each way'
    for _ in 1 2 3; do client "$sonde" probe --json 10.77.2.2 3000-3999 2>/dev/null | tail -1; done
    start=$(date +%s.%N)
    client timeout 300 nmap -sT -Pn -n -p 3000-3999 10.77.2.2 -oN "$work/lossy" >/dev/null || echo 'nmap was ended after 300 s'
    echo "nmap   $(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f", b - a }') s"
    not_shown "$work/lossy"
}

open_ports() {
    echo '-- 5,000 open ports, 10 runs in a row'
    : >"$work/ready"
    ip netns exec "$lab-client" python3 -c '
import resource, signal, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (6000, max(6000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
held = []
for port in range(10000, 15000):
    s = socket.socket(); s.bind(("127.0.0.1", port)); s.listen(1024); held.append(s)
print("ready", flush=True)
signal.pause()' >"$work/ready" &
    listeners="$listeners $!"
    for _ in $(seq 100); do grep -q ready "$work/ready" && break; sleep 0.1; done
    for _ in $(seq 10); do
        client "$sonde" probe --json --open 127.0.0.1 10000-14999 2>/dev/null | tail -1 | grep -o '"open":[0-9]*.*'
    done
    # The C loops and nmap leave some of their own, to other ports.
    echo "TIME_WAIT sockets afterwards: $(client ss -Htan state time-wait '( dport >= :10000 and dport <= :14999 )' | wc -l)"
}

if [ "$(id -u)" = 0 ]; then
    # A loopback of its own: on the machine's, one listener with a full backlog would cost each scan its deadline.
    make_lab
    alone="ip netns exec $lab-client"
    closed_ports
    few_descriptors
    false_open
    dropped
    open_ports
    lossy
    hosts
else
    closed_ports
    few_descriptors
    echo '-- left out without root: what needs namespaces'
fi
memory
