"""Watches programs with `memq live` while they run, and servers that play captures in every way.

run.py MEMQ WORKDIR [PYTHON]: PYTHON is one with memray; without it the virtual environment of the
differential tests is made or used. Ends with a line of counts.
"""
import json
import os
import signal
import socket
import subprocess
import sys

from place import (
    FIXTURES, Failed, Place, chunks, ended, expect, fixture, free_port, same_as_import, serve, told,
    until)
from programs import RECORDED

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
    until(lambda: "nobody listens" in told(live), "it waits")
    content = fixture("socket_stream.bin")
    serve(chunks(content, 5000), port=port)
    _, err = ended(live, 0)
    expect("nobody listens" in err, err)
    same_as_import(place, "late", content)


def second_viewer_is_turned_away(place):
    """A connection that the program resets, as it took another, is one to somebody who is not there yet."""
    content = fixture("socket_stream.bin")
    port = free_port()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        live = place.start("live", str(port), "--name", "late")
        client, _ = listener.accept()
        # Resets instead of ending.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
    until(lambda: "somebody else is connected" in told(live), "it waits")
    serve(chunks(content, 5000), port=port)
    ended(live, 0)
    same_as_import(place, "late", content)


def nobody_comes(place):
    live = place.start("live", str(free_port()))
    until(lambda: "nobody listens" in told(live), "it waits")
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


SERVED = [
    in_pieces, at_once, byte_by_byte, over_ipv6, by_name, cut_in_the_middle, ends_at_once,
    header_alone, no_stream, no_server_yet, second_viewer_is_turned_away, nobody_comes,
    wrong_targets, compressed_file,
    finished_file, through_a_pipe, discarded, answers_now_and_then, other_fixtures,
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
