"""Owns the databases that answers are tried on, and what runs there; it must not know models."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from localai.linking.catalog import Item
from localai.schema import Schema
from localai.sql.databases.sqlite_functions import register
from measure.comparisons import Comparison, Needs
from measure.filling import PLAIN, Filler, Rows

TICKS = 400  # of 10,000 steps of SQLite: a query that takes more is given up


def filled(schema: Schema, literals: Mapping[Item, set[str]], seed: int) -> sqlite3.Connection:
    """A database in memory with these texts and numbers in these columns, and no empty cells."""
    named = (
        Comparison(
            (schema.tables[item.table].name, schema.tables[item.table].columns[item.column].name),
            "=",
            text,
        )
        for item, texts in literals.items()
        for text in sorted(texts)
    )
    return stored(schema, Filler(schema, [Needs(tuple(named))]).rows(seed, style=PLAIN))


def stored(schema: Schema, rows: Rows) -> sqlite3.Connection:
    """A database of these rows in memory, without constraints."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for table in schema.tables:
        if table.name.startswith("sqlite_"):
            continue
        names = ", ".join(f"{_quoted(c.name)} {c.type}" for c in table.columns)
        connection.execute(f"CREATE TABLE {_quoted(table.name)} ({names})")
    insert(connection, rows)
    register(connection)
    return connection


def saved(schema: Schema, rows: Rows, path: Path) -> Path:
    """A file of these rows, with the schema's keys declared; rows that break a key are left out."""
    connection = sqlite3.connect(path)
    for table in schema.tables:
        parts = [f"{_quoted(c.name)} {c.type}" for c in table.columns]
        if table.primary_key:
            parts.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.primary_key))})")
        for key in schema.foreign_keys:
            if key.table.lower() == table.name.lower():
                ours, theirs = (
                    ", ".join(map(_quoted, names)) for names in (key.columns, key.to_columns)
                )
                there = f"{_quoted(key.to_table)} ({theirs})"
                parts.append(f"FOREIGN KEY ({ours}) REFERENCES {there}")
        connection.execute(f"CREATE TABLE {_quoted(table.name)} ({', '.join(parts)})")
    insert(connection, rows)
    connection.commit()
    connection.close()
    return path


def turned(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in which each table's rows lie in the opposite order."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    made = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for name, sql in connection.execute(made).fetchall():
        copy.execute(sql)
        rows = connection.execute(f"SELECT * FROM {_quoted(name)}").fetchall()
        insert(copy, {name: rows[::-1]})
    register(copy)
    return copy


def insert(connection: sqlite3.Connection, rows: Rows) -> None:
    """Puts the rows into their tables, but those that break a key."""
    for table, lines in rows.items():
        if lines and not table.startswith("sqlite_"):
            marks = ", ".join("?" * len(lines[0]))
            text = f"INSERT OR IGNORE INTO {_quoted(table)} VALUES ({marks})"
            connection.executemany(text, lines)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def build(script: Path, folder: Path) -> Path:
    """A database file made from an SQL script."""
    path = folder / f"{script.stem}.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text())
    connection.close()
    return path


def run(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    """The rows of SQLite's own SQL; raises sqlite3.Error, also when it takes too long."""
    budget = [TICKS]

    def tick() -> int:
        budget[0] -= 1
        return int(budget[0] < 0)

    connection.set_progress_handler(tick, 10_000)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.set_progress_handler(None, 0)


def same_rows(
    found: Sequence[tuple[object, ...]], wanted: Sequence[tuple[object, ...]], ordered: bool
) -> bool:
    """Whether the rows are equal, as a bag unless `ordered`; figures to six digits."""
    left, right = list(map(plain, found)), list(map(plain, wanted))
    return left == right if ordered else sorted(left, key=repr) == sorted(right, key=repr)


def plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """Figures to six digits: the same sum in another order differs in the last ones."""
    return tuple(float(f"{c:.6g}") if isinstance(c, (int, float)) else c for c in row)
