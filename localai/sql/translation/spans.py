"""Writes MAKE_INTERVAL and YEAR in words that every dialect knows; it must not know any."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.checking.kinding import mark
from localai.sql.translation.rewriting import wrapped

PARTS = (exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Quarter)
UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def spell_out_spans(tree: exp.Expr) -> None:
    """`MAKE_INTERVAL(days => n)` becomes `n * INTERVAL '1 day'`, in place."""
    for node in list(tree.find_all(exp.MakeInterval)):
        total: exp.Expr | None = None
        for unit in UNITS:
            value = node.args.get(unit)
            if value is None:
                continue
            count = value.expression if isinstance(value, exp.Kwarg) else value
            part = _several(count, unit)
            total = part if total is None else exp.Add(this=total, expression=part)
            mark(total, "interval")
        if total is not None:
            node.replace(mark(exp.Paren(this=total), "interval"))


def spell_out_parts(tree: exp.Expr) -> None:
    """`YEAR(d)` becomes `EXTRACT(YEAR FROM d)`, in place."""
    for node in list(tree.find_all(*PARTS)):
        value = node.this
        part = exp.Extract(this=exp.var(type(node).__name__.upper()))
        node.replace(mark(part, "decimal"))
        part.set("expression", value)


def _several(count: exp.Expr, unit: str) -> exp.Expr:
    one = exp.Interval(this=exp.Literal.string("1"), unit=exp.var(unit.upper()))
    return mark(exp.Mul(this=wrapped(count), expression=mark(one, "interval")), "interval")
