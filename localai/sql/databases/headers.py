"""Finds the row of headers in a table of cells, and names its columns; it must not know files."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence

LOOKED_AT = 50  # rows
# How full the row of headers is at least, compared with most rows: titles and remarks above a table
# have a cell or two.
FULLNESS = 0.7

NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*%?")

Cells = Sequence[object]


def header_row(rows: Sequence[Cells]) -> int:
    """Where the headers stand, or would stand: the first row that is about as full as most."""
    widths = [sum(not is_empty(cell) for cell in row) for row in rows[:LOOKED_AT]]
    counts = Counter(filter(None, widths))
    usual = max(counts, key=lambda width: (counts[width], width), default=0)
    place = next(
        (place for place, width in enumerate(widths) if width and width >= FULLNESS * usual), 0
    )
    # Some of the headers may be missing: then the first full row is one of numbers.
    above = widths[place - 1] if place else 0
    if 2 * above >= usual and above and _has_number(rows[place]):
        return place if _has_number(rows[place - 1]) else place - 1
    return place


def _has_number(row: Cells) -> bool:
    return any(
        isinstance(cell, int | float)
        or (isinstance(cell, str) and NUMBER.fullmatch(cell.strip()) is not None)
        for cell in row
    )


def is_empty(cell: object) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_names(cells: Cells, unnamed: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names for columns from their headers, and what is told of those that had to be named anew.

    unnamed: a name for each column, for those without a header.
    """
    names: list[str] = []
    told: list[str] = []
    taken: set[str] = set()
    for place, fallback in enumerate(unnamed):
        cell = cells[place] if place < len(cells) else None
        header = _text(cell)
        name = _free(header or fallback, taken)
        if not header:
            told.append(f"a column has no header: it is {name}")
        elif name != header:
            told.append(f"another column is called {header}: it is {name}")
        taken.add(name.lower())
        names.append(name)
    return names, told


def _text(cell: object) -> str:
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found.lower() in taken:
        number += 1
        found = f"{name}_{number}"
    return found
