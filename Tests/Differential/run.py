"""Compares memq with memray itself on captures recorded just now.

run.py MEMQ WORKDIR: makes a virtual environment with memray in WORKDIR (once), records
program.py in several ways, and compares populations row for row. Ends with a line of counts;
skips, saying so, when memray cannot be installed.
"""
import json
import os
import subprocess
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = [
    ("plain", []),
    ("python-allocators", ["--trace-python-allocators"]),
    ("raw", ["--no-compress"]),
    ("other-seed", ["--trace-python-allocators"]),
    ("native", ["--native"]),
    ("native-python-allocators", ["--native", "--trace-python-allocators"]),
    ("aggregated", ["--aggregate"]),
    ("aggregated-native", ["--aggregate", "--native"]),
]


def main():
    memq, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    os.makedirs(work, exist_ok=True)
    python = os.path.join(work, "venv", "bin", "python")
    if not os.path.exists(os.path.join(work, "venv", "done")):
        steps = [
            [sys.executable, "-m", "venv", os.path.join(work, "venv")],
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "memray"],
        ]
        for step in steps:
            if subprocess.run(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                print("differential: memray cannot be installed here; skipped")
                return 0
        open(os.path.join(work, "venv", "done"), "w").close()
    if os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(work, "venv")):
        return subprocess.run([python, os.path.abspath(__file__), memq, work]).returncode
    return compare_all(memq, work)


