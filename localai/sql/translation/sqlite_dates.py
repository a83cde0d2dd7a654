"""Parts, starts and spellings of dates for SQLite, which keeps dates as texts.

Its own functions where they say just what PostgreSQL means, else those of PostgreSQL's names that
`databases/sqlite_functions.py` adds. It must not know arithmetic.
"""

from __future__ import annotations

import re

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import MOMENTS
from localai.sql.semantics import intervals, moments, number_templates, templates
from localai.sql.translation.rewriting import (
    call,
    interval,
    interval_of,
    literal,
    moment,
    moment_of,
    wrapped,
)

# https://sqlite.org/lang_datefunc.html; PostgreSQL's DOW counts from Sunday = 0 too.
CODES = {
    "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "dow": "%w",
    "doy": "%j", "epoch": "%s",
}  # fmt: skip
STARTS: dict[str, tuple[str, ...]] = {
    "year": ("start of year",),
    "month": ("start of month",),
    "week": ("-6 days", "weekday 1"),
    "day": (),
}
CLOCK_STARTS = {"hour": "%Y-%m-%d %H:00:00", "minute": "%Y-%m-%d %H:%M:00"}
PARTS = (*intervals.UNITS, "dow", "isodow", "doy", "epoch", "isoyear", "julian")
SPELLINGS = {"day": "day", "dayofweek": "dow", "dayofyear": "doy", "weekday": "dow"}

# The codes of SQLite 3.40; later ones know more (https://sqlite.org/lang_datefunc.html).
KNOWN_CODES = re.compile(r"(?:[^%]|%[dfHjJmMsSwWY%])*")
# TO_CHAR's words that STRFTIME has too; with others, TO_CHAR itself is called.
STRFTIME = {
    "YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "MI": "%M", "SS": "%S", "DDD": "%j",
}  # fmt: skip


def extract(node: exp.Expr) -> exp.Expr | None:
    """EXTRACT(part FROM value) and DATE_PART('part', value)."""
    unit = part_name(node.name)
    return part_of(unit, node.args["expression"])


def part_name(spelling: str) -> str:
    """The part's own name. Raises SQLRejected for none."""
    word = spelling.strip().lower()
    word = SPELLINGS.get(word) or (word if word in PARTS else intervals.unit_of(word) or word)
    if word not in PARTS:
        raise SQLRejected(f"{spelling} is not a part of a date.")
    return word


def part_of(unit: str, value: exp.Expr) -> exp.Expr:
    """The part of a date, a timestamp or an interval, as a number."""
    constant = _constant_part(unit, value)
    if constant is not None:
        return constant
    if kind(value) == "interval":
        return call("DATE_PART", unit, value)
    if unit in CODES:
        return _whole(call("STRFTIME", CODES[unit], value))
    if unit == "isodow":
        # SQLite's %w is 0 on Sundays.
        return exp.paren(
            exp.Mod(
                this=exp.paren(_whole(call("STRFTIME", "%w", value)) + 6), expression=literal(7)
            )
            + 1
        )
    if unit == "second":
        return exp.Cast(
            this=call("STRFTIME", "%f", value), to=exp.DataType.build("REAL", dialect="sqlite")
        )
    if unit == "quarter":
        month = _whole(call("STRFTIME", "%m", value))
        return exp.paren(exp.Div(this=exp.paren(month + 2), expression=literal(3), typed=True))
    return call("DATE_PART", unit, value)


def _constant_part(unit: str, value: exp.Expr) -> exp.Expr | None:
    span, at = interval_of(value), moment_of(value)
    found = None
    if span is not None:
        found = intervals.part(unit, span)
    elif at is not None:
        found = moments.part(unit, at)
    return None if found is None else exp.Literal.number(found)


def _whole(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("INTEGER", dialect="sqlite"))


def start(node: exp.Expr) -> exp.Expr | None:
    """DATE_TRUNC('unit', value)."""
    unit, value = part_name(node.text("unit")), node.this
    span, at = interval_of(value), moment_of(value)
    if span is not None:
        cut = intervals.truncate(unit, span)
        return None if cut is None else interval(cut)
    if at is not None:
        begun = moments.truncate(unit, at)
        return None if begun is None else moment(begun, "timestamp")
    if kind(value) == "interval":
        return call("DATE_TRUNC", unit, value, of="interval")
    if unit in STARTS:
        return _modified(value, *STARTS[unit])
    if unit in CLOCK_STARTS:
        return call("STRFTIME", CLOCK_STARTS[unit], value, of="timestamp")
    if unit == "second":
        return call("DATETIME", value, of="timestamp")
    return call("DATE_TRUNC", unit, value, of="timestamp")


def _modified(value: exp.Expr, *modifiers: str) -> exp.Expr:
    if isinstance(value, exp.Anonymous) and value.name == "DATE":
        # DATE(DATE(x, 'a'), 'b') is DATE(x, 'a', 'b').
        return call("DATE", *value.expressions, *modifiers, of="timestamp")
    return call("DATE", value, *modifiers, of="timestamp")


