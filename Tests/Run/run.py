"""Records programs with memray through `memq run` and asks what was recorded.

run.py MEMQ WORKDIR [NAME]: uses the virtual environment WORKDIR/venv, as Tests/Differential makes
it. Ends with a line of counts; skips, saying so, when memray cannot be installed.
"""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import screen

HERE = os.path.dirname(os.path.abspath(__file__))
# A shell starts what goes on in the background with Ctrl-C ignored, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Place:
    """A folder with the programs, its own store, and the Python that has memray."""

    def __init__(self, memq, python):
        self.memq = memq
        self.folder = tempfile.mkdtemp(prefix="memq-run-")
        for file in glob.glob(os.path.join(HERE, "*.py")):
            shutil.copy(file, self.folder)
        self.environment = dict(os.environ, MEMQ_DB=os.path.join(self.folder, "memq.db"))
        self.environment.pop("VIRTUAL_ENV", None)
        self.environment["PATH"] = os.path.dirname(python) + ":" + os.environ["PATH"]

    def start(self, *words, **options):
        pipes = {key: subprocess.PIPE for key in ("stdin", "stdout", "stderr")}
        return subprocess.Popen([self.memq, *words], cwd=self.folder, env=self.environment,
                                text=True, **{**pipes, **options})

    def run(self, *words, feed=""):
        process = self.start(*words)
        output, errors = process.communicate(feed, timeout=120)
        return process.returncode, output, errors

    def ask(self, question):
        status, output, errors = self.run(question + " as json")
        assert status == 0, errors
        return json.loads(output)

    def names(self):
        return [row["name"] for row in self.ask("show captures")["rows"]]

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def test_streams_and_status(place):
    status, output, errors = place.run("run", "waits.py", "end", feed="text for the program")
    assert (status, output) == (0, "ready\ntext for the program"), (status, output, errors)
    assert "waits.py:5" in errors and "ask on:" in errors, errors
    capture, = glob.glob(os.path.join(place.folder, "memray-waits.py.*.bin"))
    assert place.names() == [os.path.basename(capture)[:-4]]
    kept = place.ask("top 1 leaked by lineno")["rows"][0]
    assert kept["size"] >= 1_000_000 and kept["count"] >= 100, kept


def test_module_and_options(place):
    status, output, errors = place.run(
        "run", "--trace-python-allocators", "-o", "m.bin", "--name", "module", "-m", "waits", "end")
    assert (status, output) == (0, "ready\n"), (status, output, errors)
    assert place.names() == ["module"] and os.path.exists(os.path.join(place.folder, "m.bin"))
    status, output, errors = place.run("run", "-o", "c.bin", "-c", "import sys; sys.exit(4)")
    assert status == 4, (status, errors)


def test_aggregated(place):
    status, _, errors = place.run("run", "--aggregate", "-o", "a.bin", "waits.py", "end")
    assert status == 0 and "waits.py:5" in errors, errors
    assert "error" not in errors, errors


def interrupted(place, number, expected):
    process = place.start("run", "-o", "out.bin", "waits.py")
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == expected, (process.returncode, errors)
    assert place.ask("top 1 live by lineno")["rows"][0]["size"] >= 1_000_000
    return output


def test_interrupt(place):
    assert interrupted(place, signal.SIGINT, 9) == "told\n"


def test_termination(place):
    assert interrupted(place, signal.SIGTERM, 128 + signal.SIGTERM) == ""


def test_interrupt_of_the_group(place):
    process = place.start("run", "-o", "out.bin", "waits.py", start_new_session=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (9, "told\n"), (process.returncode, output, errors)


def workers(place, *arguments):
    status, output, errors = place.run(
        "run", "--follow-fork", "-o", "out.bin", "workers.py", *arguments)
    assert status == 5, (status, errors)
    return output.split(), errors


def test_workers(place):
    pids, errors = workers(place)
    assert place.names() == ["out"] + ["out@" + pid for pid in sorted(pids, key=int)]
    assert errors.count("end mark") == 1, errors
    assert "3 forked children of out" in errors, errors
    # The parent is asked, and alone.
    parent, = [row["size"] for row in place.ask("allocated by pid")["rows"]]
    rows = {str(row["pid"]): row["size"] for row in place.ask("allocated by pid of out*")["rows"]}
    assert set(pids) < set(rows) and len(rows) == 4 and parent in rows.values(), rows
    for number, pid in enumerate(pids):
        assert 1_000_000 * (number + 1) <= rows[pid] < 1_000_000 * (number + 1) + 200_000, rows
    everything = place.ask("live size of out*")
    assert everything["notes"] == [] or "end mark" not in str(everything), everything


def test_killed_worker(place):
    pids, _ = workers(place, "kill")
    status, output, errors = place.run("top 1 live by lineno of out*")
    assert status == 0 and "end mark" not in output + errors, output
    status, output, errors = place.run("show quality of out@" + pids[1])
    assert "no end mark" in output, output


def test_imported_workers(place):
    pids, _ = workers(place)
    files = sorted(os.path.basename(file) for file in
                   glob.glob(os.path.join(place.folder, "out.bin*")))
    status, output, errors = place.run("import", "--db", "other.db", *reversed(files))
    assert status == 0 and output.count("imported ") == 4, (output, errors)
    assert output.startswith("imported out.bin as out:"), output
    assert errors.count("end mark") == 1, errors


def main():
    memq, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    python = os.path.join(work, "venv", "bin", "python")
    if subprocess.run([python, "-c", "import memray"], stderr=subprocess.DEVNULL).returncode:
        print("recording: memray cannot be installed here; skipped")
        return 0
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    passed = failed = 0
    for name, test in [*globals().items(), *vars(screen).items()]:
        if not name.startswith("test_") or wanted not in name:
            continue
        place = Place(memq, python)
        try:
            test(place)
            passed += 1
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print("recording: %s: %s" % (name, error))
        finally:
            place.close()
    print("recording: %d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
