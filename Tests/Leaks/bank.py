#!/usr/bin/env python3
"""Records small programs that lose memory, and some that do not, and asks memq's `suspects`.

    bank.py --memq .build/release/memq [--python PYTHON] [--keep FOLDER] [--only WORD] [--jobs N] [--allocators]

Every way to lose memory is recorded with every ending: killed, left as it is, cleared, and so on.
PYTHON must have memray. A leak is found when the line marked LEAK ranks first; on a clean program
nothing may be found. The last lines say how many of each were; the exit status is 1 when any missed.
"""

import argparse
import concurrent.futures
import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile

# What every program begins with: STEPS steps of PAUSE seconds.
HEAD = """\
import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = {steps}, {pause}
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
"""

# Ways to lose memory: what is defined, `step(i)`, and what lets go of everything.
LEAKS = {
    "global_list": (
        "def step(i):\n    kept.append(bytearray(2000))  # LEAK\n",
        "kept.clear()\n",
    ),
    "cache": (
        "cache = {}\ndef page(i):\n    return ('<p>%d</p>' % i) * 300  # LEAK\n"
        "def step(i):\n    if i not in cache: cache[i] = page(i)\n",
        "cache.clear()\n",
    ),
    "lru_cache": (
        "import functools\n@functools.lru_cache(maxsize=None)\ndef table(i):\n"
        "    return bytes(2500 + i % 3)  # LEAK\n"
        "def step(i): table(i)\n",
        "table.cache_clear()\n",
    ),
    "cycles": (
        "gc.disable()\nclass Node:\n    def __init__(self):\n        self.me = self\n"
        "        self.data = bytearray(2200)  # LEAK\n"
        "def step(i): Node()\n",
        "gc.collect()\n",
    ),
    "closures": (
        "callbacks = []\ndef make(i):\n    data = bytearray(1900)  # LEAK\n"
        "    def call(): return len(data)\n    return call\n"
        "def step(i): callbacks.append(make(i))\n",
        "del callbacks[:]\n",
    ),
    "listeners": (
        "class Bus:\n    listeners = []\nclass View:\n    def __init__(self, bus):\n"
        "        self.pixels = bytearray(2600)  # LEAK\n        bus.listeners.append(self.changed)\n"
        "    def changed(self): pass\n"
        "def step(i): View(Bus)\n",
        "Bus.listeners.clear()\n",
    ),
    "handlers": (
        "log = logging.getLogger('app')\nlog.setLevel(logging.ERROR)\n"
        "def step(i):\n    stream = io.BytesIO(bytes(2100))  # LEAK\n"
        "    log.addHandler(logging.StreamHandler(stream))\n",
        "log.handlers.clear(); gc.collect(); logging.shutdown()\n",
    ),
    "queue": (
        "jobs = queue.Queue()\ndef step(i):\n    jobs.put(bytes(2300))  # LEAK\n"
        "    if i % 5 == 0: jobs.get()\n",
        "while not jobs.empty(): jobs.get()\n",
    ),
    "connections": (
        "def step(i):\n    if i % 4: return\n"
        "    connection = sqlite3.connect(':memory:')  # LEAK\n"
        "    connection.execute('create table t (a)')  # LEAK\n    kept.append(connection)\n",
        "for one in kept: one.close()\nkept.clear()\n",
    ),
    "files": (
        "folder = tempfile.mkdtemp()\ndef step(i):\n"
        "    kept.append(open(os.path.join(folder, 'f'), 'wb', buffering=4096))  # LEAK\n"
        "    if len(kept) > 900: raise SystemExit\n",
        "for one in kept: one.close()\nkept.clear()\n",
    ),
    "sockets": (
        "class Client:\n    def __init__(self):\n        self.socket = socket.socket()\n"
        "        self.buffer = bytearray(2048)  # LEAK\n"
        "def step(i):\n    if i % 2 == 0: kept.append(Client())\n",
        "for one in kept: one.socket.close()\nkept.clear()\n",
    ),
    "extension": (
        "import ctypes, zlib\ndef step(i):\n"
        "    kept.append(zlib.compressobj(1, zlib.DEFLATED, 9, 1))  # LEAK\n",
        "kept.clear()\n",
    ),
    "requests": (
        "sessions = {}\ndef handle(i):\n    user = 'user-%d' % i\n"
        "    body = ''.join('line %d ' % n for n in range(60))\n"
        "    sessions[user] = {'body': body * 4, 'seen': [i]}  # LEAK\n    return user\n"
        "def step(i): handle(i)\n",
        "sessions.clear()\n",
    ),
    "sawtooth": (
        "trail = []\nbatch = []\ndef step(i):\n    batch.append(bytearray(20000))\n"
        "    if len(batch) >= 40: batch.clear()\n"
        "    trail.append(bytes(900))  # LEAK\n",
        "batch.clear(); trail.clear()\n",
    ),
    "after_warm_up": (
        "warm = [bytearray(5000) for _ in range(400)]\ndef step(i):\n"
        "    if i == STEPS // 2: warm.clear()\n"
        "    kept.append(bytearray(1500))  # LEAK\n",
        "kept.clear()\n",
    ),
}

