"""A store of captures, and questions to it."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Union

from ._answer import Answer
from ._errors import AssertionFailed, MemqError
from ._program import run

PathLike = Union[str, "os.PathLike[str]"]


class Imported(NamedTuple):
    """What an import did: the new captures' names, and the program's words about each file."""

    names: List[str]
    messages: List[str]


def open(path: Optional[PathLike] = None) -> "Store":  # noqa: A001 - memq.open
    """A store, which need not be there before the first import.

    Args:
        path: The store's file; ``$MEMQ_DB``, else ``memq.db``, as on the command line.
    """
    return Store(path if path is not None else os.environ.get("MEMQ_DB") or "memq.db")


class Store:
    """Captures in one file, to be asked.

    Every call runs the program once; nothing is held open between calls, so a store may be removed,
    copied or asked from elsewhere at any time.
    """

    def __init__(self, path: PathLike) -> None:
        self.path = os.fspath(path)

    def __repr__(self) -> str:
        return f"memq.open({self.path!r})"

    def import_(
        self,
        *files: PathLike,
        name: Optional[str] = None,
        format: Optional[str] = None,  # noqa: A002 - the program's word
        marks: Optional[PathLike] = None,
        unit: Optional[str] = None,
        strict: bool = False,
    ) -> Imported:
        """Imports capture files; one that is there already is left alone.

        Args:
            files: Captures of any kind that memq reads.
            name: What to ask for it by; the file's name without it.
            format: Its format, where it is not to be guessed.
            marks: A file of marks in time.
            unit: What numbers of memory without a unit are in, such as ``MiB``.
            strict: Refuse files that are cut or damaged.

        Raises:
            MemqError: A file is missing, or no capture.
        """
        options = ["--strict"] if strict else []
        for option, value in (
            ("--name", name),
            ("--format", format),
            ("--marks", marks),
            ("--unit", unit),
        ):
            if value is not None:
                options.append(f"{option}={os.fspath(value)}")
        before = {row["id"] for row in self._captures()}
        done = run(["import", "--db", self.path, *options, "--", *map(os.fspath, files)])
        words = [line for line in done.text.splitlines() + done.messages if line]
        names = [row["name"] for row in self._captures() if row["id"] not in before]
        return Imported(names, words)

    def ask(self, question: str) -> Answer:
        """The answer to one question of the language, such as ``top 10 by lineno``.

        Raises:
            QueryError: The question is wrong, or the capture cannot answer it.
            MemqError: The store cannot be read.
        """
        return self._ask(question)[0]

    def check(self, assertion: str) -> Answer:
        """Holds an assertion, such as ``assert peak size < 1GB``, to be true.

        Raises:
            AssertionFailed: It is false; its ``answer`` has the rows that break it.
            QueryError: The question is wrong.
        """
        answer, status = self._ask(assertion)
        if status == 1:
            notes = "; ".join(answer.notes)
            raise AssertionFailed(f"{answer.query}: {notes}", answer)
        return answer

    def sql(self, statement: str) -> List[Dict[str, Any]]:
        """The rows of a SQL statement over the tables of ``memq sql``; it only reads.

        Raises:
            QueryError: The statement is wrong.
        """
        text = run(["sql", "--db", self.path, "--as", "jsonl", "--", statement]).text
        return [json.loads(line) for line in text.splitlines() if line]

    def page(self, question: str) -> str:
        """The answer as a whole HTML page: a flamegraph, a timeline's chart or a table.

        Raises:
            QueryError: The question is wrong.
        """
        return run(["query", "--db", self.path, "--as", "html", "--", question]).text

    def explain(self, question: str) -> str:
        """The plan that would answer a question, as text.

        Raises:
            QueryError: The question is wrong.
        """
        return run(["query", "--db", self.path, "--", f"explain {question}"]).text

    def captures(self) -> List[str]:
        """The names of all captures, oldest import first."""
        return [row["name"] for row in self._captures()]

    def _captures(self) -> List[Dict[str, Any]]:
        if not os.path.exists(self.path):
            return []
        return self.sql("SELECT id, name FROM captures ORDER BY id")

    def _ask(self, question: str):
        done = run(["query", "--db", self.path, "--as", "json", "--", question], (0, 1))
        try:
            return Answer(json.loads(done.text)), done.status
        except (ValueError, KeyError) as error:
            raise MemqError(
                "this question writes no single table; ask one question, without `as` and `to`, "
                "or use page() for a picture"
            ) from error
