"""Programs under memray that are watched while they run."""
import os
import signal
import socket
import sqlite3
import subprocess
import time

from place import HERE, Failed, ended, expect, free_port, same_as_import, told, until


class Program:
    def __init__(self, python, place, seconds, *options, log=None):
        self.port = free_port()
        self.process = subprocess.Popen(
            [python, "-m", "memray", "run", "-q", "--live-remote", "--live-port",
             str(self.port), *options, os.path.join(HERE, "program.py"), str(seconds)]
            + ([log] if log else []),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=place.folder)
        place.started.append(self.process)

    def ended(self, seconds=60):
        """Waits until the program has run on to its own end."""
        expect(self.process.wait(timeout=seconds) == 0, "the program did not end well")


def copied(place, name):
    """Copies one state of the store; bytes read by then, None before the first."""
    try:
        with sqlite3.connect(place.path("memq.db"), timeout=30) as source:
            with sqlite3.connect(place.path(name)) as target:
                source.backup(target)
        return place.column("ending_offset", "app", name)
    except sqlite3.Error:
        return None


def agrees_while_it_runs(place, python, options=()):
    """Answers of the growing store are those of an import of the bytes published."""
    program = Program(python, place, 6, *options)
    live = place.start("live", str(program.port), "--name", "app")
    states, rows = [], 0
    while len(states) < 2:
        rows = place.published("app", rows)
        name = f"now{len(states)}.db"
        offset = copied(place, name)
        expect(offset, "no state of the store could be copied")
        states.append((name, offset))
        expect(live.poll() is None, "the program ended too early to be watched")
    for name, offset in states:
        with open(place.path("app.bin"), "rb") as file, open(place.path("cut.bin"), "wb") as cut:
            cut.write(file.read()[:offset])
        outcome = place.run("import", "cut.bin", "--db", "cut.db", "--name", "cut")
        expect(outcome.returncode == 0, outcome.stderr)
        whole = place.run("check", "--db", name)
        expect(whole.returncode == 0, whole.stdout + whole.stderr)
        for one, other in zip(place.answers("app", name), place.answers("cut", "cut.db")):
            expect(one == other, f"after {offset} bytes, {one[0]}: {one} is not {other}")
        os.remove(place.path("cut.db"))
    ended(live, 0)
    program.ended()
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())


def agrees_with_native_stacks(place, python):
    agrees_while_it_runs(place, python, ["--native"])


def recorded(place, python, seconds):
    """A program whose capture memray writes to out.bin."""
    program = subprocess.Popen(
        [python, "-m", "memray", "run", "-q", "-f", "-o", place.path("out.bin"),
         os.path.join(HERE, "program.py"), str(seconds)], stdout=subprocess.DEVNULL)
    place.started.append(program)
    return program


def same_as_file(place):
    outcome = place.run("import", "out.bin", "--db", "whole.db", "--name", "whole")
    expect(outcome.returncode == 0, outcome.stderr)
    for one, other in zip(place.answers("out"), place.answers("whole", "whole.db")):
        expect(one == other, f"{one[0]}: {one} is not {other}")


def follows_a_file(place, python):
    program = recorded(place, python, 4)
    live = place.start("live", "out.bin")
    place.published("out")
    during = place.run("show capture")
    expect("still being recorded" in during.stdout, during.stdout + during.stderr)
    ended(live, 0)
    program.wait(timeout=60)
    same_as_file(place)


def follows_a_killed_writer(place, python):
    program = recorded(place, python, 120)
    live = place.start("live", "out.bin")
    place.published("out")
    program.kill()
    program.wait()
    ended(live, 0)
    same_as_file(place)


def killed_viewer(place, python):
    program = Program(python, place, 4)
    live = place.start("live", str(program.port), "--name", "app")
    place.published("app")
    live.kill()
    live.wait()
    program.ended()
    listed = place.run("show captures").stdout
    expect("incomplete" in listed, listed)
    shown = place.run("show quality of app")
    expect("while it was recorded" in shown.stdout, shown.stdout + shown.stderr)
    expect("memq import app.bin" in " ".join(shown.stdout.split()), shown.stdout)
    whole = place.run("check")
    expect(whole.returncode == 0, whole.stdout)
    expect(place.run("top 3 by lineno of app").returncode == 0, "no answer")
    imported = place.run("import", "app.bin", "--name", "kept")
    expect(imported.returncode == 0, imported.stderr)
    expect(place.column("rows", "kept") >= place.column("rows", "app"), "app.bin lacks rows")


