"""Memory assertions in pytest: ``@pytest.mark.memq("peak size < 24MB")``.

A marked test runs under memray, its capture is imported, and each assertion is asked as
``assert …``. A failure shows the assertion, what was found, and the places that hold the memory.

Options of the command line:
  ``--memq-repeat N``   run each checked test N times in one recording; ``per call`` in an assertion
                        then means one run of the test
  ``--memq-native``     record native stacks too
  ``--memq-store FILE`` keep the captures in this store (with xdist: one a worker)
  ``--no-memq``         run the tests without recording
Options of the ini file:
  ``memq_default``      assertions, one a line, for tests that have no mark of their own
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from typing import Any, List, Optional

import pytest

from ._errors import MemqError
from ._html import size
from ._record import Recording
from ._store import Store

_MARK = "memq"
_CALL = "call"
_POPULATIONS = ("leaked", "peak", "allocated", "live")
# How often the clock of a repeated test steps, in milliseconds.
_TICK_MS = 1
_PER_CALL = re.compile(r"\bper\s+calls?\b", re.IGNORECASE)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("memq", "memory assertions by memq")
    group.addoption("--no-memq", action="store_true", help="run tests without recording memory")
    group.addoption(
        "--memq-repeat",
        type=int,
        default=1,
        metavar="N",
        help="run each checked test N times in one recording; `per call` means one run",
    )
    group.addoption("--memq-native", action="store_true", help="record native stacks too")
    group.addoption("--memq-store", metavar="FILE", help="keep the captures in this store")
    parser.addini("memq_default", type="linelist", help="assertions for tests without a mark")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        'memq(*assertions): hold assertions about the memory of this test, such as "peak size < 24MB"',
    )
    if config.getoption("--memq-repeat") < 1:
        raise pytest.UsageError("--memq-repeat must be at least 1")
    config.pluginmanager.register(_Checks(config), "memq-checks")


def assertions(item: pytest.Item) -> List[str]:
    """The assertions a test is held to: its marks', nearest first, else the ini file's."""
    marks = list(item.iter_markers(_MARK))
    if not marks:
        return [line for line in item.config.getini("memq_default") if line.strip()]
    found = []
    for mark in marks:
        if mark.kwargs or not all(isinstance(text, str) for text in mark.args):
            raise pytest.UsageError(
                f'{item.nodeid}: memq takes assertions as text: @pytest.mark.memq("peak size < 24MB")'
            )
        found += mark.args
    return found


def question(assertion: str) -> str:
    """An assertion as a question: ``assert`` before it, ``per call`` as the calls' marks."""
    text = _PER_CALL.sub(f'per mark("{_CALL} *")', assertion.strip())
    return text if text.lower().startswith("assert ") else f"assert {text}"


class _Checks:
    """Records marked tests and holds them to their assertions."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._folder: Optional[str] = None
        self._store: Optional[Store] = None

    @property
    def store(self) -> Store:
        if self._store is None:
            path = self.config.getoption("--memq-store")
            worker = os.environ.get("PYTEST_XDIST_WORKER")
            if path is None:
                self._folder = tempfile.mkdtemp(prefix="memq-pytest-")
                path = os.path.join(self._folder, "memq.db")
            elif worker:
                root, ending = os.path.splitext(path)
                path = f"{root}.{worker}{ending}"
            self._store = Store(path)
        return self._store

    def pytest_unconfigure(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function):
        held = [] if self.config.getoption("--no-memq") else assertions(pyfuncitem)
        if not held:
            return (yield)
        repeat = self.config.getoption("--memq-repeat")
        recording = Recording(
            store=self.store,
            name=pyfuncitem.nodeid.replace("/", ".").replace("::", "."),
            native_traces=self.config.getoption("--memq-native"),
            # Calls are told apart by the clock.
            memory_interval_ms=_TICK_MS if repeat > 1 else None,
        )
        with recording:
            recording.mark(f"{_CALL} 1")
            result = yield
            for number in range(2, repeat + 1):
                time.sleep(3 * _TICK_MS / 1000)
                recording.mark(f"{_CALL} {number}")
                _call_again(pyfuncitem)
        self._hold(pyfuncitem, recording, held)
        return result

    def _hold(self, item: pytest.Function, recording: Recording, held: List[str]) -> None:
        failures = []
        for assertion in held:
            asked = question(assertion)
            answer, status = recording.store._ask(f"{asked} of {_quoted(recording.name)}")
            found = _found(answer) if status == 1 else "holds"
            item.user_properties.append((f"memq: {assertion}", found))
            if status == 1:
                failures.append(self._failure(item, recording, assertion, found))
        peak = recording.ask(f"show peak of {_quoted(recording.name)}")
        item.user_properties.append(("memq peak bytes", peak[0]["peak"]))
        if failures:
            pytest.fail("\n".join(failures), pytrace=False)

    def _failure(
        self, item: pytest.Function, recording: Recording, assertion: str, found: str
    ) -> str:
        """What does not hold, the places that hold the memory, and how to ask on."""
        lines = [f"memq: {assertion} does not hold: {found}"]
        words = assertion.split()
        population = next((word for word in _POPULATIONS if word in words), "peak")
        try:
            top = recording.ask(f"top 3 {population} by lineno of {_quoted(recording.name)}")
        except MemqError as error:
            lines.append(f"      the places are not known: {getattr(error, 'reason', error)}")
        else:
            root = f"{item.config.rootpath}{os.sep}"
            places = (f"{row['lineno'].replace(root, '')} {size(row['size'])}" for row in top)
            lines.append(f"      most of {top.population}: {', '.join(places)}")
        if self._folder:
            lines.append("      ask further with --memq-store FILE, which keeps the captures")
        else:
            name = recording.name
            lines.append(f"      ask further: memq --db {recording.store.path} 'flame peak of \"{name}\"'")
        return "\n".join(lines)


def _call_again(item: pytest.Function) -> None:
    names = item._fixtureinfo.argnames
    item.obj(**{name: item.funcargs[name] for name in names})


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _found(answer: Any) -> str:
    """What was measured, in one line."""
    if not answer.rows:
        return "nothing was found"
    column = next((c for c in answer.columns if c.type in ("integer", "number")), None)
    if column is None:
        return "; ".join(answer.notes)
    value = answer.rows[0].get(column.name)
    if value is None:
        return "unknown"
    words = size(value) if (column.unit or "").startswith("bytes") else f"{value:g}"
    return f"{column.name} is {words}{'/s' if column.unit == 'bytes/s' else ''}"
