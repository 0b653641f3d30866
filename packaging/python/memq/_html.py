"""Tables of answers for notebooks."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._answer import Answer, Column

_STEPS = ("B", "kB", "MB", "GB", "TB", "PB")


def size(value: float) -> str:
    """Bytes for a person, as the program writes them: three digits and a decimal unit."""
    amount, step = float(value), 0
    # A value that three digits would round to a thousand belongs to the next unit.
    while abs(amount) >= 999.5 and step < len(_STEPS) - 1:
        amount /= 1000
        step += 1
    if step == 0:
        return f"{int(value)} B"
    digits = 2 if abs(amount) < 9.995 else 1 if abs(amount) < 99.95 else 0
    return f"{amount:.{digits}f} {_STEPS[step]}"


def cell(value: Any, column: "Column") -> str:
    """A value for a person."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    if column.unit == "bytes":
        return size(value)
    if column.unit == "bytes/s":
        return size(value) + "/s"
    if column.unit and isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def table(answer: "Answer") -> str:
    """An answer as an HTML table with its question above and its notes below."""
    head = "".join(f"<th>{html.escape(c.name)}</th>" for c in answer.columns)
    lines = [_row(row, answer, "td") for row in answer.rows]
    for name, row in (("other", answer.other), ("total", answer.total)):
        if row and answer.rows:
            first = answer.columns[0].name
            lines.append(_row({first: name, **row}, answer, "th"))
    notes = "".join(f"<div><small>{html.escape(note)}</small></div>" for note in answer.notes)
    about = html.escape(", ".join(filter(None, [answer.population, *answer.captures])))
    return (
        f"<div><code>{html.escape(answer.query)}</code> <small>{about}</small></div>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>{notes}"
    )


def _row(row, answer: "Answer", tag: str) -> str:
    cells = []
    for column in answer.columns:
        value = row.get(column.name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        style = "right" if is_number else "left"
        text = html.escape(cell(value, column)).replace("\n", "<br>")
        cells.append(f'<{tag} style="text-align:{style}">{text}</{tag}>')
    return f"<tr>{''.join(cells)}</tr>"
