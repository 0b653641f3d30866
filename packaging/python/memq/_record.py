"""Recording the code of a ``with`` block."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from typing import List, Optional

from ._answer import Answer
from ._errors import MemqError
from ._store import PathLike, Store


class Recording:
    """A block of code being recorded with memray; after its end, a capture.

    Attributes:
        path: The capture file; None once it was imported and not to be kept.
        name: The capture's name in the store; None until the block has ended.
        store: The store it is imported into.
    """

    def __init__(
        self,
        path: Optional[PathLike] = None,
        *,
        store: Optional[Store] = None,
        name: Optional[str] = None,
        native_traces: bool = False,
        trace_python_allocators: bool = False,
        follow_fork: bool = False,
        memory_interval_ms: Optional[int] = None,
    ) -> None:
        self._is_kept = path is not None
        self._folder: Optional[str] = None
        if path is None or store is None:
            self._folder = tempfile.mkdtemp(prefix="memq-")
            # The store of a recording that nobody named lives as long as the recording.
            self._finalizer = weakref.finalize(self, shutil.rmtree, self._folder, True)
        self.path: Optional[str] = (
            os.fspath(path) if path is not None else os.path.join(self._folder, "recording.bin")
        )
        self.store = store or Store(os.path.join(self._folder, "memq.db"))
        self.name: Optional[str] = None
        self._wanted_name = name
        self._marks: List[str] = []
        self._options = {
            "native_traces": native_traces,
            "trace_python_allocators": trace_python_allocators,
            "follow_fork": follow_fork,
            "memory_interval_ms": memory_interval_ms,
        }
        self._tracker = None

    def __enter__(self) -> "Recording":
        memray = _memray()
        options = {key: value for key, value in self._options.items() if value}
        try:
            self._tracker = memray.Tracker(self.path, **options)
            self._tracker.__enter__()
        except OSError as error:
            raise MemqError(f"cannot record into {self.path}: {error}") from error
        except RuntimeError as error:
            # One tracker a process: another recording, or pytest --memray, is at work.
            raise MemqError(f"cannot record here: {error}") from error
        return self

    def __exit__(self, kind, error, trace) -> None:
        tracker, self._tracker = self._tracker, None
        tracker.__exit__(kind, error, trace)
        self._import()

    def mark(self, name: str) -> None:
        """Marks this moment, so that questions may say ``live at mark("name")``.

        A capture's clock steps with memray's samples of resident memory, every 10 ms unless
        ``memory_interval_ms`` says otherwise; marks within one step are one moment.
        """
        self._marks.append(f"{time.time():.6f} {name}")

    def ask(self, question: str) -> Answer:
        """The answer to a question about this recording, or about its store's newest capture."""
        if self.name is None:
            raise MemqError("the recording goes on; ask after the `with` block")
        return self.store.ask(question)

    def check(self, assertion: str) -> Answer:
        """Holds an assertion to be true; see `Store.check`."""
        if self.name is None:
            raise MemqError("the recording goes on; ask after the `with` block")
        return self.store.check(assertion)

    def _import(self) -> None:
        marks = None
        if self._marks:
            marks = self.path + ".marks"
            with open(marks, "w", encoding="utf-8") as file:
                file.write("\n".join(self._marks) + "\n")
        try:
            done = self.store.import_(self.path, name=self._wanted_name, marks=marks)
        finally:
            if marks:
                os.unlink(marks)
        self.name = done.names[0] if done.names else None
        if not self._is_kept:
            os.unlink(self.path)
            self.path = None


def record(path: Optional[PathLike] = None, **options) -> Recording:
    """Records a block of code with memray and imports it.

    >>> with memq.record() as recording:
    ...     work()
    >>> recording.ask("top 5 peak by lineno").pandas()

    Args:
        path: Where the capture file stays; by default it goes once it is imported.
        options: ``store`` (a store of its own that goes with the recording, by default), ``name``,
            and memray's ``native_traces``, ``trace_python_allocators``, ``follow_fork`` and
            ``memory_interval_ms``.

    Raises:
        MemqError: memray is not installed, or records already.
    """
    return Recording(path, **options)


def _memray():
    try:
        import memray
    except ImportError as error:
        raise MemqError(
            "memray is not installed in this Python; install it with `pip install memray`"
        ) from error
    return memray
