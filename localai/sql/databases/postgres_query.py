"""Runs one query on PostgreSQL without effects; it must not know who wrote it, or what is open.

The query stands in the FROM of a SELECT of ours, alone in its message: so it can be no other kind
of statement, nor several. It runs in a transaction that only reads, which is rolled back.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from localai.errors import DatabaseError, SQLRejected, SQLTimeout
from localai.sql.database import Gone, Limits, Result
from localai.sql.databases.cells import gather
from localai.sql.databases.postgres_calls import refuse_effects

if TYPE_CHECKING:
    import psycopg

MAX_CHARS = 100_000
LOCK_WAIT_S = 2.0
# An abandoned transaction would keep the server from tidying up.
IDLE_S = 60
CANCEL_SECONDS = 1.0
NO_MORE = Limits()
# Settings that a role or a database may have of its own, and that results or the guard stand on.
SETTINGS = """
SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),
    set_config('idle_in_transaction_session_timeout', %s, true),
    set_config('standard_conforming_strings', 'on', true), set_config('datestyle', 'ISO', true),
    set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true),
    set_config('bytea_output', 'hex', true)
"""
# What the driver gives as Python has it; all else comes as PostgreSQL prints it, since Python has
# no months in its intervals and no years over 9999.
KEPT = frozenset(
    "bool bytea float4 float8 int2 int4 int8 name numeric oid record text varchar".split()
)


def run(connection: psycopg.Connection[Any], sql: str, limits: Limits = NO_MORE) -> Result:
    """Runs one SELECT within the limits on time and rows, on a connection in autocommit.

    Cells are as `cells` says, dates, times, intervals and ranges as PostgreSQL prints them, arrays
    and rows as JSON. The server's own memory is its own to limit (work_mem).

    Raises SQLRejected (no SELECT, or one that PostgreSQL refuses), SQLTimeout, DatabaseError, Gone.
    """
    with _reading(connection, sql, limits) as (cursor, query):
        limited = f"SELECT * FROM ({query}\n) AS result LIMIT "
        rows = cursor.stream(f"{limited}{limits.max_rows + 1}".encode())
        with closing(cast(Generator[tuple[object, ...]], rows)):
            gathered, truncated = gather(rows, limits.max_rows)
        if not cursor.description:  # a stream without rows does not tell
            cursor.execute(f"{limited}0".encode(), prepare=True)
        columns = tuple(" ".join(column.name.split()) for column in cursor.description or ())
    return Result(columns, gathered, truncated)


def explain(connection: psycopg.Connection[Any], sql: str, limits: Limits = NO_MORE) -> None:
    """Lets PostgreSQL plan one SELECT without running it. Raises what run raises."""
    with _reading(connection, sql, limits) as (cursor, query):
        planned = f"EXPLAIN (COSTS OFF) SELECT * FROM ({query}\n) AS result"
        for _ in cursor.stream(planned.encode()):
            pass


@contextmanager
def _reading(
    connection: psycopg.Connection[Any], sql: str, limits: Limits
) -> Iterator[tuple[psycopg.Cursor[Any], str]]:
    """A cursor in a transaction that only reads, and the query without its end; errors as theirs.

    The settings are the transaction's first query: from then on nothing makes it write.
    """
    import psycopg

    late = threading.Event()
    timer = threading.Timer(limits.timeout, _stop, (connection, late))
    _begin(connection)
    timer.start()
    try:
        connection.execute(SETTINGS, _milliseconds(limits))
        yield _cursor(connection), _harmless(connection, sql)
    except psycopg.Error as error:
        raise _explained(connection, error, limits, late.is_set()) from error
    except ValueError as error:
        raise SQLRejected(f"PostgreSQL cannot read this query: {error}.") from error
    finally:
        timer.cancel()
        timer.join()
        # A lock that a view has taken outlives its transaction.
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all()")


def _begin(connection: psycopg.Connection[Any]) -> None:
    import psycopg

    try:
        connection.execute("BEGIN READ ONLY")
    except psycopg.OperationalError as error:
        raise Gone(f"The server has ended the connection: {_words(error)}", untried=True) from error


def _milliseconds(limits: Limits) -> list[str]:
    waits = (limits.timeout, min(LOCK_WAIT_S, limits.timeout), limits.timeout + IDLE_S)
    return [str(max(1, int(seconds * 1000))) for seconds in waits]


def _harmless(connection: psycopg.Connection[Any], sql: str) -> str:
    if len(sql) > MAX_CHARS:
        raise SQLRejected(f"The query has {len(sql)} characters; at most {MAX_CHARS} may run.")
    refuse_effects(connection, sql)
    return sql.rstrip("; \t\r\n")


def _cursor(connection: psycopg.Connection[Any]) -> psycopg.Cursor[Any]:
    from psycopg import postgres
    from psycopg.types.string import TextLoader

    cursor = connection.cursor()
    for kind in postgres.types:
        if kind.name not in KEPT:
            cursor.adapters.register_loader(kind.oid, TextLoader)
    return cursor


def _stop(connection: psycopg.Connection[Any], late: threading.Event) -> None:
    # The server's own timer does not count what a query spreads over several statements.
    late.set()
    with suppress(Exception):
        connection.cancel_safe(timeout=CANCEL_SECONDS)


def _explained(
    connection: psycopg.Connection[Any], error: psycopg.Error, limits: Limits, late: bool
) -> Exception:
    code = error.sqlstate or ""
    words = _words(error)
    if late or code == "57014":
        return SQLTimeout(
            f"The query ran longer than {limits.timeout:g} s and was stopped.",
            hint="Ask a narrower question, or allow more time.",
        )
    if not code and ("out of memory" in words or "cannot allocate memory" in words):
        return MemoryError(words)
    if connection.closed or not code or code.startswith(("080", "57P")):
        return Gone(f"The server has ended the connection: {words}", hint="Ask again.")
    if code == "55P03":
        return DatabaseError(
            f"Another session locks what this query reads: {words}", hint="Ask again later."
        )
    if code.startswith(("58", "XX")):
        return DatabaseError(f"The database cannot be read: {words}")
    if code == "42501":
        return SQLRejected(f"This role may not: {words}", hint="Its owner can GRANT SELECT on it.")
    return SQLRejected(f"The database refuses this query: {words}")


def _words(error: psycopg.Error) -> str:
    said = error.diag.message_primary or str(error).strip().partition("\n")[0]
    hint = f" {error.diag.message_hint}" if error.diag.message_hint else ""
    return f"{said.rstrip('.')}.{hint}"
