"""Runs commands in turns, so that whatever else the machine does meets all of them, and prints one row per comparison."""
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
HEADINGS = ["part", "measured", "sonde", "peer", "its value", "ratio", "goal", "", "rounds", "load"]
WIDTHS = [8, 54, 11, 26, 11, 7, 8, 6, 6, 5]


def load():
    return os.getloadavg()[0].__format__(".1f")


class Run(NamedTuple):
    seconds: float
    processor: float
    peak_mib: float
    output: bytes
    code: int


class Times(NamedTuple):
    """What the runs of one command took: the best of each figure."""

    seconds: float
    processor: float
    peak_mib: float
    rounds: int


class Bench:
    def __init__(self, binary, deadline):
        self.sonde = os.path.realpath(binary)
        self.deadline = deadline
        self.part = ""
        self.part_ends = deadline
        self.missing = {}
        self.is_root = os.geteuid() == 0

    @staticmethod
    def place():
        return os.environ.get("TMPDIR", "/tmp")

    def __enter__(self):
        # An unprivileged sonde writes captures here.
        self.work = tempfile.mkdtemp(prefix="sonde-bench.", dir=self.place())
        os.chmod(self.work, 0o755)
        self.started = []
        self.namespaces = []
        self.sonde = self.installed(self.sonde)
        signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        return self

    def __exit__(self, *_):
        # A second signal, as timeout(1) sends it, must not leave namespaces behind.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.clean()
        shutil.rmtree(self.work, ignore_errors=True)

    def clean(self):
        """Ends what the part started, and removes its namespaces and files."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        self.started = []
        for name in self.namespaces:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)
        self.namespaces = []
        for name in os.listdir(self.work):
            if not os.access(self.path(name), os.X_OK):
                os.unlink(self.path(name))

    def installed(self, binary):
        """A copy as `make install` makes it: without symbols, and without folders in which each start would look for libraries."""
        copy = self.path("sonde")
        if not shutil.which("strip") or subprocess.run(["strip", "-o", copy, binary]).returncode != 0:
            self.leave_out("what make install makes", "no strip; the binary is measured as it was built")
            return binary
        subprocess.run([os.path.join(HERE, "..", "scripts", "clean-binary.sh"), copy], check=True)
        return copy

    def path(self, name):
        return os.path.join(self.work, name)

    # The table

    def start_part(self, name, seconds):
        if not self.part:
            self.print_row(HEADINGS)
            self.print_row(["-" * width for width in WIDTHS])
        else:
            self.clean()
        self.part = name
        self.part_ends = min(self.deadline, time.monotonic() + 1.5 * seconds)

    def finish(self):
        for name, why in self.missing.items():
            print(f"not measured: {name}: {why}")

    def leave_out(self, name, why):
        self.missing[f"{self.part}, {name}" if self.part else name] = why

    def is_late(self):
        """Whether all the time is used, so that what follows is left out."""
        return time.monotonic() > self.deadline - 5

    @staticmethod
    def print_row(cells):
        print("  ".join(f"{cell:{width}}" for cell, width in zip(cells, WIDTHS)).rstrip(), flush=True)

    def row(self, measured, ours, peer="", theirs=None, *, show=None, goal=None, ratio=None, rounds=1):
        """One comparison. The goal, `<= 1.2` or `>= 0.97`, is that of the ratio, which is ours to theirs unless given."""
        show = show or seconds_text
        if ratio is None and theirs:
            ratio = ours / theirs
        self.print_row([
            self.part, measured, show(ours), peer, show(theirs) if theirs is not None else "",
            f"{ratio:.3g}" if ratio is not None else "", goal or "",
            ("met" if is_met(goal, ratio) else "missed") if goal and ratio is not None else "", str(rounds), load(),
        ])

    def against(self, measured, times, peer, goal=None, ours="sonde", label=None):
        """A row of the times of two commands of one `best`; none where the peer was not measured."""
        if ours in times and peer in times:
            mine, other = times[ours], times[peer]
            self.row(measured, mine.seconds, label or peer, other.seconds, goal=goal, rounds=mine.rounds)

    # Programs

    def tool(self, name, *words):
        """The command, or nothing where the tool is not installed, which the end of the table says."""
        found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if not found:
            self.leave_out(name, "not installed")
            return None
        return [found, *words]

    def compiled(self, name, *libraries):
        """Builds Benchmarks/c/NAME.c; nothing where that fails."""
        program = self.path(name)
        if os.path.exists(program):
            return program
        compiler = shutil.which("clang") or shutil.which("cc")
        command = [compiler or "cc", "-O2", "-o", program, os.path.join(HERE, "c", name + ".c"), *libraries]
        result = subprocess.run(command, capture_output=True, text=True) if compiler else None
        if result is None or result.returncode != 0:
            self.leave_out(name, result.stderr.strip().splitlines()[0] if result else "no C compiler")
            return None
        return program

    # Runs

    def run(self, command, *, input=None, timeout=None, keep=False, pin=None, inside=None):
        """One run. `pin` is the only processor it may use; `inside` a namespace; a pipe may be its input."""
        if inside:
            command = ["ip", "netns", "exec", inside, *command]
        output = tempfile.TemporaryFile() if keep else subprocess.DEVNULL
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdin=input or subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT if keep == "all" else subprocess.DEVNULL,
            preexec_fn=(lambda: os.sched_setaffinity(0, {pin})) if pin is not None else None)
        alarm = Alarm(process, timeout or max(5, self.deadline - start))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        alarm.cancel()
        text = b""
        if keep:
            output.seek(0)
            text = output.read()
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text, process.returncode)

    def best(self, commands, rounds=10, seconds=10, **options):
        """The best of each command over rounds in which each has its turn; as many rounds as fit the time, at least one."""
        commands = {name: command for name, command in commands.items() if command}
        runs = {name: [] for name in commands}
        until = min(time.monotonic() + seconds, self.part_ends)
        for done in range(rounds):
            if done and time.monotonic() > until or self.is_late():
                break
            for name, command in commands.items():
                runs[name].append(self.run(command, **options))
        return {
            name: Times(min(run.seconds for run in all), min(run.processor for run in all), max(run.peak_mib for run in all), len(all))
            for name, all in runs.items() if all
        }

    def start(self, command, inside=None, ready=None):
        """Starts a server. `ready` is what its output contains once it runs; what follows it in the line is the result."""
        if inside:
            command = ["ip", "netns", "exec", inside, *command]
        output = tempfile.TemporaryFile()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        self.started.append(process)
        for _ in range(200):
            text = os.pread(output.fileno(), 65536, 0).decode(errors="replace")
            if ready and ready in text:
                return process, text.split(ready, 1)[1].split("\n")[0].strip()
            if not ready or process.poll() is not None:
                break
            time.sleep(0.05)
        return process, ""

    def stop(self, process, number=signal.SIGINT):
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process in self.started:
            self.started.remove(process)

    # Networks

    def needs_root(self):
        """True with root; otherwise the part is named as left out."""
        if not self.is_root:
            self.leave_out("all of it", "needs root, for network namespaces")
        return self.is_root

    def chain(self, count):
        """Namespaces in a row, each joined to the next: link N has 10.78.N.1 on its left and 10.78.N.2 on its right."""
        names = [f"sonde-bench-{os.getpid()}-{node}" for node in range(count)]
        for name in names:
            self.ip("netns", "add", name)
            self.namespaces.append(name)
            self.ip("-n", name, "link", "set", "lo", "up")
        for link in range(1, count):
            left, right = names[link - 1], names[link]
            self.ip("-n", left, "link", "add", "right", "type", "veth", "peer", "name", "left", "netns", right)
            self.ip("-n", left, "addr", "add", f"10.78.{link}.1/24", "dev", "right")
            self.ip("-n", right, "addr", "add", f"10.78.{link}.2/24", "dev", "left")
            self.ip("-n", left, "link", "set", "right", "up")
            self.ip("-n", right, "link", "set", "left", "up")
        for node in range(count):
            if 0 < node < count - 1:
                self.shell(names[node], "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0")
            if node < count - 1:
                self.ip("-n", names[node], "route", "add", "default", "via", f"10.78.{node + 1}.2")
            elif node:
                self.ip("-n", names[node], "route", "add", "default", "via", f"10.78.{node}.1")
            if 1 < node < count - 1:
                self.ip("-n", names[node], "route", "add", "10.78.1.0/24", "via", f"10.78.{node}.1")
        return names

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    @staticmethod
    def shell(inside, script, **options):
        subprocess.run(["ip", "netns", "exec", inside, "sh", "-c", script], check=True, **options)


class Alarm:
    """Ends a process that runs for longer than its time."""

    def __init__(self, process, seconds):
        self.timer = threading.Timer(seconds, process.kill)
        self.timer.daemon = True
        self.timer.start()

    def cancel(self):
        self.timer.cancel()


def seconds_text(value):
    return f"{value:.2f} s" if value >= 10 else f"{value * 1e3:.0f} ms" if value >= 0.1 else f"{value * 1e3:.2f} ms"


def per_second(value):
    return f"{value:,.0f}/s"


def mib(value):
    return f"{value:.1f} MiB"


def median(values):
    return statistics.median(values)


def is_met(goal, ratio):
    relation, bound = goal.split()
    return ratio <= float(bound) if relation == "<=" else ratio >= float(bound)
