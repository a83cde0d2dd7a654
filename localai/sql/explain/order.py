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


def ordering(order: exp.Order, voice: Voice, *, verb: str = "sorted by") -> str:
    """`sorted by price (highest first) and name (A to Z)`."""
    if len(order.expressions) == 1 and isinstance(order.expressions[0].this, exp.Rand):
        return "in random order"
    return f"{verb} {listing([_key(one, voice) for one in order.expressions])}"


def direction(one: exp.Ordered, voice: Voice) -> str:
    """`highest first` and the like."""
    said = DIRECTIONS[voice.kind(one.this)][bool(one.args.get("desc"))]
    # The parser notes where missing values stand; only what differs from the default is told.
    return said + _missing(one, voice)


def _missing(one: exp.Ordered, voice: Voice) -> str:
    first, descending = bool(one.args.get("nulls_first")), bool(one.args.get("desc"))
    default = {"sqlite": not descending, "duckdb": False}.get(voice.dialect, descending)
    if first == default:
        return ""
    return ", those without a value first" if first else ", those without a value last"


def _key(one: exp.Expr, voice: Voice) -> str:
    if not isinstance(one, exp.Ordered):
        return bare(voice.value(one))
    return f"{bare(voice.value(one.this))} ({direction(one, voice)})"
