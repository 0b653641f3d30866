"""A folder with a store and memq in it, and servers that play captures to it."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
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
        with open(f"{self.folder}.errors{len(self.started)}", "w") as errors:
            process = subprocess.Popen(
                [self.memq, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=errors,
                text=True)
        process.errors = errors.name
        self.started.append(process)
        return process

    def column(self, column, capture, db="memq.db"):
        """What the store lists a capture with; None while it is not there."""
        if not os.path.exists(self.path(db)):
            return None
        try:
            with sqlite3.connect(self.path(db), timeout=30) as store:
                row = store.execute(
                    f"SELECT {column} FROM captures WHERE name = ?", (capture,)).fetchone()
        except sqlite3.Error:
            return None
        return row[0] if row else None

    def published(self, capture, rows=0):
        """Waits until a capture has more than so many rows in the store; how many."""
        until(lambda: (self.column("rows", capture) or 0) > rows, f"{capture} has rows")
        return self.column("rows", capture)

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


def until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < deadline, f"waited {seconds} s until {what}")
        time.sleep(0.05)


def told(process):
    """What a process has said on standard error by now."""
    with open(process.errors) as errors:
        return errors.read()


def ended(process, status, seconds=60):
    out, _ = process.communicate(timeout=seconds)
    err = told(process)
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


def chunks(content, size):
    return [content[i:i + size] for i in range(0, len(content), size)]