LOOP = "for i in range(STEPS):\n    step(i)\n    work(i)\n    time.sleep(PAUSE)\n"

# How programs end: text after the work, with FREE for what lets go of everything.
ENDINGS = {
    "killed": "os.kill(os.getpid(), 9)\n",
    "plain": "",
    "cleared": "FREE",
    "cleared_then_sleep": "FREEtime.sleep(STEPS * PAUSE * 0.4)\n",
    "sleep_then_cleared": "time.sleep(STEPS * PAUSE * 0.3)\nFREE",
    "slowly": (
        "import itertools\ndef let_go():\n"
        "    for one in (kept, globals().get('callbacks'), globals().get('trail'), globals().get('batch')):\n"
        "        while one:\n            del one[:max(1, len(one) // 8)]\n            time.sleep(PAUSE * STEPS * 0.03)\n"
        "    for one in (globals().get('cache'), globals().get('sessions')):\n"
        "        while one:\n            for key in list(one)[:max(1, STEPS // 10)]: del one[key]\n"
        "            time.sleep(PAUSE * STEPS * 0.03)\n"
        "let_go()\nFREE"
    ),
    "report": (
        "import json, statistics, decimal\n"
        "report = json.dumps({'n': [len(str(n)) for n in range(3000)]})\nFREE"
        "print(statistics.mean([1, 2, 3]), len(report), file=sys.stderr)\ntime.sleep(PAUSE * STEPS * 0.1)\n"
    ),
    "in_function": None,
    "executor": None,
    "workers": None,
    "atexit": None,
}

# Programs in which nothing is lost.
CLEAN = {
    "warm_up": (
        "cache = {}\nfor i in range(STEPS):\n    key = i if i < STEPS // 4 else i % (STEPS // 4)\n"
        "    if key not in cache: cache[key] = bytes(4000)\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "bounded_cache": (
        "import functools\n@functools.lru_cache(maxsize=60)\ndef table(i): return bytes(4000)\n"
        "for i in range(STEPS):\n    table(i)\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "sawtooth": (
        "batch = []\nfor i in range(STEPS):\n    batch.append(bytes(9000))\n"
        "    if len(batch) >= STEPS // 8: batch.clear()\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "sawtooth_ends_on_top": (
        "batch = []\nfor i in range(STEPS):\n    batch.append(bytes(9000))\n"
        "    if len(batch) >= STEPS * 2 // 13: batch.clear()\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "pool": (
        "pool = [bytearray(8000) for _ in range(50)]\nfor i in range(STEPS):\n"
        "    one = pool.pop()\n    one[0] = 1\n    work(i)\n    pool.append(one)\n    time.sleep(PAUSE)\n"
    ),
    "batch_jobs": (
        "for job in range(6):\n    rows = []\n    for i in range(STEPS // 6):\n"
        "        rows.append(bytes(5000))\n        work(i)\n        time.sleep(PAUSE)\n    rows.clear()\n"
    ),
    "three_batches": (
        "for job in range(3):\n    rows = []\n    for i in range(STEPS // 3):\n"
        "        rows.append(bytes(5000))\n        work(i)\n        time.sleep(PAUSE)\n    rows.clear()\n"
    ),
    "two_batches": (
        "for job in range(2):\n    rows = []\n    for i in range(STEPS // 2):\n"
        "        rows.append(bytes(5000))\n        work(i)\n        time.sleep(PAUSE)\n    rows.clear()\n"
    ),
    "load_then_process": (
        "rows = [bytes(6000) for _ in range(STEPS)]\nfor i in range(STEPS):\n"
        "    rows.pop()\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "warm_up_freed": (
        "warm = []\nfor i in range(STEPS // 2):\n    warm.append(bytes(6000))\n    time.sleep(PAUSE)\nwarm.clear()\n"
        "for i in range(STEPS):\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "churn": (
        "import random\nrandom.seed(4)\nlive = collections.deque()\nfor i in range(STEPS):\n"
        "    live.append(bytes(random.randrange(1000, 9000)))\n"
        "    if len(live) > 40: live.popleft()\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "threads_pool": (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
        "    for i in range(STEPS):\n        pool.submit(work, i)\n        time.sleep(PAUSE)\n"
    ),
    "threads_that_end": (
        "for i in range(STEPS // 4):\n    one = threading.Thread(target=work, args=(i,))\n"
        "    one.start()\n    one.join()\n    time.sleep(PAUSE * 4)\n"
    ),
    "connections_closed": (
        "for i in range(STEPS):\n    one = sqlite3.connect(':memory:')\n    one.execute('create table t (a)')\n"
        "    one.close()\n    time.sleep(PAUSE)\n"
    ),
    "cycles_collected": (
        "gc.set_threshold(200)\nclass Node:\n    def __init__(self):\n        self.me = self\n"
        "        self.data = bytearray(2200)\nfor i in range(STEPS):\n    Node()\n    [[] for _ in range(40)]\n"
        "    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "queue_drained": (
        "jobs = queue.Queue()\nfor i in range(STEPS):\n    jobs.put(bytes(3000))\n"
        "    if i % 20 == 19:\n        while not jobs.empty(): jobs.get()\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "late_imports": (
        "for i in range(STEPS):\n    if i == STEPS // 2: import xml.dom.minidom, http.client, unittest\n"
        "    work(i)\n    time.sleep(PAUSE)\n"
    ),
    "log_buffer": (
        "import logging.handlers\nlog = logging.getLogger('app')\n"
        "log.addHandler(logging.handlers.MemoryHandler(50, target=logging.NullHandler()))\n"
        "for i in range(STEPS):\n    log.error('x' * 3000)\n    work(i)\n    time.sleep(PAUSE)\n"
    ),
}

