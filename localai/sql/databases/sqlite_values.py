"""Finds the distinct values of a SQLite file's text columns; it must not know how they are used."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from localai.schema import Table
from localai.sql.databases.sqlite_connection import primary_code
from localai.sql.databases.values import (
    FIRST_ROWS,
    MAX_VALUES,
    SAMPLED_ROWS,
    TEXT_TYPES,
    Budget,
    few,
    filled,
)
from localai.sql.names import always_quoted

BLOCKS = 20  # pieces of a big table's sample: its first rows alone would be its oldest ones
ROWID_NAMES = ("rowid", "_rowid_", "oid")
PROGRESS_STEPS = 1000
# Ran out of time, or cannot be computed (a view, an unknown collation): known without values.
EXPECTED = (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_ERROR)


@dataclass
class _Search:
    """What is known of one table: columns that may have few values, and those values."""

    table: Table
    columns: list[str]
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_small: bool = False


class _Reader:
    """Runs statements within the time that is left."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self._connection = connection
        self._budget = Budget(seconds)
        self._deadline = 0.0

    def rows(self, sql: str) -> list[tuple[object, ...]] | None:
        """The rows; None where they took too long or cannot be computed."""
        left = self._budget.left
        if not left:
            return None
        self._deadline = time.monotonic() + left
        self._connection.set_progress_handler(self._is_late, PROGRESS_STEPS)
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if primary_code(error) not in EXPECTED:
                raise
            return None
        finally:
            self._connection.set_progress_handler(None, 0)

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline


def with_values(
    connection: sqlite3.Connection, tables: Sequence[Table], seconds: float
) -> tuple[Table, ...]:
    """The tables with the values of their text columns, as far as `seconds` suffice.

    The first rows of every table come first, then samples of those columns that may still have
    few values; tables before views, which may take any time.
    """
    reader = _Reader(connection, seconds)
    searches = [
        _Search(table, [c.name for c in table.columns if not c.type or TEXT_TYPES.search(c.type)])
        for table in tables
    ]
    for is_view in (False, True):
        chosen = [each for each in searches if each.columns and each.table.is_view == is_view]
        for search in chosen:
            _look(reader, search)
        for search in chosen:
            if not search.is_small:
                _sample(reader, search)
    return tuple(filled(search.table, search.found) for search in searches)


def _look(reader: _Reader, search: _Search) -> None:
    names = ", ".join(always_quoted(name) for name in search.columns)
    table = always_quoted(search.table.name)
    rows = reader.rows(f"SELECT {names} FROM {table} LIMIT {FIRST_ROWS + 1}")
    search.is_small = rows is not None and len(rows) <= FIRST_ROWS
    kept = []
    for name, cells in zip(search.columns, zip(*rows or (), strict=True), strict=False):
        values = few(set(cells))
        if values is not None:
            kept.append(name)
            # Should there be no time for a sample: this few of them are likely all.
            if search.is_small or len(values) <= FIRST_ROWS // 10:
                search.found[name] = values
    search.columns = kept


def _sample(reader: _Reader, search: _Search) -> None:
    for name, sample in _samples(reader, search):
        rows = reader.rows(
            f"SELECT DISTINCT v FROM ({sample}) WHERE typeof(v) = 'text' LIMIT {MAX_VALUES + 1}"
        )
        if rows is not None:
            search.found[name] = few({value for (value,) in rows}) or ()


def _samples(reader: _Reader, search: _Search) -> Iterator[tuple[str, str]]:
    table = always_quoted(search.table.name)
    starts = [] if search.table.is_view or not search.columns else _starts(reader, search.table)
    for name in search.columns:
        column = f"SELECT {always_quoted(name)} AS v FROM {table}"
        if starts:
            rows = SAMPLED_ROWS // BLOCKS
            blocks = (f"{column} WHERE {start} LIMIT {rows}" for start in starts)
            yield name, " UNION ALL ".join(f"SELECT v FROM ({block})" for block in blocks)
        else:
            yield name, f"{column} LIMIT {SAMPLED_ROWS}"


def _starts(reader: _Reader, table: Table) -> list[str]:
    """Where the pieces of a big table's sample begin; none where it is small or has no rowid."""
    rowid = next((name for name in ROWID_NAMES if table.column(name) is None), None)
    found = rowid and reader.rows(
        f"SELECT * FROM (SELECT min({rowid}) FROM {always_quoted(table.name)}), "
        f"(SELECT max({rowid}) FROM {always_quoted(table.name)})"
    )
    if not found or not all(isinstance(end, int) for end in found[0]):
        return []
    first, last = (int(str(end)) for end in found[0])
    if last - first < SAMPLED_ROWS:
        return []
    steps = ((last - first) * block // BLOCKS for block in range(BLOCKS))
    return [f"{rowid} >= {first + step} ORDER BY {rowid}" for step in steps]
