"""Casts for SQLite, whose own know no dates and never fail; it must not know other operations.

A text that is no number becomes NULL where PostgreSQL would stop.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.comparing import FALSE, TRUE
from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import NUMBERS, WHOLE
from localai.sql.semantics import intervals
from localai.sql.semantics.moments import write
from localai.sql.translation.rewriting import (
    call,
    interval,
    literal,
    moment,
    moment_of,
    wrapped,
)


def cast(node: exp.Expr) -> exp.Expr | None:
    """`value::type`."""
    assert isinstance(node, exp.Cast)
    found = kind(node)
    rule = CASTS.get(found or "")
    if rule is None:
        raise SQLRejected(
            f"SQLite has no type {node.to.sql('postgres')}, which the model's SQL asks for."
        )
    return rule(node)


def to_date_call(node: exp.Expr) -> exp.Expr | None:
    """DATE(value); with SQLite's own modifiers, as it is."""
    more = [node.args["zone"], *node.expressions] if node.args.get("zone") else node.expressions
    if more:
        return call("DATE", node.this, *more, of="date")
    return _to_date(node)


def _to_date(node: exp.Expr) -> exp.Expr:
    inner = node.this
    if isinstance(inner, exp.Literal) and inner.is_string:
        return _constant(inner, "date")
    if kind(inner) == "date":
        return _bare(inner)
    return call("DATE", inner, of="date")


def _to_timestamp(node: exp.Cast) -> exp.Expr:
    inner = node.this
    if isinstance(inner, exp.Literal) and inner.is_string:
        return _constant(inner, "timestamp")
    if kind(inner) == "timestamp":
        return _bare(inner)
    return call("DATETIME", inner, of="timestamp")


def _constant(inner: exp.Literal, found: str) -> exp.Expr:
    value = moment_of(inner)
    if value is None:
        raise SQLRejected(
            f"'{inner.name}' is not a date that is understood.", hint="Write it as 2024-06-15."
        )
    if found == "date":
        return moment(value.replace(hour=0, minute=0, second=0, microsecond=0), "date")
    return moment(value, "timestamp")


def _to_time(node: exp.Cast) -> exp.Expr:
    inner = node.this
    if isinstance(inner, exp.Literal):
        value = moment_of(exp.Literal.string(f"2000-01-01 {inner.name}"))
        if value is not None:
            return mark(literal(write(value)[11:]), "time")
    return call("TIME", inner, of="time")


def _to_interval(node: exp.Cast) -> exp.Expr:
    inner = node.this
    value = intervals.parse(inner.name) if isinstance(inner, exp.Literal) else None
    if value is not None:
        return interval(value)
    if kind(inner) == "interval":
        return _bare(inner)
    if kind(inner) == "text" and not isinstance(inner, exp.Literal):
        return call("INTERVAL_TIMES", inner, 1, of="interval")
    raise SQLRejected(f"{node.sql('postgres')} is not a span of time that is understood.")


def _to_text(node: exp.Cast) -> exp.Expr:
    inner, found = node.this, kind(node.this)
    if found == "boolean":
        branches = [exp.If(this=inner, true=literal("true"))]
        other = exp.If(this=exp.Not(this=wrapped(inner.copy())), true=literal("false"))
        shown: exp.Expr = exp.Case(ifs=[*branches, other])
    elif found == "timestamp" and not isinstance(inner, exp.Literal):
        shown = call("DATETIME", inner)
    elif found in ("text", "date", "timestamp", "interval") or _is_text(inner):
        shown = _bare(inner)
    else:
        shown = _as(inner, "TEXT")
    size = node.to.expressions[0] if node.to.expressions else None
    if size is not None:
        shown = call("SUBSTR", shown, 1, int(size.name))
    return mark(shown, "text")


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def _to_whole(node: exp.Cast) -> exp.Expr:
    inner, found = node.this, kind(node.this)
    if _is_text(inner):
        return literal(int(round(float(inner.name)))) if _number(inner.name) else exp.null()
    if found in WHOLE or _is_cast_to_whole(inner):
        return _bare(inner)
    if found == "boolean" or (isinstance(inner, exp.Anonymous) and inner.name == "STRFTIME"):
        return _as(inner, "INTEGER")
    if found == "text":
        inner = call("NUMBER", inner)
    # PostgreSQL rounds, SQLite would cut off.
    return _as(call("ROUND", inner), "INTEGER")


def _is_cast_to_whole(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type("INT", "INTEGER", "BIGINT")


def _to_decimal(node: exp.Cast) -> exp.Expr:
    sizes = node.to.expressions
    real = _to_real(node)
    if not sizes:
        return mark(real, "decimal")
    digits = sizes[1] if len(sizes) > 1 else sizes[0].copy()
    count = int(digits.name) if len(sizes) > 1 else 0
    return mark(call("ROUND", real, count), "decimal")


def _to_real(node: exp.Cast) -> exp.Expr:
    inner = node.this
    if _is_text(inner):
        value = _number(inner.name)
        return exp.null() if value is None else exp.Literal.number(value)
    if kind(inner) == "text":
        return call("NUMBER", inner)
    return _as(inner, "REAL")


def _number(text: str) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return repr(value)


def _to_boolean(node: exp.Cast) -> exp.Expr:
    inner = node.this
    if _is_text(inner):
        return exp.Boolean(this=inner.name.strip().lower() in TRUE)
    if kind(inner) == "boolean":
        return _bare(inner)
    if kind(inner) in NUMBERS:
        return exp.paren(exp.NEQ(this=wrapped(inner), expression=literal(0)))
    word = call("LOWER", call("TRIM", inner))
    sets = ((TRUE, True), (FALSE, False))
    branches = [
        exp.If(
            this=exp.In(this=word.copy(), expressions=[literal(text) for text in texts]),
            true=exp.Boolean(this=truth),
        )
        for texts, truth in sets
    ]
    return exp.Case(ifs=branches)


def _as(inner: exp.Expr, name: str) -> exp.Expr:
    return exp.Cast(this=inner, to=exp.DataType.build(name, dialect="sqlite"))


def _bare(inner: exp.Expr) -> exp.Expr:
    return inner


CASTS: dict[str, Callable[[exp.Cast], exp.Expr]] = {
    "date": _to_date,
    "timestamp": _to_timestamp,
    "time": _to_time,
    "interval": _to_interval,
    "text": _to_text,
    "integer": _to_whole,
    "bigint": _to_whole,
    "decimal": _to_decimal,
    "real": _to_real,
    "boolean": _to_boolean,
    "json": lambda node: _bare(node.this),
}
