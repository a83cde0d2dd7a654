"""Runs one query on a SQLite file that it cannot change; it must not know who wrote the query.

Read-only mode alone lets ATTACH and VACUUM INTO create files and lets a PRAGMA lift the guard, so
an authorizer refuses everything but reading, whatever the text says.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from localai.errors import SQLRejected, SQLTimeout
from localai.sql.database import Limits, Result
from localai.sql.databases import sqlite_functions
from localai.sql.databases.cells import ALLOW_MORE, TOO_MUCH, gather
from localai.sql.databases.sqlite_connection import LOCK_WAIT_S, primary_code, reading
from localai.sql.names import always_quoted

PROGRESS_STEPS = 1000
LIMITS = {
    "SQLITE_LIMIT_LENGTH": 50_000_000,
    "SQLITE_LIMIT_SQL_LENGTH": 100_000,
    "SQLITE_LIMIT_ATTACHED": 0,
    # One LIKE runs to its end whatever the time limit, and long patterns make it very slow.
    "SQLITE_LIMIT_LIKE_PATTERN_LENGTH": 500,
}
FUNCTIONS = frozenset(
    """
    -> ->> abs acos asin atan atan2 avg ceil ceiling char coalesce concat concat_ws cos count
    cume_dist current_date current_time current_timestamp date datetime degrees dense_rank exp
    first_value floor format glob group_concat hex ifnull iif instr json json_array_length json_each
    json_extract json_type julianday lag last_value lead length like ln log log10 log2 lower ltrim
    match max min mod nth_value ntile nullif percent_rank pi pow power printf quote radians random
    rank replace round row_number rtrim sign sin sqrt strftime string_agg substr substring sum tan
    time timediff total trim trunc typeof unicode unixepoch upper
    json_array json_group_array
    """.split()
)
INTERNAL_TABLES = ("sqlite_", "pragma_", "dbstat", "bytecode", "tables_used")
REFUSED_CODES = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_SCHEMA,  # what a refused CREATE ends in
}
NO_MORE = Limits()


def run(path: Path, sql: str, limits: Limits = NO_MORE) -> Result:
    """Runs one SELECT within the limits on time and rows. Cells are as `cells` says.

    Raises SQLRejected (not a query that this database can read), SQLTimeout, DatabaseError.
    """
    with reading(path) as connection, _refusing(connection, limits):
        cursor = connection.execute(sql)
        rows, truncated = gather(cursor, limits.max_rows)
    if not cursor.description:
        raise SQLRejected("This is not a query: it has no result.")
    # A nameless column is headed by its expression, which may run over several lines.
    columns = tuple(" ".join(column[0].split()) for column in cursor.description)
    return Result(columns, rows, truncated)


def explain(path: Path, sql: str, limits: Limits = NO_MORE) -> None:
    """Lets SQLite prepare one SELECT. Raises what run raises."""
    with reading(path) as connection, _refusing(connection, limits):
        connection.execute(f"EXPLAIN {sql}")


@contextmanager
def _refusing(connection: sqlite3.Connection, limits: Limits) -> Iterator[None]:
    """The guard; and errors that the query is to blame for come out as SQLRejected, SQLTimeout."""
    _guard(connection, limits)
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        refusal = _refusal(error, limits.timeout)
        if refusal is None:
            raise
        raise refusal from error


def _guard(connection: sqlite3.Connection, limits: Limits) -> None:
    deadline = time.monotonic() + limits.timeout
    # Waiting for a lock takes no notice of the deadline.
    connection.execute(f"PRAGMA busy_timeout = {int(min(LOCK_WAIT_S, limits.timeout) * 1000)}")
    connection.execute(f"PRAGMA hard_heap_limit = {limits.memory}")
    connection.execute("PRAGMA query_only = 1")
    connection.execute("PRAGMA trusted_schema = 0")
    connection.execute("PRAGMA cell_size_check = 1")  # the file may be anybody's
    for name, limit in LIMITS.items():
        connection.setlimit(getattr(sqlite3, name), limit)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        # Without this, SQLite takes a misspelt "column" for a text.
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
    sqlite_functions.register(connection)
    _open_virtual_tables(connection)
    connection.set_authorizer(_authorize)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, PROGRESS_STEPS)


def _open_virtual_tables(connection: sqlite3.Connection) -> None:
    # Opening a full-text or R-tree table looks like writing to the authorizer; reading it does not.
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    ).fetchall()
    for (name,) in names:
        # One that cannot be opened (its module is missing) is refused when a query names it.
        with suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA table_info({always_quoted(name)})")


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, inner: str | None
) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        name = (second or "").lower()
        allowed = name in FUNCTIONS or name in sqlite_functions.NAMES
    elif action == sqlite3.SQLITE_READ:
        allowed = not (first or "").lower().startswith(INTERNAL_TABLES)
    elif action == sqlite3.SQLITE_PRAGMA:
        # Full-text tables ask this of themselves before they read.
        allowed = first == "data_version" and second is None
    else:
        allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _refusal(error: Exception, timeout: float) -> SQLRejected | SQLTimeout | None:
    code = primary_code(error)
    if code == sqlite3.SQLITE_INTERRUPT:
        return SQLTimeout(
            f"The query ran longer than {timeout:g} s and was stopped.",
            hint="Ask a narrower question, or allow more time.",
        )
    if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
        # Only temporary files are ever written.
        return SQLRejected(TOO_MUCH, hint=ALLOW_MORE)
    if code in REFUSED_CODES:
        return SQLRejected(f"The database refuses this query: {error}.")
    return None
