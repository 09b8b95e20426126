"""Many listeners, connections and addresses, in a namespace."""
ABOUT = "2,000 listeners, 2,000 connections, 1,000 addresses: ss, ip"
SECONDS = 8
DISK_MIB = 1

HOLDER = """
import resource, signal, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (9000, max(9000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
held = []
for port in range(10000, 12000):
    s = socket.socket(); s.bind(("127.0.0.1", port)); s.listen(8); held.append(s)
for port in range(10000, 11000):
    held.append(socket.create_connection(("127.0.0.1", port)))
    held.append(held[port - 10000].accept()[0])
print("ready", flush=True)
signal.pause()
"""


def run(bench):
    if not bench.needs_root():
        return
    (name,) = bench.chain(1)
    batch = "".join(f"addr add 10.80.{index // 250}.{index % 250 + 1}/16 dev lo\n" for index in range(1000))
    bench.shell(name, "ip -batch -", input=batch.encode())
    bench.start(["python3", "-c", HOLDER], inside=name, ready="ready")
    ss, ip = bench.tool("ss"), bench.tool("ip", "-br", "addr")
    times = bench.best({
        "listeners": [bench.sonde, "sockets", "-t"],
        "ss -tlnp": ss and [*ss, "-tlnp"],
        "connections": [bench.sonde, "sockets", "-t", "--connected"],
        "ss -tnpi": ss and [*ss, "-tnpi"],
        "addresses": [bench.sonde, "addrs"],
        "ip -br addr": ip,
    }, rounds=20, inside=name)
    bench.against("2,000 listeners and who can reach them", times, "ss -tlnp", ours="listeners")
    bench.against("2,000 ends of connections", times, "ss -tnpi", ours="connections")
    bench.against("1,000 addresses", times, "ip -br addr", ours="addresses")
