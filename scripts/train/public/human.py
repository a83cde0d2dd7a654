"""Reads the public questions of Spider and their schemas.

It must not know the model's language nor how the model is trained. See README.md for sources
and licences.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import NamedTuple

from localai.linking.catalog import Item
from localai.schema import Column, ForeignKey, Schema, Table

TYPES = {
    "number": "INTEGER",
    "text": "TEXT",
    "time": "DATE",
    "boolean": "BOOLEAN",
    "others": "TEXT",
}


class Asked(NamedTuple):
    """A human question over a schema with its SQL, as published."""

    schema: str
    question: str
    sql: str


# Of the 140 databases 20 have a hash below the first of these, 15 more below the second.
_HELD_OUT = "16d"
_DEVELOPMENT = "2a5"


def is_held_out(database: str) -> bool:
    """Whether a Spider database is one of the 20 that the card reports on: never trained on."""
    return _hash(database) < _HELD_OUT


def is_development(database: str) -> bool:
    """Whether a Spider database is one of the 15 that progress is watched on."""
    return _HELD_OUT <= _hash(database) < _DEVELOPMENT


def _hash(database: str) -> str:
    return hashlib.sha256(database.encode()).hexdigest()


def spider(folder: Path) -> tuple[dict[str, Schema], list[Asked]]:
    """Spider's training questions, each with its synonym paraphrase as one of its own."""
    raw = json.loads((folder / "spider_schemas.json").read_text())
    asked = []
    for line in (folder / "spider_train.jsonl").read_text().splitlines():
        row = json.loads(line)
        asked.append(Asked(row["db"], row["question"], row["sql"]))
        if row.get("paraphrase") and row["paraphrase"] != row["question"]:
            asked.append(Asked(row["db"], row["paraphrase"], row["sql"]))
    return {name: _schema(entry) for name, entry in raw.items()}, asked


def _schema(entry: dict[str, list]) -> Schema:  # type: ignore[type-arg]
    primary: dict[str, list[str]] = {}
    for name, key in entry["primary_keys"]:
        primary.setdefault(name, []).append(key)
    tables = tuple(
        Table(
            t["name"],
            tuple(Column(c["name"], TYPES.get(c["type"], "TEXT")) for c in t["columns"]),
            tuple(primary.get(t["name"], ())),
        )
        for t in entry["tables"]
    )
    foreign = tuple(ForeignKey(a, (b,), c, (d,)) for (a, b), (c, d) in entry["foreign_keys"])
    return Schema(tables, foreign)


def with_values(
    schema: Schema, literals: dict[Item, set[str]], rng: random.Random, keep: float
) -> Schema:
    """The schema with the texts that its questions compare with as listed values."""
    tables = []
    for number, t in enumerate(schema.tables):
        columns = []
        for place, c in enumerate(t.columns):
            found = sorted(literals.get(Item(number, place), ()))
            listed = tuple(found) if found and c.type == "TEXT" and rng.random() < keep else ()
            columns.append(Column(c.name, c.type, c.comment, listed))
        tables.append(Table(t.name, tuple(columns), t.primary_key))
    return Schema(tuple(tables), schema.foreign_keys, schema.dialect)


def shuffled(schema: Schema, rng: random.Random) -> Schema:
    """The schema with its tables and columns in another order."""
    tables = []
    for t in rng.sample(schema.tables, len(schema.tables)):
        tables.append(Table(t.name, tuple(rng.sample(t.columns, len(t.columns))), t.primary_key))
    return Schema(tuple(tables), schema.foreign_keys, schema.dialect)