def compare_all(memq, work):
    passed, failed = 0, 0
    store = os.path.join(work, "store.db")
    if os.path.exists(store):
        os.remove(store)
    for number, (name, options) in enumerate(WAYS):
        capture = os.path.join(work, name + ".bin")
        record = [sys.executable, "-m", "memray", "run", "-q", "-f", "-o", capture] + options
        seed = str(number + 1)
        subprocess.run(record + [os.path.join(HERE, "program.py"), seed], check=True)
        subprocess.run([memq, "import", capture, "--db", store], check=True)
        asked = [] if "aggregated" in name else list(questions(memq, store, capture, name))
        if "native" in name or "aggregated" in name:
            asked += stack_questions(memq, store, capture, name)
        for title, theirs, ours in asked:
            if theirs == ours:
                passed += 1
            else:
                failed += 1
                print("differential: %s: %s differs" % (name, title))
                for key in sorted(set(theirs) | set(ours), key=str)[:2000]:
                    if theirs.get(key) != ours.get(key):
                        print("  %s memray %s memq %s" % (key, theirs.get(key), ours.get(key)))
    print("differential: %d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


def ask(memq, store, question):
    run = subprocess.run([memq, question + " as json", "--db", store], stdout=subprocess.PIPE,
                         check=True)
    return json.loads(run.stdout)


def ours_by(answer, *keys):
    rows = {}
    for row in answer["rows"]:
        rows[tuple(row[key] for key in keys)] = (row["size"], row["count"])
    return rows


def theirs_by(records, key):
    sums = defaultdict(lambda: [0, 0])
    for record in records:
        entry = sums[key(record)]
        entry[0] += record.size
        entry[1] += record.n_allocations
    return {key: tuple(value) for key, value in sums.items()}


def newest(record):
    stack = record.stack_trace(max_stacks=1)
    if not stack:
        return (None, None)
    function, file, line = stack[0]
    return (function, "%s:%d" % (file, line))


def thread(record):
    name = record.thread_name
    return ("0x%x" % record.tid if not name else "0x%x (%s)" % (record.tid, name),)


def thread_text(record):
    # memray writes `0x1 (name)` itself, or only one of both.
    text = record.thread_name
    return (text if text.startswith("0x") else thread(record)[0],)


def frames(stack):
    """A stack as memray tells it; a function without a symbol has no name there."""
    return tuple(tuple(frame) for frame in stack)


def ours_by_stack(answer):
    """memq's stacks in memray's words: addresses without a symbol are `<unknown>`."""
    rows = defaultdict(lambda: [0, 0])
    for row in answer["rows"]:
        stack = tuple(
            ("<unknown>", "<unknown>", 0) if "+0x" in frame["function"]
            else (frame["function"], frame["filename"], frame["line"])
            for frame in row["traceback"] or [])
        rows[stack][0] += row["size"]
        rows[stack][1] += row["count"]
    return {key: tuple(value) for key, value in rows.items()}


def without_counts(rows):
    return {key: value[0] for key, value in rows.items()}


def stack_questions(memq, store, capture, name):
    """Whole stacks; of native captures also merged ones, with memray's symbols as the judge."""
    from memray import FileReader

    for population, method in [("peak", "get_high_watermark_allocation_records"),
                               ("leaked", "get_leaked_allocation_records")]:
        ways = [(" hide native", "stack_trace")]
        if "native" in name:
            ways.append(("", "hybrid_stack_trace"))
        for hide, stack in ways:
            with FileReader(capture) as r:
                records = getattr(r, method)(merge_threads=False)
                theirs = theirs_by(records, lambda record: frames(getattr(record, stack)()))
            answer = ask(memq, store, "top all %s by traceback%s of \"%s\"" % (
                population, hide, name))
            ours = ours_by_stack(answer)
            if "aggregated" in name:
                # memray loses counts when it merges the rows of a stack.
                theirs, ours = without_counts(theirs), without_counts(ours)
            yield "%s by stack%s" % (population, hide), theirs, ours


def questions(memq, store, capture, name):
    from memray import AllocatorType, FileReader

    def reader():
        return FileReader(capture)

    of = " of \"%s\"" % name
    populations = {
        "peak": lambda r, merge: r.get_high_watermark_allocation_records(merge_threads=merge),
        "leaked": lambda r, merge: r.get_leaked_allocation_records(merge_threads=merge),
        "temporary": lambda r, merge: r.get_temporary_allocation_records(
            threshold=1, merge_threads=merge),
        "temporary within 25": lambda r, merge: r.get_temporary_allocation_records(
            threshold=25, merge_threads=merge),
    }
    for population, records in populations.items():
        with reader() as r:
            theirs = theirs_by(records(r, True), newest)
        answer = ask(memq, store, "top all %s by function, lineno hide native%s" % (population, of))
        yield population + " by place", theirs, ours_by(answer, "function", "lineno")
        with reader() as r:
            theirs = theirs_by(records(r, False), thread_text)
        answer = ask(memq, store, "top all %s by thread%s" % (population, of))
        yield population + " by thread", theirs, ours_by(answer, "thread")
    with reader() as r:
        sums = defaultdict(lambda: [0, 0])
        for record in r.get_allocation_records():
            allocator = AllocatorType(record.allocator)
            if allocator.name in ("FREE", "MUNMAP", "PYMALLOC_FREE"):
                continue
            sums[(allocator.name,)][0] += record.size
            sums[(allocator.name,)][1] += 1
        theirs = {key: tuple(value) for key, value in sums.items()}
        peak = r.metadata.peak_memory
    answer = ask(memq, store, "top all allocated by allocator" + of)
    yield "allocated by allocator", theirs, ours_by(answer, "allocator")
    shown = ask(memq, store, "show peak" + of)["rows"][0]
    yield "peak", {"peak": peak}, {"peak": shown["peak"]}
    with reader() as r:
        theirs = {i: (s.rss, s.heap) for i, s in enumerate(r.get_memory_snapshots())}
    rows = ask(memq, store, "timeline rss, heap" + of)["rows"]
    yield "timeline", theirs, {i: (row["rss"], row["heap"]) for i, row in enumerate(rows)}
    yield stats(memq, store, capture, of)


def stats(memq, store, capture, of):
    path = capture + ".stats.json"
    subprocess.run([sys.executable, "-m", "memray", "stats", "--json", "-f", "-o", path, capture],
                   stdout=subprocess.DEVNULL, check=True)
    with open(path) as file:
        data = json.load(file)
    theirs = {
        "allocations": data["total_num_allocations"],
        "bytes": data["total_bytes_allocated"],
        "peak": data["metadata"]["peak_memory"],
    }
    for bin in data["allocation_size_histogram"]:
        theirs["%d..%d B" % (bin["min_bytes"], bin["max_bytes"])] = bin["count"]
    for name, count in data["allocator_type_distribution"].items():
        theirs[name] = count
    for module in data.get("top_modules_by_allocation_size", []):
        theirs["module " + module["module"]] = (module["num_allocations"], module["total_bytes"])
    rows = ask(memq, store, "stats" + of)["rows"]
    ours = {}
    for row in rows:
        if row["section"] == "total" and row["name"] == "allocations":
            ours["allocations"], ours["bytes"] = row["count"], row["size"]
        elif row["section"] == "total" and row["name"] == "peak":
            ours["peak"] = row["size"]
        elif row["section"] in ("size", "allocator"):
            ours[row["name"]] = row["count"]
        elif row["section"] == "module":
            ours["module " + row["name"]] = (row["count"], row["size"])
    return "stats", theirs, ours


sys.exit(main())
