"""Takes a value of one kind for another where only that can be meant; it must not judge queries."""

from __future__ import annotations

import re

from sqlglot import exp

from localai.sql.checking.kinding import kind, mark
from localai.sql.checking.naming import Names
from localai.sql.kinds import Kind

# What people call what they add up. Whole databases keep their numbers as text.
QUANTITIES = frozenset(
    """
    age amount area balance budget capacity cost count days distance duration fee fees height hours
    income length mark marks minutes num number percent points population price prices profit
    quantity qty rate rating revenue salary sales score size speed staff stock time total units
    value volume weight width year years
    """.split()
)
DAYS = frozenset("birth birthday date day deadline dob due on".split())
TIMES = frozenset("at datetime time timestamp".split())
# Written on a cast that leaves out what it cannot read.
LENIENT = "lenient"
SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])")


def cast_to(node: exp.Expr, name: str, found: Kind) -> exp.Expr:
    """Puts a cast around the node where it stands, and gives the cast."""
    cast = exp.Cast(to=exp.DataType.build(name))
    node.replace(mark(cast, found))
    cast.set("this", node)
    return cast


def is_text(node: exp.Expr) -> bool:
    """Whether it is a text, and no numeral."""
    if isinstance(node, exp.Literal):
        return node.is_string and not is_number(node.name)
    return kind(node) == "text"


def is_number(text: str) -> bool:
    """Whether the text spells a number."""
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "-inf", "infinity", "-infinity")


def words(name: str) -> set[str]:
    """The words of a name: orderDate, order_date and ORDER DATE have the same."""
    return set(re.findall(r"[a-z]+", SPLIT.sub(" ", name).lower()))


def as_number(node: exp.Expr, names: Names, notices: list[str]) -> bool:
    """Reads a text column as numbers where its values, or else its name, say it holds them."""
    origin = names.origin(node)
    if origin is None:
        return False
    values = origin.column.values
    if not (any(map(is_number, values)) if values else words(origin.column.name) & QUANTITIES):
        return False
    read_as_number(node, notices)
    return True


def read_as_number(node: exp.Expr, notices: list[str]) -> None:
    """Reads a text as a number, and tells of it."""
    notices.append(
        f"{node.name} is kept as text, and was read as numbers; what is no number was left out."
    )
    cast_to(node, "DECIMAL", "decimal").meta[LENIENT] = True


def moment_meant(node: exp.Expr) -> Kind | None:
    """date or timestamp for a text whose columns are called so; else None."""
    said = {word for column in node.find_all(exp.Column) for word in words(column.name)}
    if kind(node) != "text" or not said & (DAYS | TIMES):
        return None
    return "date" if said & DAYS else "timestamp"
