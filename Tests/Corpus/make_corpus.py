#!/usr/bin/env python3
"""Writes the captures of this folder: make_corpus.py [FOLDER].

Every capture is a list of conversations, every conversation a script, one segment per line:

    SECONDS DIRECTION FLAGS SEQUENCE ACKNOWLEDGEMENT [LENGTH] [NAME=VALUE...]

`>` is sent by the first end, `<` by the second. Numbers are relative to the initial sequence numbers, a `-` is an
acknowledgement number of 0. Flags are S, A, F, R, P, U, E and C, or `.` for none. Names: `win` the window, `opt` a list of options
joined by `+` (mss, mss536, wscale, sackok, ts, sack:LEFT:RIGHT), `ttl` the time to live, `tcpsum`, `ipsum` a checksum that is wrong (`bad`) or
0 (`zero`), `total` the IP total length, `snap` the bytes captured.
Addresses are those of documentation (RFC 5737, RFC 3849) and of private networks; payloads are zeros.
"""
import ipaddress
import os
import struct
import sys

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "E": 64, "C": 128}
START = 1_700_000_000  # 2023-11-14 22:13:20 UTC
ETHERNET, RAW, NULL, SLL, SLL2, USER0 = 1, 101, 0, 113, 276, 147
IPV4, IPV6 = 0x0800, 0x86DD
CLIENT, SERVER = "192.0.2.1", "198.51.100.2"
CLIENT6, SERVER6 = "2001:db8:1::1", "2001:db8:2::2"


def internet_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def address(text):
    return ipaddress.ip_address(text).packed


def tcp(source, destination, sport, dport, seq, ack, flags, length=0, win=64240, options=b"", wrong=None):
    options += b"\1" * (-len(options) % 4)
    head = struct.pack(
        "!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (5 + len(options) // 4) << 4, flags, win, 0, 0
    )
    body = head + options + b"\0" * length
    checksum = 0xFFFF - internet_sum(pseudo(source, destination, 6, len(body)) + body)
    if wrong == "bad":
        checksum ^= 0x5555
    if wrong == "zero":
        checksum = 0
    return body[:16] + struct.pack("!H", checksum) + body[18:]


def pseudo(source, destination, protocol, length):
    return address(source) + address(destination) + struct.pack("!II", length, protocol)


def udp(source, destination, sport, dport, payload, checksum="right"):
    body = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    summed = internet_sum(pseudo(source, destination, 17, len(body)) + body)
    value = {"right": 0xFFFF - summed, "none": 0}.get(checksum)
    if checksum == "partial":  # What an offloading network card is given to fill in.
        value = internet_sum(pseudo(source, destination, 17, len(body)))
    return body[:6] + struct.pack("!H", value) + body[8:]


def ipv4(source, destination, protocol, payload, ttl=64, ident=1, fragment=0x4000, wrong=None, total=None):
    length = 20 + len(payload) if total is None else total
    head = struct.pack("!BBHHHBBH", 0x45, 0, length, ident, fragment, ttl, protocol, 0) + address(source) + address(destination)
    checksum = 0xFFFF - internet_sum(head)
    if wrong == "bad":
        checksum ^= 0x5555
    if wrong == "zero":
        checksum = 0
    return head[:10] + struct.pack("!H", checksum) + head[12:] + payload


def ipv6(source, destination, following, payload, hops=64):
    return struct.pack("!IHBB", 0x6 << 28, len(payload), following, hops) + address(source) + address(destination) + payload


def ethernet(payload, kind=IPV4, tags=b"", turned=False):
    ends = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
    return ends[turned] + ends[not turned] + tags + struct.pack("!H", kind) + payload


