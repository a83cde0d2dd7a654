"""A SQLite file to ask; it must not know how its schema is read or its SQL guarded."""

from __future__ import annotations

from pathlib import Path

from localai.schema import Schema
from localai.sql.database import Introspection, Limits, Result


class SQLiteDatabase:
    """Opened anew for each call, so that a file that is changed or replaced is read as it is then.

    notices: what its user should be told about how it was opened.
    """

    dialect = "sqlite"
    can_run = True
    notices: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path

    def introspect(self, how: Introspection) -> Schema:
        """As Database.introspect."""
        from localai.sql.databases import sqlite_schema

        return sqlite_schema.introspect(self.path, how)

    def explain(self, sql: str, limits: Limits) -> None:
        """As Database.explain."""
        from localai.sql.databases import sqlite_query

        sqlite_query.explain(self.path, sql, limits)

    def run(self, sql: str, limits: Limits) -> Result:
        """As Database.run."""
        from localai.sql.databases import sqlite_query

        return sqlite_query.run(self.path, sql, limits)

    def interrupt(self) -> bool:
        """As Database.interrupt: opening it again costs less than stopping it."""
        return False

    def close(self) -> None:
        """As Database.close."""


def open_sqlite(path: Path) -> SQLiteDatabase:
    """The database at `path`. Raises DatabaseError where it cannot be read."""
    return SQLiteDatabase(path)
