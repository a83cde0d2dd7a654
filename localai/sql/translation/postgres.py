"""What PostgreSQL itself would refuse of a model's PostgreSQL, as rules; it must not apply them."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.checking.coercing import LENIENT
from localai.sql.checking.kinding import kind, mark
from localai.sql.kinds import NUMBERS, WHOLE
from localai.sql.translation import guards
from localai.sql.translation.rewriting import Rules, literal, wrapped

NUMERAL = r"^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$"


def start(node: exp.Expr) -> exp.Expr | None:
    """DATE_TRUNC of a text."""
    node.set("this", guards.as_moment(node.this))
    return None


def extract(node: exp.Expr) -> exp.Expr | None:
    """EXTRACT of a text."""
    node.set("expression", guards.as_moment(node.args["expression"]))
    return None


def rounded(node: exp.Expr) -> exp.Expr | None:
    """ROUND(number, digits), which PostgreSQL has of exact numbers alone."""
    if node.args.get("decimals") is not None and kind(node.this) in ("real", *WHOLE):
        node.set("this", guards.cast(node.this, "DECIMAL", "decimal"))
    return None


def cast(node: exp.Expr) -> exp.Expr | None:
    """A cast that the check has put there: what is no number is left out, and does not stop it."""
    if not node.meta.get(LENIENT):
        return None
    numeric = exp.RegexpLike(this=node.this.copy(), expression=literal(NUMERAL))
    bare = exp.Cast(this=node.this, to=node.args["to"])
    return mark(exp.Case(ifs=[exp.If(this=numeric, true=bare)]), "decimal")


def matched(node: exp.Expr) -> exp.Expr | None:
    """`flag = 1` of a boolean."""
    for one, other in (("this", "expression"), ("expression", "this")):
        number = node.args[other]
        if kind(node.args[one]) == "boolean" and kind(number) in NUMBERS:
            if isinstance(number, exp.Literal) and number.name in ("0", "1"):
                node.set(other, exp.Boolean(this=number.name == "1"))
    return None


def truthful(node: exp.Expr) -> exp.Expr | None:
    """`WHERE flag` and `NOT flag` of a number, which is not 0 where it is true."""
    for name, part in list(node.args.items()):
        if isinstance(part, exp.Expr) and kind(part) in WHOLE:
            wanted = exp.NEQ(this=wrapped(part), expression=literal(0))
            node.set(name, mark(exp.Paren(this=wanted), "boolean"))
    return None


def _by_its_name(node: exp.Expr) -> exp.Expr | None:
    """AGE and TO_CHAR of a text."""
    if node.name.lower() in ("age", "to_char"):
        first, *others = node.expressions
        moments = [guards.as_moment(first)] if kind(first) == "text" else [first]
        if node.name.lower() == "age":
            others = [guards.as_moment(other) for other in others]
        node.set("expressions", moments + others)
    return None


RULES: Rules = {
    exp.Anonymous: _by_its_name,
    **dict.fromkeys((exp.Where, exp.Having, exp.Not, exp.And, exp.Or), truthful),
    exp.Div: guards.divide,
    exp.Mod: guards.remainder,
    exp.IntDiv: guards.remainder,
    exp.Like: guards.like,
    exp.ILike: guards.like,
    exp.TimestampTrunc: start,
    exp.Extract: extract,
    exp.Round: rounded,
    exp.Cast: cast,
    exp.EQ: matched,
    exp.NEQ: matched,
}
