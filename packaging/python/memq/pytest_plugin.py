"""Memory assertions in pytest: ``@pytest.mark.memq("peak size < 24MB")``.

A marked test runs under memray, its capture is imported, and each assertion is asked as
``assert …``. A failure shows the assertion, what was found, and the places that hold the memory.

Options of the command line:
  ``--memq``            record every test, and show at the end those that took most
  ``--memq-top N``      how many are shown; 0 for all
  ``--memq-fail-on-increase [PERCENT]``
                        record every test, and fail one whose peak is more than PERCENT (10) above
                        that of its last run that passed, which pytest's cache keeps
  ``--memq-python-allocators``
                        record what pymalloc hands out, not only what it takes from the system
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
from typing import Any, Dict, List, Optional, Tuple

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
_TOP = 10
_PEAK = "memq peak bytes"
_CACHE = "memq/peaks"
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
    group.addoption(
        "--memq", action="store_true", help="record every test, and show those that took most"
    )
    group.addoption(
        "--memq-top",
        type=int,
        default=None,
        metavar="N",
        help=f"show the N tests that took most ({_TOP} with --memq; 0 for all)",
    )
    group.addoption(
        "--memq-fail-on-increase",
        type=float,
        nargs="?",
        const=10.0,
        default=None,
        metavar="PERCENT",
        help="fail a test whose peak is more than PERCENT (10) above its last run that passed",
    )
    group.addoption(
        "--memq-python-allocators", action="store_true", help="record pymalloc's allocations too"
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
    percent = config.getoption("--memq-fail-on-increase")
    if percent is not None and not percent >= 0:
        raise pytest.UsageError("--memq-fail-on-increase takes percent, 0 or more")
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
        self._peaks: Dict[str, int] = {}
        cache = getattr(config, "cache", None)
        self._last_peaks: Dict[str, int] = (cache.get(_CACHE, {}) if cache else None) or {}

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
        if not held and not self._records_all:
            return (yield)
        repeat = self.config.getoption("--memq-repeat")
        recording = Recording(
            store=self.store,
            name=pyfuncitem.nodeid.replace("/", ".").replace("::", "."),
            native_traces=self.config.getoption("--memq-native"),
            trace_python_allocators=self.config.getoption("--memq-python-allocators"),
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
        peak = recording.ask(f"show peak of {_quoted(recording.name)}")[0]["peak"]
        item.user_properties.append((_PEAK, peak))
        if increase := self._increase(item, peak):
            failures.append(self._failure(item, recording, *increase))
        if failures:
            pytest.fail("\n".join(failures), pytrace=False)

    @property
    def _records_all(self) -> bool:
        options = self.config.option
        return not options.no_memq and (options.memq or options.memq_fail_on_increase is not None)

    def _increase(self, item: pytest.Function, peak: int) -> Optional[Tuple[str, str]]:
        """What a peak may be and what it is, where it is too far above that of the last good run."""
        percent = self.config.getoption("--memq-fail-on-increase")
        last = self._last_peaks.get(item.nodeid)
        if percent is None or last is None or peak <= last * (1 + percent / 100):
            return None
        return (
            f"peak size within {percent:g} % of the last run that passed ({size(last)})",
            f"size is {size(peak)}",
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        peak = dict(report.user_properties).get(_PEAK)
        if report.when == "call" and report.passed and peak is not None:
            self._peaks[report.nodeid] = peak

    def pytest_sessionfinish(self) -> None:
        # Workers of xdist tell their controller, which alone writes.
        if self._peaks and not hasattr(self.config, "workerinput"):
            if cache := getattr(self.config, "cache", None):
                cache.set(_CACHE, {**cache.get(_CACHE, {}), **self._peaks})

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The tests that took most, with the ways to ask on."""
        count = self.config.getoption("--memq-top")
        if count is None:
            if not self.config.getoption("--memq"):
                return
            count = _TOP
        reports = (report for found in terminalreporter.stats.values() for report in found)
        peaks = {
            report.nodeid: dict(report.user_properties)[_PEAK]
            for report in reports
            if _PEAK in dict(getattr(report, "user_properties", []))
        }
        greatest = sorted(peaks.items(), key=lambda peak: (-peak[1], peak[0]))
        shown = greatest[: count or None]
        if not shown:
            return
        terminalreporter.section("memory at the peak")
        for nodeid, peak in shown:
            terminalreporter.line(f"{size(peak):>9}  {nodeid}")
        if len(shown) < len(greatest):
            terminalreporter.line(f"{len(greatest) - len(shown)} more; --memq-top 0 shows all")

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
