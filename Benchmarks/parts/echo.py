"""Round trips on loopback. Servers take turns; medians are compared, because the client is one more process that competes."""
import glob
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

from harness import median, mib, per_second

ABOUT = "round trips on loopback: an epoll loop in C, socat, ncat"
SECONDS = 75
DISK_MIB = 1
ROUNDS = 5
EACH = "1"


def processor_time(process):
    """Nanoseconds that the threads of a process have run."""
    return sum(int(open(path).read().split()[0]) for path in glob.glob(f"/proc/{process.pid}/task/*/schedstat"))


def run(bench):
    load, loop = bench.compiled("echo_load"), bench.compiled("echo_epoll")
    if not (load and loop):
        return

    def turns(port, *words):
        output = bench.run([load, "turns", port, *words], keep=True, timeout=20).output.split()
        return float(output[0]) if output else 0.0

    servers = {"C": bench.start([loop], ready="listening "), "sonde": bench.start([bench.sonde, "echo", "0"], ready="127.0.0.1:")}
    for measured, words in [
        ("50 clients, 64 B", ["50", "64", EACH]),
        ("50 clients, 64 KiB", ["50", "65536", EACH]),
        ("1,000 clients, 64 B", ["1000", "64", EACH]),
        ("50 clients, 64 B, 1,000 connections per second", ["50", "64", EACH, "1000"]),
    ]:
        rates, costs = {name: [] for name in servers}, {name: [] for name in servers}
        for _ in range(ROUNDS):
            for name, (process, port) in servers.items():
                before = processor_time(process)
                rates[name].append(turns(port, *words))
                costs[name].append((processor_time(process) - before) / 1e3 / max(1, rates[name][-1] * float(EACH)))
        ours, theirs = median(rates["sonde"]), median(rates["C"])
        bench.row(measured, ours, "epoll loop in C", theirs, show=per_second, goal=">= 0.97", rounds=ROUNDS)
        ours_cost, their_cost = median(costs["sonde"]), median(costs["C"])
        bench.row("  processor time per round trip", ours_cost, "epoll loop in C", their_cost, show=lambda us: f"{us:.2f} us",
                  ratio=their_cost / ours_cost, goal=">= 0.97", rounds=ROUNDS)
        if "connections" in measured or words[0] != "50":
            continue
        for peer in ["socat", "ncat"]:
            rate = forking(bench, peer, lambda port: turns(port, *words))
            if rate:
                bench.row(measured, ours, f"{peer}, a process each", rate, show=per_second)
    threads(bench, turns)
    hold(bench, load)
    for process, _ in servers.values():
        bench.stop(process)


def forking(bench, name, measure):
    """Round trips per second of a server that starts a process per client."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = bench.tool(name, *{
        "socat": [f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,backlog=4096", "EXEC:cat"],
        "ncat": ["-l", "-k", "-m", "2000", "-e", "/bin/cat", "127.0.0.1", port],
    }[name])
    if not server:
        return None
    process, _ = bench.start(server)
    for _ in range(100):
        if subprocess.run([bench.sonde, "probe", "-q", "127.0.0.1", port], capture_output=True).returncode == 0:
            break
    rate = measure(port)
    bench.stop(process)
    return rate


def threads(bench, turns):
    """Two loops against one. The client has two processes, which share the processors with the server."""
    rates = {"1": [], "2": []}
    for _ in range(ROUNDS):
        for count, measured in rates.items():
            process, port = bench.start([bench.sonde, "echo", "0", "--threads", count], ready="127.0.0.1:")
            with ThreadPoolExecutor() as pool:
                measured.append(sum(pool.map(lambda _: turns(port, "25", "64", EACH), range(2))))
            bench.stop(process)
    bench.row("--threads 2, two processes of 25 clients", median(rates["2"]), "--threads 1", median(rates["1"]), show=per_second,
              goal=">= 1.7", rounds=ROUNDS)


def hold(bench, load):
    process, port = bench.start([bench.sonde, "echo", "0"], ready="127.0.0.1:")
    result = bench.run([load, "hold", port, "10000", "64", "10"], keep=True, timeout=30).output.decode()
    peak = next((int(line.split()[1]) for line in open(f"/proc/{process.pid}/status") if line.startswith("VmHWM")), 0) / 1024
    lost = result.split(" lost")[0].split()[-1] if " lost" in result else "all"
    bench.row(f"10,000 clients, one echo per second, {lost} lost", peak, show=mib)
    bench.stop(process)
