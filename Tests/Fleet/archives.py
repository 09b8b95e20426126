"""Archives of captures through Spark and DuckDB give what a plain loop gives, also where files are damaged.

    python3 Tests/Fleet/archives.py [COUNT]
"""
import glob
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SONDE = os.environ["SONDE"]
ZEEK_STATES = {"SF", "S0", "S1", "REJ", "RSTO"}


def segment(source, target, sport, dport, seq, ack, flags, data=b""):
    """An Ethernet frame with one TCP segment; checksums are left to the reader's leniency (offload)."""
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, 65535, 0, 0) + data
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, bytes(source), bytes(target))
    return b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + ip + tcp


def capture(number, connections):
    """A capture file of `connections` connections that end in different ways."""
    chance = random.Random(number)
    out, at = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)], 1_700_000_000.0 + 1000 * number
    for index in range(connections):
        client, server = (10, number >> 8 & 255, number & 255, 2), (192, 0, 2, 1 + index % 200)
        sport, dport, isn, peer = 20000 + index, chance.choice([22, 80, 443]), chance.getrandbits(32), chance.getrandbits(32)
        there = lambda seq, ack, flags, data=b"": segment(client, server, sport, dport, isn + seq, peer + ack, flags, data)
        back = lambda seq, ack, flags, data=b"": segment(server, client, dport, sport, peer + seq, isn + ack, flags, data)
        size = chance.randrange(1, 1200)
        frames = [there(0, -peer, 2)]
        ending = index % 4
        if ending == 1:
            frames.append(back(-peer, 1, 0x14))
        elif ending != 2:
            frames += [back(0, 1, 0x12), there(1, 1, 0x10), there(1, 1, 0x18, b"x" * size), back(1, 1 + size, 0x10)]
            frames += ([there(1 + size, 1, 0x14)] if ending == 3 else
                       [there(1 + size, 1, 0x11), back(1, 2 + size, 0x11), there(2 + size, 2, 0x10)])
        for frame in frames:
            at += 0.001
            out.append(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame)
    return b"".join(out)


def make(folder, count):
    """Writes the captures, of which two in a hundred are damaged. Returns the names of those."""
    damaged = []
    for number in range(count):
        content, path = capture(number, 40), f"{folder}/{number:05}.pcap"
        if number % 100 == 5:
            content, damaged = content[:len(content) * 2 // 3 - 3], damaged + [path]
        elif number % 100 == 7:
            content, damaged = b"no capture at all", damaged + [path]
        open(path, "wb").write(content)
    return damaged


def plain_loop(paths):
    """(connections, bytes, states) of all files, and the files that failed, one sonde after the other."""
    total, states, failed = [0, 0], {}, []
    for path in paths:
        run = subprocess.run([SONDE, "capture", "-r", path, "--connections", "--json"], capture_output=True, text=True)
        if run.returncode:
            failed.append(path)
        for line in run.stdout.splitlines():
            record = json.loads(line)
            if record["type"] == "connection":
                total[0] += 1
                total[1] += record["orig_bytes"] or 0
                states[record["conn_state"]] = states.get(record["conn_state"], 0) + 1
    return tuple(total), states, failed


def parquet(path):
    import duckdb
    rows = duckdb.read_parquet(path)
    count, size = duckdb.sql("select count(*), coalesce(sum(orig_bytes), 0) from rows").fetchall()[0]
    states = dict(duckdb.sql("select conn_state, count(*) from rows group by 1").fetchall())
    return (count, int(size)), states


def timed(work, *arguments, **named):
    started = time.monotonic()
    result = work(*arguments, **named)
    return result, time.monotonic() - started


def check(what, got, expected):
    if got != expected:
        sys.exit(f"FAILED  {what}: {got}, expected {expected}")
    print(f"ok      {what}")


def run(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        sys.exit(f"FAILED  {' '.join(command)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def one_size(count, cores):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/in")
        damaged = make(f"{folder}/in", count)
        paths = sorted(glob.glob(f"{folder}/in/*.pcap"))
        (total, states, failed), loop = timed(plain_loop, paths)
        check(f"{count} files: the plain loop reports the damaged ones", failed, damaged)
        check(f"{count} files: every kind of ending occurs", set(states) >= ZEEK_STATES - {"S1"}, True)

        _, spark = timed(run, [sys.executable, f"{ROOT}/contrib/archives/captures_spark.py", f"{folder}/in/*.pcap", f"{folder}/spark"],
                         SPARK_LOCAL_IP="127.0.0.1")
        check(f"{count} files: Spark's totals", parquet(f"{folder}/spark/*.parquet"), (total, states))
        errors = [json.loads(line) for name in glob.glob(f"{folder}/spark.errors/*.json") for line in open(name)]
        check(f"{count} files: Spark reports the damaged ones", sorted(row["file"] for row in errors), damaged)
        check(f"{count} files: and why", all(row["file"] in row["error"] for row in errors), True)

        tools = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
        _, duck = timed(run, [f"{ROOT}/contrib/archives/captures_parallel.sh", f"{folder}/in", f"{folder}/duck.parquet"], PATH=tools)
        check(f"{count} files: DuckDB's totals", parquet(f"{folder}/duck.parquet"), (total, states))
        errors = [line.split("\t") for line in open(f"{folder}/duck.parquet.errors")]
        check(f"{count} files: parallel reports the damaged ones", [row[0] for row in errors], damaged)
        check(f"{count} files: and why", all(row[0] in row[1] for row in errors), True)
        print(f"        {count} files, {total[0]} connections: loop {loop:.1f} s; Spark {spark:.1f} s; "
              f"parallel and DuckDB {duck:.1f} s, on {cores} cores")
        return loop, spark, duck


def main():
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    cores = len(os.sched_getaffinity(0))
    figures = {count: one_size(count, cores) for count in [10, 100, 1000] if count <= most}
    if len(figures) > 1:
        small, large = min(figures), max(figures)
        loop, spark, duck = (figures[large][kind] - figures[small][kind] for kind in range(3))
        # What grows with the files alone: the start of a Java machine does not.
        print(f"        per core, of the plain loop's throughput: Spark {loop / spark / cores:.2f}, "
              f"parallel and DuckDB {loop / duck / cores:.2f}")


main()
