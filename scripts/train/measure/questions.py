"""Owns questions with their right SQL, over what a linker knows of a database.

It must not know who answers them nor how rows are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from localai.linking import Linker
from localai.schema import Schema
from localai.sql.source import Source
from measure.comparisons import Needs
from measure.filling import Filler
from measure.right import Gold

NESTED = (exp.Subquery, exp.SetOperation, exp.Exists)
ONE_TABLE, JOINS, REST = "one table", "one or two joins", "rest"


@dataclass(frozen=True)
class Place:
    """A database as the product sees it. source: its first content. shapes: SQLite's own schema,
    which contents are made for."""

    name: str
    schema: Schema
    linker: Linker
    source: Source
    filler: Filler


@dataclass(frozen=True)
class Question:
    """kind: how it is counted. gold: the right query; None where declining is right."""

    place: Place
    kind: str
    text: str
    gold: Gold | None
    needs: Needs
    facts: Mapping[str, object]


def kind_of(sql: str) -> str:
    """One table, one or two joins, or the rest: nested queries, set operations, more joins."""
    try:
        tree = sqlglot.parse_one(sql, dialect="sqlite")
    except sqlglot.errors.SqlglotError:
        return REST
    if tree.find(*NESTED) or len(list(tree.find_all(exp.Select))) > 1:
        return REST
    tables = len(list(tree.find_all(exp.Table)))
    return ONE_TABLE if tables == 1 else JOINS if tables <= 3 else REST
