"""Rewrites a tree from its leaves up by rules per class of node; it must not know a dialect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import MOMENTS, Kind
from localai.sql.semantics import intervals, moments
from localai.sql.semantics.intervals import Interval

# A rule gives what stands in the node's place; None leaves the node as it is.
Rule = Callable[[exp.Expr], exp.Expr | None]
Rules = dict[type[exp.Expr], Rule]


def rewrite(node: exp.Expr, rules: Rules) -> exp.Expr:
    """The tree with every rule applied, from the leaves up; kinds stay on what is replaced."""
    for part in list(node.iter_expressions()):
        rewrite(part, rules)
    rule = rules.get(type(node))
    new = rule(node) if rule is not None else None
    if new is None:
        return node
    if kind(new) is None:
        mark(new, kind(node))
    if node.parent is not None and new is not node:
        node.replace(new)
    return new


def call(name: str, *arguments: exp.Expr | str | int, of: Kind | None = None) -> exp.Anonymous:
    """A call of a function by name; texts become literals."""
    return mark(exp.Anonymous(this=name, expressions=[literal(a) for a in arguments]), of)  # type: ignore[return-value]


def literal(value: exp.Expr | str | int) -> exp.Expr:
    """The value as a node; a node as it is, out of the tree where it stood."""
    if isinstance(value, exp.Expr):
        return value
    if isinstance(value, int):
        number = exp.Literal.number(abs(value))
        return mark(number if value >= 0 else exp.Neg(this=number), "integer")
    return exp.Literal.string(value)


BARE = (
    exp.Column, exp.Literal, exp.Paren, exp.Subquery, exp.Cast, exp.Case, exp.AggFunc, exp.Window,
    exp.Anonymous, exp.Null, exp.Boolean,
)  # fmt: skip


def wrapped(node: exp.Expr) -> exp.Expr:
    """The node in parentheses, unless it needs none inside other expressions."""
    return node if isinstance(node, BARE) else mark(exp.Paren(this=node), kind(node))


def moment_of(node: exp.Expr | None) -> datetime | None:
    """The date or timestamp that a constant is; of a text of no kind, the one that it spells."""
    if not isinstance(node, exp.Literal) or not node.is_string:
        return None
    return moments.read(node.name) if kind(node) in (*MOMENTS, None) else None


def moment(value: datetime, found: Kind) -> exp.Expr:
    """A constant date or timestamp; at midnight, both are written as dates."""
    shown = moments.write(value, day=True)
    return mark(exp.Literal.string(shown), found)


def interval_of(node: exp.Expr | None) -> Interval | None:
    """The interval that a constant is, or None."""
    if isinstance(node, exp.Paren):
        return interval_of(node.this)
    if isinstance(node, exp.Interval):
        return _parsed(node)
    if isinstance(node, exp.Literal) and kind(node) == "interval":
        return intervals.parse(node.name)
    return None


def _parsed(node: exp.Interval) -> Interval | None:
    count = node.this
    if isinstance(count, exp.Neg) and isinstance(count.this, exp.Literal):
        return intervals.parse(f"-{count.this.name}", node.text("unit"))
    if not isinstance(count, exp.Literal):
        return None
    unit = node.args.get("unit")
    # INTERVAL '1-2' YEAR TO MONTH and the like have two units.
    return (
        None
        if isinstance(unit, exp.IntervalSpan)
        else intervals.parse(count.name, node.text("unit"))
    )


def interval(value: Interval) -> exp.Expr:
    """A constant interval."""
    return mark(exp.Literal.string(value.text()), "interval")
