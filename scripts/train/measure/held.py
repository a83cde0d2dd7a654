"""Owns a database in memory that the product can ask as it asks any other.

It must not know questions.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import cast

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.database import Cell, Introspection, Limits, Result
from localai.sql.source import Source
from measure.databases import TICKS, run


class Held:
    """Stands where a Source does: the schema as given, rows from a connection of this process."""

    dialect = "sqlite"
    can_run = True
    notices: tuple[str, ...] = ()
    name = key = "held"

    def __init__(self, schema: Schema, connection: sqlite3.Connection) -> None:
        self._schema = schema
        self._connection = connection
        self._lock = threading.Lock()

    def as_source(self) -> Source:
        """Itself, for calls that ask for a Source."""
        return cast(Source, self)

    def schema(self, how: Introspection | None = None) -> Schema:
        """As Source.schema."""
        return self._schema

    def explain(self, sql: str, limits: Limits | None = None) -> None:
        """As Source.explain. Raises SQLRejected."""
        self._rows(f"EXPLAIN {sql}")

    def run(self, sql: str, limits: Limits | None = None) -> Result:
        """As Source.run; a query ends after TICKS in place of a time. Raises SQLRejected."""
        rows = self._rows(sql)
        most = (limits or Limits()).max_rows
        width = len(rows[0]) if rows else 0
        kept = cast(tuple[tuple[Cell, ...], ...], tuple(rows[:most]))
        return Result(tuple(f"c{n}" for n in range(width)), kept, len(rows) > most)

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return run(self._connection, sql)
            except sqlite3.Error as error:
                raise SQLRejected(f"SQLite: {error} (or more than {TICKS} ticks).") from error
