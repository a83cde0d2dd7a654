"""Tells dates, texts and decimal numbers apart in a syntax tree; it must not know how SQL is run.

Only declared column types and a few functions are followed, not subqueries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from sqlglot import exp

from localai.schema import Schema

Kind = Literal["date", "timestamp", "interval", "text", "decimal"]

# Of declared types, in this order: DATETIME is a timestamp.
DECLARED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"DATETIME|TIMESTAMP", re.IGNORECASE), "timestamp"),
    (re.compile(r"DATE", re.IGNORECASE), "date"),
    (re.compile(r"CHAR|TEXT|CLOB", re.IGNORECASE), "text"),
    (re.compile(r"NUMERIC|DECIMAL|NUMBER|MONEY", re.IGNORECASE), "decimal"),
)
CASTS: dict[object, Kind] = {
    exp.DataType.Type.DATE: "date",
    exp.DataType.Type.TIMESTAMP: "timestamp",
    exp.DataType.Type.TIMESTAMPTZ: "timestamp",
    exp.DataType.Type.INTERVAL: "interval",
}
CALLS: dict[str, Kind] = {"date": "date", "datetime": "timestamp"}
CARRIERS = (exp.Paren, exp.Min, exp.Max, exp.Coalesce, exp.Nullif, exp.Sum, exp.Neg)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)


def kinds(node: exp.Expr, tree: exp.Expr, schema: Schema) -> set[Kind]:
    """What the expression may be, as far as can be told; empty for the rest (numbers, unknowns).

    tree: the whole query, where the tables of unqualified columns are looked up.
    """
    if isinstance(node, CARRIERS + ARITHMETIC):
        return {kind for part in node.iter_expressions() for kind in kinds(part, tree, schema)}
    if isinstance(node, exp.Column):
        return set(_declared(node, tree, schema))
    kind = _own(node)
    return set() if kind is None else {kind}


def _own(node: exp.Expr) -> Kind | None:
    if isinstance(node, exp.CurrentDate):
        return "date"
    if isinstance(node, exp.CurrentTimestamp):
        return "timestamp"
    if isinstance(node, exp.Interval):
        return "interval"
    if isinstance(node, exp.Cast):
        return CASTS.get(node.to.this)
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else node.key
        return CALLS.get(name.lower())
    return None


def _declared(column: exp.Column, tree: exp.Expr, schema: Schema) -> Iterator[Kind]:
    prefix = column.table.lower()
    for node in tree.find_all(exp.Table):
        table = schema.table(node.name)
        known = table.column(column.name) if table else None
        if known is not None and prefix in ("", node.alias_or_name.lower()):
            yield from [kind for pattern, kind in DECLARED if pattern.search(known.type)][:1]
