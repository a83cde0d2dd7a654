"""Reads rows from PostgreSQL within a time, changing no setting; it must not know schemas."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from localai.errors import DatabaseError
from localai.sql.database import Gone

if TYPE_CHECKING:
    import psycopg

Rows = list[tuple[Any, ...]]


class Reader:
    """Runs one statement at a time, each in a transaction that reads only and soon ends.

    All goes in one message, so that a far server costs one round trip, and a pooler that hands
    connections on between transactions hands no setting on.
    """

    def __init__(self, connection: psycopg.Connection[Any], name: str) -> None:
        self._connection = connection
        self._name = name

    def all(self, sql: str, seconds: float) -> Rows:
        """The rows. Raises DatabaseError where they cannot be had within `seconds`, Gone."""
        import psycopg

        try:
            return self._read(sql, seconds)
        except psycopg.Error as error:
            if self._connection.closed:
                raise Gone(f"{self._name} is gone: {error}") from error
            raise DatabaseError(f"{self._name} cannot be read: {error}") from error

    def some(self, sql: str, seconds: float) -> Rows | None:
        """The rows; None where they took longer than `seconds` or cannot be computed.

        Raises Gone where the connection is lost.
        """
        import psycopg

        try:
            return self._read(sql, seconds)
        except psycopg.Error as error:
            if self._connection.closed:
                raise Gone(f"{self._name} is gone: {error}") from error
            return None

    def _read(self, sql: str, seconds: float) -> Rows:
        import psycopg

        limit = f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"
        text = f"BEGIN READ ONLY; {limit}; {sql.strip()}; COMMIT"
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(text.encode())
            except psycopg.Error:
                with suppress(psycopg.Error):
                    self._connection.execute("ROLLBACK")
                raise
            while cursor.description is None and cursor.nextset():
                pass
            return cursor.fetchall()
