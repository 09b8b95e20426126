"""Ports in namespaces of their own: on the machine's loopback, one listener with a full backlog would cost each scan its deadline."""
import re

ABOUT = "closed, dropped, lossy and rate-limited ports: nmap, nc, a loop in C"
SECONDS = 80
DISK_MIB = 1

RULES = """
table inet bench {
  chain forward {
    type filter hook forward priority 0
    ip daddr 10.79.0.0/16 tcp dport 51-100 drop
    tcp dport 2000-2999 drop
    tcp dport 3000-3999 numgen random mod 10 0 drop
    tcp sport 3000-3999 numgen random mod 10 0 drop
    tcp dport 4000-4999 limit rate over 300/second burst 20 packets drop
  }
}
"""

LISTENERS = """
import signal, socket
held = []
for port in range(4000, 5000, 50):
    s = socket.socket(); s.bind(("", port)); s.listen(64); held.append(s)
print("ready", flush=True)
signal.pause()
"""


def run(bench):
    if not bench.needs_root():
        return
    nmap, nc, loop = bench.tool("nmap"), bench.tool("nc"), bench.compiled("connect_loop")
    client, router, server = bench.chain(3)
    bench.ip("-n", server, "route", "add", "local", "10.79.0.0/16", "dev", "lo")
    bench.shell(router, "nft -f -", input=RULES.encode())
    bench.start(["python3", "-c", LISTENERS], inside=server, ready="ready")

    def scan(*words):
        return nmap and [*nmap, "-sT", "-Pn", "-n", *words]

    times = bench.best({
        "sonde": [bench.sonde, "probe", "--open", "127.0.0.1", "-p-"],
        "nmap -sT -Pn -n -p-": scan("-p-", "127.0.0.1"),
        "nc -z": nc and [*nc, "-z", "-w", "1", "127.0.0.1", "1-65535"],
        "C, one socket per port": loop and [loop, "fresh"],
        "C, one socket": loop and [loop, "reuse"],
    }, rounds=10, seconds=25, inside=client)
    for peer, goal in [("nmap -sT -Pn -n -p-", "<= 0.25"), ("C, one socket", "<= 0.55"), ("C, one socket per port", None), ("nc -z", None)]:
        bench.against("65,535 closed ports", times, peer, goal)

    took = bench.best({"sonde": [bench.sonde, "probe", "10.78.2.2", "2000-2999", "--timeout", "1s"]}, rounds=3, inside=client)
    bench.row("1,000 dropped ports, --timeout 1s", took["sonde"].seconds, "the timeout", 1.0, goal="<= 1.2", rounds=took["sonde"].rounds)

    # Who is slow is ended, and its time is a lower bound.
    for measured, target, ports, wanted, goal in [
        ("1,000 ports, 10 % loss", "10.78.2.2", "3000-3999", "closed", None),
        ("1,000 ports, 300 packets/s", "10.78.2.2", "4000-4999", "open", "<= 0.5"),
        ("128 hosts, 100 ports, half dropped", "10.79.0.0/25", "1-100", "closed", None),
    ]:
        mine = bench.run([bench.sonde, "probe", "--json", target, "-p", ports], keep=True, inside=client, timeout=40)
        found = mine.output.count(b'"state":"%s"' % wanted.encode())
        measured = f"{measured}: {found:,} {wanted}"
        if not nmap:
            bench.row(measured, mine.seconds)
            continue
        other = bench.run(scan("-p", ports, target), keep=True, inside=client, timeout=40)
        peer = f"nmap: {listed(other.output, wanted):,} {wanted}" if other.code == 0 else "nmap, ended unfinished"
        bench.row(measured, mine.seconds, peer, other.seconds, goal=goal)


def listed(output, state):
    """How many ports nmap reports in a state, singly or in its summaries."""
    singly = re.findall(rb"^\d+/tcp +%s" % state.encode(), output, re.MULTILINE)
    return len(singly) + sum(int(count) for count in re.findall(rb"(\d+) %s tcp ports" % state.encode(), output))
