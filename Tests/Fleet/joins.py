"""sonde's records join with those of others: community IDs as Corelight's library computes them, conn.log as Zeek's readers read it.

    python3 Tests/Fleet/joins.py [FOLDER...]
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

import communityid
import duckdb
from zat.zeek_log_reader import ZeekLogReader

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SONDE = os.environ["SONDE"]


def sonde(path, *options):
    return subprocess.run([SONDE, "capture", "-r", path, "--connections", *options], capture_output=True, text=True).stdout


def main():
    folders = sys.argv[1:] or [f"{ROOT}/Tests/Corpus"]
    paths = [path for folder in folders for path in sorted(glob.glob(f"{folder}/**/*.pcap*", recursive=True))]
    reference, connections, logged, wrong = communityid.CommunityID(), 0, 0, []
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            text = sonde(path, "--json")
            records = [record for record in map(json.loads, text.splitlines()) if record["type"] == "connection"]
            for record in records:
                expected = reference.calc(communityid.FlowTuple.make_tcp(
                    record["orig_h"], record["resp_h"], record["orig_p"], record["resp_p"]))
                connections += 1
                if record["community_id"] != expected:
                    wrong.append((path, record["community_id"], expected))
            with open(f"{folder}/{number}.json", "w") as file:
                file.write(text)
            log = sonde(path, "--format", "zeek")
            name = f"{folder}/{number}.log"
            with open(name, "w") as file:
                file.write(log)
            rows = list(ZeekLogReader(name).readrows()) if log else []
            lines = [line for line in log.splitlines() if line and not line.startswith("#")]
            if len(rows) != len(lines) or any(row["proto"] != "tcp" or row["ts"].year < 1970 for row in rows):
                wrong.append((path, f"zat reads {len(rows)} of {len(lines)} lines"))
            logged += len(rows)
        counted = duckdb.sql(f"select count(*) from read_json('{folder}/*.json', format='newline_delimited', union_by_name=true) "
                             "where type = 'connection'").fetchall()[0][0]
    if counted != connections:
        wrong.append(("DuckDB", counted, connections))
    if wrong or not connections:
        sys.exit(f"FAILED  {len(wrong)} of {connections} connections: {wrong[:5]}")
    print(f"ok      {connections} community IDs of {len(paths)} files are Corelight's")
    print(f"ok      {logged} lines of conn.log, read by zat")
    print(f"ok      {counted} connections, counted by DuckDB")


main()
