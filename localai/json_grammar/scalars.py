"""Texts, numbers, booleans and null as GBNF; it must not know what holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from localai.errors import InvalidRequest
from localai.json_grammar import multiples, numbers, patterns, strings
from localai.json_grammar.formats import FORMATS, LENGTHS
from localai.json_grammar.rules import Rules
from localai.json_grammar.schema import Schema, Unsatisfiable, whole
from localai.json_grammar.searches import refuse_endless


def _null(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    return '"null"'


def _boolean(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    return '("true" | "false")'


def _integer(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    low, high, above, below = _bounds(schema)
    step = _step(schema)
    if step is not None and step % 1:
        # Whole multiples of 0.5 are those of 1; of 1.5 those of 3.
        step = Decimal(step.as_integer_ratio()[0])
    if low is None and high is None and step is None:
        return rules.add("integer", numbers.INTEGER)
    least = None if low is None else int(low.to_integral_value("ROUND_CEILING"))
    most = None if high is None else int(high.to_integral_value("ROUND_FLOOR"))
    least = None if least is None else least + (above and least == low)
    most = None if most is None else most - (below and most == high)
    body = None
    if step is not None:
        try:
            body = multiples.whole(rules, int(step), least, most)
            if body is None:
                raise Unsatisfiable("no multiple is within the bounds")
        except ValueError:
            leftovers.add("multipleOf")
    body = body or numbers.integers(least, most)
    if body is None:
        raise Unsatisfiable("no number of at most 15 digits is within its bounds")
    return rules.add("integer", body)


def _number(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    low, high, above, below = _bounds(schema)
    step = _step(schema)
    if low is None and high is None and step is None:
        return rules.add("number", numbers.NUMBER)
    body = None
    if step is not None:
        # A bound that is left out is one that the next multiple may not reach.
        least = None if low is None else low + (step if above and low % step == 0 else 0)
        most = None if high is None else high - (step if below and high % step == 0 else 0)
        try:
            body = multiples.decimal(rules, step, least, most)
            if body is None:
                raise Unsatisfiable("no multiple is within the bounds")
        except ValueError:
            leftovers.add("multipleOf")
    body = body or numbers.decimals(low, high, above=above, below=below)
    if body is None:
        raise Unsatisfiable("no number of at most 15 digits is within its bounds")
    return rules.add("number", body)


def _step(schema: Schema) -> Decimal | None:
    if "multipleOf" not in schema:
        return None
    step = Decimal(str(schema["multipleOf"]))
    if isinstance(schema["multipleOf"], bool) or step <= 0:
        raise ValueError("multipleOf must be a number above 0")
    return step


def _string(rules: Rules, schema: Schema, leftovers: set[str]) -> str:
    least, most = int(schema.get("minLength", 0)), whole(schema, "maxLength")
    if most is not None and least > most:
        raise Unsatisfiable(f"minLength {least} is above maxLength {most}")
    try:
        body = _text(rules, schema, leftovers, least, most)
    except strings.NoGrammar:
        if "pattern" in schema:
            refuse_endless(str(schema["pattern"]))
        leftovers |= {"pattern", "minLength", "maxLength"} & set(schema)
        body = strings.sized(rules, 0, None)
    return rules.add("string", f'"\\"" {body} "\\""')


def _text(rules: Rules, schema: Schema, leftovers: set[str], least: int, most: int | None) -> str:
    form = str(schema.get("format"))
    if "pattern" in schema:
        if form in FORMATS:
            leftovers.add("format")
        return pattern(rules, str(schema["pattern"]), least, most)
    if form in FORMATS:
        shortest, longest = LENGTHS.get(form, (0, None))
        if least > shortest or (most is not None and (longest is None or longest > most)):
            leftovers |= {"minLength", "maxLength"} & set(schema)
        return rules.add(form, FORMATS[form])
    return strings.sized(rules, least, most)


def pattern(rules: Rules, text: str, least: int = 0, most: int | None = None) -> str:
    """Texts that the regular expression is found in. Raises InvalidRequest, strings.NoGrammar."""
    try:
        return patterns.matching(rules, text, least, most)
    except strings.Malformed as error:
        raise InvalidRequest(
            f"The JSON Schema has the pattern {text[:80]!r}, which cannot be read: {error}.",
            field="json_schema",
            hint="Patterns are read as Python's `re` reads them.",
        ) from None


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
