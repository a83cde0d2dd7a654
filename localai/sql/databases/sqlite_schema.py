"""Reads the schema of a SQLite file into values; it must not know prompts or models."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from localai.errors import DatabaseError
from localai.schema import Column, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases.assembly import Key, assembled
from localai.sql.databases.create_comments import comments
from localai.sql.databases.sqlite_connection import primary_code, reading
from localai.sql.databases.sqlite_values import with_values
from localai.sql.names import always_quoted

HIDDEN_COLUMN = 1  # table_xinfo's mark for the hidden columns of virtual tables
# The tables that full-text and R-tree tables keep for themselves.
SHADOW_TAILS = "_data _idx _content _docsize _config _segments _segdir _stat _node _rowid _parent"


def introspect(path: Path, how: Introspection | None = None) -> Schema:
    """Tables, views, comments, keys, joins and the few distinct values of text columns.

    Comments are those in the text of CREATE TABLE. Joins that no foreign key declares are added
    where names say so. Values come from samples of at most 10,000 rows. Nothing is written.

    Raises DatabaseError: no such file, a folder, not a database, locked, damaged, no tables.
    """
    how = how or Introspection()
    with reading(path) as connection:
        tables = tuple(tables_of(connection))
        if not tables:
            raise DatabaseError(f"{path} has no tables.", hint="Put tables into it first.")
        return assembled(
            tables,
            declared_keys(connection, tables),
            how,
            name=str(path),
            dialect="sqlite",
            fill=lambda chosen: with_values(connection, chosen, how.seconds),
        )


def tables_of(connection: sqlite3.Connection) -> Iterator[Table]:
    """Tables and views in the order of their making, but for those that nobody can ask."""
    rows = connection.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    virtual = [name for name, _, sql in rows if (sql or "").upper().startswith("CREATE VIRTUAL")]
    shadows = {name + tail for name in virtual for tail in SHADOW_TAILS.split()}
    for name, kind, sql in rows:
        if name not in shadows:
            table = _table(connection, name, is_view=kind == "view")
            if table is not None:
                yield table if table.is_view else _commented(table, sql or "")


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


def _commented(table: Table, create: str) -> Table:
    found = comments(create)
    columns = (replace(c, comment=found.columns.get(c.name.lower(), "")) for c in table.columns)
    return replace(table, columns=tuple(columns), comment=found.table)


def declared_keys(connection: sqlite3.Connection, tables: Sequence[Table]) -> Iterator[Key]:
    """The foreign keys between the tables."""
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


def _key(schema: Schema, table: Table, parts: list[tuple[str, str, str | None]]) -> Key | None:
    target = schema.table(parts[0][0])
    if target is None:
        return None
    named = [to_column for _, _, to_column in parts if to_column is not None]
    columns = _spelled(table, [column for _, column, _ in parts])
    to_columns = _spelled(target, named or target.primary_key)
    if len(to_columns) != len(parts) or len(columns) != len(parts):
        return None
    return table, columns, target, to_columns


def _spelled(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """The names as the table's columns have them: a key may write them in another case."""
    columns = (table.column(name) for name in names)
    return tuple(column.name for column in columns if column is not None)
