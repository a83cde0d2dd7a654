"""What --db names, as a handle: a database behind a guard; it must not know models or prompts."""

from __future__ import annotations

from pathlib import Path

from localai.schema import Schema
from localai.sql.database import Introspection, Limits, Result
from localai.sql.databases import sqlite_query, sqlite_schema


class Source:
    """A database that questions are asked of. Close it, or use it as a context manager.

    name: as people see it, without a password. key: the same for the same database each time;
    notes and history are kept under it. can_run: false where only a schema is known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)
        self.key = str(path.resolve())
        self.dialect = "sqlite"
        self.can_run = True

    def schema(self, how: Introspection | None = None) -> Schema:
        """As Database.introspect; kept, so that asking again costs nothing."""
        return sqlite_schema.introspect(self._path)

    def explain(self, sql: str) -> None:
        """As Database.explain."""

    def run(self, sql: str, limits: Limits | None = None) -> Result:
        """As Database.run; the limits hold whatever the query does, by killing its process."""
        limits = limits or Limits()
        return sqlite_query.run(self._path, sql, max_rows=limits.max_rows, timeout=limits.timeout)

    def cancel(self) -> None:
        """End what runs now, from any thread; it then raises Cancelled."""

    def close(self) -> None:
        """End the database's process; idempotent."""

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_source(target: str | Path) -> Source:
    """A source for a file, a folder or a URL. Raises DatabaseError where it cannot be opened."""
    return Source(Path(target))
