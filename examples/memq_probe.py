"""Records what a Python process has no file format for, as files that `memq import` reads.

    import memq_probe

    probe = memq_probe.Probe("run")       # files run.log, run.marks, …
    probe.start(every=0.5)                # RSS and garbage collections into run.log
    probe.mark("request 17")              # a line of run.marks, for `memq import --marks run.marks`
    probe.types()                         # counts by type, a block of run.types.txt
    probe.snapshot()                      # a tracemalloc snapshot, run-1.pickle and so on
    probe.objects()                       # every object with its size and references, run.objects.jsonl
    probe.stop()

or, without a change to the program: `python memq_probe.py [--every S] [--objects] program.py ARGUMENTS`.

Only the standard library is needed; with psutil there, RSS and VMS are psutil's. Methods may be called
from any thread. Object files hold types, sizes and references; names of classes, modules and functions;
and no values, because values hold secrets.
"""

import atexit
import collections
import datetime
import gc
import json
import os
import sys
import threading
import time
import tracemalloc
import types

try:
    import psutil
except ImportError:
    psutil = None

_SIZED = (list, tuple, dict, set, frozenset, str, bytes, bytearray)
_NAMED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


class Probe:
    """Writes PREFIX.log, PREFIX.marks, PREFIX.types.txt, PREFIX-N.pickle and PREFIX.objects.jsonl."""

    def __init__(self, prefix="probe"):
        self.prefix = prefix
        self._lock = threading.Lock()
        self._log = None
        self._marks = None
        self._done = threading.Event()
        self._thread = None
        self._before = None
        self._collections = collections.deque()
        self._snapshots = 0

    # -- series ------------------------------------------------------------------------------

    def start(self, every=1.0, trace=0):
        """Logs RSS every so many seconds, and each collection of generation 1 and 2.

        With `trace`, tracemalloc keeps that many frames of each allocation, for `snapshot`.
        """
        if trace:
            tracemalloc.start(trace)
        self._log = open(self.prefix + ".log", "w", buffering=1)
        gc.callbacks.append(self._collected)
        self._sample()
        self._thread = threading.Thread(target=self._run, args=(every,), name="probe", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self):
        """Writes a last sample and closes the files. Calling it twice does no harm."""
        if self._thread is None:
            return
        self._done.set()
        self._thread.join()
        self._thread = None
        gc.callbacks.remove(self._collected)
        self._sample()
        self._log.close()
        if self._marks:
            self._marks.close()
            self._marks = None
        atexit.unregister(self.stop)

    def _run(self, every):
        while not self._done.wait(every):
            self._sample()

    def _sample(self):
        # The callback of the collector only keeps what it sees; lines are written here.
        while self._collections:
            moment, text = self._collections.popleft()
            self._write(moment, text)
        now = time.time()
        self._write(now, "memory: " + _memory())
        self._write(now, "gc stats: %r" % ([
            {key: row[key] for key in ("collections", "collected", "uncollectable")}
            for row in gc.get_stats()],))

    def _write(self, moment, text):
        with self._lock:
            self._log.write("%s [%d] INFO memq_probe %s\n" % (_stamp(moment), os.getpid(), text))

    def _collected(self, phase, info):
        if phase == "start":
            self._before = gc.get_count(), time.perf_counter()
        elif self._before and info["generation"] > 0:
            count, began = self._before
            self._collections.append((time.time(), "gc count: %r -> %r" % (count, gc.get_count())))
            self._collections.append((time.time(), "gc: done, %d unreachable, %d uncollectable, %.4fs elapsed" % (
                info["collected"] + info["uncollectable"], info["uncollectable"],
                time.perf_counter() - began)))

    # -- marks -------------------------------------------------------------------------------

    def mark(self, name):
        """Notes that something begins now, such as a request: a line `TIME NAME`."""
        with self._lock:
            if self._marks is None:
                self._marks = open(self.prefix + ".marks", "w", buffering=1)
            self._marks.write("%.6f %s\n" % (time.time(), " ".join(str(name).split())))

    # -- moments -----------------------------------------------------------------------------

    def types(self, most=50):
        """Appends how many objects of each type the garbage collector follows."""
        counts = collections.Counter(type(each).__name__ for each in gc.get_objects())
        rows = counts.most_common(most)
        width = max(len(name) for name, _ in rows)
        with open(self.prefix + ".types.txt", "a") as file:
            file.write("%s INFO types\n" % _stamp(time.time()))
            for name, count in rows:
                file.write("%-*s %d\n" % (width, name, count))
            file.write("\n")

    def snapshot(self):
        """Dumps a tracemalloc snapshot and returns its path. `start(trace=10)` comes first."""
        self._snapshots += 1
        path = "%s-%d.pickle" % (self.prefix, self._snapshots)
        tracemalloc.take_snapshot().dump(path)
        return path

    def objects(self, *roots):
        """Writes one JSON line for each object that can be reached from the roots, and returns the path.

        Without roots these are all objects that the collector follows. From roots, classes, modules
        and functions are not entered: nearly everything can be reached through them.
        The program waits meanwhile: some five seconds for a million objects, and thirty times as
        long while tracemalloc looks on.
        """
        path = self.prefix + ".objects.jsonl"
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            with open(path, "w") as file:
                _write_graph(file, list(roots) or gc.get_objects(), () if not roots else _NAMED)
        finally:
            if was_enabled:
                gc.enable()
        return path