def options(text):
    made = b""
    for name in text.split("+"):
        if name.startswith("mss"):
            made += struct.pack("!BBH", 2, 4, int(name[3:] or 1460))
        elif name.startswith("wscale"):
            made += struct.pack("!BBB", 3, 3, int(name[6:] or 7))
        elif name == "sackok":
            made += b"\4\2"
        elif name == "ts":
            made += struct.pack("!BBII", 8, 10, 1000, 0)
        elif name.startswith("sack:"):
            left, right = name[5:].split(":")
            made += struct.pack("!BBII", 5, 10, int(left), int(right))
        elif name == "fastopen":
            made += b"\x22\x0a" + b"\0" * 8
        elif name == "unknown":
            made += b"\xfd\4\0\0"
    return made


def conversation(script, ends=(CLIENT, 40001, SERVER, 80), at=0.0, isn=(1_000_000, 5_000_000), wrap=None):
    """The frames of one script, as (seconds, bytes, bytes captured); `wrap` puts an IP packet into a frame."""
    frames = []
    wrap = wrap or (lambda packet, back: ethernet(packet, IPV6 if packet[0] >> 4 == 6 else IPV4, turned=back))
    for line in script.strip().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        named = dict(word.split("=") for word in words if "=" in word)
        plain = [word for word in words if "=" not in word] + ["0"]
        back = plain[1] == "<"
        source, sport, destination, dport = ends if not back else ends[2:] + ends[:2]
        own, other = (isn[1], isn[0]) if back else isn
        flags = sum(FLAGS[letter] for letter in plain[2] if letter != ".")
        ack = 0 if plain[4] == "-" else other + int(plain[4])
        segment = tcp(
            source, destination, sport, dport, own + int(plain[3]), ack, flags, int(plain[5]), int(named.get("win", 64240)),
            absolute_options(named.get("opt", ""), other), named.get("tcpsum"),
        )
        ttl = int(named.get("ttl", 64))
        if ":" in source:
            packet = ipv6(source, destination, 6, segment, ttl)
        else:
            total = int(named["total"]) if "total" in named else None
            packet = ipv4(source, destination, 6, segment, ttl, len(frames) + 1, wrong=named.get("ipsum"), total=total)
        for frame in listed(wrap(packet, back)):
            frames.append((at + float(plain[0]), frame, int(named.get("snap", len(frame)))))
    return frames


def absolute_options(text, other):
    """SACK blocks are written relative to the peer's initial sequence number."""
    parts = []
    for name in text.split("+"):
        if name.startswith("sack:"):
            left, right = (int(number) + other & 0xFFFFFFFF for number in name[5:].split(":"))
            name = f"sack:{left}:{right}"
        parts.append(name)
    return options("+".join(parts))


def listed(value):
    return value if isinstance(value, list) else [value]


def pcap(frames, link=ETHERNET, order="<", nanoseconds=False):
    magic, unit = (0xA1B23C4D, 1_000_000_000) if nanoseconds else (0xA1B2C3D4, 1_000_000)
    made = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for seconds, frame, captured in sorted(frames, key=lambda frame: frame[0]):
        clock = START * unit + round(seconds * unit)
        made += struct.pack(order + "IIII", clock // unit, clock % unit, captured, len(frame)) + frame[:captured]
    return made


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))


def pcapng(interfaces, frames):
    """`interfaces` are (link type, name, power of ten of the time's unit); a frame is (seconds, bytes, captured, interface)."""
    made = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link, name, power in interfaces:
        label = name.encode()
        body = struct.pack("<HHI", link, 0, 262144) + struct.pack("<HH", 2, len(label)) + label + b"\0" * (-len(label) % 4)
        made += block(1, body + struct.pack("<HHBxxx", 9, 1, power) + struct.pack("<HH", 0, 0))
    for seconds, frame, captured, interface in sorted(frames, key=lambda frame: frame[0]):
        unit = 10 ** interfaces[interface][2]
        clock = START * unit + round(seconds * unit)
        head = struct.pack("<IIIII", interface, clock >> 32, clock & 0xFFFFFFFF, captured, len(frame))
        made += block(6, head + frame[:captured])
    return made


