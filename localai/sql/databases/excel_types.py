"""Tells the type of an Excel column from its cells, and writes them as text; it must not know
files."""

from __future__ import annotations

import datetime

MIDNIGHT = datetime.time()
ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
# DuckDB's types for columns that hold nothing but these kinds of cells; all others are text.
TYPES = {
    frozenset({"whole"}): "BIGINT",
    frozenset({"whole", "decimal"}): "DOUBLE",
    frozenset({"decimal"}): "DOUBLE",
    frozenset({"truth"}): "BOOLEAN",
    frozenset({"date"}): "DATE",
    frozenset({"date", "moment"}): "TIMESTAMP",
    frozenset({"moment"}): "TIMESTAMP",
    frozenset({"time"}): "TIME",
    frozenset({"duration"}): "INTERVAL",
}
NUMBERS = {"whole", "decimal"}


def type_of(kinds: set[str]) -> str:
    """DuckDB's type for a column with cells of these kinds."""
    return TYPES.get(frozenset(kinds), "VARCHAR")


def written(cell: object) -> tuple[str, str]:
    """The kind of a cell that is not empty, and its text as each type of DuckDB reads it."""
    if isinstance(cell, bool):
        return "truth", str(cell).lower()
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime.datetime):
        return _moment(cell)
    if isinstance(cell, datetime.date):
        return "date", cell.isoformat()
    if isinstance(cell, datetime.time):
        return "time", cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        # HH:MM:SS with any number of hours.
        return "duration", _clock(cell)
    return "text", str(cell)


def _number(cell: float) -> tuple[str, str]:
    if isinstance(cell, int) or (cell.is_integer() and abs(cell) < 1e15):
        whole = int(cell)
        return ("whole" if abs(whole) < 1 << 63 else "decimal"), str(whole)
    return "decimal", repr(cell)


def _moment(cell: datetime.datetime) -> tuple[str, str]:
    if cell.time() == MIDNIGHT:
        return "date", cell.date().isoformat()
    return "moment", cell.isoformat(" ")


def _clock(cell: datetime.timedelta) -> str:
    seconds = abs(cell).total_seconds()
    minutes, rest = divmod(seconds, 60)
    sign = "-" if cell.total_seconds() < 0 else ""
    return f"{sign}{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:02g}"
