#!/usr/bin/env python3
"""Writes the capture that the capture benches read.

    make_capture.py sessions PATH CONNECTIONS   ten segments a connection, 1000 connections at a time interleaved
    make_capture.py flood PATH SYNS             a SYN from another address each

The segments are whole TCP connections with right checksums: three to open, four of data and their acknowledgements, three to close.
"""
import struct
import sys

SYN, FIN, PSH, ACK = 2, 1, 8, 16
CLIENT_OPTIONS = struct.pack("!BBHBBBB", 2, 4, 1460, 1, 3, 3, 7)


def fold(total):
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def words(data):
    if len(data) % 2:
        data += b"\0"
    return sum(struct.unpack("!%dH" % (len(data) // 2), data))


def frame(source, destination, sport, dport, seq, ack, flags, payload=b"", options=b""):
    length = 20 + len(options) + len(payload)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (5 + len(options) // 4) << 4, flags, 64240, 0, 0)
    pseudo = words(struct.pack("!IIBBH", source, destination, 0, 6, length))
    checksum = 0xFFFF - fold(pseudo + words(head + options + payload))
    head = head[:16] + struct.pack("!H", checksum) + head[18:]
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + length, 0, 0x4000, 64, 6, 0, source, destination)
    ip = ip[:10] + struct.pack("!H", 0xFFFF - fold(words(ip))) + ip[12:]
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + head + options + payload


def session(index):
    client, server = 0x0A000000 + index % 50000, 0xC0A80000 + index % 251
    sport, dport = 1024 + index // 50000 * 7 + index % 7, 80
    isn, answer = index * 2654435761 & 0x7FFFFFFF, index * 40503 & 0x7FFFFFFF
    request, reply = b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"
    a, b = isn + 1 + len(request), answer + 1 + len(reply)
    forth, back = (client, server, sport, dport), (server, client, dport, sport)
    yield frame(*forth, isn, 0, SYN, options=CLIENT_OPTIONS)
    yield frame(*back, answer, isn + 1, SYN | ACK, options=CLIENT_OPTIONS)
    yield frame(*forth, isn + 1, answer + 1, ACK)
    yield frame(*forth, isn + 1, answer + 1, PSH | ACK, request)
    yield frame(*back, answer + 1, a, ACK)
    yield frame(*back, answer + 1, a, PSH | ACK, reply)
    yield frame(*forth, a, b, ACK)
    yield frame(*forth, a, b, FIN | ACK)
    yield frame(*back, b, a + 1, FIN | ACK)
    yield frame(*forth, a + 1, b + 1, ACK)


def main(kind, path, count):
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        clock = 1_700_000_000_000_000

        def write(data):
            nonlocal clock
            clock += 5
            file.write(struct.pack("<IIII", clock // 1_000_000, clock % 1_000_000, len(data), len(data)))
            file.write(data)

        if kind == "flood":
            for index in range(count):
                write(frame(0x0B000000 + index, 0xC0A80001, 1024 + index % 60000, 80, index * 7919, 0, SYN, options=CLIENT_OPTIONS))
            return
        # All connections run at the same time: their first segments, then their second ones, and so on.
        sessions = [session(index) for index in range(count)]
        for _ in range(10):
            for one in sessions:
                write(next(one))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("sessions", "flood"):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
