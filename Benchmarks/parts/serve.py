"""A file of the page cache to a client that throws it away."""
import os
import socket
import time

ABOUT = "a file of 1 GiB over loopback: socat"
SECONDS = 12
DISK_MIB = 1024


def run(bench):
    socat = bench.tool("socat")
    if not socat:
        return
    folder = bench.path("large")
    with open(folder, "wb") as file:
        for _ in range(1024):
            file.write(bytes(1 << 20))
    os.sync()
    _, port = bench.start([bench.sonde, "serve", bench.work, "0"], ready="127.0.0.1:")
    seconds = {"sonde": [], "socat": []}
    until = min(bench.part_ends, time.monotonic() + SECONDS)
    for done in range(5):
        if done and time.monotonic() > until:
            break
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            other = free.getsockname()[1]
        receiver, _ = bench.start([*socat, "-u", f"TCP-LISTEN:{other},bind=127.0.0.1,reuseaddr", "OPEN:/dev/null"])
        time.sleep(0.3)
        seconds["socat"].append(bench.run([*socat, "-u", f"FILE:{folder}", f"TCP:127.0.0.1:{other}"]).seconds)
        bench.stop(receiver)
        seconds["sonde"].append(bench.run([bench.sonde, "get", f"127.0.0.1:{port}", "large", "-o", "-"]).seconds)
    bench.row("serve 1 GiB to get", min(seconds["sonde"]), "socat to socat", min(seconds["socat"]), rounds=len(seconds["sonde"]))
