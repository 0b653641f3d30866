"""Answers as rows, and as the tables of other libraries."""

from __future__ import annotations

import importlib
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional

from ._errors import MemqError

Row = Dict[str, Any]


class Column(NamedTuple):
    """A column of an answer: its name, its type (``string``, ``integer``, ``number``, ``traceback``)
    and its unit (``bytes``, ``count``, ``seconds``, ``bytes/s`` …; None when it has none)."""

    name: str
    type: str
    unit: Optional[str]


class Answer:
    """The answer to one question: a sequence of rows, each a dict by column.

    Attributes:
        query: The question as it was asked.
        captures: Names of the captures that answered.
        population: Which allocations it counts, such as ``peak at 3.2 s``; None without one.
        columns: The columns in order.
        rows: The rows, each a dict; sizes are whole bytes, times seconds.
        other: What the rows not shown add up to; None when all are shown.
        total: The sum over everything; None where a sum means nothing.
        notes: What memq says beside the table. Read them: they tell what was left out.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.query: str = content["query"]
        self.captures: List[str] = list(content.get("captures") or [])
        self.population: Optional[str] = content.get("population")
        self.columns = [Column(c["name"], c["type"], c.get("unit")) for c in content["columns"]]
        self.rows: List[Row] = list(content["rows"])
        self.other: Optional[Row] = content.get("other")
        self.total: Optional[Row] = content.get("total")
        self.notes: List[str] = list(content.get("notes") or [])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, index):
        return self.rows[index]

    def column(self, name: str) -> List[Any]:
        """The values of one column, top to bottom.

        Raises:
            KeyError: There is no such column.
        """
        if all(column.name != name for column in self.columns):
            known = ", ".join(column.name for column in self.columns)
            raise KeyError(f"no column {name!r}; there is {known}")
        return [row.get(name) for row in self.rows]

    def __repr__(self) -> str:
        rows = "1 row" if len(self.rows) == 1 else f"{len(self.rows):,} rows"
        names = ", ".join(column.name for column in self.columns)
        return f"<memq answer to {self.query!r}: {rows} of {names}>"

    def _columns_of_values(self) -> Dict[str, List[Any]]:
        return {column.name: self.column(column.name) for column in self.columns}

    def pandas(self):
        """The rows as a ``pandas.DataFrame``; units and notes stand in its ``attrs``."""
        frame = _module("pandas").DataFrame(self._columns_of_values())
        frame.attrs["units"] = {c.name: c.unit for c in self.columns if c.unit}
        frame.attrs["notes"] = list(self.notes)
        frame.attrs["query"] = self.query
        return frame

    def polars(self):
        """The rows as a ``polars.DataFrame``."""
        return _module("polars").DataFrame(self._columns_of_values(), strict=False)

    def arrow(self):
        """The rows as a ``pyarrow.Table``; each field's metadata names its unit."""
        arrow = _module("pyarrow")
        table = arrow.table(self._columns_of_values())
        for place, column in enumerate(self.columns):
            if column.unit:
                field = table.schema.field(place).with_metadata({"unit": column.unit})
                table = table.set_column(place, field, table.column(place))
        return table

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        from ._html import table

        return table(self)


def _module(name: str):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MemqError(f"{name} is not installed; install it with `pip install {name}`") from error
