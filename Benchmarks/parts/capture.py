"""Two million packets from a file in the page cache."""
import os
import subprocess

ABOUT = "2 million packets from a file: pcap_loop in C, tcpdump, tshark, argus, tcptrace"
SECONDS = 60
DISK_MIB = 340


def run(bench):
    maker, loop = bench.compiled("make_capture"), bench.compiled("pcap_count", "-lpcap")
    if not maker:
        return
    many, few, tenth = bench.path("many.pcap"), bench.path("few.pcap"), bench.path("tenth.pcap")
    for path, words in [
        (many, ["200000", "1", "19", "200000"]), (few, ["1000", "499", "19", "1000"]), (tenth, ["20000", "1", "19", "20000"]),
    ]:
        with open(path, "wb") as file:
            subprocess.run([maker, "sessions", *words], stdout=file, check=True)
    # What is still being written to the disk would take a core from the first runs.
    os.sync()

    def records(path):
        return {"sonde": [bench.sonde, "capture", "-r", path, "--connections"], "pcap_loop in C": loop and [loop, path]}

    times = bench.best(records(many), rounds=20, seconds=15)
    bench.against("200,000 connections to records, all cores", times, "pcap_loop in C", "<= 1.2")
    times = bench.best(records(many), rounds=20, seconds=15, pin=min(os.sched_getaffinity(0)))
    bench.against("the same, one core", times, "pcap_loop in C", "<= 1.7")
    times = bench.best(records(few), rounds=20, seconds=12)
    bench.against("1,000 connections to records, all cores", times, "pcap_loop in C", "<= 1.0")
    times = bench.best({
        "text": [bench.sonde, "capture", "-r", many],
        "JSON": [bench.sonde, "capture", "-r", many, "--json"],
    }, rounds=10, seconds=15)
    bench.against("one JSON object per segment", times, "text", "<= 1.6", ours="JSON", label="text")
    # The other peers take seconds for a tenth of that.
    times = bench.best({
        "records": [bench.sonde, "capture", "-r", tenth, "--connections"],
        "text": [bench.sonde, "capture", "-r", tenth],
        "tcpdump -nn": bench.tool("tcpdump", "-nn", "-r", tenth),
        "tshark -z conv,tcp": bench.tool("tshark", "-r", tenth, "-q", "-z", "conv,tcp"),
        "argus": bench.tool("argus", "-r", tenth, "-w", "-"),
        "tcptrace": bench.tool("tcptrace", "-n", tenth),
    }, rounds=5, seconds=20)
    bench.against("20,000 connections, one line per segment", times, "tcpdump -nn", "<= 0.04", ours="text")
    for peer in ["tshark -z conv,tcp", "argus", "tcptrace"]:
        bench.against("20,000 connections to records", times, peer, ours="records")
