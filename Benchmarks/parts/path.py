"""Five hops, two of them silent, in six namespaces."""
ABOUT = "which hop answers: traceroute"
SECONDS = 5
DISK_MIB = 1


def run(bench):
    if not bench.needs_root():
        return
    names = bench.chain(6)
    for silent in names[2:4]:
        bench.shell(silent, "nft 'add table ip own; add chain ip own out { type filter hook output priority 0; };"
                            " add rule ip own out icmp type time-exceeded drop'")
    bench.start([bench.sonde, "echo", "80", "--bind", "10.78.5.2"], inside=names[5], ready="10.78.5.2:80")
    ours = [bench.sonde, "probe", "--path", "10.78.5.2", "80"]
    times = bench.best({
        "sonde": ours,
        "parallel": [*ours, "--parallel"],
        "traceroute -T -n -q 1": bench.tool("traceroute", "-T", "-n", "-q", "1", "10.78.5.2", "-p", "80"),
    }, rounds=20, inside=names[0])
    bench.against("five hops, two of them silent", times, "traceroute -T -n -q 1")
    bench.against("the same, --parallel", times, "traceroute -T -n -q 1", ours="parallel")