def age(node: exp.Expr) -> exp.Expr | None:
    """AGE(one, other)."""
    one, other = node.expressions
    ends = moment_of(one), moment_of(other)
    if ends[0] is not None and ends[1] is not None:
        return interval(moments.age(ends[0], ends[1]))
    return call("AGE", _literal_day(one), _literal_day(other), of="interval")


def _literal_day(node: exp.Expr) -> exp.Expr:
    at = moment_of(node)
    return node if at is None else moment(at, "timestamp")


def to_char(node: exp.Expr) -> exp.Expr | None:
    """TO_CHAR(value, 'template')."""
    value, template = _with_template(node)
    if kind(value) not in (*MOMENTS, "interval", "time", None, "text"):
        if not number_templates.supported(template):
            raise _unknown_template(template)
        return call("TO_CHAR", value, template, of="text")
    at = moment_of(value)
    if at is not None:
        return mark(literal(templates.show(at, template)), "text")
    if kind(value) in ("interval", "time"):
        raise SQLRejected("TO_CHAR of a span of time is not carried over to SQLite.")
    codes = _codes(template)
    return (
        call("TO_CHAR", value, template, of="text")
        if codes is None
        else call("STRFTIME", codes, value, of="text")
    )


def _with_template(node: exp.Expr) -> tuple[exp.Expr, str]:
    if len(node.expressions) != 2:
        raise SQLRejected(f"{node.name.upper()} takes a value and a template.")
    value, template = node.expressions
    if not isinstance(template, exp.Literal) or not template.is_string:
        raise SQLRejected(f"The template of {node.name.upper()} must be a text, like 'YYYY-MM'.")
    return value, template.name


def _unknown_template(template: str) -> SQLRejected:
    return SQLRejected(f"The template '{template}' is not one that is understood.")


def _codes(template: str) -> str | None:
    """The template for STRFTIME, if that knows all of it."""
    shown: list[str] = []
    for token in templates.tokens(template):
        code = STRFTIME.get(token.word.upper()) if token.word else token.text.replace("%", "%%")
        if code is None or not token.fill or token.ordinal:
            return None
        shown.append(code)
    return "".join(shown)


def strftime(node: exp.Expr) -> exp.Expr | None:
    """SQLite's own STRFTIME: of a code that it does not know, it would make NULL."""
    form = node.expressions[0] if node.expressions else None
    if not isinstance(form, exp.Literal) or not KNOWN_CODES.fullmatch(form.name):
        raise SQLRejected(f"SQLite does not know the format in {node.sql('postgres')}.")
    return None


def to_date(node: exp.Expr) -> exp.Expr | None:
    """TO_DATE(text, 'template')."""
    value, template = _with_template(node)
    if isinstance(value, exp.Literal) and value.is_string:
        at = templates.parse(value.name, template)
        if at is not None:
            return moment(at.replace(hour=0, minute=0, second=0, microsecond=0), "date")
    if kind(value) == "date":
        return value
    if template.upper() == "YYYY-MM-DD" and kind(value) in ("text", "timestamp"):
        return call("DATE", value, of="date")
    return call("TO_DATE", value, template, of="date")


def to_timestamp(node: exp.Expr) -> exp.Expr | None:
    """TO_TIMESTAMP(text, 'template'), and of seconds since 1970."""
    if len(node.expressions) == 1:
        return call("DATETIME", node.expressions[0], "unixepoch", of="timestamp")
    value, template = _with_template(node)
    if isinstance(value, exp.Literal) and value.is_string:
        at = templates.parse(value.name, template)
        if at is not None:
            return moment(at, "timestamp")
    return call("TO_TIMESTAMP", value, template, of="timestamp")


def at_time_zone(node: exp.Expr) -> exp.Expr | None:
    """`moment AT TIME ZONE 'zone'`: of a clock, which is the user's, and of seconds since 1970."""
    inner: exp.Expr = node.this
    zone = node.args["zone"].name.upper()
    unix = isinstance(inner, exp.Anonymous) and inner.expressions[-1].name == "unixepoch"
    if moment_of(inner) is not None or (unix and zone in ("UTC", "GMT")):
        return inner
    raise SQLRejected("SQLite has no time zones, which the model's SQL uses.")


def as_written(node: exp.Expr) -> exp.Expr | None:
    """INTERVAL 'text': a text in PostgreSQL's spelling."""
    span = interval_of(node)
    if span is not None:
        return interval(span)
    unit = intervals.unit_of(node.text("unit"))
    if unit is None or node.this is None or isinstance(node.this, exp.Literal):
        raise SQLRejected(f"{node.sql('postgres')} is not a span of time that is understood.")
    return call("INTERVAL_TIMES", f"1 {unit}", wrapped(node.this), of="interval")
