"""Finding and running the memq program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from typing import Iterator, List, NamedTuple, Optional, Sequence

from ._errors import MemqError, ProgramMissing, QueryError


def _candidates() -> Iterator[Optional[str]]:
    yield os.environ.get("MEMQ_PROGRAM")
    name = "memq" + (sysconfig.get_config_var("EXE") or "")
    yield os.path.join(sysconfig.get_path("scripts"), name)
    if sys.version_info >= (3, 10):
        user_scheme = sysconfig.get_preferred_scheme("user")
    else:
        user_scheme = os.name + "_user"
    yield os.path.join(sysconfig.get_path("scripts", scheme=user_scheme), name)
    # `pip install --target`: bin stands beside the package.
    yield os.path.join(os.path.dirname(os.path.dirname(__file__)), "bin", name)
    yield shutil.which("memq")


def find_program() -> str:
    """The path of the memq program.

    Looked for in ``$MEMQ_PROGRAM``, among the scripts of this Python, and on ``PATH``, in this order.

    Raises:
        ProgramMissing: It is in none of these.
    """
    for path in _candidates():
        if path and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise ProgramMissing(
        "the memq program is neither among this Python's scripts nor on PATH; "
        "install it with `pip install memq`, or name it in MEMQ_PROGRAM"
    )


class Output(NamedTuple):
    """What a run of the program wrote."""

    status: int
    text: str
    messages: List[str]


def run(arguments: Sequence[str], accepting: Sequence[int] = (0,)) -> Output:
    """Runs the program and returns what it wrote.

    Args:
        arguments: The command line after the program's name.
        accepting: Exit statuses that are no error.

    Raises:
        QueryError: The question is wrong.
        MemqError: Anything else failed.
    """
    # An argument that begins with a hyphen is taken for an option, so callers put `--` before
    # words that are not theirs.
    done = subprocess.run(
        [find_program(), "--json", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    messages: List[str] = []
    report = None
    for line in done.stderr.decode("utf-8", "replace").splitlines():
        found = _report(line)
        if found is None:
            messages.append(line)
        elif report is None:
            report = found
    if done.returncode in accepting and report is None:
        return Output(done.returncode, text, messages)
    if report is not None and report.get("kind") == "query":
        raise QueryError.from_report(report)
    if report is not None:
        raise MemqError(report["message"], done.returncode)
    words = "\n".join(messages).strip() or f"memq ended with status {done.returncode}"
    raise MemqError(words, done.returncode)


def _report(line: str) -> Optional[dict]:
    if not line.startswith('{"error":'):
        return None
    try:
        return json.loads(line)["error"]
    except (ValueError, KeyError):
        return None
