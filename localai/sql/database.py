"""What every kind of database can do for a question, as a protocol; it must not know any kind.

Everything here is plain and JSON-able: questions to a database cross into a child process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from localai.errors import DatabaseError
from localai.schema import Schema

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Result:
    """Rows as JSON-able cells; `truncated` says that there were more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: rows, seconds of wall clock, bytes of memory in its process."""

    max_rows: int = 1000
    timeout: float = 30.0
    memory: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Introspection:
    """What to read of a schema. tables: only these (all where empty), compared without case.

    values: whether to look for the distinct values of text columns, for at most `seconds`.
    """

    tables: tuple[str, ...] = ()
    values: bool = True
    seconds: float = 1.0


class Gone(DatabaseError):
    """The database can no longer be asked as it is open now; it must be opened anew.

    untried: nothing of the call has been done, so that it may be made once more.
    """

    def __init__(self, message: str, *, hint: str = "", untried: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.untried = untried


class Database(Protocol):
    """An opened database, guarded against everything but reading. One thread uses it.

    dialect: sqlglot's name for its SQL. can_run: false where only a schema is known. notices: what
    its user should be told about how it was opened. Every call raises DatabaseError where the
    database itself is at fault (locked, damaged, no permission), and Gone.
    """

    dialect: str
    can_run: bool
    notices: tuple[str, ...]

    def introspect(self, how: Introspection) -> Schema:
        """Tables, views, columns, comments, keys (declared, then inferred from names), values.

        Raises DatabaseError where there is no table, or one of `how.tables` is not there.
        """

    def explain(self, sql: str, limits: Limits) -> None:
        """Let the database plan one SELECT without running it. Raises SQLRejected, SQLTimeout."""

    def run(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT. Raises SQLRejected with the database's own words, SQLTimeout."""

    def interrupt(self) -> bool:
        """End what runs, from another thread; false where only ending the process does that."""

    def close(self) -> None:
        """Close it; idempotent."""
