"""Captures through a pipe that are made meanwhile and never stored: time per packet and memory must not grow with their length."""
import subprocess

from harness import mib

ABOUT = "0.1, 1 and 10 million connections and SYNs; 0.1, 1 and 10 GB through a pipe"
SECONDS = 110
DISK_MIB = 1


def run(bench):
    maker = bench.compiled("make_capture")
    if not maker:
        return

    def measure(words):
        with subprocess.Popen([maker, *words], stdout=subprocess.PIPE) as pipe:
            return bench.run([bench.sonde, "capture", "-r", "-", "--connections"], input=pipe.stdout)

    def sessions(connections, exchanges, reply, at_once):
        return ["sessions", str(connections), str(exchanges), str(reply), str(at_once)]

    # An exchange with a reply of 1,400 bytes is 1,702 bytes of the file. With 1 million connections or SYNs the table is full.
    for measured, series in [
        ("M connections, 100,000 at once", [(size, 10, sessions(int(size * 1e6), 1, 19, 100_000)) for size in (0.1, 1, 10)]),
        ("GB of 1,000 connections", [(size, 4, sessions(1000, int(size * 1e9 / 1_702_000), 1400, 1000)) for size in (0.1, 1, 10)]),
        ("M SYNs, no answer", [(size, 1, ["flood", str(size * 1_000_000)]) for size in (1, 4, 8)]),
    ]:
        before = None
        for size, per_connection, words in series:
            result = measure(words)
            if bench.is_late():
                return bench.leave_out(f"{size:g} {measured}", "no time left; run the part alone")
            connections, exchanges = int(words[1]), int(words[2]) if len(words) > 2 else 1
            cost = result.processor / (connections * exchanges * per_connection) * 1e9
            compared = before or (cost, result.peak_mib, size)
            before = (cost, result.peak_mib, size)
            goal = "<= 1.2" if size == series[-1][0] else None
            bench.row(f"{size:g} {measured}, time per packet", cost, f"with {compared[2]:g}", compared[0],
                      show=lambda ns: f"{ns:.0f} ns", goal=goal)
            bench.row("  largest resident size", result.peak_mib, f"with {compared[2]:g}", compared[1], show=mib, goal=goal)
