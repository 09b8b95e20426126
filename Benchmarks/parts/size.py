"""What is installed."""
import os

ABOUT = "the installed binary beside other tools"
SECONDS = 1
DISK_MIB = 1


def megabytes(value):
    return f"{value / 1e6:.2f} MB"


def run(bench):
    ours = os.path.getsize(bench.sonde)
    bench.row("installed binary", ours, "the goal, 10 MB", 10e6, show=megabytes, goal="<= 1.0")
    for name in ["nmap", "tcpdump"]:
        peer = bench.tool(name)
        if peer:
            bench.row("installed binary", ours, name, os.path.getsize(os.path.realpath(peer[0])), show=megabytes)