WHOLE = """
    0.000 > S   0   -     opt=mss+sackok+ts+wscale
    0.020 < SA  0   1     opt=mss+sackok+ts+wscale
    0.021 > A   1   1
    0.022 > PA  1   1  18
    0.043 < A   1  19
    0.044 < PA  1  19 200
    0.045 > A  19 201
    0.050 > FA 19 201
    0.070 < FA 201 20
    0.071 > A  20 202
"""

# How connections open, each on its own port.
OPENINGS = {
    "with every option": WHOLE,
    "without options, closed by the responder": """
        0.000 > S  0 -
        0.010 < SA 0 1
        0.011 > A  1 1
        0.012 < FA 1 1
        0.013 > A  1 2
        0.014 > FA 1 2
        0.015 < A  2 2
    """,
    "SYN repeated twice, then answered": """
        0.000 > S  0 - opt=mss
        1.000 > S  0 - opt=mss
        3.000 > S  0 - opt=mss
        3.020 < SA 0 1 opt=mss
        3.021 > A  1 1
        3.030 > FA 1 1
        3.040 < FA 1 2
        3.041 > A  2 2
    """,
    "refused": """
        0.000 > S  0 -
        0.001 < RA 0 1 win=0
    """,
    "refused three times, as Windows asks again": """
        0.000 > S  0 -
        0.001 < RA 0 1 win=0
        0.500 > S  0 -
        0.501 < RA 0 1 win=0
        1.000 > S  0 -
        1.001 < RA 0 1 win=0
    """,
    "no answer": """
        0.000 > S 0 -
        1.000 > S 0 -
        3.000 > S 0 -
        7.000 > S 0 -
    """,
    "SYN ACK repeated, the third step lost": """
        0.000 > S  0 -
        0.020 < SA 0 1
        1.020 < SA 0 1
        1.021 > A  1 1
        1.030 > FA 1 1
        1.050 < FA 1 2
        1.051 > A  2 2
    """,
    "SYN ACK never acknowledged": """
        0.000 > S  0 -
        0.020 < SA 0 1
        1.020 < SA 0 1
        3.020 < SA 0 1
    """,
    "a port scan that resets": """
        0.000 > S  0 -
        0.020 < SA 0 1
        0.021 > R  1 - win=0
    """,
    "simultaneous": """
        0.000 > S  0 - opt=mss
        0.001 < S  0 - opt=mss
        0.010 > SA 0 1 opt=mss
        0.011 < SA 0 1 opt=mss
        0.030 > A  1 1
        0.050 > FA 1 1
        0.060 < FA 1 2
        0.070 > A  2 2
    """,
    "data in the SYN": """
        0.000 > S   0 -  10 opt=mss+fastopen
        0.020 < SA  0 11    opt=mss+fastopen
        0.021 > A  11 1
        0.022 < PA  1 11 40
        0.023 > A  11 41
        0.030 > FA 11 41
        0.031 < FA 41 12
        0.032 > A  12 42
    """,
    "only the answer was captured": """
        0.000 < SA 0 1
        1.000 < SA 0 1
    """,
    "the third step was not captured": """
        0.000 > S  0 -
        0.020 < SA 0 1
        0.040 > PA 1 1 20
        0.060 < PA 1 21 20
        0.070 > FA 21 21
        0.080 < FA 21 22
        0.090 > A  22 22
    """,
    "wrong acknowledgement of the SYN, reset, then right": """
        0.000 > S  0 -
        0.020 < A  700 800
        0.021 > R  800 - win=0
        1.000 > S  0 -
        1.020 < SA 0 1
        1.021 > A  1 1
    """,
    "congestion notification negotiated": """
        0.000 > SEC 0 - opt=mss
        0.020 < SAE 0 1 opt=mss
        0.021 > A   1 1
        0.030 > PA  1 1 100
        0.040 < AE  1 101
        0.050 > PAC 101 1 100
        0.060 < A   1 201
    """,
}

