"""Texts, numbers, booleans and null as GBNF; it must not know what holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from localai.json_grammar import numbers, strings
from localai.json_grammar.rules import Rules
from localai.json_grammar.schema import Schema, Unsatisfiable, whole


def _null(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    return '"null"'


def _boolean(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    return '("true" | "false")'


def _integer(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    low, high, above, below = _bounds(schema)
    if low is None and high is None:
        return rules.add("integer", numbers.INTEGER)
    least = None if low is None else int(low.to_integral_value("ROUND_CEILING"))
    most = None if high is None else int(high.to_integral_value("ROUND_FLOOR"))
    least = None if least is None else least + (above and least == low)
    most = None if most is None else most - (below and most == high)
    body = numbers.integers(least, most)
    if body is None:
        raise Unsatisfiable
    return rules.add("integer", body)


def _number(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    low, high, above, below = _bounds(schema)
    if low is None and high is None:
        return rules.add("number", numbers.NUMBER)
    body = numbers.decimals(low, high, above=above, below=below)
    if body is None:
        raise Unsatisfiable
    return rules.add("number", body)


def _string(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    least, most = int(schema.get("minLength", 0)), whole(schema, "maxLength")
    if most is not None and least > most:
        raise Unsatisfiable
    try:
        body = _text(rules, schema, leftovers, least, most)
    except strings.NoGrammar:
        leftovers.add("pattern" if "pattern" in schema else "minLength")
        body = strings.sized(rules, 0, None)
    return rules.add("string", f'"\\"" {body} "\\""')


def _text(rules: Rules, schema: Schema, leftovers: set[str], least: int, most: int | None) -> str:
    if "pattern" in schema:
        if least or most is not None or schema.get("format") in strings.FORMATS:
            leftovers.add("pattern")
        return strings.matching(rules, str(schema["pattern"]))
    if schema.get("format") in strings.FORMATS:
        if least or most is not None:
            leftovers.add("minLength")
        return rules.add(str(schema["format"]), strings.FORMATS[schema["format"]])
    if most is not None and most > strings.MOST_REPEATS:
        leftovers.add("maxLength")
    return strings.sized(rules, least, most)


def _bounds(schema: Schema) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    """Lowest, highest, and whether they themselves are left out."""

    def bound(name: str) -> Decimal | None:
        value = schema.get(name)
        # Draft 4 wrote true beside `minimum`.
        return None if value is None or isinstance(value, bool) else Decimal(str(value))

    low, above = bound("minimum"), schema.get("exclusiveMinimum") is True
    high, below = bound("maximum"), schema.get("exclusiveMaximum") is True
    lowest, highest = bound("exclusiveMinimum"), bound("exclusiveMaximum")
    if lowest is not None and (low is None or lowest >= low):
        low, above = lowest, True
    if highest is not None and (high is None or highest <= high):
        high, below = highest, True
    return low, high, above, below


SCALARS: Final[Mapping[str, Callable[[Rules, Schema, set[str]], str]]] = {
    "null": _null,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "string": _string,
}
"""Type -> its expression; each adds what it cannot hold to the leftovers."""
