"""What goes wrong, as exceptions."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Tuple


class MemqError(Exception):
    """memq could not do what was asked; the text is the program's own sentence.

    ``status`` is the program's exit status (2: command line or files, 4: damage).
    """

    def __init__(self, message: str, status: int = 2) -> None:
        super().__init__(message)
        self.status = status


class ProgramMissing(MemqError):
    """The memq program is nowhere to be found."""


class QueryError(MemqError):
    """The question is wrong, or this capture cannot answer it.

    ``str(error)`` shows the question with a caret below the place. ``reason`` is one line,
    ``range`` the place as character offsets ``(start, end)`` in ``question`` (None when it is about
    the whole), ``proposals`` whole questions that can be asked instead, ``hints`` what to do in words.
    """

    def __init__(
        self,
        message: str,
        question: str,
        reason: str,
        range: Optional[Tuple[int, int]] = None,  # noqa: A002 - the field's word
        proposals: Sequence[str] = (),
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(message, 3)
        self.question = question
        self.reason = reason
        self.range = range
        self.proposals = list(proposals)
        self.hints = list(hints)

    @classmethod
    def from_report(cls, report: Mapping[str, Any]) -> "QueryError":
        """The error that ``memq --json`` reports."""
        place = report.get("range")
        return cls(
            report["message"],
            report.get("question") or "",
            report["reason"],
            (place["start"], place["end"]) if place else None,
            report.get("proposals") or (),
            report.get("hints") or (),
        )


class AssertionFailed(MemqError, AssertionError):
    """An ``assert`` question does not hold; ``answer`` has the rows that break it."""

    def __init__(self, message: str, answer: Any = None) -> None:
        MemqError.__init__(self, message, 1)
        self.answer = answer
