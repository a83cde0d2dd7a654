"""Judges what is added up, averaged and counted with; comparisons are not its matter.

What has one plain meaning is put in its words; the rest is refused.
"""

from __future__ import annotations

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.coercing import as_number, cast_to, is_number, is_text, moment_meant
from localai.sql.checking.kinding import kind, kind_of, mark
from localai.sql.checking.naming import Names
from localai.sql.checking.reading import short
from localai.sql.kinds import MOMENTS, NUMBERS, Kind
from localai.sql.semantics.intervals import parse as parse_interval
from localai.sql.semantics.moments import read as read_moment

SUMMED = (
    exp.Sum,
    exp.Avg,
    exp.Stddev,
    exp.StddevPop,
    exp.StddevSamp,
    exp.Variance,
    exp.VariancePop,
)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
UNSUMMED = {"text": "text", "date": "dates", "timestamp": "points in time", "boolean": "yes or no"}
TYPES: dict[Kind, str] = {"date": "DATE", "timestamp": "TIMESTAMP"}


def check_sums(tree: exp.Query, names: Names, dialect: str) -> list[str]:
    """Notices about texts that were read as numbers. Raises SQLRejected for nonsense."""
    notices: list[str] = []
    # From the leaves up: what an inner sum turns out to be decides on the outer one.
    for node in reversed(list(tree.walk())):
        if isinstance(node, SUMMED):
            _summed(node, names, notices, dialect)
        elif isinstance(node, ARITHMETIC):
            _counted(node, names, notices)
        elif isinstance(node, exp.Extract):
            _extracted(node)
        elif isinstance(node, exp.TimestampTrunc) and kind(node.this) in NUMBERS:
            raise _no_moment(node.this)
    return list(dict.fromkeys(notices))


def _summed(node: exp.Expr, names: Names, notices: list[str], dialect: str) -> None:
    inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    found = kind(inner)
    if found == "boolean" and isinstance(node, exp.Sum):
        if dialect == "postgres":
            cast_to(inner, "INT", "integer")
    elif found == "text" and as_number(inner, names, notices):
        mark(node, "decimal")
    elif found in UNSUMMED:
        shown = short(inner.sql("postgres"))
        raise SQLRejected(
            f"{shown} holds {UNSUMMED[found or '']}, which cannot be added up or averaged.",
            hint=f"Ask how many there are, or, if it holds numbers as text, say so: "
            f"CAST({shown} AS NUMERIC).",
        )


def _counted(node: exp.Expr, names: Names, notices: list[str]) -> None:
    sides = (node.this, node.args["expression"])
    if isinstance(node, exp.Add) and all(map(is_text, sides)):
        _join(node, *sides)
        return
    if isinstance(node, exp.Sub) and all(kind(side) == "text" for side in sides):
        meant = [moment_meant(side) for side in sides]
        for side, found in zip(sides, meant, strict=True):
            if found is not None and None not in meant:
                cast_to(side, TYPES[found], found)
    for side, other in (sides, sides[::-1]):
        if isinstance(side, exp.Literal) and side.is_string:
            _typed_by(side, other)
        elif kind(side) == "text" and side.parent is node:
            _text_counted(side, other, names, notices)
    mark(node, kind_of(node))


def _join(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> None:
    """Other databases join texts with a plus."""
    joined = exp.DPipe(safe=True)
    node.replace(mark(joined, "text"))
    joined.set("this", left)
    joined.set("expression", right)


def _text_counted(side: exp.Expr, other: exp.Expr, names: Names, notices: list[str]) -> None:
    if kind(other) in (*MOMENTS, "interval"):
        # A date that is kept as text.
        found: Kind = "date" if kind(other) == "date" else "timestamp"
        cast_to(side, TYPES[found], found)
    elif not as_number(side, names, notices):
        shown = short(side.sql("postgres"))
        raise SQLRejected(
            f"The query counts with {shown}, which is text.",
            hint=f"If it holds numbers: CAST({shown} AS NUMERIC).",
        )


def _typed_by(text: exp.Literal, other: exp.Expr) -> None:
    """A text without a type is of the other side's, as in PostgreSQL."""
    found = kind(other)
    if found in NUMBERS:
        if not is_number(text.name):
            raise SQLRejected(f"The query counts with the text '{text.name}'.")
        text.replace(mark(exp.Literal.number(text.name.strip()), kind(other)))
    elif found in MOMENTS and read_moment(text.name) is not None:
        cast_to(text, "DATE" if found == "date" else "TIMESTAMP", found or "date")
    elif found in (*MOMENTS, "interval") and parse_interval(text.name) is not None:
        cast_to(text, "INTERVAL", "interval")


def _extracted(node: exp.Extract) -> None:
    """EXTRACT(DAY FROM date - date): the difference is a number of days already."""
    inner, unit = node.expression, node.name.lower()
    if kind(inner) not in NUMBERS:
        return
    bare = inner.unnest() if isinstance(inner, exp.Paren) else inner
    if not isinstance(bare, exp.Sub) or unit.rstrip("s") not in ("day", "epoch"):
        raise _no_moment(inner)
    if unit.startswith("day"):
        node.replace(inner)
        return
    seconds = exp.Mul(expression=exp.Literal.number(86_400))
    node.replace(mark(seconds, kind(inner)))
    seconds.set("this", inner)


def _no_moment(node: exp.Expr) -> SQLRejected:
    shown = short(node.sql("postgres"))
    return SQLRejected(
        f"{shown} is a number, and the query takes a part of a date from it.",
        hint=f"If it holds seconds since 1970: TO_TIMESTAMP({shown}).",
    )
