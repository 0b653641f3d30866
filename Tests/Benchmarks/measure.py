"""Runs whole processes, keeps medians of wall and CPU time, prints a table of bars."""

import os
import statistics
import subprocess
import sys
import time

RUNS = 5


class Result:
    """Medians of some runs: wall and CPU seconds; the greatest resident set in MB."""

    def __init__(self, runs):
        self.wall = statistics.median(run[0] for run in runs)
        self.cpu = statistics.median(run[1] for run in runs)
        self.megabytes = max(run[2] for run in runs)
        self.output = runs[-1][3]


def once(arguments, output=subprocess.PIPE):
    """One process: wall seconds, CPU seconds, greatest resident set in MB, what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT)
    text = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: {arguments} failed: {text[-500:].decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def run(arguments, runs=RUNS, before=lambda: None):
    """The same process several times, `before` in front of each."""
    results = []
    for _ in range(runs):
        before()
        results.append(once(arguments))
    return Result(results)


def interleaved(first, second, runs=RUNS, before=lambda: None):
    """Two processes by turns, so that both meet the same machine."""
    firsts, seconds = [], []
    for _ in range(runs):
        before()
        firsts.append(once(first))
        seconds.append(once(second))
    return Result(firsts), Result(seconds)


def repeated(body, runs=RUNS):
    """Something within this process, once to warm up and then several times."""
    body()
    results = []
    for _ in range(runs):
        start, cpu = time.perf_counter(), time.process_time()
        body()
        results.append((time.perf_counter() - start, time.process_time() - cpu, 0, b""))
    return Result(results)


class Table:
    """A Markdown table, printed as it grows."""

    def __init__(self, title):
        print(f"\n## {title}\n\n| work | memq | against | ratio | bar | |\n|---|---|---|---|---|---|")

    def row(self, work, memq, against, ratio, bar, limit=None):
        """A row; `limit` is what `ratio` must not pass."""
        held = "" if limit is None else "holds" if ratio <= limit else "MISSED"
        shown = "" if ratio is None else f"{ratio:.2f}"
        print(f"| {work} | {memq} | {against} | {shown} | {bar} | {held} |", flush=True)

    def over_start(self, work, result, start, limit):
        """A question against a time over process start, in milliseconds."""
        over = (result.wall - start.wall) * 1e3
        cpu = (result.cpu - start.cpu) * 1e3
        self.row(
            work, f"{over:.1f} ms ({cpu:.1f} CPU)", "process start",
            over / limit, f"≤ {limit} ms over start", 1)

    def against(self, work, result, other, name, limit, bar):
        """Two results, by wall time; CPU time beside it."""
        self.row(
            work, f"{result.wall * 1e3:.0f} ms ({result.cpu * 1e3:.0f} CPU)",
            f"{name} {other.wall * 1e3:.0f} ms ({other.cpu * 1e3:.0f} CPU)",
            result.wall / other.wall, bar, limit)
