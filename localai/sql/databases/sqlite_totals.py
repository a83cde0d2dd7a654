"""PostgreSQL's totals for SQLite; it must not know dates beyond spans of time.

Each keeps its group's values in memory; a window moves through them first in, first out.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from localai.sql.semantics import intervals
from localai.sql.semantics.intervals import Interval

Value = str | int | float | bytes | None
Row = tuple[Value, ...]
Total = Callable[[Sequence[Row]], Value]
ANY_NUMBER = -1


class Window:
    """An aggregate as sqlite3 wants it, over the rows that `total` is worked out from.

    complete: rows in which one of the first so many values is missing are left out.
    """

    def __init__(self, total: Total, complete: int) -> None:
        self._total = total
        self._complete = complete
        self._rows: deque[Row] = deque()

    def step(self, *row: Value) -> None:
        """A row comes in."""
        if None not in row[: self._complete]:
            self._rows.append(row)

    def inverse(self, *row: Value) -> None:
        """The row that came in first leaves a window's frame."""
        if None not in row[: self._complete]:
            self._rows.popleft()

    def value(self) -> Value:
        """The total of the rows that are in."""
        return self._total(self._rows) if self._rows else None

    def finalize(self) -> Value:
        """The total at the end."""
        return self.value()


def register(connection: sqlite3.Connection, present: set[tuple[str, int]]) -> None:
    """Adds every total to a connection, but those that its SQLite has already."""
    for name, count, total, complete in TOTALS:
        if (name, count) not in present and (name, ANY_NUMBER) not in present:
            maker = partial(Window, total, complete)
            connection.create_window_function(name, count, maker)  # type: ignore[arg-type]


def _numbers(rows: Sequence[Row], at: int = 0) -> list[float]:
    return [float(row[at] or 0) for row in rows]


def _variance(rows: Sequence[Row], *, less: int) -> float | None:
    count = len(rows)
    if count <= less:
        return None
    # Around the first value, equal ones are exactly 0.
    numbers = _numbers(rows)
    rests = [number - numbers[0] for number in numbers]
    squares = math.fsum(rest * rest for rest in rests)
    return max(squares - math.fsum(rests) ** 2 / count, 0.0) / (count - less)


def _deviation(rows: Sequence[Row], *, less: int) -> float | None:
    variance = _variance(rows, less=less)
    return None if variance is None else math.sqrt(variance)


def _covariance(rows: Sequence[Row], *, less: int) -> float | None:
    ones, others = _numbers(rows), _numbers(rows, 1)
    if len(ones) <= less:
        return None
    means = math.fsum(ones) / len(ones), math.fsum(others) / len(others)
    products = ((a - means[0]) * (b - means[1]) for a, b in zip(ones, others, strict=True))
    return math.fsum(products) / (len(ones) - less)


def _correlation(rows: Sequence[Row]) -> float | None:
    spread = _variance(rows, less=0), _variance([row[1:] for row in rows], less=0)
    product = math.sqrt((spread[0] or 0) * (spread[1] or 0))
    return (_covariance(rows, less=0) or 0) / product if product else None


def _share(row: Row) -> float:
    return min(max(float(row[1] or 0), 0.0), 1.0)


def _continuous(rows: Sequence[Row]) -> float:
    numbers = sorted(_numbers(rows))
    place = _share(rows[0]) * (len(numbers) - 1)
    low = math.floor(place)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (place - low)


def _discrete(rows: Sequence[Row]) -> Value:
    values = sorted((row[0] for row in rows), key=_order)
    return values[max(math.ceil(_share(rows[0]) * len(values)) - 1, 0)]


def _mode(rows: Sequence[Row]) -> Value:
    counts: dict[Value, int] = {}
    for value in sorted((row[0] for row in rows), key=_order, reverse=len(rows[0]) > 1):
        counts[value] = counts.get(value, 0) + 1
    # Of equals, the first in order.
    return max(counts, key=lambda value: counts[value])


def _order(value: Value) -> tuple[int, float, str]:
    """A key that sorts as SQLite does: numbers before texts."""
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, str(value))