CLEAN_ENDINGS = {
    "killed": "os.kill(os.getpid(), 9)\n",
    "plain": "",
    "sleep": "time.sleep(STEPS * PAUSE * 0.3)\n",
    "tidy": (
        "for name in [n for n in globals() if n in ('cache', 'batch', 'pool', 'rows', 'live', 'jobs', 'warm')]:\n"
        "    del globals()[name]\n    time.sleep(PAUSE * STEPS * 0.05)\ngc.collect()\ntime.sleep(PAUSE * STEPS * 0.1)\n"
    ),
}

# Threads that never end until they are told to.
THREADS = """\
stop = threading.Event()
def wait(i):
    data = bytearray(20000)
    stop.wait()
threads = []
for i in range(60):
    one = threading.Thread(target=wait, args=(i,), daemon=True)
    one.start()  # LEAK
    threads.append(one)
    for n in range(5):
        work(n)
        time.sleep(PAUSE)
"""
THREAD_ENDINGS = {
    "killed": "os.kill(os.getpid(), 9)\n",
    "told": "stop.set()\nfor one in threads: one.join()\n",
    "told_then_sleep": "stop.set()\nfor one in threads: one.join()\ntime.sleep(0.6)\n",
    "sleep_then_told": "time.sleep(0.5)\nstop.set()\nfor one in threads: one.join()\n",
}

WORKERS = """\
done = [threading.Event() for _ in range(4)]
def worker(number):
    mine = []
    i = 0
    while not done[number].is_set():
        mine.append(bytearray(2000))  # LEAK
        work(i)
        i += 1
        time.sleep(PAUSE * 2)
    mine.clear()
threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
for one in threads: one.start()
time.sleep(STEPS * PAUSE)
for n in range(4):
    done[n].set()
    threads[n].join()
    time.sleep(STEPS * PAUSE * GAP)
"""


def endings_of(leak, body, free):
    """Each ending's name and the program's text after the head."""
    for name, ending in ENDINGS.items():
        if name == "in_function":
            inner = (body + LOOP).replace("\n", "\n    ").rstrip()
            if leak in ("cache", "global_list", "requests"):
                inner = inner.replace("kept.append", "kept.append")
                yield name, "def main():\n    kept = []\n    " + inner + "\n    return 0\nmain()\ntime.sleep(STEPS * PAUSE * 0.1)\n"
        elif name == "executor":
            if leak in ("global_list", "cache", "closures", "queue", "requests"):
                yield name, body + (
                    "from concurrent.futures import ThreadPoolExecutor\n"
                    "with ThreadPoolExecutor(3) as pool:\n    for i in range(STEPS):\n"
                    "        pool.submit(step, i)\n        pool.submit(work, i)\n        time.sleep(PAUSE)\n"
                ) + free + "gc.collect()\ntime.sleep(STEPS * PAUSE * 0.15)\n"
        elif name == "workers":
            continue
        elif name == "atexit":
            if leak in ("global_list", "cache", "listeners", "connections"):
                code = "import atexit\ndef close():\n    " + free.replace("\n", "\n    ").rstrip() + "\natexit.register(close)\n"
                yield name, body + code + LOOP + "atexit._run_exitfuncs()\n"
        else:
            yield name, body + LOOP + ending.replace("FREE", free)


