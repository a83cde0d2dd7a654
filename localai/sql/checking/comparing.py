"""Judges values by their kinds: texts in sums, texts beside numbers, names of months as dates.

What has one plain meaning is put in its words; the rest is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from localai.errors import SQLRejected
from localai.sql.checking.kinding import kind, kind_of, mark
from localai.sql.checking.naming import Names
from localai.sql.checking.reading import short
from localai.sql.kinds import MOMENTS, NUMBERS, Kind
from localai.sql.semantics.intervals import parse as parse_interval
from localai.sql.semantics.moments import read as read_moment

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
EQUALITIES = (exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
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
# What people call what they add up. Whole databases keep their numbers as text.
QUANTITIES = frozenset(
    """
    age amount area balance budget capacity cost count days distance duration fee fees height hours
    income length mark marks minutes num number percent points population price prices profit
    quantity qty rate rating revenue salary sales score size speed staff stock time total units
    value volume weight width year years
    """.split()
)
SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])")
UNSUMMED = {"text": "text", "date": "dates", "timestamp": "points in time", "boolean": "yes or no"}
TRUE, FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")


def check_kinds(tree: exp.Query, names: Names, dialect: str) -> list[str]:
    """Notices about texts that were read as numbers. Raises SQLRejected for nonsense."""
    notices: list[str] = []
    for node in list(tree.walk()):
        if isinstance(node, SUMMED):
            _summed(node, names, notices, dialect)
        elif isinstance(node, ARITHMETIC):
            _counted(node, names, notices, dialect)
        elif isinstance(node, (*COMPARISONS, exp.In, exp.Between)):
            _compared(node, names, notices, dialect)
    return list(dict.fromkeys(notices))


def _summed(node: exp.Expr, names: Names, notices: list[str], dialect: str) -> None:
    inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    found = kind(inner)
    if found == "boolean" and dialect == "postgres" and isinstance(node, exp.Sum):
        cast_to(inner, "INT", "integer")
    elif found in UNSUMMED and not (found == "boolean" and isinstance(node, exp.Sum)):
        if found == "text" and _as_number(inner, names, notices):
            mark(node, "decimal")
            return
        raise SQLRejected(
            f"{short(inner.sql('postgres'))} holds {UNSUMMED[found or '']}, which cannot be "
            "added up or averaged.",
            hint="Ask how many there are, or, if it holds numbers as text, say so: "
            f"CAST({short(inner.sql('postgres'))} AS NUMERIC).",
        )


def _counted(node: exp.Expr, names: Names, notices: list[str], dialect: str) -> None:
    sides = (node.this, node.args["expression"])
    if isinstance(node, exp.Add) and all(_is_text(side) for side in sides):
        # Other databases join texts with a plus.
        joined = exp.DPipe(safe=True)
        node.replace(mark(joined, "text"))
        joined.set("this", sides[0])
        joined.set("expression", sides[1])
        return
    for side, other in (sides, sides[::-1]):
        if isinstance(side, exp.Literal) and side.is_string:
            _typed_by(side, other, node, names)
        elif kind(side) == "text" and kind(other) in (*MOMENTS, "interval"):
            # A date that is kept as text.
            cast_to(side, "TIMESTAMP" if kind(other) != "date" else "DATE", _moment_kind(other))
            mark(node, kind_of(node))
        elif kind(side) == "text" and not _as_number(side, names, notices):
            raise SQLRejected(
                f"The query counts with {short(side.sql('postgres'))}, which is text.",
                hint=f"If it holds numbers: CAST({short(side.sql('postgres'))} AS NUMERIC).",
            )


def _moment_kind(other: exp.Expr) -> Kind:
    return "date" if kind(other) == "date" else "timestamp"


def _typed_by(text: exp.Literal, other: exp.Expr, node: exp.Expr, names: Names) -> None:
    """A text without a type is of the other side's, as in PostgreSQL."""
    found = kind(other)
    if found in NUMBERS:
        _number_and_text(other, text, names)
    elif found in MOMENTS and read_moment(text.name) is not None:
        cast_to(text, "DATE" if found == "date" else "TIMESTAMP", _moment_kind(other))
    elif found in (*MOMENTS, "interval") and parse_interval(text.name) is not None:
        cast_to(text, "INTERVAL", "interval")
    mark(node, kind_of(node))


def _is_text(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return node.is_string and not _is_number(node.name)
    return kind(node) == "text"


def _as_number(node: exp.Expr, names: Names, notices: list[str]) -> bool:
    """Reads a text column as numbers where its values, or else its name, say it holds them."""
    origin = names.origin(node)
    if origin is None:
        return False
    values = origin.column.values
    words = set(re.findall(r"[a-z]+", SPLIT.sub(" ", origin.column.name).lower()))
    if not (any(map(_is_number, values)) if values else words & QUANTITIES):
        return False
    _read_as_number(node, notices)
    return True


def _read_as_number(node: exp.Expr, notices: list[str]) -> None:
    notices.append(
        f"{node.name} is kept as text, and was read as numbers; what is no number was left out."
    )
    cast_to(node, "DECIMAL", "decimal")


def cast_to(node: exp.Expr, name: str, found: Kind) -> None:
    """Puts a cast around the node where it stands."""
    cast = exp.Cast(to=exp.DataType.build(name))
    node.replace(mark(cast, found))
    cast.set("this", node)


def _compared(node: exp.Expr, names: Names, notices: list[str], dialect: str) -> None:
    for side, others in _sides(node):
        found = kind(side)
        if isinstance(side, exp.Literal | exp.Query) or found is None:
            continue
        for other in others:
            if found == "text" and _is_numeral(other):
                _text_and_number(node, side, other, notices)
            elif found in NUMBERS and isinstance(other, exp.Literal) and other.is_string:
                # In SQLite, what a file had nothing for may be an empty text.
                if other.name.strip() or dialect != "sqlite":
                    _number_and_text(side, other, names)
            elif found == "boolean":
                _truth(other)
            elif dialect == "postgres" and found in NUMBERS and isinstance(other, exp.Boolean):
                other.replace(mark(exp.Literal.number(int(other.this)), "integer"))


def _sides(node: exp.Expr) -> Iterator[tuple[exp.Expr, list[exp.Expr]]]:
    if isinstance(node, exp.Between):
        yield node.this, [node.args["low"], node.args["high"]]
    elif isinstance(node, exp.In):
        yield node.this, list(node.expressions)
    else:
        yield node.this, [node.args["expression"]]
        yield node.args["expression"], [node.this]


def _is_numeral(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner, exp.Literal) and not inner.is_string


def _text_and_number(node: exp.Expr, side: exp.Expr, other: exp.Expr, notices: list[str]) -> None:
    if isinstance(node, EQUALITIES):
        other.replace(exp.Literal.string(other.sql("postgres")))
    elif isinstance(side, exp.Column):
        # By letters, '9' comes after '10'.
        _read_as_number(side, notices)


def _number_and_text(side: exp.Expr, other: exp.Literal, names: Names) -> None:
    if _is_number(other.name):
        text = other.name.strip()
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
    if isinstance(node, exp.Literal) and node.name.strip().lower() in TRUE + FALSE:
        node.replace(mark(exp.Boolean(this=node.name.strip().lower() in TRUE), "boolean"))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "-inf", "infinity", "-infinity")
