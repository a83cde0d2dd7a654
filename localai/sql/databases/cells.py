"""Turns what a database's driver gives into rows of plain cells; it must not know the drivers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from localai.sql.database import Cell

# Said where temporary files may not grow any more.
TOO_MUCH = "The query sorts or groups more than fits into the memory and disk that it may take."
ALLOW_MORE = "Ask a narrower question, or allow more memory."
MAX_RESULT_BYTES = 20_000_000
SHOWN_BLOB_BYTES = 16
# Beyond it JavaScript, and so much of what reads JSON, rounds (RFC 8259, section 6).
EXACT_INTEGER = 2**53 - 1
# Money has two decimals and rates have four to six; a quotient has as many as fit.
EXACT_DECIMALS = 6


def gather(
    rows: Iterable[Sequence[object]], max_rows: int
) -> tuple[tuple[tuple[Cell, ...], ...], bool]:
    """The first rows as cells, and whether there were more. 20 MB of texts end them early too."""
    gathered: list[tuple[Cell, ...]] = []
    size = 0
    for row in rows:
        if len(gathered) >= max_rows or size > MAX_RESULT_BYTES:
            return tuple(gathered), True
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        gathered.append(tuple(cell(value) for value in row))
    return tuple(gathered), False


def cell(value: object) -> Cell:
    """One value as JSON has it.

    Bytes come as text, `<12 bytes: 89504e47...>`; infinities and what is no number as "Infinity",
    "-Infinity" and "NaN"; whole numbers beyond 2^53 - 1 as text, since JSON's readers round them;
    decimals as `number` says; lists and mappings as JSON text; all else (dates, times, UUIDs) as it
    prints.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _named(value)
    if isinstance(value, bytes | memoryview):
        return _shown(bytes(value))
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(_nested(value), ensure_ascii=False)
    return str(value)


def _nested(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _nested(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_nested(inner) for inner in value]
    return cell(value)


def number(value: Decimal) -> Cell:
    """A decimal as an int where its type has no decimals, else as the float that prints the same.

    Where no float does, one of up to 6 decimals (money) comes as text, exactly; a longer one, such
    as an average, as the nearest float.
    """
    if not value.is_finite():
        return _named(float(value))
    decimals = -int(value.as_tuple().exponent)
    if decimals <= 0:
        return cell(int(value))
    near = float(value)
    return near if decimals > EXACT_DECIMALS or Decimal(repr(near)) == value else format(value, "f")


def _named(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _shown(value: bytes) -> str:
    tail = "..." if len(value) > SHOWN_BLOB_BYTES else ""
    return f"<{len(value)} bytes: {value[:SHOWN_BLOB_BYTES].hex()}{tail}>"
