"""Whether rows answer a question as the right rows do; it must not know where rows come from.

After sql-eval (eval/eval.py), with its weak spots mended: rows are compared as often as they come
(it drops duplicates, so that a missing DISTINCT passes), numbers to nine digits (it compares floats
bit by bit), order only within what the right query sorts by, and right rows that are none at all
are matched only by none of as many columns (there anything passes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from localai.sql.database import Cell

Row = Sequence[Cell]
TOLERANCE = 1e-9  # relative; the same sum in another order differs in the 15th digit or so
ASSIGNMENTS = 500  # ways to tell columns of the same values apart that are tried
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(:00(\.0+)?)?(\+00(:?00)?|Z)?")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d*?)?0*(\+00(:?00)?|Z)?")


@dataclass(frozen=True, slots=True)
class Right:
    """The right rows. keys: for each row what the right query sorts by, so that rows of equal keys
    may come in either order; None where order does not matter."""

    columns: int
    rows: Sequence[Row]
    keys: Sequence[Row] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """exact: these rows and columns, in whatever order the columns come. subset: the right columns
    are among those given, so that it holds of every exact match too."""

    exact: bool
    subset: bool


def compare(right: Right, columns: int, rows: Sequence[Row]) -> Match:
    """How the given rows, each of so many columns, match the right ones."""
    if len(rows) != len(right.rows) or columns < right.columns:
        return Match(False, False)
    if not rows:
        return Match(columns == right.columns, columns == right.columns)
    wanted, given = _normal(right.rows), _normal(rows)
    groups = _groups(right.keys, len(rows))
    found = any(
        _same(wanted, [[row[index] for index in chosen] for row in given], groups)
        for chosen in islice(_assignments(wanted, given), ASSIGNMENTS)
    )
    return Match(found and columns == right.columns, found)


def _assignments(wanted: list[list[Cell]], given: list[list[Cell]]) -> Iterator[tuple[int, ...]]:
    """For each right column a given one that holds the same values, no given one twice."""
    columns = [sorted(column, key=_order) for column in zip(*given, strict=True)]
    candidates = [
        [index for index, other in enumerate(columns) if _equal(sorted(column, key=_order), other)]
        for column in zip(*wanted, strict=True)
    ]
    return _distinct(candidates)


def _distinct(
    candidates: list[list[int]], taken: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    if len(taken) == len(candidates):
        yield taken
        return
    for index in candidates[len(taken)]:
        if index not in taken:
            yield from _distinct(candidates, (*taken, index))


def _groups(keys: Sequence[Row] | None, count: int) -> list[tuple[int, int]]:
    """Stretches of rows whose order among themselves is free, as (first, end)."""
    if keys is None:
        return [(0, count)]
    normal = _normal(keys)
    begins = [i for i in range(count) if i == 0 or not _equal(normal[i], normal[i - 1])]
    return list(zip(begins, [*begins[1:], count], strict=True))


def _same(wanted: list[list[Cell]], given: list[list[Cell]], groups: list[tuple[int, int]]) -> bool:
    for first, end in groups:
        pairs = zip(
            sorted(wanted[first:end], key=_row_order),
            sorted(given[first:end], key=_row_order),
            strict=True,
        )
        if not all(_equal(one, other) for one, other in pairs):
            return False
    return True


def _normal(rows: Sequence[Row]) -> list[list[Cell]]:
    return [[_normal_cell(cell) for cell in row] for row in rows]


def _normal_cell(cell: Cell) -> Cell:
    """The cell as any kind of database would give it: truth as 0 or 1, midnight as its day, no
    zeros after a moment's last digit."""
    if isinstance(cell, bool):
        return int(cell)
    if not isinstance(cell, str):
        return cell
    if found := MIDNIGHT.fullmatch(cell):
        return found[1]
    if found := MOMENT.fullmatch(cell):
        return f"{found[1]} {found[2]}{(found[3] or '').rstrip('.')}"
    return cell


def _equal(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    return len(one) == len(other) and all(map(_equal_cells, one, other))


def _equal_cells(one: Cell, other: Cell) -> bool:
    if type(one) is type(other) and not isinstance(one, float):
        return one == other
    # A year may come as a number or as text, a decimal too; text beside text is never a number.
    left, right = _number(one), _number(other)
    if left is None or right is None:
        return False
    return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE) or (
        math.isnan(left) and math.isnan(right)
    )


def _number(cell: Cell) -> float | None:
    if isinstance(cell, str):
        return float(cell) if NUMBER.fullmatch(cell) else None
    return cell


def _row_order(row: Sequence[Cell]) -> list[tuple[int, float, str]]:
    return [_order(cell) for cell in row]


def _order(cell: Cell) -> tuple[int, float, str]:
    if cell is None:
        return (0, 0.0, "")
    number = _number(cell)
    if number is None:
        return (2, 0.0, str(cell))
    # Numbers that count as equal must come to stand at the same place.
    return (1, float(f"{number:.9g}"), cell if isinstance(cell, str) else "")
