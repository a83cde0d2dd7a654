"""What values and columns of them look like to people; it must not know tables or files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from localai.cli.output import printable
from localai.sql.database import Cell

NULL = "NULL"
# People compare figures; the last digits of 3.3333333333333335 are in the way. Files keep them.
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as texts. right: numbers, whose digits stand under one another."""

    heading: str
    texts: tuple[str, ...]
    missing: tuple[bool, ...]
    right: bool


def shown(heading: str, cells: Sequence[Cell]) -> Shown:
    """A column of cells, each of them on one line and harmless to a terminal."""
    there = [cell for cell in cells if cell is not None]
    numeric = bool(there) and all(is_number(cell) for cell in there)
    decimals = _decimals(there) if numeric else 0
    texts = tuple(NULL if cell is None else _text(cell, decimals) for cell in cells)
    return Shown(on_one_line(heading), texts, tuple(cell is None for cell in cells), numeric)


def is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def on_one_line(text: str) -> str:
    """The text without what would steer a terminal, its line breaks shown as signs."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return printable(text).replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS} ")


def _text(cell: Cell, decimals: int) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number(cell, decimals)
    return on_one_line(str(cell))


def number(value: float, decimals: int) -> str:
    """With so many decimals, or in powers of ten where those would hide it."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if value and (size >= 1e15 or size < 0.5 * 10**-MOST_DECIMALS):
        return f"{value:.6g}"
    return f"{value:.{decimals}f}"


def _decimals(cells: Sequence[Cell]) -> int:
    """The decimals that the column needs, at most MOST_DECIMALS."""
    needed = 0
    for cell in cells:
        if isinstance(cell, float) and math.isfinite(cell):
            digits = f"{cell:.{MOST_DECIMALS}f}".rstrip("0")
            needed = max(needed, len(digits) - digits.index(".") - 1)
    return needed
