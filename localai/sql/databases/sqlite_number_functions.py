"""PostgreSQL's functions of numbers that SQLite lacks, or may be built without.

It must not know how they are added to a connection.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from localai.sql.databases.sqlite_totals import Value


def as_number(value: Value) -> float | int | None:
    """A number, or the one that a text spells; None for any other text."""
    if isinstance(value, int | float):
        return value
    try:
        number = float(str(value))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if re.fullmatch(r"\s*[+-]?\d{1,18}\s*", str(value)) else number


def cut_off(number: Value, digits: Value = 0) -> Value:
    """TRUNC(number, digits)."""
    scale = 10.0 ** int(digits or 0)
    return math.trunc(float(number or 0) * scale) / scale


def remainder(number: Value, divisor: Value) -> Value:
    """MOD(number, divisor); None of 0."""
    return math.fmod(float(number or 0), float(divisor)) if divisor else None


def _safe(function: Callable[..., float]) -> Callable[..., Value]:
    """A function of numbers, None where it has no value."""

    def of_numbers(*numbers: Value) -> Value:
        try:
            return function(*(float(number or 0) for number in numbers))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return of_numbers


def cube_root(number: float) -> float:
    """The real cube root."""
    return math.copysign(round(abs(number) ** (1 / 3), 12), number)


# SQLite may be built without the second half.
NUMBERS: list[tuple[str, tuple[int, ...], Callable[..., Value]]] = [
    ("NUMBER", (1,), as_number),
    ("TRUNC", (1, 2), cut_off),
    ("CBRT", (1,), _safe(cube_root)),
    ("MOD", (2,), remainder),
    ("POWER", (2,), _safe(math.pow)),
    ("SQRT", (1,), _safe(math.sqrt)),
    ("EXP", (1,), _safe(math.exp)),
    ("LN", (1,), _safe(math.log)),
    ("LOG", (1,), _safe(math.log10)),
    ("LOG", (2,), _safe(lambda base, number: math.log(number, base))),
    ("CEIL", (1,), _safe(math.ceil)),
    ("FLOOR", (1,), _safe(math.floor)),
    ("PI", (0,), lambda: math.pi),
    ("DEGREES", (1,), _safe(math.degrees)),
    ("RADIANS", (1,), _safe(math.radians)),
    ("SIN", (1,), _safe(math.sin)),
    ("COS", (1,), _safe(math.cos)),
    ("TAN", (1,), _safe(math.tan)),
    ("ASIN", (1,), _safe(math.asin)),
    ("ACOS", (1,), _safe(math.acos)),
    ("ATAN", (1,), _safe(math.atan)),
    ("ATAN2", (2,), _safe(math.atan2)),
    ("SIGN", (1,), lambda number: (number > 0) - (number < 0)),
]
