"""sonde's records join with those of others: community IDs as Corelight's library and Suricata compute them, conn.log as Zeek's
readers read it.

    python3 Tests/Fleet/joins.py [FOLDER...]

Suricata is compared where it is installed (Debian 12 has it in bookworm-backports).
"""
import base64
import glob
import hashlib
import ipaddress
import json
import os
import shutil
import struct
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


SURICATA = """%YAML 1.1
---
outputs:
  - eve-log: {enabled: yes, filetype: regular, filename: eve.json, community-id: true, types: [flow]}
"""


def pair(*endpoints):
    """A flow's endpoints in either order; Suricata writes IPv6 addresses in full."""
    return frozenset((ipaddress.ip_address(address), port) for address, port in endpoints)


def suricata_ids(path, folder):
    """The community ID of each TCP flow that Suricata sees in a capture, by its endpoints."""
    shutil.rmtree(f"{folder}/suricata", ignore_errors=True)
    os.mkdir(f"{folder}/suricata")
    try:
        # Suricata 7.0 does not end after some files, such as those with link types that it does not read.
        subprocess.run(["suricata", "-c", f"{folder}/suricata.yaml", "-r", path, "-l", f"{folder}/suricata", "-S", "/dev/null",
                        "-k", "none", "--runmode", "single"], capture_output=True, timeout=3)
    except subprocess.TimeoutExpired:
        pass
    try:
        events = [json.loads(line) for line in open(f"{folder}/suricata/eve.json")]
    except FileNotFoundError:
        return {}
    return {pair((event["src_ip"], event["src_port"]), (event["dest_ip"], event["dest_port"])): event["community_id"]
            for event in events if event.get("proto") == "TCP" and "src_port" in event}


def in_suricatas_order(record):
    """The ID of a flow between two ports of one address as Suricata 7.0 has it on a little-endian machine.

    The specification puts the smaller port first; Suricata compares the ports with their octets swapped.
    """
    address = ipaddress.ip_address(record["orig_h"]).packed
    ports = sorted([record["orig_p"], record["resp_p"]], key=lambda port: (port & 255) << 8 | port >> 8)
    tuple_ = struct.pack("!H", 0) + address + address + struct.pack("!BBHH", 6, 0, *ports)
    return "1:" + base64.b64encode(hashlib.sha1(tuple_).digest()).decode()


def main():
    folders = sys.argv[1:] or [f"{ROOT}/Tests/Corpus"]
    paths = [path for folder in folders for path in sorted(glob.glob(f"{folder}/**/*.pcap*", recursive=True))]
    reference, connections, logged, wrong = communityid.CommunityID(), 0, 0, []
    has_suricata, shared, same_address = shutil.which("suricata") is not None, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/suricata.yaml", "w") as file:
            file.write(SURICATA)
        for number, path in enumerate(paths):
            text = sonde(path, "--json")
            records = [record for record in map(json.loads, text.splitlines()) if record["type"] == "connection"]
            theirs = suricata_ids(path, folder) if has_suricata else {}
            for record in records:
                expected = reference.calc(communityid.FlowTuple.make_tcp(
                    record["orig_h"], record["resp_h"], record["orig_p"], record["resp_p"]))
                connections += 1
                if record["community_id"] != expected:
                    wrong.append((path, record["community_id"], expected))
                flow = pair((record["orig_h"], record["orig_p"]), (record["resp_h"], record["resp_p"]))
                if flow in theirs:
                    shared += 1
                    if record["orig_h"] == record["resp_h"] and theirs[flow] == in_suricatas_order(record):
                        same_address += 1
                    elif theirs[flow] != record["community_id"]:
                        wrong.append((path, "Suricata", record["community_id"], theirs[flow]))
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
    if has_suricata and not shared:
        wrong.append(("Suricata", "no connection in common"))
    if wrong or not connections:
        sys.exit(f"FAILED  {len(wrong)} of {connections} connections: {wrong[:5]}")
    print(f"ok      {connections} community IDs of {len(paths)} files are Corelight's")
    if has_suricata:
        print(f"ok      {shared} of their flows Suricata has as well, with the same ID, except for {same_address} with one address")
    else:
        print("        suricata is not installed: not compared")
    print(f"ok      {logged} lines of conn.log, read by zat")
    print(f"ok      {counted} connections, counted by DuckDB")


main()