OPEN = """
    0.000 > S  0 - opt=mss+wscale
    0.020 < SA 0 1 opt=mss+wscale
    0.021 > A  1 1
"""

# How they close.
CLOSES = {
    "three segments": OPEN + """
        0.100 > FA 1 1
        0.120 < FA 1 2
        0.121 > A  2 2
    """,
    "four segments": OPEN + """
        0.100 > FA 1 1
        0.120 < A  1 2
        0.200 < FA 1 2
        0.201 > A  2 2
    """,
    "four segments, the responder first": OPEN + """
        0.100 < FA 1 1
        0.120 > A  1 2
        0.200 > FA 1 2
        0.220 < A  2 2
    """,
    "half-close: the responder goes on": OPEN + """
        0.100 > PA 1 1 30
        0.110 > FA 31 1
        0.130 < A  1 32
        0.500 < PA 1 32 1000
        0.510 > A  32 1001
        1.000 < PA 1001 32 500
        1.010 > A  32 1501
        1.500 < FA 1501 32
        1.510 > A  32 1502
    """,
    "simultaneous": OPEN + """
        0.100 > FA 1 1
        0.101 < FA 1 1
        0.120 > A  2 2
        0.121 < A  2 2
    """,
    "simultaneous, acknowledged by the repeated FIN": OPEN + """
        0.100 > FA 1 1
        0.101 < FA 1 1
        0.120 > FA 1 2
        0.121 < FA 1 2
    """,
    "FIN with data, repeated": OPEN + """
        0.100 > FPA 1 1 50
        0.400 > FPA 1 1 50
        0.420 < A  1 52
        0.430 < FA 1 52
        0.431 > A  52 2
    """,
    "last FIN never acknowledged": OPEN + """
        0.100 > FA 1 1
        0.120 < A  1 2
        0.130 < FA 1 2
        0.400 < FA 1 2
        1.000 < FA 1 2
    """,
    "FIN overtakes its data": OPEN + """
        0.100 > FA 101 1
        0.101 > PA 1 1 100
        0.120 < A  1 102
        0.130 < FA 1 102
        0.131 > A  102 2
    """,
    "the originator alone closed": OPEN + """
        0.100 > FA 1 1
        0.120 < A  1 2
    """,
    "still open": OPEN,
    "ports used again": OPEN + """
        0.100 > FA 1 1
        0.120 < FA 1 2
        0.121 > A  2 2
        2.000 > S  90000 -
        2.020 < SA 70000 90001
        2.021 > A  90001 70001
    """,
}

# Resets by each side and in each state.
RESETS = {
    "by the originator, established": OPEN + """
        0.100 > PA 1 1 10
        0.120 < A  1 11
        0.200 > RA 11 1 win=0
    """,
    "by the responder, established": OPEN + """
        0.100 > PA 1 1 10
        0.120 < RA 1 11 win=0
    """,
    "by the originator while waiting": """
        0.000 > S 0 -
        0.500 > R 1 - win=0
    """,
    "by the originator after its own FIN": OPEN + """
        0.100 > FA 1 1
        0.120 < PA 1 2 400
        0.121 > R  2 - win=0
    """,
    "by the responder after the originator's FIN": OPEN + """
        0.100 > FA 1 1
        0.120 < RA 1 2 win=0
    """,
    "by the responder after its own FIN": OPEN + """
        0.100 < FA 1 1
        0.110 > A  1 2
        0.120 > PA 1 2 30
        0.140 < R  2 - win=0
    """,
    "before both FINs were acknowledged": OPEN + """
        0.100 > FA 1 1
        0.120 < FA 1 2
        0.121 > R  2 - win=0
    """,
    "after an orderly close": OPEN + """
        0.100 > FA 1 1
        0.120 < FA 1 2
        0.121 > A  2 2
        0.140 < R  2 - win=0
    """,
    "outside the window: ignored": OPEN + """
        0.100 > R  900000 - win=0
        0.200 > PA 1 1 10
        0.220 < A  1 11
        0.300 > FA 11 1
        0.320 < FA 1 12
        0.321 > A  12 2
    """,
    "of a connection that was not seen": """
        0.000 > R 1 - win=0
    """,
    "another TTL than the SYN ACK's": """
        0.000 > S  0 -
        0.020 < SA 0 1    ttl=53
        0.021 > A  1 1
        0.030 > PA 1 1 40
        0.031 < RA 1 41   ttl=61 win=0
    """,
}

