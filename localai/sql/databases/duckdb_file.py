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
        raise NotImplementedError

    def explain(self, sql: str) -> None:
        """As Database.explain."""
        from localai.sql.databases import duckdb_query

        duckdb_query.explain(self.connection, sql)

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
    """The file at `path`, with at most `memory` bytes for its queries. Raises DatabaseError."""
    import duckdb

    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{memory}B",
            "threads": "2",
            "lock_configuration": "true",
        },
    )
    return DuckDBDatabase(connection, str(path))
