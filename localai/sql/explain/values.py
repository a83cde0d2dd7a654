"""Says columns, literals, arithmetic and choices; it must not know totals or whole queries."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.voice import Voice, Words, type_kind
from localai.sql.explain.words import bare, day, listing, readable


def _column(node: exp.Column, voice: Voice) -> str:
    if isinstance(node.this, exp.Star):
        sources = voice.scope.sources
        if len(sources) == 1:
            return "all columns"
        return f"all columns of {sources.get(node.table.lower(), readable(node.table))}"
    output = None if node.table else voice.output(node.name)
    if output is None:
        return voice.column(node)
    with voice.inputs():
        return voice.value(output)


def _literal(node: exp.Literal, voice: Voice) -> str:
    if not node.is_string:
        return node.name
    return day(node.name) or "'" + node.name + "'"


def _paren(node: exp.Paren, voice: Voice) -> str:
    return voice.value(node.this)


def _star(node: exp.Star, voice: Voice) -> str:
    return "all columns"


def _null(node: exp.Null, voice: Voice) -> str:
    return "no value"


def _boolean(node: exp.Boolean, voice: Voice) -> str:
    return "true" if node.this else "false"


def _subquery(node: exp.Subquery, voice: Voice) -> str:
    return f"({voice.query(node.this)})"


def _alias(node: exp.Alias, voice: Voice) -> str:
    return voice.value(node.this)


ARITHMETIC = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "divided by",
    exp.IntDiv: "divided (in whole numbers) by",
}  # fmt: skip


def arithmetic(node: exp.Binary, voice: Voice) -> str:
    chain = (exp.Mul | exp.Div, exp.Add | exp.Sub)
    same = any(isinstance(node, kind) and isinstance(node.left, kind) for kind in chain)
    left = voice.value(node.left) if same else _apart(node.left, voice)
    return f"{left} {ARITHMETIC[type(node)]} {_apart(node.right, voice)}"


def _apart(node: exp.Expr, voice: Voice) -> str:
    """A side of arithmetic; a total of something in brackets, so that only the total counts."""
    said = voice.operand(node)
    while isinstance(node, exp.Cast | exp.Paren):
        node = node.this
    total = isinstance(node, exp.AggFunc | exp.Filter) and not said.startswith("(")
    return f"({said})" if total and (said.count(" of ") > 1 or " sum of " in said) else said


def _modulo(node: exp.Mod, voice: Voice) -> str:
    return f"the remainder of {voice.operand(node.left)} divided by {voice.operand(node.right)}"


def _negative(node: exp.Neg, voice: Voice) -> str:
    said = voice.operand(node.this)
    return f"-{said}" if said[:1].isdigit() else f"minus {said}"


def _joined(node: exp.Expr, voice: Voice) -> str:
    parts = list(node.flatten()) if isinstance(node, exp.DPipe) else node.expressions
    return f"{listing([voice.operand(part) for part in parts])} put together"


def cast(node: exp.Cast, voice: Voice) -> str:
    inner, target = node.this, node.to.sql(voice.dialect)
    if isinstance(inner, exp.Null):
        return "no value"
    if isinstance(inner, exp.Literal) and inner.is_string and type_kind(target) == "date":
        return day(inner.name) or voice.quoted(node)
    said = voice.operand(inner)
    if "INT" in target.upper():
        return f"{said} as a whole number"
    if type_kind(target) == "number":
        return said if voice.kind(inner) == "number" else f"{said} as a number"
    if type_kind(target) == "text":
        return f"{said} as text"
    return f"the day of {bare(said)}" if target.upper() == "DATE" else voice.quoted(node)


def _round(node: exp.Round, voice: Voice) -> str:
    said, digits = voice.operand(node.this), node.args.get("decimals")
    if digits is None or digits.name == "0":
        return f"{said} rounded to a whole number"
    decimals = "decimal" if digits.name == "1" else "decimals"
    return f"{said} rounded to {voice.value(digits)} {decimals}"


def _coalesce(node: exp.Coalesce, voice: Voice) -> str:
    others = [voice.operand(one) for one in node.expressions]
    return f"{voice.operand(node.this)} (or {listing(others, 'or')} where there is no value)"


def _nullif(node: exp.Nullif, voice: Voice) -> str:
    other = voice.operand(node.expression)
    return f"{voice.operand(node.this)} (taken as no value where it is {other})"


def _case(node: exp.Case, voice: Voice) -> str:
    subject, arms = node.this, []
    for arm in node.args["ifs"]:
        met = exp.EQ(this=subject.copy(), expression=arm.this.copy()) if subject else arm.this
        arms.append(f"{voice.operand(arm.args['true'])} if {voice.condition(met)}")
    other = node.args.get("default")
    arms.append(f"otherwise {voice.operand(other)}" if other else "otherwise no value")
    return ", ".join(arms)


def _if(node: exp.If, voice: Voice) -> str:
    other = node.args.get("false")
    otherwise = voice.operand(other) if other else "no value"
    met = voice.condition(node.this)
    return f"{voice.operand(node.args['true'])} if {met}, otherwise {otherwise}"


def _substring(node: exp.Substring, voice: Voice) -> str:
    said, start, length = voice.operand(node.this), node.args.get("start"), node.args.get("length")
    if start is None or not start.is_int or (int(start.to_py()) < 1 and length is not None):
        return voice.quoted(node)
    if int(start.to_py()) < 0:
        return f"the last {-int(start.to_py())} characters of {said}"
    if int(start.to_py()) == 0:
        return voice.quoted(node)
    if length is None:
        return f"the part of {said} from character {start.name} on"
    if start.name == "1":
        return f"the first {voice.operand(length)} characters of {said}"
    return f"{voice.operand(length)} characters of {said} from character {start.name} on"


def _extreme(node: exp.Greatest | exp.Least, voice: Voice) -> str:
    which = "greatest" if isinstance(node, exp.Greatest) else "smallest"
    parts = [voice.operand(one) for one in (node.this, *node.expressions)]
    return f"the {which} of {listing(parts)}"


# Functions of one value, and how its result is called.
ONE: dict[type[exp.Expr], str] = {
    exp.Lower: "{} in lower case",
    exp.Upper: "{} in upper case",
    exp.Trim: "{} without spaces around it",
    exp.Length: "the length of {}",
    exp.Abs: "{} without its sign",
    exp.Floor: "{} rounded down",
    exp.Ceil: "{} rounded up",
    exp.Sqrt: "the square root of {}",
}


def _one(node: exp.Expr, voice: Voice) -> str:
    return ONE[type(node)].format(voice.operand(node.this))


VALUES: Words = {
    exp.Column: (_column, "this table db catalog"),
    exp.Literal: (_literal, "this is_string"),
    exp.Paren: (_paren, "this"),
    exp.Star: (_star, ""),
    exp.Null: (_null, ""),
    exp.Boolean: (_boolean, "this"),
    exp.Subquery: (_subquery, "this alias"),
    exp.Alias: (_alias, "this alias"),
    **dict.fromkeys(ARITHMETIC, (arithmetic, "this expression")),
    exp.Mod: (_modulo, "this expression"),
    exp.Neg: (_negative, "this"),
    exp.DPipe: (_joined, "this expression"),
    exp.Concat: (_joined, "expressions"),
    exp.Cast: (cast, "this to"),
    exp.TryCast: (cast, "this to"),
    exp.Round: (_round, "this decimals"),
    exp.Coalesce: (_coalesce, "this expressions"),
    exp.Nullif: (_nullif, "this expression"),
    exp.Case: (_case, "this ifs default"),
    exp.If: (_if, "this true false"),
    exp.Substring: (_substring, "this start length"),
    exp.Greatest: (_extreme, "this expressions"),
    exp.Least: (_extreme, "this expressions"),
    **dict.fromkeys(ONE, (_one, "this")),
}
