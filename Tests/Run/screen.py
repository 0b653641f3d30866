"""The live screen on a terminal of its own, beside programs under memray."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"


class Screen:
    """memq on a terminal, typed at and read."""

    def __init__(self, place, *words, size=(24, 100)):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(place.folder)
            os.execve(place.memq, [place.memq, *words], dict(place.environment, TERM="xterm"))
        self.resize(*size)
        self.bytes = b""
        self.seen = 0
        self.before = termios.tcgetattr(self.terminal)

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.bytes += piece
        return bool(piece)

    def waits(self, text, seconds=30):
        """Waits until `text` is drawn after what was waited for before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.bytes.find(text.encode(), self.seen)
            if found >= 0:
                self.seen = found + len(text.encode())
                return
            if not self.read(0.1):
                break
        shown = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self.bytes[self.seen:])[-1500:]
        raise AssertionError("%r does not come: %s" % (text, shown.decode(errors="replace")))

    def type(self, text):
        os.write(self.terminal, text.encode())

    def send(self, number):
        os.kill(self.process, number)

    def status(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            found, status = os.waitpid(self.process, os.WNOHANG)
            if found:
                while self.read(0.05) and select.select([self.terminal], [], [], 0)[0]:
                    pass
                return os.waitstatus_to_exitcode(status)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        raise AssertionError("memq does not end")

    def was_given_back(self):
        """Whether the last that was drawn is the screen from before, and keys are as they were."""
        assert self.bytes.count(ENTERED) == self.bytes.count(LEFT) == 1, self.bytes[-300:]
        assert self.bytes.rfind(b"\x1b[?25l") < self.bytes.rfind(LEFT)
        return True

    @property
    def after(self):
        """What stands on the terminal once the screen is left."""
        return self.bytes[self.bytes.rfind(LEFT) + len(LEFT):].decode(errors="replace")


def served(place, port, seconds="6"):
    python = os.path.join(place.environment["PATH"].split(":")[0], "python")
    return subprocess.Popen(
        [python, "-m", "memray", "run", "-q", "--live-remote", "--live-port", str(port),
         "service.py", seconds],
        cwd=place.folder, env=place.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)


def free_port():
    import socket
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_screen(place):
    port = free_port()
    program = served(place, port, "8")
    screen = Screen(place, "live", str(port))
    screen.waits("memq")
    screen.waits("pid %d" % program.pid)
    screen.waits("service.py:9")
    screen.waits("recording")
    screen.type("2")
    screen.waits("top 20 peak by lineno")
    screen.type("/\x15top 3 live by function\r")
    screen.waits("render")
    screen.type("\r")
    screen.waits('from frame "render"')
    screen.type("\x1b[D")
    screen.waits("top 3 live by function")
    screen.type("m")
    screen.waits("mark 1")
    screen.type("/\x15tpo\r")
    screen.waits("error")
    screen.resize(20, 60)
    screen.type("1")
    screen.waits("service.py:9")
    screen.type("q")
    assert screen.status() == 0 and screen.was_given_back()
    assert "runs on without being recorded" in screen.after, screen.after
    assert program.wait(timeout=60) == 0
    assert "service" in place.names(), place.names()
    rows = place.ask("top 3 live by function of service")["rows"]
    assert any(row["function"] == "render" for row in rows), rows


def test_screen_until_the_end(place):
    port = free_port()
    program = served(place, port, "2")
    screen = Screen(place, "live", str(port))
    screen.waits("ended, q leaves")
    assert program.wait(timeout=60) == 0
    screen.type("q")
    assert screen.status() == 0 and screen.was_given_back()
    assert "the program ended" in screen.after, screen.after
    assert place.ask("top 1 live by lineno of service")["rows"][0]["size"] > 10_000


def ended_by(place, number, status):
    port = free_port()
    program = served(place, port, "6")
    screen = Screen(place, "live", str(port))
    screen.waits("service.py:9")
    screen.send(number)
    assert screen.status() == status and screen.was_given_back()
    program.kill()
    program.wait()
    assert place.ask("top 1 live by lineno of service")["rows"]


def test_screen_terminated(place):
    ended_by(place, signal.SIGTERM, 128 + signal.SIGTERM)


def test_screen_interrupted(place):
    ended_by(place, signal.SIGINT, 128 + signal.SIGINT)


def test_screen_crashed(place):
    port = free_port()
    program = served(place, port, "6")
    screen = Screen(place, "live", str(port))
    screen.waits("service.py:9")
    screen.send(signal.SIGABRT)
    assert screen.status() == -signal.SIGABRT and screen.was_given_back()
    program.kill()
    program.wait()


def test_ctrl_c(place):
    screen = Screen(place, "run", "-o", "out.bin", "waits.py")
    screen.waits("ready")
    time.sleep(0.3)
    screen.type("\x03")
    screen.waits("told")
    screen.waits("ask on:")
    assert screen.status() == 9, screen.bytes
    assert screen.bytes.count(b"told") == 1
    assert place.ask("top 1 live by lineno")["rows"][0]["size"] >= 1_000_000


def test_run_live(place):
    screen = Screen(place, "run", "--live", "--name", "shown", "service.py", "3")
    screen.waits("service.py:9")
    screen.waits("ended, q leaves")
    screen.type("q")
    assert screen.status() == 0 and screen.was_given_back()
    # What the program printed comes after the screen.
    assert "served" in screen.after and "shown" in screen.after, screen.after
    assert place.ask("top 1 live by lineno of shown")["rows"][0]["size"] > 10_000


def test_run_live_interrupted(place):
    screen = Screen(place, "run", "--live", "waits.py")
    screen.waits("waits.py:5")
    screen.type("\x03")
    screen.waits("passed on")
    screen.waits("ended, q leaves")
    screen.type("q")
    assert screen.status() == 9 and screen.was_given_back()
    assert "told" in screen.after, screen.after
