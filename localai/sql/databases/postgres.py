"""A PostgreSQL database to ask over its URL; it must not know SQL's guards or questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localai.schema import Schema
from localai.sql.database import Introspection, Limits, Result
from localai.sql.databases.postgres_url import PostgresURL, parsed

if TYPE_CHECKING:
    import psycopg


class PostgresDatabase:
    """One connection, in autocommit, whose transactions are read-only by default.

    superuser: whether its role may do anything whatever the guards say.
    """

    dialect = "postgres"
    can_run = True
    notices: tuple[str, ...] = ()

    def __init__(self, connection: psycopg.Connection[Any], name: str, *, superuser: bool) -> None:
        self.connection = connection
        self.name = name
        self.superuser = superuser

    def introspect(self, how: Introspection) -> Schema:
        """As Database.introspect."""
        from localai.sql.databases import postgres_schema

        return postgres_schema.introspect(self.connection, how, self.name)

    def explain(self, sql: str, limits: Limits) -> None:
        """As Database.explain."""
        from localai.sql.databases import postgres_query

        postgres_query.explain(self.connection, sql, limits)

    def run(self, sql: str, limits: Limits) -> Result:
        """As Database.run."""
        from localai.sql.databases import postgres_query

        return postgres_query.run(self.connection, sql, limits)

    def interrupt(self) -> bool:
        """As Database.interrupt: the server is told, over a connection of its own."""
        self.connection.cancel_safe(timeout=1)
        return True

    def close(self) -> None:
        """As Database.close."""
        self.connection.close()


def open_postgres(url: str | PostgresURL, *, allow_superuser: bool = False) -> PostgresDatabase:
    """The database at `url`. Raises DatabaseError, in which no password stands.

    allow_superuser: also as a role that no guard can hold.
    """
    from localai.sql.databases.postgres_connection import connect
    from localai.sql.databases.postgres_role import refuse_power

    parts = parsed(url) if isinstance(url, str) else url
    connection = connect(parts)
    if not allow_superuser:
        try:
            refuse_power(connection)
        except BaseException:
            connection.close()
            raise
    superuser = connection.info.parameter_status("is_superuser") == "on"
    return PostgresDatabase(connection, parts.name, superuser=superuser)
