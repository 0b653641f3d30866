"""Questions about a program's memory, from Python.

>>> import memq
>>> store = memq.open("memq.db")
>>> store.import_("out.bin")
>>> for row in store.ask("top 3 by lineno"):
...     print(row["lineno"], row["size"])

``memq.record()`` records the code of a ``with`` block with memray and imports it; ``%load_ext memq``
brings the same to a notebook. The language is that of the command line: ``memq --help``.
"""

from ._answer import Answer, Column
from ._errors import AssertionFailed, MemqError, ProgramMissing, QueryError
from ._program import find_program
from ._record import Recording, record
from ._store import Imported, Store, open  # noqa: A004 - memq.open is meant to be said qualified
from ._version import __version__

__all__ = [
    "Answer",
    "AssertionFailed",
    "Column",
    "Imported",
    "MemqError",
    "ProgramMissing",
    "QueryError",
    "Recording",
    "Store",
    "__version__",
    "find_program",
    "open",
    "record",
]


def load_ipython_extension(ipython) -> None:
    """Registers ``%memq`` and ``%%memq``; what ``%load_ext memq`` calls."""
    from .notebook import register

    register(ipython)
