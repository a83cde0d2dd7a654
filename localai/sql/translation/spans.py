"""Writes MAKE_INTERVAL as a sum of products, which every dialect knows; it knows none itself."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.checking.kinding import mark
from localai.sql.translation.rewriting import wrapped

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


def _several(count: exp.Expr, unit: str) -> exp.Expr:
    one = exp.Interval(this=exp.Literal.string("1"), unit=exp.var(unit.upper()))
    return mark(exp.Mul(this=wrapped(count), expression=mark(one, "interval")), "interval")
