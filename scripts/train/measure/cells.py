"""Owns made-up cells: values near what questions name, so that a wrong comparison shows.

It must not know tables or queries as a whole.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta

from measure.comparisons import Comparison

TODAY = date(2026, 3, 18)
ISO = re.compile(r"\d{4}-\d\d-\d\d")
YEARS = range(1500, 2201)
# How far from today made-up dates lie, in days: so that each "last week" and "this year" has some.
SPREAD = (3, 10, 20, 45, 100, 200, 400, 800)
Cell = str | int | float | None


def near(comparison: Comparison, kind: str, rng: random.Random) -> Cell:
    """A value at or about the comparison's constant, or None where there is none to make. kind: n,
    d, b or s, as the linker has it."""
    text = comparison.text
    if comparison.sign == "null":
        return None
    if comparison.sign in ("year", "month", "age"):
        return _dated(comparison, rng)
    if comparison.sign == "like":
        return _matching(text, rng)
    if ISO.match(text):
        return _near_day(text, kind, rng)
    number = number_of(text)
    if number is None or (kind == "s" and not comparison.number):
        return text
    if kind == "d" and number not in YEARS:
        return None
    if kind == "d":
        return f"{int(number)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return _near_number(number, comparison.sign, rng)


def number_of(text: str) -> float | int | None:
    """The number that a constant's text spells, or None."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _near_number(number: float, sign: str, rng: random.Random) -> Cell:
    if sign in ("=", "<>") and rng.random() < 0.6:
        return number
    step = 1 if abs(number) < 1000 or number in YEARS else max(1, int(abs(number)) // 20)
    moved = number + rng.choice((0, step, -step, 3 * step, -3 * step, 8 * step))
    return moved if number < 0 or moved >= 0 else number


def _near_day(text: str, kind: str, rng: random.Random) -> Cell:
    day = date.fromisoformat(text[:10]) + timedelta(rng.choice((0, 0, 1, -1, 7, -7, 40, -40)))
    return f"{day}{text[10:]}" if kind == "d" or len(text) > 10 else str(day)


def _dated(comparison: Comparison, rng: random.Random) -> Cell:
    number = int(number_of(comparison.text) or 1)
    if comparison.sign == "age":
        years = min(100, max(0, number + rng.choice((0, 0, 0, 1, -1, 5, -5))))
        return str(TODAY.replace(year=TODAY.year - years) - timedelta(rng.randint(1, 360)))
    year = number if comparison.sign == "year" else rng.randint(2015, 2026)
    month = number % 13 or 1 if comparison.sign == "month" else rng.choice((1, 12, 6))
    return str(date(year, month, rng.randint(1, 28)))


def _matching(pattern: str, rng: random.Random) -> Cell:
    """A text that the pattern matches, or one that has its words elsewhere."""
    middle = pattern.strip("%").replace("%", " ").replace("_", "x")
    before = "zu " if pattern.startswith("%") and rng.random() < 0.7 else ""
    after = " zu" if pattern.endswith("%") and rng.random() < 0.7 else ""
    if rng.random() < 0.2:
        before, after = "zo ", " zo"
    return f"{before}{middle}{after}"


def holds(cell: Cell, comparison: Comparison) -> bool:
    """Whether the cell meets the comparison, as SQLite would say."""
    if cell is None or comparison.sign == "null":
        return cell is None and comparison.sign == "null"
    text = str(cell)
    if comparison.sign == "age":
        return True
    if comparison.sign == "year":
        return text[:4] == comparison.text
    if comparison.sign == "month":
        return ISO.match(text) is not None and int(text[5:7]) == number_of(comparison.text)
    if comparison.sign == "like":
        pattern = re.escape(comparison.text.lower()).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, text.lower()) is not None
    left, right = number_of(text), number_of(comparison.text)
    if left is None or right is None:
        return _compared((text > comparison.text) - (text < comparison.text), comparison.sign)
    return _compared((left > right) - (left < right), comparison.sign)


def _compared(order: int, sign: str) -> bool:
    return {
        "=": order == 0, "<>": order != 0, ">": order > 0, ">=": order >= 0,
        "<": order < 0, "<=": order <= 0,
    }[sign]  # fmt: skip


def made_up(kind: str, type_: str, name: str, pool: Sequence[str], rng: random.Random) -> Cell:
    """A value that no question names; pool: the texts that the column has."""
    if kind == "d":
        return _some_day(type_, rng)
    if kind == "b":
        return rng.choice(pool) if pool else rng.randint(0, 1)
    if kind == "n" or (kind == "k" and "INT" in type_.upper()):
        return _some_number(type_, name, rng)
    return rng.choice(pool)


def _some_number(type_: str, name: str, rng: random.Random) -> Cell:
    if "year" in name.lower():
        return rng.randint(1960, 2025)
    top = rng.choice((10, 100, 100, 1000, 50_000))
    if re.search(r"REAL|DEC|NUM|FLO|DOUB", type_, re.IGNORECASE):
        return round(rng.uniform(0, top), 2)
    return rng.randint(0, top)


def _some_day(type_: str, rng: random.Random) -> Cell:
    if rng.random() < 0.7:
        width = rng.choice(SPREAD)
        day = TODAY + timedelta(rng.randint(-width, width // 4))
    else:
        day = date(rng.randint(1950, 2025), rng.randint(1, 12), rng.randint(1, 28))
    if re.search(r"STAMP|DATETIME", type_, re.IGNORECASE):
        return f"{day} {rng.randint(0, 23):02d}:{rng.choice((0, 15, 30)):02d}:00"
    return str(day)