# What happens to data.
DATA = {
    "keep-alive and its answer": OPEN + """
        0.100 > PA 1 1 10
        0.120 < A  1 11
        7.000 > A  10 1
        7.020 < A  1 11
        14.000 > A 10 1 1
        14.020 < A 1 11
    """,
    "zero window, probes, open again": OPEN + """
        0.100 < PA 1 1 1000
        0.120 > A  1 1001 win=0
        0.500 < A  1001 1 1
        0.520 > A  1 1001 win=0
        1.500 < A  1001 1 1
        1.520 > A  1 1001 win=0
        2.000 > A  1 1001 win=500
        2.020 < PA 1001 1 500
        2.040 > A  1 1501
    """,
    "out of order": OPEN + """
        0.100 > PA 1 1 100
        0.101 > PA 201 1 100
        0.102 > PA 101 1 100
        0.120 < A  1 301
    """,
    "retransmission after a timeout": OPEN + """
        0.100 > PA 1 1 100
        0.400 > PA 1 1 100
        1.000 > PA 1 1 100
        1.020 < A  1 101
    """,
    "fast retransmission": """
        0.000 > S  0 - opt=mss+sackok
        0.020 < SA 0 1 opt=mss+sackok
        0.021 > A  1 1
        0.100 > PA 1 1 100
        0.101 > PA 201 1 100
        0.102 > PA 301 1 100
        0.103 > PA 401 1 100
        0.120 < A  1 101
        0.121 < A  1 101 opt=sack:201:301
        0.122 < A  1 101 opt=sack:201:401
        0.123 < A  1 101 opt=sack:201:501
        0.124 > PA 101 1 100
        0.144 < A  1 501
    """,
    "a segment that was not captured": OPEN + """
        0.100 > PA 1 1 100
        0.200 > PA 201 1 100
        0.220 < A  1 301
    """,
    "an acknowledgement of what was not captured": OPEN + """
        0.100 < A 1 5001
        0.200 > PA 5001 1 10
        0.220 < A  1 5011
    """,
    "window full": """
        0.000 > S  0 - opt=mss win=1000
        0.020 < SA 0 1 opt=mss win=1000
        0.021 > A  1 1 win=1000
        0.100 > PA 1 1 500 win=1000
        0.101 > PA 501 1 500 win=1000
        0.120 < A  1 1001 win=1000
    """,
    "urgent data": OPEN + """
        0.100 > PAU 1 1 1
        0.120 < A  1 2
    """,
}

# What a tap on one side, or late, sees.
PARTIAL = {
    "the originator alone": """
        0.000 > S  0 -
        0.021 > A  1 1
        0.030 > PA 1 1 100
        0.100 > A  101 2001
        0.200 > FA 101 2001
        0.220 > A  102 2002
    """,
    "the responder alone": """
        0.000 < SA 0 1
        0.020 < A  1 101
        0.030 < PA 1 101 2000
        0.200 < FA 2001 102
    """,
    "from the middle to the end": """
        0.000 > PA 500 900 100
        0.020 < A  900 600
        0.030 < PA 900 600 50
        0.040 > A  600 950
        0.100 > FA 600 950
        0.120 < FA 950 601
        0.121 > A  601 951
    """,
    "the middle alone, the server first": """
        0.000 < PA 900 500 50
        0.020 > A  500 950
    """,
    "FIN and its answer alone": """
        0.000 > FA 500 900
        0.020 < FA 900 501
        0.021 > A  501 901
    """,
    "acknowledgements alone": """
        0.000 > A 500 900
        0.020 < A 900 500
    """,
}

