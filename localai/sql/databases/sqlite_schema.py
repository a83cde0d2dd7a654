"""Reads the schema of a SQLite file into values; it must not know prompts or models."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from localai.errors import DatabaseError
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.databases.sqlite_connection import primary_code, reading
from localai.sql.names import always_quoted

MAX_VALUES = 50
MAX_VALUE_CHARS = 60
SAMPLED_ROWS = 10_000
VALUES_SECONDS = 1.0  # for all columns together, so that a big database does not delay the answer
HIDDEN_COLUMN = 1  # table_xinfo's mark for the hidden columns of virtual tables
TEXT_TYPES = re.compile(r"CHAR|CLOB|TEXT|STRING|ENUM", re.IGNORECASE)
ID_COLUMN = re.compile(r"(?P<stem>.*[^_])(?:_id|_ID|Id|ID)")
# The tables that full-text and R-tree tables keep for themselves.
SHADOW_TAILS = "_data _idx _content _docsize _config _segments _segdir _stat _node _rowid _parent"


def introspect(path: Path) -> Schema:
    """Tables, views, keys, joins and the few distinct values of text columns of the file at `path`.

    Joins that no foreign key declares are added where names say so (`customer_id` and the table
    customer or customers). Values come from the first 10,000 rows of a table. Nothing is written.

    Raises DatabaseError: no such file, a folder, not a database, locked, damaged, no tables.
    """
    with reading(path) as connection:
        tables = tuple(_tables(connection))
        if not tables:
            raise DatabaseError(f"{path} has no tables.", hint="Put tables into it first.")
        declared = tuple(_declared_keys(connection, tables))
        tables = _with_values(connection, tables)
    return Schema(tables=tables, foreign_keys=declared + tuple(_inferred_keys(tables, declared)))


def _tables(connection: sqlite3.Connection) -> Iterator[Table]:
    rows = connection.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    virtual = [name for name, _, sql in rows if (sql or "").upper().startswith("CREATE VIRTUAL")]
    shadows = {name + tail for name in virtual for tail in SHADOW_TAILS.split()}
    for name, kind, _ in rows:
        if name not in shadows:
            table = _table(connection, name, is_view=kind == "view")
            if table is not None:
                yield table


def _table(connection: sqlite3.Connection, name: str, *, is_view: bool) -> Table | None:
    try:
        rows = connection.execute(f"PRAGMA table_xinfo({always_quoted(name)})").fetchall()
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_ERROR:
            raise
        # A view over a dropped table, or a virtual table of a missing module: nobody can ask it.
        return None
    columns = tuple(Column(row[1], row[2] or "") for row in rows if row[6] != HIDDEN_COLUMN)
    keys = sorted((row[5], row[1]) for row in rows if row[5])
    return Table(name, columns, tuple(key for _, key in keys), is_view) if columns else None


def _declared_keys(connection: sqlite3.Connection, tables: Sequence[Table]) -> Iterator[ForeignKey]:
    schema = Schema(tuple(tables))
    for table in tables:
        rows = connection.execute(f"PRAGMA foreign_key_list({always_quoted(table.name)})")
        groups: dict[int, list[tuple[str, str, str | None]]] = {}
        for number, _, target, column, to_column, *_ in rows:
            groups.setdefault(number, []).append((target, column, to_column))
        # SQLite numbers the keys from the last one declared.
        for _, parts in sorted(groups.items(), reverse=True):
            key = _key(schema, table, parts)
            if key is not None:
                yield key


def _key(
    schema: Schema, table: Table, parts: list[tuple[str, str, str | None]]
) -> ForeignKey | None:
    target = schema.table(parts[0][0])
    if target is None:
        return None
    named = tuple(to_column for _, _, to_column in parts if to_column is not None)
    to_columns = named or target.primary_key
    if len(to_columns) != len(parts):
        return None
    columns = tuple(column for _, column, _ in parts)
    return ForeignKey(table.name, columns, target.name, to_columns)


def _inferred_keys(tables: Sequence[Table], declared: Sequence[ForeignKey]) -> Iterator[ForeignKey]:
    known = {(key.table, column) for key in declared for column in key.columns}
    by_name = {table.name.lower().replace("_", ""): table for table in reversed(tables)}
    for table in tables:
        for column in table.columns:
            match = ID_COLUMN.fullmatch(column.name)
            if match is None or (table.name, column.name) in known:
                continue
            for name in _table_names(match["stem"].lower().replace("_", "")):
                target = by_name.get(name)
                to_column = target and target is not table and _id_column(target, column.name)
                if target and to_column:
                    yield ForeignKey(table.name, (column.name,), target.name, (to_column,))
                    break


def _table_names(stem: str) -> tuple[str, ...]:
    plural = stem[:-1] + "ies" if stem.endswith("y") else stem + "es"
    return (stem, stem + "s", plural)


def _id_column(table: Table, name: str) -> str | None:
    own = table.column("id")
    if own is not None:
        return own.name
    same = table.column(name)
    return same.name if same is not None and table.primary_key == (same.name,) else None


def _with_values(connection: sqlite3.Connection, tables: Sequence[Table]) -> tuple[Table, ...]:
    deadline = time.monotonic() + VALUES_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
    found = []
    for table in tables:
        columns = tuple(
            Column(column.name, column.type, column.comment, _values(connection, table, column))
            for column in table.columns
        )
        found.append(Table(table.name, columns, table.primary_key, table.is_view, table.comment))
    return tuple(found)


def _values(connection: sqlite3.Connection, table: Table, column: Column) -> tuple[str, ...]:
    if column.type and not TEXT_TYPES.search(column.type):
        return ()
    name = always_quoted(column.name)
    sampled = f"SELECT {name} AS v FROM {always_quoted(table.name)} LIMIT {SAMPLED_ROWS}"
    try:
        rows = connection.execute(
            f"SELECT DISTINCT v FROM ({sampled}) WHERE typeof(v) = 'text' LIMIT {MAX_VALUES + 1}"
        ).fetchall()
    except sqlite3.OperationalError as error:
        if primary_code(error) not in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_ERROR):
            raise
        # Out of time, or a view that cannot be computed: the column is known, its values are not.
        return ()
    values = sorted(value for (value,) in rows if value.strip())
    few = len(rows) <= MAX_VALUES and all(len(value) <= MAX_VALUE_CHARS for value in values)
    return tuple(values) if few else ()
