"""Chooses from columns and their types what to draw; it must not know how it is drawn.

Nothing of a model's is run here: a chart follows from the rows alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from localai.cli.sql.cells import is_number, on_one_line
from localai.sql.database import Cell

Rows = Sequence[Sequence[Cell]]
Values = tuple[float | None, ...]

MOMENT = re.compile(
    r"\d{4}(-(\d\d(-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?)?)?|Q\d|W\d\d))?"
)
# Numbers under such names have an order in time, and stand below a line rather than above it.
ORDERED = re.compile(r"(^|[_ ])(year|quarter|month|week|day|hour|minute|decade)s?$", re.IGNORECASE)
# Numbers under such names only tell rows apart.
KEY = re.compile(r"(^|[_ ])(id|no|nr|code|key)$|(?<=[a-z])I[dD]$", re.IGNORECASE)
MOST_SERIES = 3
MOST_GROUPS = 12
MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, one for each label, or a line through points.

    labels: a text for each place. places: where on the x axis, in any unit; of a line only. series:
    name and a value for each place, None where it is missing. remarks: what is not drawn.
    """

    kind: Literal["bars", "line"]
    labels: tuple[str, ...]
    series: tuple[tuple[str, Values], ...]
    places: tuple[float, ...] = ()
    remarks: tuple[str, ...] = ()


def choose(columns: Sequence[str], rows: Rows) -> Chart | str:
    """What to draw; a sentence where there is nothing to."""
    if not rows:
        return "Nothing to plot: the query found no rows."
    table = _Table(columns, rows)
    if not table.numbers:
        return f"Nothing to plot: there is no column of numbers ({', '.join(columns)})."
    if len(rows) == 1:
        return table.one_row()
    if table.moment is not None and table.is_distinct(table.moment) and table.values:
        return table.line(table.moment)
    if table.labels:
        return table.bars(table.labels)
    if len(table.numbers) == 1:
        return "Nothing to plot: beside the numbers, there is no column of labels or dates."
    first = table.numbers[0]
    return table.line(first) if table.is_rising(first) else table.bars([first])


class _Table:
    """Columns by what they are good for, as their numbers."""

    def __init__(self, columns: Sequence[str], rows: Rows) -> None:
        self.names = [on_one_line(name) for name in columns]
        self.cells = [[row[i] for row in rows] for i in range(len(columns))]
        every = range(len(columns))
        self.numbers = [i for i in every if _is_numeric(self.cells[i])]
        moments = [i for i in every if self._is_moment(i)]
        self.moment = moments[0] if moments and self.numbers != moments[:1] else None
        measured = [i for i in self.numbers if i != self.moment]
        self.values = [i for i in measured if not KEY.search(columns[i])] or measured[-1:]
        self.labels = [i for i in every if i == self.moment or i not in self.numbers]

    def _is_moment(self, i: int) -> bool:
        there = [cell for cell in self.cells[i] if cell is not None]
        if i in self.numbers:
            named = ORDERED.search(self.names[i]) is not None
            return named and all(isinstance(cell, int) for cell in there)
        return len(there) == len(self.cells[i]) and all(
            isinstance(cell, str) and MOMENT.fullmatch(cell) for cell in there
        )

    def is_distinct(self, i: int) -> bool:
        return len(set(self.cells[i])) == len(self.cells[i])

    def is_rising(self, i: int) -> bool:
        found = [cell for cell in self.cells[i] if is_number(cell)]
        steps = zip(found, found[1:], strict=False)
        return len(found) == len(self.cells[i]) and all(float(a) < float(b) for a, b in steps)  # type: ignore[arg-type]

    def one_row(self) -> Chart | str:
        """Bars over the headings, where one row has several numbers."""
        if len(self.values) < 2:
            return "Nothing to plot: there is one row with one number."
        values = tuple(_value(self.cells[i][0]) for i in self.values)
        return Chart("bars", tuple(self.names[i] for i in self.values), (("", values),))

    def line(self, axis: int) -> Chart:
        values = [i for i in self.values if i != axis] or [i for i in self.numbers if i != axis]
        places = [_place(cell, at) for at, cell in enumerate(self.cells[axis])]
        order = sorted(range(len(places)), key=places.__getitem__)
        told = tuple(_value(self.cells[values[0]][at]) for at in order)
        labels = tuple(on_one_line(str(self.cells[axis][at])) for at in order)
        drawn = ((self.names[values[0]], told),)
        left_out = self._left_out(values[1:])
        return Chart("line", labels, drawn, tuple(places[at] for at in order), left_out)

    def bars(self, labels: Sequence[int]) -> Chart:
        values = [i for i in self.values if i not in labels]
        values = values or [i for i in self.numbers if i not in labels]
        count = min(len(self.cells[0]), MOST_BARS)
        grouped = 1 < len(values) <= MOST_SERIES and count <= MOST_GROUPS
        drawn = values if grouped and self._are_alike(values) else values[:1]
        texts = tuple(self._label(labels, at) for at in range(count))
        series = tuple(
            (self.names[i], tuple(_value(self.cells[i][at]) for at in range(count))) for i in drawn
        )
        remarks = self._left_out(values[len(drawn) :])
        if count < len(self.cells[0]):
            remarks += (f"Only the first {count} of {len(self.cells[0])} rows are drawn.",)
        return Chart("bars", texts, series, remarks=remarks)

    def _label(self, labels: Sequence[int], at: int) -> str:
        cells = (self.cells[i][at] for i in labels)
        return ", ".join("NULL" if cell is None else on_one_line(str(cell)) for cell in cells)

    def _are_alike(self, values: Sequence[int]) -> bool:
        """Whether bars of these columns can be compared on one scale."""
        sizes = [max(abs(_value(cell) or 0) for cell in self.cells[i]) for i in values]
        return min(sizes) * 20 >= max(sizes)

    def _left_out(self, columns: Sequence[int]) -> tuple[str, ...]:
        names = ", ".join(self.names[i] for i in columns)
        return (f"Not drawn: {names}.",) if names else ()


def _is_numeric(cells: Sequence[Cell]) -> bool:
    there = [cell for cell in cells if cell is not None]
    return any(_value(cell) is not None for cell in there) and all(map(is_number, there))


def _value(cell: Cell) -> float | None:
    if not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    return float(cell)


def _place(cell: Cell, at: int) -> float:
    """Where a moment or a number is on the x axis; what has no place of its own, in its turn."""
    if isinstance(cell, int | float):
        return float(cell)
    text = f"{cell}-01-01"[:10] if len(str(cell)) < 8 else str(cell)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).timestamp()
    except (ValueError, OverflowError):
        return float(at)