# Flags that no stack sends together.
STRANGE = {
    "no flags": "0.0 > . 0 -",
    "all flags": "0.0 > FSRPAUEC 0 0",
    "Christmas tree": "0.0 > FPU 0 -",
    "SYN with FIN": "0.0 > SF 0 -\n0.01 < RA 0 1",
    "SYN with RST": "0.0 > SR 0 -",
    "FIN with RST": OPEN + "0.1 > FRA 1 1",
    "unknown options": "0.0 > S 0 - opt=mss+unknown\n0.01 < SA 0 1 opt=mss536\n0.02 > A 1 1",
}


def group(scripts, first_port, apart=20.0, **more):
    frames = []
    for index, script in enumerate(scripts.values()):
        ends = (CLIENT, first_port + index, SERVER, 80)
        frames += conversation(script, ends, at=index * apart, isn=(1_000_000 * (index + 1), 7_000_000 * (index + 1)), **more)
    return frames


def tag(kind, identifier):
    return struct.pack("!HH", kind, identifier)


def family(packet):
    return IPV6 if packet[0] >> 4 == 6 else IPV4


OUTER = {False: ("203.0.113.1", "203.0.113.2"), True: ("203.0.113.2", "203.0.113.1")}


def through(protocol, head):
    """A tunnel of IPv4: `head` in front of each packet."""
    return lambda packet, back: ethernet(ipv4(*OUTER[back], protocol, head + packet), turned=back)


def over_udp(port, head, checksum="right", framed=True):
    def wrap(packet, back):
        inner = ethernet(packet, family(packet), turned=back) if framed else packet
        return ethernet(ipv4(*OUTER[back], 17, udp(*OUTER[back], 50000, port, head(inner) + inner, checksum)), turned=back)

    return wrap


def pppoe(packet, back):
    return ethernet(struct.pack("!BBHHH", 0x11, 0, 7, len(packet) + 2, 0x21) + packet, 0x8864, turned=back)


ENCAPSULATIONS = [
    ("VLAN", lambda packet, back: ethernet(packet, tags=tag(0x8100, 7), turned=back)),
    ("QinQ", lambda packet, back: ethernet(packet, tags=tag(0x88A8, 7) + tag(0x8100, 8), turned=back)),
    ("MPLS", lambda packet, back: ethernet(struct.pack("!I", 0x00010140) + packet, 0x8847, turned=back)),
    ("PPPoE", pppoe),
    ("IP in IP", through(4, b"")),
    ("GRE", through(47, struct.pack("!HH", 0, IPV4))),
    ("GRE with key", through(47, struct.pack("!HHI", 0x2000, IPV4, 42))),
    ("VXLAN", over_udp(4789, lambda inner: struct.pack("!II", 0x08000000, 42 << 8))),
    ("Geneve", over_udp(6081, lambda inner: struct.pack("!BBHI", 0, 0, 0x6558, 42 << 8))),
    ("Geneve, offloaded checksum", over_udp(6081, lambda inner: struct.pack("!BBHI", 0, 0, 0x6558, 43 << 8), "partial")),
    ("GTP-U", over_udp(2152, lambda inner: struct.pack("!BBHI", 0x30, 0xFF, len(inner), 42), framed=False)),
]


def encapsulations():
    frames = []
    for index, (_, wrap) in enumerate(ENCAPSULATIONS):
        ends = ("10.0.0.1", 41000 + index, "10.0.0.2", 80)
        frames += conversation(CLOSES["three segments"], ends, at=index * 10.0, wrap=wrap)
    ends = ("2001:db8::1", 41100, "2001:db8::2", 80)
    return frames + conversation(CLOSES["three segments"], ends, at=200.0, wrap=through(41, b""))


