"""Says what must hold; it must not know what for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from localai.sql.explain import dates
from localai.sql.explain.voice import Voice, Words
from localai.sql.explain.words import listing

COMPARED: dict[type[exp.Binary], tuple[str, str]] = {
    exp.EQ: ("is", "is"),
    exp.NEQ: ("is not", "is not"),
    exp.GT: ("is more than", "is after"),
    exp.GTE: ("is at least", "is on or after"),
    exp.LT: ("is less than", "is before"),
    exp.LTE: ("is at most", "is on or before"),
    exp.NullSafeEQ: ("is the same as", "is the same as"),
    exp.NullSafeNEQ: ("is not the same as", "is not the same as"),
}
TURNED: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE
}  # fmt: skip


def _compared(node: exp.Binary, voice: Voice) -> str:
    left, right = node.left, node.right
    kind: type[exp.Binary] = type(node)
    if isinstance(left, exp.Literal) and not isinstance(right, exp.Literal):
        kind, left, right = TURNED.get(kind, kind), right, left
    caseless = _caseless(left, right)
    if caseless is not None and kind in (exp.EQ, exp.NEQ):
        left, right, ending = *caseless, " (in any case)"
    else:
        ending = ""
    aged = dates.age(kind, right, voice)
    if aged is not None:
        return f"{voice.operand(left)} {aged}"
    number, date = COMPARED[kind]
    if kind is exp.EQ and isinstance(right, exp.Column):
        number = date = "equals"
    if isinstance(right, exp.Any | exp.All):
        return _quantified(left, number, right, voice)
    verb = date if dates.is_moment(right, voice) or voice.kind(left) == "date" else number
    return f"{voice.operand(left)} {verb} {voice.operand(right)}{ending}"


def _quantified(left: exp.Expr, verb: str, right: exp.Expr, voice: Voice) -> str:
    which = "any of" if isinstance(right, exp.Any) else "every one of"
    inner = right.this.unnest()
    if isinstance(inner, exp.Array):
        values = listing([voice.operand(one) for one in inner.expressions], "or")
        return f"{voice.operand(left)} {verb} {which} {values}"
    return f"{voice.operand(left)} {verb} {which} {voice.operand(inner)}"


def _caseless(left: exp.Expr, right: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """Both sides without LOWER, where it is on both, or on one beside a text in lower case."""
    if not isinstance(left, exp.Lower):
        return None
    if isinstance(right, exp.Lower):
        return left.this, right.this
    if isinstance(right, exp.Literal) and right.is_string and right.name == right.name.lower():
        return left.this, right
    return None


def _and(node: exp.And, voice: Voice) -> str:
    return listing(_told(list(node.flatten()), exp.Or, voice))


def _or(node: exp.Or, voice: Voice) -> str:
    return listing(_told(list(node.flatten()), exp.And, voice), "or")


def _told(nodes: list[exp.Expr], other: type[exp.Expr], voice: Voice) -> list[str]:
    """Each condition; one about the same column as that before goes without naming it again."""
    told: list[str] = []
    before: exp.Expr | None = None
    for node in nodes:
        said = voice.condition(node)
        if isinstance(node.unnest(), other):
            said = f"({said})"
        left = about(node)
        if left is not None and left == before:
            said = said.removeprefix(f"{voice.operand(left)} ")
        told.append(said)
        before = left
    return told


def about(node: exp.Expr) -> exp.Column | None:
    """The column that a condition tells something of, as its first word."""
    node = node.unnest()
    if isinstance(node, exp.Not):
        node = node.this.unnest()
    if isinstance(node, exp.Connector | exp.Exists):
        return None
    left = node.this.unnest() if isinstance(node.this, exp.Expr) else None
    if isinstance(left, exp.Lower | exp.Upper):
        left = left.this
    return left if isinstance(left, exp.Column) else None


def _paren(node: exp.Paren, voice: Voice) -> str:
    return voice.condition(node.this)


def _not(node: exp.Not, voice: Voice) -> str:
    inner = node.this.unnest()
    denied = DENIED.get(type(inner))
    if denied is not None and voice.covers(inner) and not inner.args.get("negate"):
        return denied[0](inner, voice, "not ")
    if isinstance(inner, exp.Column):
        return f"{voice.value(inner)} is false"
    said = voice.condition(inner)
    return f"it is not so that {f'({said})' if isinstance(inner, exp.Connector) else said}"


def _is(node: exp.Is, voice: Voice, no: str) -> str:
    said = voice.operand(node.left)
    if isinstance(node.right, exp.Null):
        return f"{said} has a value" if no else f"{said} has no value"
    return f"{said} is {no}{voice.value(node.right)}"


def _in(node: exp.In, voice: Voice, no: str) -> str:
    said, query = voice.operand(node.this), node.args.get("query")
    if query is not None:
        return f"{said} is {'not ' if no else ''}in {voice.operand(query)}"
    values = [voice.operand(one) for one in node.expressions]
    if no:
        return f"{said} is none of {listing(values, 'or')}"
    return (
        f"{said} is {values[0]}"
        if len(values) == 1
        else f"{said} is one of {listing(values, 'or')}"
    )


def _between(node: exp.Between, voice: Voice, no: str) -> str:
    low, high = voice.operand(node.args["low"]), voice.operand(node.args["high"])
    return f"{voice.operand(node.this)} is {no}from {low} to {high}"


def _like(node: exp.Binary, voice: Voice, no: str) -> str:
    left, right, ending = node.left, node.right, ""
    both = isinstance(left, exp.Lower | exp.Upper) and type(left) is type(right)
    # SQLite's LIKE does not tell A from a; nor does what has LOWER on both sides.
    if isinstance(node, exp.ILike) or both or voice.dialect == "sqlite":
        ending = " (in any case)"
    if both:
        left, right = left.this, right.this
    said = voice.operand(left)
    if not isinstance(right, exp.Literal):
        return f"{said} {'does not match' if no else 'matches'} the pattern {voice.operand(right)}"
    return f"{said} {_pattern(right.name, no, '%', '_', '%_' + chr(92))}{ending}"


def _pattern(pattern: str, no: str, many: str, one: str, special: str) -> str:
    """`begins with 'B'`, where many and one are what stands for any text and any sign."""
    inner = pattern.strip(many)
    before, after = pattern.startswith(many), pattern.endswith(many)
    ends = (inner, f"{many}{inner}", f"{inner}{many}", f"{many}{inner}{many}")
    if not inner or set(special) & set(inner) or pattern not in ends:
        verb = "does not match" if no else "matches"
        return f"{verb} the pattern ({many} is any text, {one} any character) '{pattern}'"
    verbs = {
        (True, True): ("contains", "does not contain"),
        (True, False): ("ends with", "does not end with"),
        (False, True): ("begins with", "does not begin with"),
        (False, False): ("is", "is not"),
    }
    return f"{verbs[before, after][bool(no)]} '{inner}'"


def _glob(node: exp.Glob, voice: Voice, no: str) -> str:
    said, pattern = voice.operand(node.left), node.right
    if not isinstance(pattern, exp.Literal):
        return (
            f"{said} {'does not match' if no else 'matches'} the pattern {voice.operand(pattern)}"
        )
    return f"{said} {_pattern(node.right.name, no, '*', '?', '*?[')}"


def _regular(node: exp.RegexpLike | exp.RegexpILike, voice: Voice, no: str) -> str:
    verb = "does not match" if no else "matches"
    ending = " (in any case)" if isinstance(node, exp.RegexpILike) else ""
    pattern = voice.operand(node.expression)
    return f"{voice.operand(node.this)} {verb} the regular expression {pattern}{ending}"


def _similar(node: exp.SimilarTo, voice: Voice, no: str) -> str:
    pattern = voice.operand(node.expression)
    return f"{voice.operand(node.this)} {'does not fit' if no else 'fits'} the pattern {pattern}"


def _exists(node: exp.Exists, voice: Voice, no: str) -> str:
    return f"there are {'no' if no else 'some'} {voice.rows(node.this)}"


def _literally(node: exp.Boolean, voice: Voice) -> str:
    return "always" if node.this else "never"


Denied = Callable[[Any, Voice, str], str]
# Conditions that can be denied in one word, and the parts that their words tell.
DENIED: dict[type[exp.Expr], tuple[Denied, str]] = {
    exp.Is: (_is, "this expression"),
    exp.In: (_in, "this expressions query"),
    exp.Between: (_between, "this low high"),
    exp.Like: (_like, "this expression"),
    exp.ILike: (_like, "this expression"),
    exp.Glob: (_glob, "this expression"),
    exp.RegexpLike: (_regular, "this expression"),
    exp.RegexpILike: (_regular, "this expression"),
    exp.SimilarTo: (_similar, "this expression"),
    exp.Exists: (_exists, "this"),
}


def _said(node: exp.Expr, voice: Voice) -> str:
    # NOT stands around the condition, or is noted down inside of it.
    return DENIED[type(node)][0](node, voice, "not " if node.args.get("negate") else "")


CONDITIONS: Words = {
    **dict.fromkeys(COMPARED, (_compared, "this expression")),
    **{kind: (_said, f"{parts} negate") for kind, (_, parts) in DENIED.items()},
    exp.And: (_and, "this expression"),
    exp.Or: (_or, "this expression"),
    exp.Paren: (_paren, "this"),
    exp.Not: (_not, "this"),
    exp.Boolean: (_literally, "this"),
}
