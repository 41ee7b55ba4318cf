"""Programs that are timed in turn, and whether anything else ran beside them."""
import json
import os
import subprocess
import time

IDLE = 0.93  # of all cores, before a turn
OTHERS = 0.05  # of all cores, that others may have used during a turn
CORES = os.cpu_count() or 1
TICK = os.sysconf("SC_CLK_TCK")


class Unsupported(Exception):
    """This machine has no such thing; the reason is for people."""


class Failed(Exception):
    """A worker died or could not be started."""


def busy_seconds():
    """What all cores have worked since boot."""
    with open("/proc/stat", encoding="ascii") as f:
        field = [int(x) for x in f.readline().split()[1:9]]
    return (sum(field) - field[3] - field[4]) / TICK  # without idle and iowait


def idle_share(seconds):
    before, start = busy_seconds(), time.monotonic()
    time.sleep(seconds)
    return 1 - (busy_seconds() - before) / ((time.monotonic() - start) * CORES)


def wait_until_idle(quick):
    """Wait for a quiet second, two minutes at most; the idle share that was seen."""
    if quick:
        return idle_share(0.1)
    for _ in range(120):
        share = idle_share(1.0)
        if share >= IDLE:
            break
    return share


class Worker:
    """A program that prints a JSON object when it is ready and one for each line it gets."""

    def __init__(self, argv, env=None):
        self.name = os.path.basename(argv[0])
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(env or {})})
        self.told = self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.name} ended with status {self.process.wait()}")
        answer = json.loads(line)
        if "unsupported" in answer:
            raise Unsupported(answer["unsupported"])
        return answer

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._read()

    def turn(self, line, quick):
        """Ask when the machine is quiet: the answer, with `idle` before and `others` during."""
        idle = wait_until_idle(quick)
        busy, start = busy_seconds(), time.monotonic()
        answer = self.ask(line)
        wall = time.monotonic() - start
        own = answer.get("cpu_ms", 0.0) / 1e3
        answer["idle_before"] = round(idle, 3)
        answer["others"] = round(max(0.0, (busy_seconds() - busy - own) / (wall * CORES)), 3)
        answer["quiet"] = idle >= IDLE and answer["others"] <= OTHERS
        return answer

    def peak_rss_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as f:
            return next(int(line.split()[1]) / 1e3 for line in f if line.startswith("VmHWM"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_once(argv, quick):
    """Run a program to its end: wall and CPU seconds, largest memory, its output."""
    idle = wait_until_idle(quick)
    busy, start = busy_seconds(), time.monotonic()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
        out, err = p.stdout.read(), p.stderr.read()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if p.returncode != 0:
        raise Failed(f"{' '.join(argv[:2])}: {err.decode(errors='replace').strip()}")
    cpu = usage.ru_utime + usage.ru_stime
    others = max(0.0, (busy_seconds() - busy - cpu) / (wall * CORES))
    return {"wall_s": wall, "cpu_s": cpu, "rss_mb": usage.ru_maxrss / 1e3, "quiet": idle >= IDLE and others <= OTHERS,
            "out": out}
