"""Comparisons of dates and spans of time for SQLite, where both are texts; no sums are known here.

A column of points in time may hold `2024-06-15`, `2024-06-15 10:00:00` or `2024-06-15T10:00:00Z`.
"""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import is_stored, kind, mark
from localai.sql.kinds import MOMENTS
from localai.sql.semantics import intervals, moments
from localai.sql.semantics.intervals import SECOND
from localai.sql.translation.rewriting import call, interval_of, moment_of
from localai.sql.translation.sqlite_sums import is_day

MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip


def compare(node: exp.Expr) -> exp.Expr | None:
    """`a < b` and the like."""
    left, right = node.this, node.args["expression"]
    kinds = {kind(left), kind(right)}
    if "interval" in kinds:
        node.set("this", seconds(left))
        node.set("expression", seconds(right))
    elif kinds & MOMENTS:
        if isinstance(left, exp.Literal):
            node.set("expression", _moment_side(right, left, MIRRORED.get(type(node), type(node))))
            node.set("this", _constant(left, right, MIRRORED.get(type(node), type(node))))
        elif isinstance(right, exp.Literal):
            node.set("this", _moment_side(left, right, type(node)))
            node.set("expression", _constant(right, left, type(node)))
        elif not _are_alike(left, right):
            node.set("this", _whole(left))
            node.set("expression", _whole(right))
    return None


def within(node: exp.Expr) -> exp.Expr | None:
    """`a IN (b, c)`."""
    if kind(node.this) not in MOMENTS:
        return None
    left = node.this
    for item in list(node.expressions):
        if isinstance(item, exp.Literal):
            node.set("this", _moment_side(left, item, exp.EQ))
            item.replace(_constant(item, left, exp.EQ))
    return None


def between(node: exp.Expr) -> exp.Expr | None:
    """`a BETWEEN b AND c`."""
    left, low, high = node.this, node.args["low"], node.args["high"]
    kinds = {kind(part) for part in (left, low, high)}
    if "interval" in kinds:
        for name, part in (("this", left), ("low", low), ("high", high)):
            node.set(name, seconds(part))
    elif kinds & MOMENTS and isinstance(low, exp.Literal) and isinstance(high, exp.Literal):
        for bound, operator in ((low, exp.GTE), (high, exp.LTE)):
            left = _moment_side(left, bound, operator)
        node.set("this", left)
        node.set("low", _constant(low, left, exp.GTE))
        node.set("high", _constant(high, left, exp.LTE))
    elif kinds & MOMENTS and not (_are_alike(left, low) and _are_alike(left, high)):
        for name, part in (("this", left), ("low", low), ("high", high)):
            node.set(name, _whole(part))
    return None


def ordered(node: exp.Expr) -> exp.Expr | None:
    """One item of ORDER BY."""
    if kind(node.this) == "interval":
        node.set("this", seconds(node.this))
    if isinstance(node.this, exp.Count):
        # A count is never missing, so that where the missing ones go is no matter.
        node.set("nulls_first", not node.args.get("desc"))
    return None


def seconds(node: exp.Expr) -> exp.Expr:
    """A span of time as a number that compares."""
    span = interval_of(node)
    if span is None and isinstance(node, exp.Literal) and node.is_string:
        span = intervals.parse(node.name)
        if span is None:
            raise SQLRejected(f"'{node.name}' is not a span of time, like '3 days'.")
    if span is not None:
        number = exp.Literal.number(intervals.tidy(span.length() / SECOND))
        return mark(number, "integer")
    return call("INTERVAL_SECONDS", node, of="real") if kind(node) == "interval" else node


def _read(node: exp.Literal) -> datetime:
    at = moment_of(node)
    if at is None:
        raise SQLRejected(
            f"'{node.name}' is compared with a date, and is none that is understood.",
            hint="Write dates as 2024-06-15.",
        )
    return at


def _constant(node: exp.Literal, other: exp.Expr, operator: type[exp.Expr]) -> exp.Expr:
    """The constant in the form that compares as text with the other side."""
    if not node.is_string or not node.name.strip():
        return node
    at = _read(node)
    short = is_day(other) or (operator in (exp.GTE, exp.LT) and not _is_wrapped(other))
    return mark(exp.Literal.string(moments.write(at, day=short)), kind(node) or kind(other))


def _moment_side(node: exp.Expr, constant: exp.Literal, operator: type[exp.Expr]) -> exp.Expr:
    """The side that is no constant, brought into one form where its texts may have several."""
    if (
        not constant.is_string
        or not constant.name.strip()
        or is_day(node)
        or isinstance(node, exp.Literal | exp.Null)
    ):
        return node
    # From a midnight on, and before it, is the same for all forms.
    plain = operator in (exp.GTE, exp.LT) and not moments.micros_of_day(_read(constant))
    return node if plain else _whole(node)


def _are_alike(left: exp.Expr, right: exp.Expr) -> bool:
    """Whether their texts compare as they are: both days, or as two columns hold them."""
    if is_day(left) and is_day(right):
        return True
    return kind(left) == kind(right) and is_stored(left) and is_stored(right)


def _is_wrapped(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name == "DATETIME"


def _whole(node: exp.Expr) -> exp.Expr:
    if _is_wrapped(node) or isinstance(node, exp.Null):
        return node
    at = moment_of(node)
    if at is not None:
        return mark(exp.Literal.string(moments.write(at)), "timestamp")
    return call("DATETIME", node, of="timestamp")
