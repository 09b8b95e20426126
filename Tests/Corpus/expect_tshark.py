#!/usr/bin/env python3
"""Prints what tshark reports for every TCP stream of the captures beside this script: expect_tshark.py >tshark-expected.tsv.

Two passes, the innermost headers, packets quoted in ICMP errors left out: packets, tcp.completeness of the last one,
tcp.analysis.initial_rtt and the number of retransmissions.
"""
import os
import subprocess

FIELDS = ["tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "tcp.completeness",
          "tcp.analysis.initial_rtt", "tcp.analysis.retransmission"]
COLUMNS = ["file", "stream", "src", "srcport", "dst", "dstport", "packets", "completeness", "initial_rtt", "retransmissions"]

folder = os.path.dirname(os.path.abspath(__file__))
print("\t".join(COLUMNS))
for name in sorted(name for name in os.listdir(folder) if ".pcap" in name):
    command = ["tshark", "-2", "-r", os.path.join(folder, name), "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-E", "occurrence=l"]
    for field in FIELDS:
        command += ["-e", field]
    # A cut capture makes tshark fail after the packets that were whole.
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    streams = {}
    for line in output.splitlines():
        stream, v4, v6, sport, v4to, v6to, dport, completeness, rtt, again = line.split("\t")
        if not stream:  # Its header was cut off.
            continue
        row = streams.setdefault(int(stream), [v6 or v4, sport, v6to or v4to, dport, 0, "", "-", 0])
        row[4] += 1
        row[5] = completeness
        row[6] = rtt or row[6]
        row[7] += again != ""
    for stream, row in sorted(streams.items()):
        print("\t".join([name, str(stream)] + [str(value) for value in row]))
