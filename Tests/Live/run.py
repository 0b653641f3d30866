"""Watches programs with `memq live` while they run, and servers that play captures in every way.

run.py MEMQ WORKDIR [PYTHON]: PYTHON is one with memray; without it the virtual environment of the
differential tests is made or used. Ends with a line of counts.
"""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# A shell starts what goes on in the background with Ctrl-C ignored, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
FIXTURES = os.path.join(HERE, "..", "Fixtures", "memray")
QUESTIONS = [
    "top 30 by lineno",
    "top 30 leaked size, count by function, thread",
    "top 30 allocated size, count by lineno",
    "top 20 freed size by lineno where lifetime<1ms",
    "list 20 leaked",
    "top 20 temporary count by lineno",
    "timeline heap over 9 windows",
]


class Failed(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failed(text)


class Place:
    """A folder with a store, and memq in it."""

    def __init__(self, memq, folder):
        self.memq = memq
        self.folder = folder
        self.started = []
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments, **options):
        return subprocess.run(
            [self.memq, *arguments], cwd=self.folder, capture_output=True, text=True,
            timeout=120, **options)

    def start(self, *arguments):
        process = subprocess.Popen(
            [self.memq, *arguments], cwd=self.folder, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def leave(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()

    def answers(self, capture, db="memq.db"):
        """What the questions answer, without what names the capture."""
        found = []
        for question in QUESTIONS:
            outcome = self.run("--db", db, question + f" of {capture} as json")
            answer = None
            if outcome.returncode == 0:
                answer = json.loads(outcome.stdout)
                for word in ("captures", "query", "header", "notes"):
                    answer.pop(word, None)
            found.append((question, outcome.returncode, answer))
        return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(pieces, port=None, pause=0.0, family=socket.AF_INET, host="127.0.0.1"):
    """A server that plays pieces of bytes to one client and ends."""
    port = port or free_port()
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1)

    def play():
        client, _ = listener.accept()
        listener.close()
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                for piece in pieces:
                    client.sendall(piece)
                    if pause:
                        time.sleep(pause)
            except OSError:
                pass

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    return port, thread


def fixture(name):
    with open(os.path.join(FIXTURES, name), "rb") as file:
        return file.read()


def ended(process, status, seconds=60):
    out, err = process.communicate(timeout=seconds)
    expect(process.returncode == status, f"exit {process.returncode}, not {status}: {err}")
    return out, err


def same_as_import(place, capture, content):
    """The store's capture answers as an ordinary import of the same bytes."""
    with open(place.path("whole.bin"), "wb") as file:
        file.write(content)
    outcome = place.run("import", "whole.bin", "--db", "whole.db", "--name", "whole")
    expect(outcome.returncode == 0, outcome.stderr)
    ours, theirs = place.answers(capture), place.answers("whole", "whole.db")
    for one, other in zip(ours, theirs):
        expect(one == other, f"{one[0]}: {one} is not {other}")


# Servers that play captures.


def plays(place, pieces, content, arguments=(), family=socket.AF_INET, host="127.0.0.1",
          target="{}", pause=0.001):
    port, _ = serve(pieces, pause=pause, family=family, host=host)
    outcome = place.run("live", target.format(port), "--name", "played", *arguments)
    expect(outcome.returncode == 0, outcome.stderr)
    with open(place.path("played.bin"), "rb") as file:
        expect(file.read() == content, "played.bin is not what was sent")
    same_as_import(place, "played", content)
    again = place.run("import", "played.bin")
    expect("already there as played" in again.stdout, again.stdout + again.stderr)


def chunks(content, size):
    return [content[i:i + size] for i in range(0, len(content), size)]


def in_pieces(place):
    content = fixture("socket_stream.bin")
    plays(place, chunks(content, 1021), content)


def at_once(place):
    content = fixture("socket_stream.bin")
    plays(place, [content], content)


def byte_by_byte(place):
    content = fixture("socket_stream.bin")[:4000]
    plays(place, chunks(content, 1), content, pause=0.0)


def over_ipv6(place):
    content = fixture("socket_stream.bin")
    plays(place, chunks(content, 50000), content, family=socket.AF_INET6, host="::1",
          target="[::1]:{}")


def by_name(place):
    content = fixture("socket_stream.bin")
    plays(place, chunks(content, 50000), content, target="localhost:{}")


def cut_in_the_middle(place):
    content = fixture("socket_stream.bin")
    plays(place, chunks(content[:len(content) // 2], 5000), content[:len(content) // 2])
    shown = place.run("show quality of played").stdout
    expect("cut end" in shown, shown)


def other_fixtures(place):
    """Every raw capture of events comes through as it was."""
    for name in sorted(os.listdir(FIXTURES)):
        if not name.endswith(".bin"):
            continue
        content = fixture(name)
        if not content.startswith(b"memray\0") or content[8] < 11 and content[7] != 0:
            continue
        imported = place.run("import", os.path.join(FIXTURES, name), "--db", "try.db")
        if imported.returncode != 0 or "totals" in imported.stdout:
            continue
        whole = content.rstrip(b"\0") if content[7] >= 8 else content
        for old in os.listdir(place.folder):
            os.remove(place.path(old))
        plays(place, chunks(whole, 7919), whole, pause=0)


def ends_at_once(place):
    port, _ = serve([])
    outcome = place.run("live", str(port))
    expect(outcome.returncode == 2 and "before a byte came" in outcome.stderr, outcome.stderr)
    expect(os.listdir(place.folder) == [], str(os.listdir(place.folder)))


def header_alone(place):
    content = fixture("socket_stream.bin")[:60]
    port, _ = serve([content])
    outcome = place.run("live", str(port))
    expect(outcome.returncode == 2 and "inside the header" in outcome.stderr, outcome.stderr)


def no_stream(place):
    port, _ = serve([b"HTTP/1.1 400 Bad Request\r\n\r\n"])
    outcome = place.run("live", str(port))
    expect(outcome.returncode == 2 and "no memray stream" in outcome.stderr, outcome.stderr)


def no_server_yet(place):
    port = free_port()
    live = place.start("live", str(port), "--name", "late")
    time.sleep(1)
    content = fixture("socket_stream.bin")
    serve(chunks(content, 5000), port=port)
    _, err = ended(live, 0)
    expect("nobody listens" in err, err)
    same_as_import(place, "late", content)


def nobody_comes(place):
    live = place.start("live", str(free_port()))
    time.sleep(0.7)
    live.send_signal(signal.SIGINT)
    ended(live, 130)
    expect(os.listdir(place.folder) == [], str(os.listdir(place.folder)))


def wrong_targets(place):
    for target, word in [
        ("example.org:80", "looks no names up"), ("0", "names no port"), ("99999", "names no port"),
        ("::1:80", "brackets"), ("nonsense", "no port"),
    ]:
        outcome = place.run("live", target)
        expect(outcome.returncode == 2 and word in outcome.stderr, f"{target}: {outcome.stderr}")


def compressed_file(place):
    outcome = place.run("live", os.path.join(FIXTURES, "timeline.bin"))
    expect(outcome.returncode == 2 and "memq import" in outcome.stderr, outcome.stderr)


def finished_file(place):
    outcome = place.run("live", os.path.join(FIXTURES, "socket_stream.bin"))
    expect(outcome.returncode == 0, outcome.stderr)
    same_as_import(place, "socket_stream", fixture("socket_stream.bin"))


def through_a_pipe(place):
    content = fixture("socket_stream.bin")
    outcome = subprocess.run(
        [place.memq, "import", "-", "--name", "piped"], cwd=place.folder, input=content,
        capture_output=True, timeout=60)
    expect(outcome.returncode == 0, outcome.stderr.decode())
    same_as_import(place, "piped", content)


def discarded(place):
    content = fixture("socket_stream.bin")
    port, _ = serve(chunks(content, 5000))
    outcome = place.run("live", str(port), "--discard", "--name", "gone")
    expect(outcome.returncode == 0, outcome.stderr)
    expect([n for n in os.listdir(place.folder) if not n.startswith("memq.db")] == [],
           str(os.listdir(place.folder)))
    same_as_import(place, "gone", content)


def answers_now_and_then(place):
    content = fixture("socket_stream.bin")
    pieces = chunks(content, len(content) // 30 + 1)
    port, _ = serve(pieces, pause=0.1)
    outcome = place.run(
        "live", str(port), "top 1 by function as jsonl", "--every", "500ms", "--name", "asked")
    expect(outcome.returncode == 0, outcome.stderr)
    lines = [json.loads(line) for line in outcome.stdout.splitlines()]
    expect(len(lines) >= 3, outcome.stdout)
    wrong = place.run("live", str(port), "top 10 bx lineno")
    expect(wrong.returncode == 3, wrong.stderr)


# Programs under memray.


class Program:
    def __init__(self, python, place, seconds, *options, log=None):
        self.port = free_port()
        self.process = subprocess.Popen(
            [python, "-m", "memray", "run", "-q", "--live-remote", "--live-port",
             str(self.port), *options, os.path.join(HERE, "program.py"), str(seconds)]
            + ([log] if log else []),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=place.folder)


def copied(place):
    """Copies one state of the store to now.db; bytes read by then and rows, None before the first."""
    try:
        with sqlite3.connect(place.path("memq.db"), timeout=30) as source:
            with sqlite3.connect(place.path("now.db")) as target:
                source.backup(target)
        with sqlite3.connect(place.path("now.db")) as copy:
            return copy.execute(
                "SELECT ending_offset, rows FROM captures WHERE name = 'app'").fetchone()
    except sqlite3.Error:
        return None


def agrees_while_it_runs(place, python, options=()):
    """Answers of the growing store are those of an import of the bytes published."""
    program = Program(python, place, 9, *options)
    live = place.start("live", str(program.port), "--name", "app")
    checked = 0
    deadline = time.monotonic() + 20
    while checked < 2 and time.monotonic() < deadline and live.poll() is None:
        time.sleep(0.7)
        if not os.path.exists(place.path("memq.db")):
            continue
        row = copied(place)
        if not row or not all(row):
            continue
        with open(place.path("app.bin"), "rb") as file, open(place.path("cut.bin"), "wb") as cut:
            cut.write(file.read()[:row[0]])
        outcome = place.run("import", "cut.bin", "--db", "cut.db", "--name", "cut")
        expect(outcome.returncode == 0, outcome.stderr)
        whole = place.run("check", "--db", "now.db")
        expect(whole.returncode == 0, whole.stdout + whole.stderr)
        for one, other in zip(place.answers("app", "now.db"), place.answers("cut", "cut.db")):
            expect(one == other, f"after {row[0]} bytes, {one[0]}: {one} is not {other}")
        for name in ("cut.db", "now.db"):
            os.remove(place.path(name))
        checked += 1
    expect(checked == 2, f"only {checked} publications were looked at")
    ended(live, 0)
    program.process.wait(timeout=20)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())


def agrees_with_native_stacks(place, python):
    agrees_while_it_runs(place, python, ["--native"])


def follows_a_file(place, python):
    program = subprocess.Popen(
        [python, "-m", "memray", "run", "-q", "-f", "-o", place.path("out.bin"),
         os.path.join(HERE, "program.py"), "4"], stdout=subprocess.DEVNULL)
    live = place.start("live", "out.bin")
    time.sleep(3)
    during = place.run("show capture")
    expect("still being recorded" in during.stdout, during.stdout + during.stderr)
    _, err = ended(live, 0)
    program.wait(timeout=20)
    time.sleep(0.5)
    outcome = place.run("import", "out.bin", "--db", "whole.db", "--name", "whole")
    expect(outcome.returncode == 0, outcome.stderr)
    for one, other in zip(place.answers("out"), place.answers("whole", "whole.db")):
        expect(one == other, f"{one[0]}: {one} is not {other}")


def follows_a_killed_writer(place, python):
    program = subprocess.Popen(
        [python, "-m", "memray", "run", "-q", "-f", "-o", place.path("out.bin"),
         os.path.join(HERE, "program.py"), "30"], stdout=subprocess.DEVNULL)
    live = place.start("live", "out.bin")
    time.sleep(3)
    program.kill()
    program.wait()
    ended(live, 0, 20)
    outcome = place.run("import", "out.bin", "--db", "whole.db", "--name", "whole")
    expect(outcome.returncode == 0, outcome.stderr)
    for one, other in zip(place.answers("out"), place.answers("whole", "whole.db")):
        expect(one == other, f"{one[0]}: {one} is not {other}")


def killed_viewer(place, python):
    program = Program(python, place, 4)
    live = place.start("live", str(program.port), "--name", "app")
    time.sleep(2.6)
    live.kill()
    live.wait()
    shown = place.run("show quality of app")
    expect("while it was recorded" in shown.stdout, shown.stdout + shown.stderr)
    whole = place.run("check")
    expect(whole.returncode == 0, whole.stdout)
    expect(place.run("top 3 by lineno of app").returncode == 0, "no answer")
    imported = place.run("import", "app.bin", "--name", "kept")
    expect(imported.returncode == 0, imported.stderr)
    expect(program.process.wait(timeout=20) == 0, "the program did not end well")


def killed_program(place, python):
    program = Program(python, place, 30)
    live = place.start("live", str(program.port), "--name", "app")
    time.sleep(2.6)
    program.process.kill()
    ended(live, 0, 20)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())


def leaves_by_itself(place, python):
    program = Program(python, place, 4)
    start = time.monotonic()
    outcome = place.run("live", str(program.port), "top 1 by lineno", "--for", "2s", "--name", "app")
    expect(outcome.returncode == 0, outcome.stderr)
    expect(time.monotonic() - start < 5, "it did not leave")
    expect("runs on" in outcome.stderr, outcome.stderr)
    expect(program.process.wait(timeout=20) == 0, "the program did not run on")


def leaves_at_the_signal(place, python):
    program = Program(python, place, 4)
    live = place.start("live", str(program.port), "--name", "app")
    time.sleep(2)
    live.send_signal(signal.SIGINT)
    _, err = ended(live, 130)
    expect("app.bin" in err and "top 10 by lineno of app" in err, err)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())
    expect(program.process.wait(timeout=20) == 0, "the program did not run on")


def second_viewer_waits(place, python):
    program = Program(python, place, 3)
    first = place.start("live", str(program.port), "--name", "first")
    time.sleep(1.5)
    second = place.start("live", str(program.port), "--name", "second")
    ended(first, 0, 30)
    second.send_signal(signal.SIGINT)
    _, err = ended(second, 130)
    expect("somebody else is connected" in err, err)
    program.process.wait(timeout=20)


def stopped_viewer_stalls_nobody(place, python):
    """A viewer that is stopped costs the program nothing that another would not."""
    rounds = []
    for number, stops in enumerate([False, True]):
        log = place.path(f"rounds{number}")
        program = Program(python, place, 6, log=log)
        live = place.start("live", str(program.port), "--name", f"app{number}")
        time.sleep(2)
        if stops:
            live.send_signal(signal.SIGSTOP)
            time.sleep(3)
            live.send_signal(signal.SIGCONT)
        ended(live, 0, 30)
        program.process.wait(timeout=20)
        with open(log) as file:
            rounds.append(int(file.read()))
    expect(rounds[1] > rounds[0] * 0.8, f"{rounds[1]} rounds with a stopped viewer, {rounds[0]} without")


SERVED = [
    in_pieces, at_once, byte_by_byte, over_ipv6, by_name, cut_in_the_middle, ends_at_once,
    header_alone, no_stream, no_server_yet, nobody_comes, wrong_targets, compressed_file,
    finished_file, through_a_pipe, discarded, answers_now_and_then, other_fixtures,
]
RECORDED = [
    agrees_while_it_runs, agrees_with_native_stacks, follows_a_file, follows_a_killed_writer,
    killed_viewer, killed_program, leaves_by_itself, leaves_at_the_signal, second_viewer_waits,
    stopped_viewer_stalls_nobody,
]


def environment(work):
    """A Python with memray; None when there is no way to one."""
    python = os.path.join(work, "..", "differential", "venv", "bin", "python")
    if os.path.exists(python):
        return python
    python = os.path.join(work, "venv", "bin", "python")
    steps = [
        [sys.executable, "-m", "venv", os.path.join(work, "venv")],
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "memray"],
    ]
    if not os.path.exists(os.path.join(work, "venv", "done")):
        for step in steps:
            if subprocess.run(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                return None
        open(os.path.join(work, "venv", "done"), "w").close()
    return python


def main():
    memq, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    wanted = os.environ.get("LIVE_ONLY", "")
    python = sys.argv[3] if len(sys.argv) > 3 else environment(work)
    cases = [(case, ()) for case in SERVED]
    if python:
        cases += [(case, (python,)) for case in RECORDED]
    else:
        print("live: memray cannot be installed here; programs under it are not watched")
    passed, failed = 0, 0
    for case, arguments in cases:
        if wanted and case.__name__ not in wanted.split(","):
            continue
        place = Place(memq, os.path.join(work, case.__name__))
        try:
            case(place, *arguments)
            passed += 1
        except (Failed, subprocess.TimeoutExpired, OSError, ValueError) as error:
            failed += 1
            print(f"live: {case.__name__}: {str(error)[:2000]}")
        place.leave()
    print(f"live: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
