"""Measures pruning: how often the tables that an answer needs are kept among those of others.

    python scripts/pruning.py spider_schemas.json spider_train.jsonl [questions]

Each question's own database is hidden among about 290 tables of other databases, many of them of
the same trade. No values are known and no comments, so that names alone decide.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.prune import MOST, prune, tokens

OTHERS = 290
ROOM = 1000
TYPES = {"number": "INTEGER", "time": "DATE", "boolean": "BOOLEAN"}


def main(schemas: str, questions: str, count: str = "400") -> None:
    databases: dict[str, Any] = json.loads(Path(schemas).read_text())
    asked = [json.loads(line) for line in Path(questions).read_text().splitlines()]
    dice = random.Random(5)
    kept, sizes, seconds = 0, [], []
    sample = dice.sample(asked, int(count))
    for one in sample:
        schema = hidden(one["db"], databases, dice)
        begun = time.perf_counter()
        part = prune(schema, one["question"], ROOM)
        seconds.append(time.perf_counter() - begun)
        sizes.append(tokens(part))
        kept += gold(one["sql"], databases[one["db"]]) <= {t.name.lower() for t in part.tables}
    print(f"{kept} of {len(sample)} kept all tables, at most {MOST} chosen by their words")
    print(f"{sorted(sizes)[len(sizes) // 2]} tokens (median), {max(sizes)} at most")
    print(f"{sorted(seconds)[len(seconds) // 2] * 1e3:.1f} ms (median), {max(seconds) * 1e3:.1f}")


def hidden(own: str, databases: dict[str, Any], dice: random.Random) -> Schema:
    """The database among tables of others that have other names, in random order."""
    tables, keys = read(databases[own])
    wanted = len(tables) + OTHERS
    for name in dice.sample(sorted(set(databases) - {own}), len(databases) - 1):
        taken = {table.name.lower() for table in tables}
        more, links = read(databases[name])
        fresh = {table.name.lower() for table in more} - taken
        tables += [table for table in more if table.name.lower() in fresh]
        keys += [k for k in links if {k.table.lower(), k.to_table.lower()} <= fresh]
        if len(tables) >= wanted:
            break
    dice.shuffle(tables)
    return Schema(tuple(tables), tuple(keys))


def read(database: Any) -> tuple[list[Table], list[ForeignKey]]:
    primary = dict(database["primary_keys"])
    tables = [
        Table(
            table["name"],
            tuple(Column(c["name"], TYPES.get(c["type"], "TEXT")) for c in table["columns"]),
            (primary[table["name"]],) if table["name"] in primary else (),
        )
        for table in database["tables"]
    ]
    keys = [
        ForeignKey(table, (column,), to_table, (to_column,))
        for (table, column), (to_table, to_column) in database["foreign_keys"]
    ]
    return tables, keys


def gold(sql: str, database: Any) -> set[str]:
    """The tables that the right query reads."""
    words = {word.lower() for word in re.findall(r"(?:from|join|,)\s+(\w+)", sql, re.IGNORECASE)}
    return words & {table["name"].lower() for table in database["tables"]}


if __name__ == "__main__":
    main(*sys.argv[1:])
