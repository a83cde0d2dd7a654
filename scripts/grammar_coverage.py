"""Measures how many human-written queries fit the grammar of their own schema, and qualify.

    python scripts/grammar_coverage.py QUERIES.jsonl SCHEMAS.json [--sample N] [--show N]

QUERIES: one object a line with `db` and `sql` (SQLite's); SCHEMAS: {db: {tables: [{name, columns:
[{name, type}]}]}}, as Spider's training set. A model writes PostgreSQL, so each query is first read
as SQLite's and written as PostgreSQL's by sqlglot, keywords in capitals; a text in double quotes
that is no column is a text. What counts is that the query's content fits. Names keep the case that
the query has, where its schema would not need them in quotes.

Prints the share that fits, the share whose names also resolve (`localai.sql.checking.resolving`),
the share that passes all of `localai.sql.check`, and what is refused, by cause.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from localai.errors import SQLRejected  # noqa: E402
from localai.schema import Column, ForeignKey, Schema, Table  # noqa: E402
from localai.sql.check import check  # noqa: E402
from localai.sql.checking.reading import read  # noqa: E402
from localai.sql.checking.resolving import resolve  # noqa: E402
from localai.sql.grammar import grammar  # noqa: E402
from localai.sql.names import needs_quotes  # noqa: E402
from tests.sql.grammar_engine import Judge  # noqa: E402

KINDS = {"number": "REAL", "text": "TEXT", "time": "TIMESTAMP", "boolean": "BOOLEAN"}


def schema_of(described: dict[str, Any]) -> Schema:
    """A schema as values; types are Spider's own words for them."""
    primary = defaultdict(tuple, {table: (column,) for table, column in described["primary_keys"]})
    tables = (
        Table(
            table["name"],
            tuple(Column(c["name"], KINDS.get(c["type"], "")) for c in table["columns"]),
            primary[table["name"]],
        )
        for table in described["tables"]
    )
    keys = (
        ForeignKey(table, (column,), to, (key,))
        for (table, column), (to, key) in described["foreign_keys"]
    )
    return Schema(tuple(tables), tuple(keys))


def normal(sql: str, schema: Schema) -> str:
    """The query as PostgreSQL writes it. Raises SqlglotError where it is no SQL of SQLite's."""
    tree = sqlglot.parse_one(sql.rstrip("; "), read="sqlite")
    columns = {column.name for table in schema.tables for column in table.columns}
    spelt = {name.lower(): name for name in [*columns, *(table.name for table in schema.tables)]}
    lower = {name.lower() for name in columns}
    for column in list(tree.find_all(exp.Column)):
        if column.this.args.get("quoted") and not column.table and column.name.lower() not in lower:
            column.replace(exp.Literal.string(column.name))
    for identifier in tree.find_all(exp.Identifier):
        name = spelt.get(identifier.name.lower(), identifier.name)
        identifier.replace(exp.to_identifier(name, quoted=needs_quotes(name)))
    return tree.sql("postgres", normalize_functions="upper")


class Tally:
    """What became of the queries."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.refused: dict[str, list[str]] = defaultdict(list)

    def take(self, db: str, query: str, schema: Schema, judge: Judge) -> None:
        self.found["all"] += 1
        try:
            sql = normal(query, schema)
        except SqlglotError as error:
            self.refused[f"unreadable: {str(error)[:40]}"].append(f"{db}: {query}")
            return
        fits = judge.accepts(sql)
        if not fits:
            fitting, rest = (text := judge.fitting(sql)), sql[len(text) :]
            self.refused[f"grammar: {fitting[-12:]} | {rest[:12]}"].append(f"{db}: {sql}")
        resolves = self._passes("names", lambda: resolve(read(sql), schema), db, sql, schema)
        passes = resolves and self._passes("check", lambda: check(sql, schema), db, sql, schema)
        self.found["fit the grammar"] += fits
        self.found["fit, and their names resolve"] += fits and resolves
        self.found["fit, and pass the whole check"] += fits and passes

    def _passes(
        self, step: str, run: Callable[[], object], db: str, sql: str, schema: Schema
    ) -> bool:
        try:
            run()
        except SQLRejected as error:
            names = {
                n.lower() for t in schema.tables for n in (t.name, *(c.name for c in t.columns))
            }
            words = [w for w in re.findall(r"\w+", error.message) if w.lower() not in names]
            cause = " ".join(word for word in words if word.islower())[:70]
            self.refused[f"{step}: {cause}"].append(f"{db}: {sql}\n            {error}")
            return False
        return True

    def show(self, causes: int) -> None:
        total = self.found.pop("all")
        for what, count in self.found.items():
            print(f"{count} of {total} ({100 * count / total:.2f} %) {what}")
        for reason, listed in sorted(self.refused.items(), key=lambda each: -len(each[1]))[:causes]:
            print(f"{len(listed):4}  {reason}")
            for line in listed[:3]:
                print(f"        {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the grammar's coverage.")
    parser.add_argument("queries", type=Path)
    parser.add_argument("schemas", type=Path)
    parser.add_argument("--sample", type=int, default=0, help="so many queries at random")
    parser.add_argument("--causes", type=int, default=40, help="so many causes, with examples")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.queries.read_text().splitlines()]
    if asked.sample:
        rows = random.Random(1).sample(rows, asked.sample)
    described = json.loads(asked.schemas.read_text())
    tally = Tally()
    for name, each in described.items():
        queries = [row["sql"] for row in rows if row["db"] == name]
        schema = schema_of(each)
        judge = Judge(grammar(schema)) if queries else None
        for query in queries:
            assert judge is not None
            tally.take(name, query, schema, judge)
    tally.show(asked.causes)


if __name__ == "__main__":
    main()
