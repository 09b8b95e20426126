"""A lab of ports in every state, probed into the textfile collector of a real node_exporter and scraped by a real Prometheus.

    sudo python3 Tests/Fleet/prometheus.py

Two network namespaces: a watcher with sonde, node_exporter and Prometheus, and a site with the ports. Needs root, nft and Debian's
prometheus and prometheus-node-exporter.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SONDE = os.environ["SONDE"]
WATCHER, SITE = f"fleet-w-{os.getpid()}", f"fleet-s-{os.getpid()}"
SERVER = "192.0.2.2"
RULES = """table inet t {
  chain input {
    type filter hook input priority 0;
    tcp dport 9003 drop
    tcp dport 9004 reject with icmp type admin-prohibited
  }
}"""
LISTENER = """import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", 9001)); s.listen(64)
held = []
while True: held.append(s.accept()[0])"""


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def inside(space, *command, **more):
    return ["ip", "netns", "exec", space, *command]


def start(space, *command, log):
    return subprocess.Popen(inside(space, *command), stdout=open(log, "w"), stderr=subprocess.STDOUT)


def fetch(path):
    """What Prometheus answers, from inside the watcher's namespace; `None` while it does not answer."""
    code = f"import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:9090{path}', timeout=5).read().decode())"
    done = subprocess.run(inside(WATCHER, sys.executable, "-c", code), capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def query(expression):
    answer = fetch("/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
    return [one["metric"] | {"value": one["value"][1]} for one in answer["data"]["result"]] if answer else []


def firing():
    answer = fetch("/api/v1/alerts")
    alerts = answer["data"]["alerts"] if answer else []
    return {(one["labels"]["alertname"], one["labels"].get("port", one["labels"].get("target"))) for one in alerts if one["state"] == "firing"}


def until(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return print(f"ok      {what}")
        time.sleep(0.5)
    sys.exit(f"FAILED  {what}, after {seconds} s; the metrics are {states()}")


def probe(folder):
    """What the timer's service runs."""
    done = subprocess.run(
        inside(WATCHER, SONDE, "probe", "--timeout", "1s", "--prometheus", "--output", f"{folder}/sonde.prom", f"@{folder}/targets"),
        capture_output=True, text=True, timeout=60)
    if done.returncode or done.stdout:
        sys.exit(f"FAILED  sonde probe: {done.returncode} {done.stdout}{done.stderr}")


def lab(folder):
    for space in (WATCHER, SITE):
        ip("netns", "add", space)
        ip("-n", space, "link", "set", "lo", "up")
    ip("-n", WATCHER, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", SITE)
    for space, address in ((WATCHER, "192.0.2.1/24"), (SITE, f"{SERVER}/24")):
        ip("-n", space, "address", "add", address, "dev", "veth0")
        ip("-n", space, "link", "set", "veth0", "up")
    subprocess.run(inside(SITE, "nft", "-f", "-"), input=RULES, text=True, check=True)
    with open(f"{folder}/targets", "w") as file:
        file.write(f"{SERVER}:9001-9004\nnosuch.invalid:443\n")
    with open(f"{ROOT}/contrib/prometheus/sonde.rules.yml") as rules, open(f"{folder}/rules.yml", "w") as file:
        # At once, where a person would wait for minutes.
        file.write("".join("" if line.strip().startswith("for:") else line for line in rules))
    with open(f"{folder}/prometheus.yml", "w") as file:
        file.write(f"global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [{folder}/rules.yml]\n"
                   "scrape_configs: [{job_name: node, static_configs: [{targets: ['127.0.0.1:9100']}]}]\n")


def states():
    found = query("sonde_probe_state")
    # Prometheus drops labels without a value.
    return {(one["target"], one["port"]): (one["state"], one["reason"], one.get("offender", "")) for one in found}


def run(folder, processes):
    lab(folder)
    server = start(SITE, sys.executable, "-c", LISTENER, log=f"{folder}/server.log")
    processes += [
        server,
        start(WATCHER, "prometheus-node-exporter", "--web.listen-address=127.0.0.1:9100", "--collector.disable-defaults",
              "--collector.textfile", f"--collector.textfile.directory={folder}", log=f"{folder}/node.log"),
        start(WATCHER, "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
              "--web.listen-address=127.0.0.1:9090", log=f"{folder}/prometheus.log"),
    ]
    time.sleep(0.5)
    probe(folder)
    expected = {
        (SERVER, "9001"): ("open", "syn-ack", ""),
        (SERVER, "9002"): ("closed", "rst", ""),
        (SERVER, "9003"): ("filtered", "no-response", ""),
        (SERVER, "9004"): ("filtered", "admin-prohibited", SERVER),
        # No name server is reached from the namespace.
        ("nosuch.invalid", "443"): ("unresolved", "temporary", ""),
    }
    until("every state, its reason and its sender", lambda: states() == expected)
    by_whom = 'sonde_probe_state{state="filtered", offender!=""}'
    until("PromQL: which targets are filtered, by whom",
          lambda: [(one["target"], one["port"], one["offender"]) for one in query(by_whom)] == [(SERVER, "9004", SERVER)])
    until("the rejected port fires", lambda: ("SondePortProhibited", "9004") in firing())
    until("the name that is gone fires", lambda: ("SondeNameDoesNotResolve", "nosuch.invalid") in firing())
    until("the open port does not fire", lambda: ("SondePortNotOpen", "9002") in firing() and ("SondePortNotOpen", "9001") not in firing())

    with open(f"{ROOT}/contrib/prometheus/dashboard.json") as file:
        panels = json.load(file)["panels"]
    silent = [panel["title"] for panel in panels if not query(panel["targets"][0]["expr"].replace("$instance", ".*"))]
    # Nothing is resolved in the lab.
    until("every panel of the dashboard has data", lambda: silent == ["Time to resolve names"])

    server.send_signal(signal.SIGTERM)
    server.wait()
    probe(folder)
    until("a server that ends fires", lambda: ("SondePortNotOpen", "9001") in firing())
    processes.append(start(SITE, sys.executable, "-c", LISTENER, log=f"{folder}/server.log"))
    time.sleep(0.5)
    probe(folder)
    until("and is resolved when it is back", lambda: ("SondePortNotOpen", "9001") not in firing())


def main():
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        try:
            run(folder, processes)
        finally:
            for process in processes:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            for space in (WATCHER, SITE):
                subprocess.run(["ip", "netns", "delete", space], stderr=subprocess.DEVNULL)


main()