def programs(steps, pause):
    """Every program: its name, its text, and whether it loses memory."""
    head = HEAD.format(steps=steps, pause=pause)
    for leak, (body, free) in LEAKS.items():
        for ending, text in endings_of(leak, body, free):
            yield f"leak-{leak}-{ending}", head + text, True
    for ending, text in THREAD_ENDINGS.items():
        yield f"leak-threads-{ending}", head + THREADS + text, True
    for name, gap in (("quick", 0.02), ("slow", 0.08)):
        yield f"leak-workers-{name}", head + WORKERS.replace("GAP", str(gap)), True
    for name, body in CLEAN.items():
        for ending, text in CLEAN_ENDINGS.items():
            yield f"clean-{name}-{ending}", head + body + text, False


def lines_of(text):
    return [n for n, line in enumerate(text.split("\n"), 1) if "# LEAK" in line]


def record(python, folder, name, text, options=()):
    capture = folder / f"{name}.bin"
    if capture.exists():
        return capture
    source = folder / f"{name}.py"
    source.write_text(text)
    subprocess.run(
        [python, "-m", "memray", "run", "-q", "-f", *options, "-o", str(capture), str(source)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False,
        env=dict(os.environ, PYTHONHASHSEED="0"))
    return capture


def ask(memq, folder, name, capture):
    """Rows of `suspects` and its notes."""
    store = folder / f"{name}.db"
    store.unlink(missing_ok=True)
    for question in (["import", str(capture)], ["suspects as csv"], ["suspects"]):
        done = subprocess.run(
            [memq, *question, "--db", str(store)], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            return None, done.stderr
        if question == ["suspects as csv"]:
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
    store.unlink(missing_ok=True)
    return rows, done.stdout


def judge(memq, folder, name, text, is_leak, capture):
    rows, said = ask(memq, folder, name, capture)
    if rows is None:
        return False, "refused: " + said.strip()
    found = [row["lineno"].rpartition("/")[2] for row in rows]
    wanted = [f"{name}.py:{line}" for line in lines_of(text)]
    if not is_leak:
        return not found, f"found {found}" if found else ""
    begun = [line for line in said.split("\n") if "let go" in line or "work ended at" in line]
    if "explain 0 B" in said:
        return False, "explain 0 B: " + str(found[:3])
    if found and found[0] in wanted:
        return True, " ".join(begun)
    if "-threads-" in name and rows and "never ended" in rows[0]["evidence"]:
        return True, " ".join(begun)
    return False, f"found {found[:3]} instead of {wanted} {' '.join(begun)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memq", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--keep", type=pathlib.Path, help="captures stay there and are taken again")
    parser.add_argument("--only", default="", help="programs whose name has this word")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--pause", type=float, default=0.006)
    parser.add_argument("--allocators", action="store_true", help="record Python's allocators too")
    asked = parser.parse_args()
    folder = asked.keep or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in programs(asked.steps, asked.pause) if asked.only in one[0]]
    options = ["--trace-python-allocators"] if asked.allocators else []
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        captures = list(pool.map(lambda one: record(asked.python, folder, one[0], one[1], options), chosen))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(
            lambda both: judge(asked.memq, folder, *both[0], both[1]), zip(chosen, captures)))
    counts = {True: [0, 0], False: [0, 0]}
    for (name, _, is_leak), (is_right, words) in zip(chosen, verdicts):
        counts[is_leak][0] += is_right
        counts[is_leak][1] += 1
        print(f"{'ok  ' if is_right else 'MISS'} {name} {words}")
    print(f"leaks with the planted line first: {counts[True][0]} of {counts[True][1]}")
    print(f"clean programs without a finding: {counts[False][0]} of {counts[False][1]}")
    sys.exit(any(right != all_ for right, all_ in counts.values()))


if __name__ == "__main__":
    main()