def _write_graph(file, found, closed):
    seen = {id(each) for each in found}
    quoted = {}
    # What this walk made itself is no part of the program.
    own = {id(found), id(seen), id(quoted), id(file), id(sys._getframe())}
    own.add(id(own))
    seen |= own
    while found:
        each = found.pop()
        if id(each) in own:
            continue
        kind = type(each).__name__
        if kind not in quoted:
            quoted[kind] = json.dumps(kind)
        extra = ""
        if isinstance(each, _SIZED):
            extra = ', "len": %d' % len(each)
        elif isinstance(each, _NAMED):
            extra = ', "name": ' + json.dumps(str(getattr(each, "__name__", "")))
        references = [] if isinstance(each, closed) else gc.get_referents(each)
        file.write('{"address": %d, "type": %s, "size": %d%s, "refs": [%s]}\n' % (
            id(each), quoted[kind], sys.getsizeof(each, 0), extra,
            ", ".join([str(id(other)) for other in references if id(other) not in own])))
        for other in references:
            if id(other) not in seen:
                seen.add(id(other))
                found.append(other)


def _memory():
    if psutil:
        info = psutil.Process().memory_info()
        return "pmem(rss=%d, vms=%d)" % (info.rss, info.vms)
    try:
        with open("/proc/self/statm") as file:
            pages = [int(word) for word in file.read().split()[:2]]
        size = os.sysconf("SC_PAGE_SIZE")
        return "pmem(rss=%d, vms=%d)" % (pages[1] * size, pages[0] * size)
    except OSError:
        import resource  # Not on Windows; macOS has no /proc. Its unit there is the byte.

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return "peak memory: %d %s" % (peak, "bytes" if sys.platform == "darwin" else "KB")


def _stamp(moment):
    zoned = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    return zoned.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def main():
    """Runs a program with a probe beside it."""
    import argparse
    import runpy

    parser = argparse.ArgumentParser(description="Run a program and record its memory for memq.")
    parser.add_argument("--prefix", default="probe", help="what the files' names begin with")
    parser.add_argument("--every", type=float, default=1.0, metavar="S", help="seconds between samples")
    parser.add_argument("--trace", type=int, default=0, metavar="N",
                        help="keep N frames of each allocation and dump a snapshot at the end")
    parser.add_argument("--objects", action="store_true", help="dump the object graph at the end")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    sys.argv = [options.program] + options.arguments
    sys.path.insert(0, os.path.dirname(os.path.abspath(options.program)))
    probe = Probe(options.prefix)
    probe.start(options.every, options.trace)
    probe.types()
    namespace = {}
    try:
        # Its globals must outlive the run, or there is nothing left to look at.
        namespace = runpy.run_path(options.program, run_name="__main__")
    finally:
        probe.types()
        if options.trace:
            probe.snapshot()
            tracemalloc.stop()
        if options.objects:
            probe.objects()
        probe.stop()
        namespace.clear()


if __name__ == "__main__":
    main()
