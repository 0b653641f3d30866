"""``%memq`` and ``%%memq`` for IPython and Jupyter; ``%load_ext memq`` registers them."""

from __future__ import annotations

import html
import shlex
from typing import Any, Optional, Tuple

from ._errors import MemqError
from ._record import record
from ._store import Store
from ._store import open as open_store

# Verbs whose answer is a picture.
_PICTURES = {"flame", "timeline"}
_DEFAULT_QUESTION = "top 10 peak by lineno"


class Problem:
    """A refused question, shown with its caret instead of a traceback."""

    def __init__(self, error: MemqError) -> None:
        self.error = error

    def __repr__(self) -> str:
        return str(self.error)

    def _repr_html_(self) -> str:
        proposals = "".join(
            f"<li><code>{html.escape(text)}</code></li>"
            for text in getattr(self.error, "proposals", ())
        )
        words = f"<pre>{html.escape(str(self.error))}</pre>"
        return words + (f"<div>Ask instead:</div><ul>{proposals}</ul>" if proposals else "")


class Page:
    """A page of memq inside a notebook: a flamegraph, a timeline or any other picture."""

    def __init__(self, content: str, height: int = 520) -> None:
        self.content = content
        self.height = height

    def __repr__(self) -> str:
        return f"<memq page of {len(self.content):,} characters>"

    def _repr_html_(self) -> str:
        # The page's own scripts and styles stay in the frame, away from the notebook's.
        source = html.escape(self.content, quote=True)
        return (
            f'<iframe srcdoc="{source}" sandbox="allow-scripts allow-downloads" '
            f'style="width:100%;height:{self.height}px;border:0"></iframe>'
        )


def is_picture(question: str) -> bool:
    """Whether a question's natural answer in a notebook is a page."""
    words = question.split(None, 1)
    return bool(words) and words[0].lower() in _PICTURES


class Magics:
    """The state behind the two magics: the store that is asked."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.store: Store = open_store()

    def line(self, text: str) -> Any:
        """``%memq QUESTION``, ``%memq --db STORE [QUESTION]``."""
        try:
            _, question = self._options(text)
            return self._answer(question) if question else None
        except MemqError as error:
            return Problem(error)

    def cell(self, text: str, code: str) -> Any:
        """``%%memq [--native] [--name NAME] [QUESTION]``: records the cell and answers about it."""
        try:
            options, question = self._options(text)
            recording = record(
                store=self.store,
                name=options.get("name"),
                native_traces="native" in options,
            )
            with recording:
                done = self.shell.run_cell(code)
            if not getattr(done, "success", True):
                # The cell's own traceback stands above; the capture is there all the same.
                print(f"the cell failed; its capture is {recording.name}")
                return None
            return self._answer(question or _DEFAULT_QUESTION)
        except MemqError as error:
            return Problem(error)

    def _answer(self, question: str) -> Any:
        if is_picture(question):
            return Page(self.store.page(question))
        answer = self.store.ask(question)
        try:
            frame = answer.pandas()
        except MemqError:
            return answer
        for note in answer.notes:
            print(note)
        return frame

    def _options(self, text: str) -> Tuple[dict, str]:
        """Options that stand before the question, and the question as it was typed."""
        options = {}
        rest = text.strip()
        while rest.startswith("--"):
            word, _, rest = rest.partition(" ")
            rest = rest.lstrip()
            name = word[2:]
            if name == "native":
                options[name] = ""
                continue
            if name not in ("db", "name"):
                raise MemqError(f"there is no option {word}; there is --db, --name and --native")
            value, rest = _first(rest)
            if value is None:
                raise MemqError(f"{word} needs a value")
            options[name] = value
        if "db" in options:
            self.store = open_store(options["db"])
        return options, rest


def _first(text: str) -> Tuple[Optional[str], str]:
    """The first word of a text, which quotes may hold together, and what follows it."""
    if not text:
        return None, ""
    if text[0] not in "'\"":
        word, _, rest = text.partition(" ")
        return word, rest.lstrip()
    end = text.find(text[0], 1)
    if end < 0:
        raise MemqError(f"a quote is not closed: {text}")
    return shlex.split(text[: end + 1])[0], text[end + 1 :].lstrip()


def register(shell: Any) -> None:
    """Registers ``%memq`` and ``%%memq`` with a shell."""
    magics = Magics(shell)

    def memq(line: str, cell: Optional[str] = None) -> Any:
        """Asks memq: %memq QUESTION; %%memq [QUESTION] records the cell first."""
        return magics.line(line) if cell is None else magics.cell(line, cell)

    shell.register_magic_function(memq, magic_kind="line_cell", magic_name="memq")


__all__ = ["Magics", "Page", "Problem", "is_picture", "register"]
