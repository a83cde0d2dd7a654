"""Owns the databases that answers are tried on: scripts' own, and made-up rows for Spider's.

It must not know models.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from localai.linking.catalog import Item
from localai.schema import Column, Schema, Table


def build(script: Path, folder: Path) -> Path:
    """A database file made from an SQL script."""
    path = folder / f"{script.stem}.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text())
    connection.close()
    return path


def filled(
    schema: Schema, literals: Mapping[Item, set[str]], seed: int, rows: int = 40
) -> sqlite3.Connection:
    """A database of that schema with made-up rows: texts that questions name, keys that match."""
    rng = random.Random(seed)
    connection = sqlite3.connect(":memory:")
    referring = {(key.table.lower(), key.columns[0].lower()) for key in schema.foreign_keys}
    for number, table in enumerate(schema.tables):
        if table.name.startswith("sqlite_"):
            continue
        names = ", ".join(f'"{c.name}" {c.type}' for c in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({names})')
        for row in range(1, rows + 1):
            cells = [
                _cell(
                    rng,
                    table,
                    column,
                    row,
                    rows,
                    literals.get(Item(number, place), set()),
                    referring,
                )
                for place, column in enumerate(table.columns)
            ]
            marks = ", ".join("?" * len(cells))
            connection.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', cells)
    return connection


def _cell(
    rng: random.Random,
    table: Table,
    column: Column,
    row: int,
    rows: int,
    known: set[str],
    referring: set[tuple[str, str]],
) -> object:
    if (table.name.lower(), column.name.lower()) in referring:
        return rng.randint(1, rows)
    if column.name in table.primary_key:
        return row
    if known and rng.random() < 0.6:
        return rng.choice(sorted(known))
    if column.type == "DATE":
        return f"{rng.randint(1960, 2020)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if column.type == "BOOLEAN":
        return rng.randint(0, 1)
    if column.type == "INTEGER":
        return rng.choice([rng.randint(0, 10), rng.randint(0, 100), rng.randint(0, 10_000)])
    return rng.choice(["amber", "birch", "cedar", "delta", "ember", "flint"]) + str(
        rng.randint(1, 9)
    )


def run(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    """The rows of SQLite's own SQL; raises sqlite3.Error, also when it takes too long."""
    budget = [2000]

    def tick() -> int:
        budget[0] -= 1
        return int(budget[0] < 0)

    connection.set_progress_handler(tick, 10_000)
    return connection.execute(sql).fetchall()


def same_rows(
    found: list[tuple[object, ...]], wanted: list[tuple[object, ...]], ordered: bool
) -> bool:
    """Whether the rows are equal, as a bag unless `ordered`; figures to six digits."""
    left = [tuple(map(_plain, row)) for row in found]
    right = [tuple(map(_plain, row)) for row in wanted]
    return left == right if ordered else sorted(left, key=repr) == sorted(right, key=repr)


def _plain(cell: object) -> object:
    if isinstance(cell, (int, float)):
        return float(f"{cell:.6g}")
    return cell
