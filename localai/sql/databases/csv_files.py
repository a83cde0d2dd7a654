"""Loads CSV files of any delimiter and encoding into DuckDB; it must not know what is asked."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from localai.errors import DatabaseError
from localai.sql.databases.csv_dialect import (
    MEND,
    SHOWN_CHARS,
    Dialect,
    NotUTF8,
    dialect_of,
    file_options,
    refused,
)
from localai.sql.databases.encodings import TOLD, as_utf8, encoding_of, not_utf8, opened
from localai.sql.databases.headers import column_names
from localai.sql.databases.written_values import settle, turn
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

HEAD_BYTES = 1 << 18  # enough for the rows in which headers are looked for
DAY_OR_MONTH = re.compile(r"%([dm])([/-])%([dm])\b")
ISO = "%Y-%m-%d"
MAX_ROUNDS = 4  # of reading: each mends the types of the columns that the one before failed on
MAX_REJECTS = 10_000
WRONG = {  # DuckDB's names for what is wrong with a line
    "TOO MANY COLUMNS": "more values than there are columns",
    "MISSING COLUMNS": "fewer values than there are columns",
    "UNQUOTED VALUE": "a quote in the wrong place",
    "LINE SIZE OVER MAXIMUM": "too many characters",
}

Reject = tuple[int, str, str, str]  # line, column, kind, text


def load_csv(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> list[str]:
    """Make `table` of the file; what its user should be told about that.

    It is read once, but for a column whose type the first 20,000 lines did not tell. Raises
    DatabaseError: no table in it, or a line that cannot be read, which is named.
    """
    try:
        encoding = encoding_of(path)
        try:
            told = _load(connection, path, table, encoding)
        except NotUTF8:
            encoding = not_utf8(path)
            told = _load(connection, path, table, encoding)
    except (OSError, EOFError, zlib.error) as error:
        raise DatabaseError(f"{path} is damaged: {error}.", hint="Take another copy.") from error
    return [*told, TOLD[encoding]] if encoding in TOLD else told


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, encoding: str
) -> list[str]:
    with _readable(path, encoding) as (readable, head):
        dialect = dialect_of(connection, readable, head, path)
        unnamed = [f"column{place + 1}" for place in range(len(dialect.types))]
        names, renamed = column_names(dialect.headers, unnamed)
        if not dialect.has_header:
            renamed = [f"no headers in it: its columns are {', '.join(names)}"]
        told = _read(connection, readable, path, table, dialect, names)
        return [*dialect.told, *renamed, *told]


@contextmanager
def _readable(path: Path, encoding: str) -> Iterator[tuple[Path, str]]:
    """The file in UTF-8, and how it begins."""
    with opened(path) as file:
        start = file.read(HEAD_BYTES)
    readable = path if encoding == "utf-8" else as_utf8(path, encoding)
    try:
        yield readable, start.decode(encoding, "replace").removeprefix("\ufeff")
    finally:
        if readable is not path:
            readable.unlink()


def _read(
    connection: duckdb.DuckDBPyConnection,
    readable: Path,
    path: Path,
    table: str,
    dialect: Dialect,
    names: list[str],
) -> list[str]:
    seemed = dict(zip(names, dialect.types, strict=True))
    # These are read as text, and turned when every value has been seen.
    unsettled = {name: kind for name, kind in seemed.items() if _is_unsettled(kind, dialect)}
    types = dict.fromkeys(unsettled, "VARCHAR")
    for _ in range(MAX_ROUNDS):
        rejects = _attempt(connection, readable, path, table, dialect, names, types)
        if not rejects:
            return _settled(connection, table, dialect, seemed, unsettled)
        for line, _, kind, text in rejects:
            if kind == "INVALID ENCODING":
                raise NotUTF8
            if kind != "CAST":
                raise _unreadable(path, line, WRONG.get(kind, kind.lower()), text)
        _mend(dialect, seemed, types, {column for _, column, _, _ in rejects})
    line, column, _, text = rejects[0]
    raise _unreadable(path, line, f"a value that does not fit its column {column}", text)


def _is_unsettled(kind: str, dialect: Dialect) -> bool:
    return kind == "BIGINT" or (kind == "DATE" and dialect.date_format in ("", ISO))


def _settled(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    dialect: Dialect,
    seemed: dict[str, str],
    unsettled: dict[str, str],
) -> list[str]:
    """Give the columns their last types; what is told of them."""
    unfit = settle(connection, table, unsettled)
    told = turn(connection, table, _texts(connection, table), comma=dialect.comma)
    for name in _texts(connection, table):
        if name in unfit:
            kinds = "numbers" if seemed[name] == "BIGINT" else "dates"
            told.append(f"column {name} is text, as it holds {unfit[name]} among {kinds}")
        elif seemed[name] not in ("VARCHAR", *unsettled.values()):
            told.append(f"column {name} is text, as not all of it is {seemed[name]}")
    _without_nan(connection, table)
    return told + _ambiguous(connection, table, dialect, seemed)


def _without_nan(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Empty the cells that say nan, as pandas writes: one of them makes every sum another."""
    for name, type_, *_ in connection.execute(f"DESCRIBE {always_quoted(table)}").fetchall():
        if type_ == "DOUBLE":
            column = always_quoted(name)
            connection.execute(
                f"UPDATE {always_quoted(table)} SET {column} = NULL WHERE isnan({column})"
            )


