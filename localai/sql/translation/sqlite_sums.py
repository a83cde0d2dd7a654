"""Sums with dates and spans of time, and divisions, for SQLite; it must not know comparisons."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlglot import exp

from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import MOMENTS, NUMBERS, WHOLE
from localai.sql.semantics import intervals, moments
from localai.sql.semantics.intervals import SECOND, Interval
from localai.sql.translation.rewriting import (
    call,
    interval,
    interval_of,
    literal,
    moment,
    moment_of,
    wrapped,
)

STARTS = ("start of month", "start of year")


def add(node: exp.Expr) -> exp.Expr | None:
    """`a + b`."""
    left, right = _sides(node)
    if kind(left) == "interval" and kind(right) == "interval":
        return _spans(left, right, 1)
    for base, step in ((left, right), (right, left)):
        if kind(step) == "interval" and (kind(base) in MOMENTS or moment_of(base) is not None):
            return _moved(base, step, 1)
        if kind(step) == "interval" and kind(base) == "time":
            return _clock_moved(base, step, 1)
        if kind(base) == "date" and kind(step) in WHOLE:
            return _days_later(base, step, 1)
        if kind(base) == "date" and kind(step) == "time":
            both = exp.DPipe(this=base, expression=literal(" "), safe=True)
            return call(
                "DATETIME", exp.DPipe(this=both, expression=step, safe=True), of="timestamp"
            )
    return None


def subtract(node: exp.Expr) -> exp.Expr | None:
    """`a - b`."""
    left, right = _sides(node)
    if kind(right) == "interval":
        if kind(left) == "interval":
            return _spans(left, right, -1)
        if kind(left) == "time":
            return _clock_moved(left, right, -1)
        return _moved(left, right, -1)
    if kind(left) == "date" and kind(right) in WHOLE:
        return _days_later(left, right, -1)
    if kind(left) in MOMENTS or kind(right) in MOMENTS:
        return _between(left, right)
    return None


def _sides(node: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    left, right = node.this, node.args["expression"]
    if kind(left) == "interval" and isinstance(right, exp.Literal) and right.is_string:
        return left, _as_span(right)
    return left, right


def _as_span(node: exp.Literal) -> exp.Expr:
    value = intervals.parse(node.name)
    return node if value is None else interval(value)


def _spans(left: exp.Expr, right: exp.Expr, sign: int) -> exp.Expr:
    one, other = interval_of(left), interval_of(right)
    if one is not None and other is not None:
        return interval(one.plus(other if sign > 0 else -other))
    return call("INTERVAL_ADD" if sign > 0 else "INTERVAL_SUB", left, right, of="interval")


def _moved(base: exp.Expr, step: exp.Expr, sign: int) -> exp.Expr | None:
    span, at = interval_of(step), moment_of(base)
    if span is not None and sign < 0:
        span = -span
    if span is not None and at is not None:
        moved = moments.add(at, span)
        return None if moved is None else moment(moved, "timestamp")
    if span is None:
        return _moved_by_count(base, step, sign)
    if span.months and not _is_start(base):
        return call("DATE_ADD", base, span.text(), of="timestamp")
    name = "DATE" if is_day(base) and not span.micros else "DATETIME"
    return _modified(name, base, _modifiers(span))


def _modifiers(span: Interval) -> list[exp.Expr | str | int]:
    seconds = intervals.tidy(span.micros / SECOND)
    parts = ((span.months, "months"), (span.days, "days"), (seconds, "seconds"))
    return [f"{count:+} {unit}" for count, unit in parts if count]


def _moved_by_count(base: exp.Expr, step: exp.Expr, sign: int) -> exp.Expr:
    """By a span that depends on the row: `n * INTERVAL '1 day'` where that is all it is."""
    if isinstance(step, exp.Paren):
        step = step.this
    if isinstance(step, exp.Anonymous) and step.name == "INTERVAL_TIMES":
        unit, count = step.expressions
        span = interval_of(unit) or intervals.parse(unit.name)
        if span is not None and not span.months and kind(count) in WHOLE:
            days = span.days if not span.micros else 0
            size = days or intervals.tidy(span.micros / SECOND)
            if isinstance(size, int) and bool(span.days) != bool(span.micros):
                name = "DATE" if days and is_day(base) else "DATETIME"
                return _modified(
                    name, base, [_count(count, size * sign, "days" if days else "seconds")]
                )
    return call("DATE_ADD" if sign > 0 else "DATE_SUB", base, step, of="timestamp")


def _count(count: exp.Expr, factor: int, unit: str) -> exp.Expr:
    shown = wrapped(count)
    if factor == -1:
        shown = exp.Neg(this=shown)
    elif factor != 1:
        shown = exp.paren(exp.Mul(this=shown, expression=literal(factor)))
    return exp.DPipe(this=shown, expression=literal(f" {unit}"), safe=True)


def _is_start(node: exp.Expr) -> bool:
    """Whether it is always the first of a month, from which a month is a month."""
    last = node.expressions[-1] if isinstance(node, exp.Anonymous) and node.expressions else None
    return isinstance(last, exp.Literal) and (
        last.name in STARTS or (last.name.endswith(" months") and _has_start(node))
    )


def _has_start(node: exp.Expr) -> bool:
    return any(part.name in STARTS for part in node.expressions[1:])


def is_day(node: exp.Expr) -> bool:
    """Whether its text is always of the form 2024-06-15."""
    if isinstance(node, exp.Paren):
        return is_day(node.this)
    if isinstance(node, exp.Anonymous) and node.name in ("DATE", "TO_DATE", "MAKE_DATE"):
        return True
    if isinstance(node, exp.Literal):
        at = moment_of(node)
        return at is not None and not moments.micros_of_day(at)
    return kind(node) == "date"


def _modified(name: str, base: exp.Expr, modifiers: list[exp.Expr | str | int]) -> exp.Expr:
    if isinstance(base, exp.Anonymous) and base.name == name:
        # DATE(DATE(x, 'a'), 'b') is DATE(x, 'a', 'b').
        return call(name, *base.expressions, *modifiers, of="timestamp")
    return call(name, base, *modifiers, of="timestamp")


def _clock_moved(base: exp.Expr, step: exp.Expr, sign: int) -> exp.Expr | None:
    span = interval_of(step)
    if span is None:
        return None
    return call("TIME", base, *_modifiers(Interval(0, 0, span.micros * sign)), of="time")


def _days_later(base: exp.Expr, days: exp.Expr, sign: int) -> exp.Expr:
    count = _whole_number(days)
    if count is None:
        moved = _modified("DATE", base, [_count(days, sign, "days")])
    else:
        at = moment_of(base)
        if at is not None:
            return moment(_shifted(at, count * sign), "date")
        moved = _modified("DATE", base, [f"{count * sign:+d} days"])
    return mark(moved, "date")


def _shifted(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)


def _whole_number(node: exp.Expr) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _whole_number(node.this)
        return None if inner is None else -inner
    return int(node.name) if isinstance(node, exp.Literal) and node.is_int else None


def _between(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    days = "timestamp" not in (kind(left), kind(right))
    ends = moment_of(left), moment_of(right)
    if ends[0] is not None and ends[1] is not None:
        span = moments.between(ends[0], ends[1])
        return literal(span.days) if days else interval(span)
    left, right = _constant_day(left), _constant_day(right)
    if days:
        span_ = exp.Sub(this=call("JULIANDAY", left), expression=call("JULIANDAY", right))
        return exp.Cast(this=span_, to=exp.DataType.build("INTEGER", dialect="sqlite"))
    return call("TIMESTAMP_DIFF", left, right, of="interval")


def _constant_day(node: exp.Expr) -> exp.Expr:
    at = moment_of(node)
    return node if at is None else moment(at, "timestamp")


def multiply(node: exp.Expr) -> exp.Expr | None:
    """`a * b`, of which one may be a span of time."""
    for span, factor in (
        (node.this, node.args["expression"]),
        (node.args["expression"], node.this),
    ):
        if kind(span) == "interval":
            return _times(span, factor)
    return None


def _times(span: exp.Expr, factor: exp.Expr) -> exp.Expr:
    value, number = interval_of(span), _number(factor)
    if value is not None and number is not None:
        return interval(value.times(number))
    return call("INTERVAL_TIMES", span, factor, of="interval")


def _number(node: exp.Expr) -> float | None:
    if isinstance(node, exp.Neg):
        inner = _number(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and kind(node) in NUMBERS:
        return float(node.name)
    return None


def negate(node: exp.Expr) -> exp.Expr | None:
    """`-a`, of which a may be a span of time."""
    return _times(node.this, literal(-1)) if kind(node.this) == "interval" else None


def divide(node: exp.Expr) -> exp.Expr | None:
    """`a / b`: of whole numbers whole, else not."""
    left, right = node.this, node.args["expression"]
    if kind(left) == "interval":
        number = _number(right)
        if number:
            return _times(left, exp.Literal.number(repr(1 / number)))
        return _times(
            left, exp.Div(this=exp.Literal.number("1.0"), expression=wrapped(right), typed=True)
        )
    if kind(left) in WHOLE and kind(right) in WHOLE:
        return None
    if {kind(left), kind(right)} <= NUMBERS and not is_real(left) and not is_real(right):
        # SQLite keeps 100.00 in a DECIMAL column as the integer 100, and then divides integers.
        node.set("this", exp.Cast(this=left, to=exp.DataType.build("REAL", dialect="sqlite")))
    return None


def is_real(node: exp.Expr) -> bool:
    """Whether SQLite computes it in floating point whatever its columns hold."""
    if isinstance(node, exp.Paren | exp.Neg | exp.Abs):
        return is_real(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_int
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return is_real(node.this) or is_real(node.args["expression"])
    if isinstance(node, exp.Cast):
        return node.to.is_type("FLOAT", "DOUBLE", "REAL")
    return isinstance(node, exp.Avg | exp.Round) or (
        isinstance(node, exp.Anonymous) and node.name == "ROUND"
    )


def remainder(node: exp.Expr) -> exp.Expr | None:
    """`a % b`, which SQLite reckons in whole numbers."""
    left, right = node.this, node.args["expression"]
    if {kind(left), kind(right)} <= WHOLE:
        return None
    return call("MOD", _unwrapped(left), _unwrapped(right))


def _unwrapped(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Paren) else node
