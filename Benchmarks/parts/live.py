"""The highest rate of frames on loopback that is written without loss."""
import os
import re
import signal
import subprocess
import time

from harness import per_second

ABOUT = "the highest packet rate without loss: tcpdump -w, dumpcap"
SECONDS = 130
DISK_MIB = 400
RATES = [50_000, 100_000, 150_000, 200_000, 300_000, 400_000, 600_000, 800_000]
BUFFERS_MIB = [16, 64]
EACH = 3


def run(bench):
    if not bench.needs_root():
        return
    maker, sender, counter = bench.compiled("make_capture"), bench.compiled("send_frames"), bench.compiled("pcap_count", "-lpcap")
    if not (maker and sender and counter):
        return
    (name,) = bench.chain(1)
    frames, written = bench.path("frames.pcap"), bench.path("written.pcap")
    with open(frames, "wb") as file:
        subprocess.run([maker, "sessions", "1000", "20", "19", "1000"], stdout=file, check=True)

    def recorder(tool, buffer):
        if tool == "sonde":
            return [bench.sonde, "capture", "-i", "lo", "-B", str(buffer << 10), "-w", written, "--connections"]
        if tool == "tcpdump -w":
            return bench.tool("tcpdump", "-Z", "root", "-i", "lo", "-n", "-B", str(buffer << 10), "-w", written)
        return bench.tool("dumpcap", "-q", "-i", "lo", "-B", str(buffer), "-w", written)

    def sent_and_kept(command, rate):
        if os.path.exists(written):
            os.unlink(written)
        process, _ = bench.start(command, inside=name, ready="istening" if "tcpdump" in command[0] else "File:" if "dumpcap" in command[0] else "apturing")
        time.sleep(0.3)
        with open(frames, "rb") as file:
            result = bench.run([sender, "lo", str(rate), str(EACH)], input=file, keep=True, inside=name)
        sent, actual = result.output.split()
        # tcpdump asks the kernel for what it has once a second.
        time.sleep(1.5)
        bench.stop(process, signal.SIGINT)
        kept = re.match(rb"(\d+)", bench.run([counter, written], keep=True).output)
        return int(sent), float(actual), int(kept[1]) if kept else 0

    for buffer in BUFFERS_MIB:
        highest = {}
        for tool in ["sonde", "tcpdump -w", "dumpcap"]:
            command = recorder(tool, buffer)
            if not command:
                continue
            # The first rate that loses frames, by bisection.
            low, high, highest[tool] = 0, len(RATES), 0.0
            while low < high:
                middle = (low + high) // 2
                sent, actual, kept = sent_and_kept(command, RATES[middle])
                # A sender that cannot keep the rate has shown the limit of the machine, not of the recorder.
                if kept >= sent:
                    low, highest[tool] = middle + 1, max(highest[tool], actual)
                    if actual < 0.9 * RATES[middle]:
                        break
                else:
                    high = middle
        for peer in ["tcpdump -w", "dumpcap"]:
            if peer in highest:
                bench.row(f"frames per second, all kept, buffer {buffer} MiB", highest["sonde"], peer, highest[peer], show=per_second)
