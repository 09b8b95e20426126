"""What a command costs before it does anything, in one hyperfine run."""
import json
import subprocess

from harness import seconds_text

ABOUT = "every command beside ip -br addr"
SECONDS = 20
DISK_MIB = 1
GOAL = "<= 2.0"


def commands(bench, frame):
    yield "--version", ["--version"]
    yield "addrs", ["addrs"]
    yield "sockets, one port", ["sockets", "-t", "1"]
    yield "probe, one closed port", ["probe", "127.0.0.1", "1"]
    yield "connect, closed port", ["connect", "127.0.0.1", "1"]
    yield "get, closed port", ["get", "127.0.0.1:1"]
    yield "capture, a file of one frame", ["capture", "-r", frame]
    yield "explain rst", ["explain", "rst"]
    for name in ["trace", "echo", "serve", "demo"]:
        yield f"{name} --help", [name, "--help"]


def run(bench):
    hyperfine, ip, maker = bench.tool("hyperfine"), bench.tool("ip", "-br", "addr"), bench.compiled("make_capture")
    if not (hyperfine and ip and maker):
        return
    frame, results = bench.path("one.pcap"), bench.path("start.json")
    with open(frame, "wb") as file:
        subprocess.run([maker, "one"], stdout=file, check=True)
    names, lines = ["peer"], [" ".join(ip)]
    for name, words in commands(bench, frame):
        names.append(name)
        lines.append(" ".join([bench.sonde, *words]))
    runs = 300
    subprocess.run([*hyperfine, "--shell=none", "--ignore-failure", "--warmup", "20", "--runs", str(runs), "--style", "none",
                    "--export-json", results, *lines], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    with open(results) as file:
        least = [result["min"] for result in json.load(file)["results"]]
    for name, ours in list(zip(names, least))[1:]:
        bench.row(name, ours, "ip -br addr", least[0], show=seconds_text, goal=GOAL, rounds=runs)
