"""A locked DuckDB connection as a database to ask; it must not know SQL's guards or questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from localai.schema import Schema
from localai.sql.database import Introspection, Limits, Result

if TYPE_CHECKING:
    import duckdb


class DuckDBDatabase:
    """A file opened for reading, or files loaded into memory; its configuration is locked.

    notices: what its user should be told about how it was opened, such as renamed columns.
    """

    dialect = "duckdb"
    can_run = True

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, name: str, notices: tuple[str, ...] = ()
    ) -> None:
        self.connection = connection
        self.name = name
        self.notices = notices

    def introspect(self, how: Introspection) -> Schema:
        """As Database.introspect."""
        from localai.sql.databases import duckdb_schema

        return duckdb_schema.introspect(self.connection, how, self.name)

    def explain(self, sql: str, limits: Limits) -> None:
        """As Database.explain."""
        from localai.sql.databases import duckdb_query

        duckdb_query.explain(self.connection, sql, limits)

    def run(self, sql: str, limits: Limits) -> Result:
        """As Database.run."""
        from localai.sql.databases import duckdb_query

        return duckdb_query.run(self.connection, sql, limits)

    def interrupt(self) -> bool:
        """As Database.interrupt."""
        self.connection.interrupt()
        return True

    def close(self) -> None:
        """As Database.close."""
        self.connection.close()


def open_duckdb(path: Path, *, memory: int) -> DuckDBDatabase:
    """The file at `path`, in a process that may take `memory` bytes. Raises DatabaseError."""
    from localai.sql.databases.duckdb_connection import connect

    return DuckDBDatabase(connect(path, memory), str(path))
