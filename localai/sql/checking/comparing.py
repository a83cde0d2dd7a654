"""Judges what is compared with what, by their kinds; sums are not its matter.

What has one plain meaning is put in its words; the rest is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.coercing import cast_to, is_number, read_as_number
from localai.sql.checking.kinding import kind, mark
from localai.sql.checking.naming import Names
from localai.sql.checking.reading import short
from localai.sql.kinds import MOMENTS, NUMBERS, WHOLE
from localai.sql.semantics import intervals

COMPARISONS = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In,
    exp.Between,
)  # fmt: skip
EQUALITIES = (exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
TRUE, FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")


def check_comparisons(tree: exp.Query, names: Names, dialect: str) -> list[str]:
    """Notices about texts that were read as numbers. Raises SQLRejected for nonsense."""
    notices: list[str] = []
    for node in list(tree.find_all(*COMPARISONS)):
        for side, others in _sides(node):
            for other in others:
                if side.parent is node and not isinstance(side, exp.Literal):
                    _compared(node, side, other, names, notices, dialect)
    return list(dict.fromkeys(notices))


def _sides(node: exp.Expr) -> Iterator[tuple[exp.Expr, list[exp.Expr]]]:
    if isinstance(node, exp.Between):
        yield node.this, [node.args["low"], node.args["high"]]
    elif isinstance(node, exp.In):
        yield node.this, list(node.expressions)
    else:
        yield node.this, [node.args["expression"]]
        yield node.args["expression"], [node.this]


def _compared(
    node: exp.Expr, side: exp.Expr, other: exp.Expr, names: Names, notices: list[str], dialect: str
) -> None:
    found = kind(side)
    if found == "text":
        _text(node, side, other, notices, dialect)
    elif found in NUMBERS:
        _number(side, other, names, dialect)
    elif found == "boolean":
        _truth(other)


def _text(
    node: exp.Expr, side: exp.Expr, other: exp.Expr, notices: list[str], dialect: str
) -> None:
    if _is_numeral(other):
        if isinstance(node, EQUALITIES):
            other.replace(exp.Literal.string(other.sql("postgres")))
        elif isinstance(side, exp.Column):
            # By letters, '9' comes after '10'.
            read_as_number(side, notices)
    elif dialect == "sqlite":
        return
    elif kind(other) in MOMENTS:
        # A date that is kept as text; in SQLite every date is.
        cast_to(side, "TIMESTAMP", "timestamp")
    elif kind(other) in NUMBERS and isinstance(node, EQUALITIES) and not isinstance(node, exp.In):
        cast_to(other, "TEXT", "text")


def _is_numeral(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner, exp.Literal) and not inner.is_string


def _number(side: exp.Expr, other: exp.Expr, names: Names, dialect: str) -> None:
    if isinstance(other, exp.Literal) and other.is_string:
        # In SQLite, what a file had nothing for may be an empty text.
        if other.name.strip() or dialect != "sqlite":
            _number_and_text(side, other, names)
    elif isinstance(other, exp.Boolean):
        if dialect == "postgres":
            other.replace(mark(exp.Literal.number(int(other.this)), "integer"))
    elif kind(other) == "interval" and kind(side) in WHOLE:
        _days_and_span(side, other)
    elif kind(other) in MOMENTS:
        shown = short(side.sql("postgres"))
        raise SQLRejected(
            f"{shown} holds numbers, and the query compares it with a date.",
            hint=f"If it holds seconds since 1970: TO_TIMESTAMP({shown}).",
        )


def _days_and_span(side: exp.Expr, other: exp.Expr) -> None:
    """`date - date > INTERVAL '3 days'`: the difference is a number of days already."""
    span = intervals.parse(other.name, other.text("unit")) if _is_written_out(other) else None
    if span is None:
        raise SQLRejected(
            f"{short(side.sql('postgres'))} is a number of days, and the query compares it with a "
            "span of time."
        )
    days = intervals.tidy(span.length() / intervals.DAY)
    number: exp.Expr = exp.Literal.number(abs(days))
    other.replace(mark(number if days >= 0 else exp.Neg(this=number), "decimal"))


def _is_written_out(node: exp.Expr) -> bool:
    return isinstance(node, exp.Interval | exp.Cast) and isinstance(node.this, exp.Literal)


def _number_and_text(side: exp.Expr, other: exp.Literal, names: Names) -> None:
    text = other.name.strip()
    if is_number(text):
        number: exp.Expr = exp.Literal.number(text.lstrip("+-"))
        if text.startswith("-"):
            number = exp.Neg(this=number)
        other.replace(mark(number, kind(side)))
        return
    origin = names.origin(side)
    name = origin.column.name if origin else short(side.sql("postgres"))
    raise SQLRejected(
        f"{name} holds numbers, and the query compares it with the text '{other.name}'.",
        hint="Ask with a number, or name the column that holds the text.",
    )


def _truth(node: exp.Expr) -> None:
    if isinstance(node, exp.Literal) and node.is_string:
        word = node.name.strip().lower()
        if word in TRUE + FALSE:
            node.replace(mark(exp.Boolean(this=word in TRUE), "boolean"))
