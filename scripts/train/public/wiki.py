"""Reads WikiSQL's questions, each over a made-up table of its own columns and some of others.

It must not know the model's language nor how the model is trained. See README.md for source and
licence.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from localai.schema import Column, Schema, Table

TABLE_NAMES = (
    "the_table records data results list entries sheet1 stats main history info log".split()
)
_TOTAL = re.compile(r"^SELECT (COUNT|MIN|MAX|AVG|SUM) (\w+) FROM")
_NOUN = re.compile(r"\b(?:how many|which|what|number of|the) ([a-z]{4,})\b", re.IGNORECASE)
_NO_NOUN = frozenset(
    "were have been does total number many much most least what when where that this with name "
    "names date year which other different average maximum minimum highest lowest sum amount "
    "first last same each than from those some there type types kind year years time".split()
)


class Row(NamedTuple):
    """A published question with its SQL; `own` are the columns that the SQL names."""

    question: str
    sql: str
    tree: exp.Expression
    own: tuple[str, ...]


_SAID = {
    "COUNT": r"how many|number|count",
    "MAX": r"max|most|last|late|top|best|final|\w+est\b",
    "MIN": r"min|least|first|\w+est\b|low",
    "SUM": r"total|sum|how m|combined|all",
    "AVG": r"average|mean",
}


def is_said(question: str, sql: str) -> bool:
    """Whether the question has a word for the figure that the SQL shows: a tenth have none."""
    found = re.match(r"SELECT (\w+)\(", sql)
    return found is None or bool(re.search(_SAID[found[1]], question, re.IGNORECASE))


@cache
def published(path: Path) -> tuple[tuple[str, str], ...]:
    """All questions with their SQL."""
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return tuple((row["question"], _TOTAL.sub(r"SELECT \1(\2) FROM", row["sql"])) for row in rows)


def parsed(rows: Sequence[tuple[str, str]]) -> list[Row]:
    """Those of the rows whose SQL can be read and shows what the question says."""
    out = []
    for question, sql in rows:
        if not is_said(question, sql):
            continue
        try:
            tree = sqlglot.parse_one(sql, dialect="sqlite")
        except sqlglot.errors.SqlglotError:
            continue
        own = dict.fromkeys(column.name for column in tree.find_all(exp.Column))
        out.append(Row(question, sql, tree, tuple(own)))
    return out


def schema_of(row: Row, strange: Sequence[str], rng: random.Random) -> Schema:
    """A table of the question's columns and some of `strange`, called as in the SQL."""
    listed = [*row.own, *(name for name in strange if name not in row.own)]
    listed = list({name.lower(): name for name in reversed(listed)}.values())
    rng.shuffle(listed)
    numeric = _numeric(row.tree)
    columns = [
        Column(
            name,
            "INTEGER"
            if name in numeric or (name not in row.own and rng.random() < 0.3)
            else "TEXT",
        )
        for name in listed
    ]
    key: tuple[str, ...] = ()
    if rng.random() < 0.5 and "id" not in {name.lower() for name in listed}:
        columns.insert(0, Column("id", "INTEGER"))
        key = ("id",)
    return Schema((Table("the_table", tuple(columns), key),))


def table_name(row: Row, names: Sequence[str], rng: random.Random) -> str:
    """A likely name: a noun of the question that is no column, else any."""
    if rng.random() < 0.15:
        return rng.choice(TABLE_NAMES)
    columns = " ".join(row.own).lower()
    nouns = [
        noun.lower()
        for noun in _NOUN.findall(row.question)
        if noun.lower() not in _NO_NOUN and noun.lower().rstrip("s") not in columns
    ]
    return rng.choice(nouns) if nouns and rng.random() < 0.7 else rng.choice(names)


def _numeric(tree: exp.Expression) -> set[str]:
    compared = {
        node.this.name
        for node in tree.find_all(exp.EQ, exp.GT, exp.LT, exp.GTE, exp.LTE)
        if isinstance(node.this, exp.Column) and not node.expression.is_string
    }
    added = {
        node.this.name
        for node in tree.find_all(exp.Sum, exp.Avg, exp.Min, exp.Max)
        if isinstance(node.this, exp.Column)
    }
    return compared | added