def _sorted(rows: Sequence[Row], ways: str, first: int) -> list[Row]:
    """The rows by their columns from `first` on, each `asc` or `desc`, its missing ones first or
    last, as `ways` says."""
    ordered = list(rows)
    for at, way in reversed(list(enumerate(ways.split(), first))):
        down, missing_first = way.startswith("desc"), way.endswith("-first")
        ordered.sort(key=lambda row, at=at: _order(row[at]), reverse=down)  # type: ignore[misc]
        ordered.sort(key=lambda row, at=at: (row[at] is None) != missing_first)  # type: ignore[misc]
    return ordered


def _distinct(rows: Sequence[Row], ways: str) -> list[Value]:
    values = {row[0]: row for row in rows}
    return [row[0] for row in _sorted(list(values.values()), ways, 0)]


def _joined(values: Sequence[Value], separator: Value) -> str | None:
    known = [str(value) for value in values if value is not None]
    return str(separator).join(known) if known else None


def _text_by(rows: Sequence[Row]) -> Value:
    ordered = _sorted(rows, str(rows[0][2]), 3)
    return _joined([row[0] for row in ordered], rows[0][1])


def _text_of_distinct(rows: Sequence[Row]) -> Value:
    return _joined(_distinct(rows, str(rows[0][2])), rows[0][1])


def _list_by(rows: Sequence[Row]) -> Value:
    return json.dumps([row[0] for row in _sorted(rows, str(rows[0][1]), 2)])


def _list_of_distinct(rows: Sequence[Row]) -> Value:
    return json.dumps(_distinct(rows, str(rows[0][1])))


def _spans(rows: Sequence[Row]) -> list[Interval]:
    return [span for row in rows if (span := intervals.parse(str(row[0]))) is not None]


def _span_sum(rows: Sequence[Row]) -> Value:
    total = Interval()
    for span in _spans(rows):
        total = total.plus(span)
    return total.text()


def _span_mean(rows: Sequence[Row]) -> Value:
    spans = _spans(rows)
    total = Interval()
    for span in spans:
        total = total.plus(span)
    return total.times(1 / len(spans)).text() if spans else None


def _span_extreme(rows: Sequence[Row], *, largest: bool) -> Value:
    spans = sorted(_spans(rows), key=Interval.length, reverse=largest)
    return spans[0].text() if spans else None


# name, number of arguments, the total, how many of its first values must be there
TOTALS: list[tuple[str, int, Total, int]] = [
    ("PERCENTILE_CONT", 2, _continuous, 1),
    ("PERCENTILE_DISC", 2, _discrete, 1),
    ("MODE", 1, _mode, 1),
    ("MODE", 2, _mode, 1),
    ("STDDEV_SAMP", 1, partial(_deviation, less=1), 1),
    ("STDDEV_POP", 1, partial(_deviation, less=0), 1),
    ("VAR_SAMP", 1, partial(_variance, less=1), 1),
    ("VAR_POP", 1, partial(_variance, less=0), 1),
    ("COVAR_SAMP", 2, partial(_covariance, less=1), 2),
    ("COVAR_POP", 2, partial(_covariance, less=0), 2),
    ("CORR", 2, _correlation, 2),
    ("STRING_AGG_BY", ANY_NUMBER, _text_by, 1),
    ("STRING_AGG_DISTINCT", 3, _text_of_distinct, 1),
    ("ARRAY_AGG_BY", ANY_NUMBER, _list_by, 0),
    ("ARRAY_AGG_DISTINCT", 2, _list_of_distinct, 0),
    ("INTERVAL_SUM", 1, _span_sum, 1),
    ("INTERVAL_AVG", 1, _span_mean, 1),
    ("INTERVAL_MIN", 1, partial(_span_extreme, largest=False), 1),
    ("INTERVAL_MAX", 1, partial(_span_extreme, largest=True), 1),
]
# In lower case: what an authorizer has to let through.
NAMES = frozenset(name.lower() for name, _, _, _ in TOTALS)
