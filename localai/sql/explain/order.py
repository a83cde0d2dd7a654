"""Says in which order rows come; it must not know where from."""

from __future__ import annotations

from sqlglot import exp

from localai.sql.explain.voice import Voice
from localai.sql.explain.words import bare, listing

DIRECTIONS = {
    "number": ("lowest first", "highest first"),
    "date": ("earliest first", "latest first"),
    "text": ("A to Z", "Z to A"),
    "": ("ascending", "descending"),
}


def ordering(
    order: exp.Order, voice: Voice, *, verb: str = "sorted by", limited: bool = False
) -> str:
    """`sorted by price (highest first) and name (A to Z)`. limited: only the first are kept."""
    if len(order.expressions) == 1 and isinstance(order.expressions[0].this, exp.Rand):
        return "in random order"
    return f"{verb} {listing([_key(one, voice, limited) for one in order.expressions])}"


def direction(one: exp.Ordered, voice: Voice, limited: bool = False) -> str:
    """`highest first` and the like."""
    descending = bool(one.args.get("desc"))
    said = DIRECTIONS[voice.kind(one.this)][descending]
    first = one.args.get("nulls_first") and descending and not isinstance(one.this, exp.AggFunc)
    # That values come first which are missing matters where only the first rows are kept.
    if first and limited:
        said += ", those without a value before them"
    return said


def _key(one: exp.Expr, voice: Voice, limited: bool) -> str:
    if not isinstance(one, exp.Ordered):
        return bare(voice.value(one))
    return f"{bare(voice.value(one.this))} ({direction(one, voice, limited)})"
