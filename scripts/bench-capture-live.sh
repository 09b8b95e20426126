#!/bin/sh
# Captures 50,000 messages per second and their acknowledgements on loopback for 20 s, beside tcpdump -w, in a network namespace of its own,
# and prints the drops of both. Needs root.
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
# Short messages paced by the clock, over enough connections that none coalesces them while it waits for acknowledgements.
ip netns exec "$space" python3 - "$seconds" <<'P'
import os
import selectors
import socket
import sys
import time

RATE, CONNECTIONS = 50_000, 100
seconds = float(sys.argv[1])
server = socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS)
if os.fork() == 0:
    readers = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        readers.register(server.accept()[0], selectors.EVENT_READ)
    while readers.get_map():
        for key, _ in readers.select():
            if not key.fileobj.recv(65536):
                readers.unregister(key.fileobj)
                key.fileobj.close()
    os._exit(0)

clients = [socket.create_connection(server.getsockname()) for _ in range(CONNECTIONS)]
for client in clients:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
message = b"x" * 64
start = time.monotonic()
sent = 0
while (now := time.monotonic()) - start < seconds:
    due = int((now - start) * RATE)
    while sent < due:
        clients[sent % CONNECTIONS].send(message)
        sent += 1
for client in clients:
    client.close()
os.wait()
print(sent, "messages,", int(sent / seconds), "per second")
P
sleep 2
kill -INT "$tcpdump" "$sonde"
wait "$tcpdump" || true
wait "$sonde" || true
echo "tcpdump: $(tr '\n' ' ' <"$work/tcpdump.log" | sed 's/.*bytes//')"
echo "sonde:   $(grep 'captured,' "$work/sonde.log"), $(awk -v s="$seconds" '/captured,/ { printf "%d per second", $1 / s }' "$work/sonde.log")"
echo "packets in sonde's file: $(tcpdump -r "$work/sonde.pcap" 2>/dev/null | wc -l)"