def drain_of(process):
    """The process that takes the stream for memq."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == process.pid:
                return int(entry)
    raise Failed("memq has no process that takes the stream")


def killed_drain(place, python):
    """Also the process that takes the stream may be killed: the program runs on, what came is there."""
    program = Program(python, place, 4)
    live = place.start("live", str(program.port), "--name", "app")
    place.published("app")
    os.kill(drain_of(live), signal.SIGKILL)
    _, err = ended(live, 2)
    expect("the process that took the stream was ended" in err, err)
    program.ended()
    expect(place.run("top 3 by lineno of app").returncode == 0, "no answer")
    expect(place.run("import", "app.bin", "--name", "kept").returncode == 0, "app.bin is no capture")


def killed_program(place, python):
    program = Program(python, place, 120)
    live = place.start("live", str(program.port), "--name", "app")
    place.published("app")
    program.process.kill()
    ended(live, 0)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())


def leaves_by_itself(place, python):
    program = Program(python, place, 8)
    live = place.start("live", str(program.port), "top 1 by lineno", "--for", "2s", "--name", "app")
    _, err = ended(live, 0)
    expect("runs on" in err, err)
    expect(program.process.poll() is None, "it did not leave")
    program.ended()


def leaves_at_the_signal(place, python):
    program = Program(python, place, 4)
    live = place.start("live", str(program.port), "--name", "app")
    place.published("app")
    live.send_signal(signal.SIGINT)
    _, err = ended(live, 130)
    expect("app.bin" in err and "top 10 by lineno of app" in err, err)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())
    program.ended()


def second_viewer_waits(place, python):
    program = Program(python, place, 3)
    first = place.start("live", str(program.port), "--name", "first")
    place.published("first")
    second = place.start("live", str(program.port), "--name", "second")
    until(lambda: "somebody else is connected" in told(second), "the second waits")
    ended(first, 0)
    second.send_signal(signal.SIGINT)
    ended(second, 130)
    program.ended()


def port_in_use(place, python):
    """memray itself says it when its port is taken; memq goes on to wait for whoever comes."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        program = subprocess.run(
            [python, "-m", "memray", "run", "-q", "--live-remote", "--live-port", str(port),
             os.path.join(HERE, "program.py"), "1"], capture_output=True, text=True, timeout=60)
        expect(program.returncode != 0, "memray took a port that is in use")
        live = place.start("live", str(port))
        until(lambda: "nobody listens" in told(live), "it waits")
        live.send_signal(signal.SIGINT)
        ended(live, 130)
    expect(os.listdir(place.folder) == [], str(os.listdir(place.folder)))


def program_that_ends_at_once(place, python):
    program = Program(python, place, 0)
    live = place.start("live", str(program.port), "top 1 by lineno as jsonl", "--name", "app")
    out, err = ended(live, 0)
    expect("the program ended" in err and out.strip(), err)
    with open(place.path("app.bin"), "rb") as file:
        same_as_import(place, "app", file.read())
    program.ended()


def stopped_viewer_stalls_nobody(place, python):
    """A viewer that is stopped costs the program nothing that another would not."""
    rounds = []
    for number, stops in enumerate([False, True]):
        log = place.path(f"rounds{number}")
        program = Program(python, place, 6, log=log)
        live = place.start("live", str(program.port), "--name", f"app{number}")
        place.published(f"app{number}")
        if stops:
            live.send_signal(signal.SIGSTOP)
            time.sleep(3)
            live.send_signal(signal.SIGCONT)
        ended(live, 0)
        program.ended()
        with open(log) as file:
            rounds.append(int(file.read()))
    expect(rounds[1] > rounds[0] * 0.8, f"{rounds[1]} rounds with a stopped viewer, {rounds[0]} without")


RECORDED = [
    agrees_while_it_runs, agrees_with_native_stacks, follows_a_file, follows_a_killed_writer,
    killed_viewer, killed_drain, killed_program, leaves_by_itself, leaves_at_the_signal,
    second_viewer_waits, port_in_use, program_that_ends_at_once, stopped_viewer_stalls_nobody,
]
