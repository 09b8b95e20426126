"""Measures sonde beside its peers and prints one table: python3 -B Benchmarks BINARY [PART...]; `help` lists the parts."""
import importlib
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Bench, load  # noqa: E402

PARTS = ["start", "size", "sockets", "capture", "probe", "path", "echo", "serve", "live", "scale"]
LIMIT = 600


def main(words):
    if not words or words[0] in ("-h", "--help"):
        sys.exit(__doc__)
    parts = {name: importlib.import_module(f"parts.{name}") for name in PARTS}
    if "help" in words[1:]:
        for name, part in parts.items():
            print(f"  {name:8} {part.ABOUT}")
        return 0
    chosen = words[1:] or PARTS
    for name in chosen:
        if name not in parts:
            print(f"no part {name!r}; there are: {', '.join(PARTS)}", file=sys.stderr)
            return 64
    seconds = sum(parts[name].SECONDS for name in chosen)
    disk = max(parts[name].DISK_MIB for name in chosen)
    rootless = "" if os.geteuid() == 0 else "; without root, parts that need a network namespace are left out"
    print(f"This takes about {(seconds + 59) // 60} minutes, at most {LIMIT // 60}, and {disk} MiB in {Bench.place()}{rootless}.")
    print(f"{os.cpu_count()} processors, load {load()} before. Use the machine for nothing else meanwhile.", flush=True)
    started = time.monotonic()
    with Bench(words[0], started + LIMIT) as bench:
        for name in chosen:
            if bench.is_late():
                bench.missing[name] = "no time left; run it alone"
                continue
            bench.start_part(name, parts[name].SECONDS)
            try:
                parts[name].run(bench)
            except Exception as error:  # One part that fails does not take the others with it.
                bench.leave_out("the rest", f"{type(error).__name__}: {error}")
        bench.finish()
    print(f"{time.monotonic() - started:.0f} s, load {load()} after.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
