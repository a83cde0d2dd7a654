"""Rules for databases that stop where SQLite goes on; they must not change what an answer is.

A division by zero gives NULL, and a text that models count with as a date is one.
"""

from __future__ import annotations

from sqlglot import exp

from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import Kind
from localai.sql.translation.rewriting import literal


def guarded(divisor: exp.Expr) -> exp.Expr:
    """The divisor, missing where it is zero."""
    inner = divisor.unnest() if isinstance(divisor, exp.Paren) else divisor
    if isinstance(inner, exp.Nullif):
        return divisor
    if isinstance(inner, exp.Literal) and float(inner.name or 0) != 0:
        return divisor
    return mark(exp.Nullif(this=inner, expression=literal(0)), kind(divisor))


def divide(node: exp.Expr) -> exp.Expr | None:
    """`a / b`, of numbers."""
    if kind(node.this) != "interval":
        node.set("expression", guarded(node.args["expression"]))
    return None


def remainder(node: exp.Expr) -> exp.Expr | None:
    """`a % b`."""
    node.set("expression", guarded(node.args["expression"]))
    return None


def like(node: exp.Expr) -> exp.Expr | None:
    """`a LIKE b` of what is no text: its text is meant."""
    if kind(node.this) not in ("text", None):
        node.set("this", cast(node.this, "TEXT", "text"))
    return None


def cast(node: exp.Expr, name: str, found: Kind) -> exp.Expr:
    """`CAST(node AS name)`."""
    return mark(exp.Cast(this=node, to=exp.DataType.build(name)), found)


def as_moment(node: exp.Expr) -> exp.Expr:
    """The value as a point in time, if it is a text."""
    if kind(node) == "text" or (isinstance(node, exp.Literal) and node.is_string):
        return cast(node, "TIMESTAMP", "timestamp")
    return node