def fragmented(packet, back):
    """The packet in two fragments, cut within the TCP header; the second one comes first on the way back."""
    source, destination = str(ipaddress.ip_address(packet[12:16])), str(ipaddress.ip_address(packet[16:20]))
    ident, body = struct.unpack("!H", packet[4:6])[0] + (1000 if back else 0), packet[20:]
    pieces = [
        ethernet(ipv4(source, destination, 6, body[:16], ident=ident, fragment=0x2000), turned=back),
        ethernet(ipv4(source, destination, 6, body[16:], ident=ident, fragment=2), turned=back),
    ]
    return pieces[::-1] if back else pieces


def fragmented6(packet, back):
    source, destination = str(ipaddress.ip_address(packet[8:24])), str(ipaddress.ip_address(packet[24:40]))
    body = packet[40:]
    ident = internet_sum(body)
    pieces = [
        ipv6(source, destination, 44, struct.pack("!BBHI", 6, 0, 1, ident) + body[:16]),
        ipv6(source, destination, 44, struct.pack("!BBHI", 6, 0, 16, ident) + body[16:]),
    ]
    return [ethernet(piece, IPV6, turned=back) for piece in pieces]


def fragments():
    frames = conversation(CLOSES["four segments"], (CLIENT, 42000, SERVER, 80), wrap=fragmented)
    frames += conversation(CLOSES["four segments"], (CLIENT6, 42001, SERVER6, 80), at=10.0, wrap=fragmented6)
    # One whose second fragments were lost.
    return frames + conversation(OPEN, (CLIENT, 42002, SERVER, 80), at=20.0, wrap=lambda packet, back: fragmented(packet, False)[0])


def extended(packet, back):
    """Hop-by-hop and destination options before TCP."""
    source, destination = str(ipaddress.ip_address(packet[8:24])), str(ipaddress.ip_address(packet[24:40]))
    more = b"\x3c\0\1\4\0\0\0\0" + b"\x06\0\1\4\0\0\0\0"
    return ethernet(ipv6(source, destination, 0, more + packet[40:]), IPV6, turned=back)


def version6():
    frames = conversation(WHOLE, (CLIENT6, 43000, SERVER6, 443))
    frames += conversation(OPENINGS["refused"], (CLIENT6, 43001, SERVER6, 443), at=10.0)
    return frames + conversation(CLOSES["three segments"], ("fe80::1", 43002, "fe80::2", 22), at=20.0, wrap=extended)


def checksums():
    wrong = {
        "TCP checksum wrong once": OPEN + "0.1 > PA 1 1 10 tcpsum=bad\n0.3 > PA 1 1 10\n0.32 < A 1 11",
        "every TCP checksum wrong": "0.0 > S 0 - tcpsum=bad\n0.02 < SA 0 1 tcpsum=bad\n0.021 > A 1 1 tcpsum=bad",
        "every IPv4 checksum 0": "0.0 > S 0 - ipsum=zero\n0.02 < SA 0 1 ipsum=zero\n0.021 > A 1 1 ipsum=zero",
        "IPv4 checksum wrong once": OPEN + "0.1 > PA 1 1 10 ipsum=bad\n0.3 > PA 1 1 10\n0.32 < A 1 11",
        "total length 0, as segmentation offload leaves it": OPEN + "0.1 > PA 1 1 2000 total=0\n0.12 < A 1 2001",
    }
    return group(wrong, 44000)


