#!/bin/sh
# Captures 50,000 packets a second on loopback for 20 s beside tcpdump -w, in a network namespace of its own, and tells the drops of both. As root.
#
#     scripts/bench-capture-live.sh BINARY [SECONDS]
set -eu
binary=$1
seconds=${2:-20}
[ "$(id -u)" = 0 ] || { echo "skipped: needs root" && exit 0; }
space=sonde-live-$$
work=$(mktemp -d)
ip netns add "$space"
trap 'ip netns del "$space"; rm -rf "$work"' EXIT INT TERM
ip -n "$space" link set lo up

ip netns exec "$space" tcpdump -i lo -B 16384 -w "$work/tcpdump.pcap" tcp 2>"$work/tcpdump.log" &
tcpdump=$!
ip netns exec "$space" "$binary" capture -i lo -w "$work/sonde.pcap" --connections tcp >"$work/lines" 2>"$work/sonde.log" &
sonde=$!
sleep 2
# Short messages paced by the clock; about every third is acknowledged by itself.
ip netns exec "$space" python3 - "$seconds" <<'P'
import socket
import sys
import threading
import time

seconds = float(sys.argv[1])
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()


def echo():
    peer, _ = server.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := peer.recv(65536):
        pass


threading.Thread(target=echo, daemon=True).start()
client = socket.create_connection(server.getsockname())
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
start = time.monotonic()
sent = 0
while (now := time.monotonic()) - start < seconds:
    due = int((now - start) * 38000)
    while sent < due:
        client.send(b"x" * 64)
        sent += 1
client.close()
print(sent, "messages,", int(sent / seconds), "a second")
P
sleep 2
kill -INT "$tcpdump" "$sonde"
wait "$tcpdump" || true
wait "$sonde" || true
echo "tcpdump: $(tr '\n' ' ' <"$work/tcpdump.log" | sed 's/.*bytes//')"
echo "sonde:   $(head -1 "$work/sonde.log")"
echo "packets in sonde's file: $(tcpdump -r "$work/sonde.pcap" 2>/dev/null | wc -l)"
