"""Runs one query on a locked DuckDB connection; it must not know who wrote it, or what is open.

The locked configuration keeps queries from files and settings. Only a statement that DuckDB itself
calls a SELECT runs, in a transaction that only reads: DELETE may hide in a WITH.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from localai.errors import SQLRejected, SQLTimeout
from localai.sql.database import Gone, Limits, Result
from localai.sql.databases.cells import ALLOW_MORE, TOO_MUCH, gather

if TYPE_CHECKING:
    import duckdb

MAX_CHARS = 100_000
BATCH = 1000
NO_MORE = Limits()
# What the driver gives as Python has it; all else DuckDB itself turns into text, since Python has
# no months in its intervals, no years over 9999, and no time zones without another package.
PLAIN = frozenset(
    """
    bigint blob boolean decimal double float hugeint integer null smallint tinyint ubigint uhugeint
    uinteger usmallint utinyint varchar
    """.split()
)
NESTED = frozenset("array list map struct union".split())


def run(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits = NO_MORE) -> Result:
    """Runs one SELECT within the limits on time and rows. Cells are as `cells` says, dates, times
    and intervals as DuckDB prints them, lists, structs and maps as JSON.

    Raises SQLRejected (no SELECT, or one that DuckDB refuses), SQLTimeout, Gone.
    """
    with _reading(connection, limits):
        query = _select(connection, sql)
        relation = connection.sql(query)
        columns, types = relation.columns, [kind.id for kind in relation.types]
        cursor = connection.execute(_as_text(query, types))
        rows, truncated = gather(_rows(cursor), limits.max_rows)
    return Result(tuple(" ".join(column.split()) for column in columns), rows, truncated)


def explain(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits = NO_MORE) -> None:
    """Lets DuckDB plan one SELECT without running it. Raises what run raises."""
    with _reading(connection, limits):
        connection.execute(f"EXPLAIN {_select(connection, sql)}")


def _select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    import duckdb

    if len(sql) > MAX_CHARS:
        raise SQLRejected(f"The query has {len(sql)} characters; at most {MAX_CHARS} may run.")
    statements = connection.extract_statements(sql)
    if (count := len(statements)) != 1:
        raise SQLRejected(f"Exactly one SELECT may run, and there are {count} statements.")
    try:
        kind = statements[0].type.name
    except ValueError:  # Python's list of them is not whole
        kind = "another statement"
    if kind != duckdb.StatementType.SELECT.name:
        raise SQLRejected(f"Only a SELECT may run, and this is {kind}.")
    return statements[0].query.rstrip("; \t\r\n")


def _as_text(query: str, types: Sequence[str]) -> str:
    if PLAIN.issuperset(types):
        return query
    names = [f"c{number}" for number in range(len(types))]
    items = [_item(name, kind) for name, kind in zip(names, types, strict=True)]
    # The line break ends a comment. The order of rows is kept: DuckDB only projects.
    return f"SELECT {', '.join(items)} FROM ({query}\n) AS result({', '.join(names)})"


def _item(name: str, kind: str) -> str:
    if kind in PLAIN:
        return name
    return f"CAST({f'to_json({name})' if kind in NESTED else name} AS VARCHAR)"


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[Sequence[object]]:
    while batch := cursor.fetchmany(BATCH):
        yield from batch


@contextmanager
def _reading(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[None]:
    """A transaction that only reads, interrupted at the time limit; errors as their kind."""
    import duckdb

    late = threading.Event()
    timer = threading.Timer(limits.timeout, _stop, (connection, late))
    timer.start()
    try:
        connection.execute("BEGIN TRANSACTION READ ONLY")
        yield
    except (duckdb.Error, MemoryError, RuntimeError) as error:
        raise _explained(error, limits, late.is_set()) from error
    finally:
        timer.cancel()
        timer.join()
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")


def _stop(connection: duckdb.DuckDBPyConnection, late: threading.Event) -> None:
    late.set()
    connection.interrupt()


def _explained(error: Exception, limits: Limits, late: bool) -> Exception:
    import duckdb

    first = str(error).partition("\n")[0]
    if late:
        return SQLTimeout(
            f"The query ran longer than {limits.timeout:g} s and was stopped.",
            hint="Ask a narrower question, or allow more time.",
        )
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or "bad_alloc" in first:
        return MemoryError(first)
    if "File too large" in first or "No space left" in first:
        return SQLRejected(TOO_MUCH, hint=ALLOW_MORE)
    faults = (
        duckdb.FatalException, duckdb.InternalException, duckdb.IOException,
        duckdb.SerializationException, duckdb.ConnectionException,
    )  # fmt: skip
    if isinstance(error, faults):
        return Gone(f"The database cannot be read: {first}.", hint="Ask again: it is opened anew.")
    return SQLRejected(f"The database refuses this query: {first}.")