def other_packets():
    syn = conversation("0.0 > S 0 -")[0][1]
    request = ethernet(struct.pack("!HHBBH", 1, IPV4, 6, 4, 1) + b"\2\0\0\0\0\2" + address(CLIENT) + b"\0" * 6 + address(SERVER), 0x0806)
    unreachable = b"\3\1\0\0\0\0\0\0" + syn[14:]
    unreachable = unreachable[:2] + struct.pack("!H", 0xFFFF - internet_sum(unreachable)) + unreachable[4:]
    datagram = ethernet(ipv4(CLIENT, SERVER, 17, udp(CLIENT, SERVER, 5353, 53, b"\0" * 20)))
    frames = [request, syn, ethernet(ipv4("192.0.2.254", CLIENT, 1, unreachable), turned=True), datagram, b"\0" * 5]
    frames += [ethernet(b"\0" * 50, 0x88CC), ethernet(ipv4(CLIENT, SERVER, 132, b"\0" * 12)), syn[:40]]
    return [(index * 0.5, frame, len(frame)) for index, frame in enumerate(frames)]


def cooked(packet, back):
    return struct.pack("!HHH8sH", 0 if back else 4, 1, 6, b"\2\0\0\0\0\1", family(packet)) + packet


def cooked2(packet, back):
    return struct.pack("!HHIHBB8s", family(packet), 0, 3, 1, 0 if back else 4, 6, b"\2\0\0\0\0\1") + packet


def bare(packet, back):
    return packet


def null(packet, back):
    return struct.pack("<I", 2) + packet


def two_interfaces():
    frames = [frame + (0,) for frame in conversation(WHOLE, ("10.1.0.1", 45000, "10.1.0.2", 8080))]
    return frames + [frame + (1,) for frame in conversation(CLOSES["four segments"], (CLIENT6, 45001, SERVER6, 22), at=0.0005, wrap=bare)]


def snapped():
    """Only the first 60 bytes of each frame were captured, and 40 of the last ones."""
    frames = [(seconds, frame, min(captured, 60)) for seconds, frame, captured in conversation(WHOLE)]
    return frames + [(9 + seconds, frame, 40) for seconds, frame, _ in conversation(OPEN, (CLIENT, 40002, SERVER, 80))]


def files():
    whole = pcap(conversation(WHOLE))
    yield "openings.pcap", pcap(group(OPENINGS, 40001))
    yield "closes.pcap", pcap(group(CLOSES, 40101))
    yield "resets.pcap", pcap(group(RESETS, 40201))
    yield "data.pcap", pcap(group(DATA, 40301))
    yield "partial.pcap", pcap(group(PARTIAL, 40401))
    yield "strange.pcap", pcap(group(STRANGE, 40501))
    yield "encapsulations.pcap", pcap(encapsulations())
    yield "fragments.pcap", pcap(fragments())
    yield "ipv6.pcap", pcap(version6())
    yield "checksums.pcap", pcap(checksums())
    yield "other-packets.pcap", pcap(other_packets())
    yield "snapped.pcap", pcap(snapped())
    yield "cut.pcap", whole[:-30]
    yield "nanoseconds.pcap", pcap(conversation(WHOLE, at=0.000_000_123), nanoseconds=True)
    yield "big-endian.pcap", pcap(conversation(WHOLE), order=">")
    yield "raw.pcap", pcap(conversation(WHOLE, wrap=bare), RAW)
    yield "null.pcap", pcap(conversation(WHOLE, wrap=null), NULL)
    yield "sll.pcap", pcap(conversation(WHOLE, wrap=cooked), SLL)
    yield "sll2.pcap", pcap(conversation(WHOLE, wrap=cooked2), SLL2)
    yield "unknown-link.pcap", pcap(conversation(WHOLE), USER0)
    yield "empty.pcap", pcap([])
    yield "two-interfaces.pcapng", pcapng([(ETHERNET, "eth0", 6), (RAW, "tun0", 9)], two_interfaces())


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    folder = sys.argv[1] if len(sys.argv) == 2 else os.path.dirname(os.path.abspath(__file__))
    for name, data in files():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