def _unreadable(path: Path, line: int, what: str, text: str) -> DatabaseError:
    shown = text.strip()[:SHOWN_CHARS]
    return DatabaseError(f"{path} cannot be read: line {line} has {what}: {shown}", hint=MEND)


def _attempt(
    connection: duckdb.DuckDBPyConnection,
    readable: Path,
    path: Path,
    table: str,
    dialect: Dialect,
    names: list[str],
    types: dict[str, str],
) -> list[Reject]:
    """Read the file; the first of the lines that could not be read as they should."""
    import duckdb

    for temporary in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {temporary}")
    options = {
        "delim": dialect.delimiter,
        "quote": dialect.quote,
        "escape": dialect.escape,
        "skip": dialect.skip,
        "header": dialect.has_header,
        "names": names,
        "store_rejects": True,
        "rejects_limit": MAX_REJECTS,
        **({"types": types} if types else {}),
        **({"dateformat": dialect.date_format} if dialect.date_format else {}),
    }
    try:
        connection.execute(
            f"CREATE OR REPLACE TABLE {always_quoted(table)} AS "
            f"FROM read_csv({file_options(readable, **options)})"
        )
        return connection.execute(
            "SELECT line, coalesce(column_name, ''), error_type::VARCHAR, coalesce(csv_line, '') "
            "FROM reject_errors ORDER BY line"
        ).fetchall()
    except duckdb.Error as error:
        raise refused(path, error) from error


def _mend(
    dialect: Dialect, seemed: dict[str, str], types: dict[str, str], columns: Iterable[str]
) -> None:
    """Change the types of columns that have values of another."""
    for column in columns:
        swapped = DAY_OR_MONTH.sub(r"%\3\2%\1", dialect.date_format)
        if seemed[column] == "DATE" and column not in types and swapped != dialect.date_format:
            # The days of the first 20,000 lines may all be months as well.
            dialect.date_format = swapped
            types[column] = "DATE"
        else:
            types[column] = "VARCHAR"


def _texts(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = connection.execute(f"DESCRIBE {always_quoted(table)}").fetchall()
    return [name for name, type_, *_ in rows if type_ == "VARCHAR"]


def _ambiguous(
    connection: duckdb.DuckDBPyConnection, table: str, dialect: Dialect, seemed: dict[str, str]
) -> list[str]:
    """Dates such as 03/04/2024 in all lines: nothing says which of them is the month."""
    order = DAY_OR_MONTH.match(dialect.date_format)
    if "%y" in dialect.date_format:
        named = [name for name, type_ in seemed.items() if type_ == "DATE"]
        return [f"dates in {', '.join(named)} are read as {dialect.date_format}"]
    if order is None:
        return []
    told = []
    texts = _texts(connection, table)
    for name, type_ in seemed.items():
        if type_ == "DATE" and name not in texts:
            column = always_quoted(name)
            row = connection.execute(
                f"SELECT count({column}) > 0 AND max(day({column})) <= 12 "
                f"FROM {always_quoted(table)}"
            ).fetchone()
            if row and row[0]:
                kind = "day/month" if order[1] == "d" else "month/day"
                told.append(f"dates in {name} are read as {kind}, and could be the other way round")
    return told
