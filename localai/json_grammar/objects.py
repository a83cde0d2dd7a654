"""Objects as GBNF; it must not know what their values are.

Properties come in the order of the schema. Others are allowed where the schema lists none, has a
schema for additional ones, or patterns for their names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from localai.errors import SchemaUnmet
from localai.json_grammar import names, strings
from localai.json_grammar.arrays import nested
from localai.json_grammar.listing import SPACE, Listing, Part
from localai.json_grammar.rules import Rules, either, literal, written
from localai.json_grammar.scalars import pattern
from localai.json_grammar.schema import REMARKS, Schema, Unsatisfiable, check, finds, merge, whole
from localai.json_grammar.searches import refuse_endless
from localai.json_grammar.verify import verify

MOST_KEY: Final = 64
"""Characters of a property's name that the schema does not give."""
MOST_PAIRS: Final = 1500

Visit = Callable[[object, int], str]


class Objects:
    """visit(schema, depth): the expression of a value, or Unsatisfiable."""

    def __init__(self, rules: Rules, visit: Visit, leftovers: set[str]) -> None:
        self._rules = rules
        self._visit = visit
        self._leftovers = leftovers

    def of(self, schema: Schema, depth: int) -> str:
        """The expression of an object. Raises Unsatisfiable, InvalidRequest."""
        properties = self._properties(schema)
        needed = set(schema.get("required", ()))
        parts = self._parts(schema, properties, needed, depth)
        least, most = max(0, whole(schema, "minProperties") or 0), whole(schema, "maxProperties")
        if most is not None and most < least:
            raise Unsatisfiable(f"minProperties {least} is above maxProperties {most}")
        if most is not None and most > MOST_PAIRS:
            self._leftovers.add("maxProperties")
            most = None
        space = self._rules.add("space", SPACE)
        try:
            more = self._more(schema, properties, least > len(parts), depth)
            inside = Listing(self._rules, parts, more, least, most).text(space)
        except ValueError:
            self._leftovers |= {"minProperties", "maxProperties"} & set(schema)
            inside = Listing(self._rules, parts).text(space)
        if inside is None:
            raise Unsatisfiable("it needs more properties, or fewer, than it can have")
        body = f'"{{" {space} {inside} "}}"' if inside else f'"{{" {space} "}}"'
        return self._rules.add("object", body)

    def _properties(self, schema: Schema) -> dict[str, Any]:
        """What is listed or required, each held to the patterns that its name fits."""
        found = dict(schema.get("properties", {}))
        patterns = schema.get("patternProperties", {})
        for one in patterns:
            refuse_endless(one)
        for name in schema.get("required", ()):
            if name not in found and not any(finds(one, name) for one in patterns):
                found[name] = schema.get("additionalProperties", True)
            found.setdefault(name, True)
        for name, inner in found.items():
            for one, also in patterns.items():
                if finds(one, name):
                    inner = _both(check(name, inner), check(one, also))
            found[name] = inner
        return found

    def _parts(
        self, schema: Schema, properties: Mapping[str, Any], needed: set[str], depth: int
    ) -> list[Part]:
        parts = []
        for name, inner in properties.items():
            try:
                self._check_name(schema, name)
                value = self._visit(inner, nested(inner, depth))
            except Unsatisfiable as error:
                if name in needed and error.args:
                    raise
                if name in needed:
                    none = "none fits it, or only one without end"
                    why = f"the property {name!r} is required, and {none}"
                    raise Unsatisfiable(why) from None
                continue
            key = literal(written(name))
            body = f'{key} ":" {self._rules.add("space", SPACE)} {value}'
            parts.append(Part(self._rules.add(f"{name}-pair", body), name in needed))
        return parts

    def _check_name(self, schema: Schema, name: str) -> None:
        asked = schema.get("propertyNames", True)
        try:
            verify(json.dumps(name), asked)
        except SchemaUnmet:
            raise Unsatisfiable(f"propertyNames forbids the property {name!r}") from None
        except Exception:  # a reference, which is to be followed from the root
            self._leftovers.add("propertyNames")

    def _more(
        self, schema: Schema, properties: Mapping[str, Any], lacking: bool, depth: int
    ) -> str | None:
        """The pairs of properties that are not listed; None where there are none.

        lacking: those that are listed do not suffice.
        """
        kinds = [*self._patterned(schema, properties, depth)]
        others = self._others(schema, properties, lacking, depth)
        kinds += [] if others is None else [others]
        return self._rules.add("pair", either(kinds)) if kinds else None

    def _patterned(
        self, schema: Schema, properties: Mapping[str, Any], depth: int
    ) -> Iterator[str]:
        patterns = schema.get("patternProperties", {})
        if len(patterns) > 1 or (patterns and "propertyNames" in schema):
            self._leftovers.add("patternProperties")  # a name may fit two
        for one, inner in patterns.items():
            if any(finds(one, name) for name in properties):
                continue  # a name twice would be the later one's value
            try:
                key = f'"\\"" {pattern(self._rules, one)} "\\""'
                yield self._pair(key, inner, depth)
            except strings.NoGrammar:
                self._leftovers.add("patternProperties")
            except Unsatisfiable:
                continue

    def _others(
        self, schema: Schema, properties: Mapping[str, Any], lacking: bool, depth: int
    ) -> str | None:
        inner = schema.get("additionalProperties", True)
        listed = bool(properties) or "patternProperties" in schema
        # True is what all schemas are that say nothing: no wish for more than they list.
        said = lacking or (isinstance(inner, Mapping) and bool(set(inner) - REMARKS))
        if inner is False or (listed and not said):
            return None
        if "patternProperties" in schema:
            self._leftovers.add("patternProperties")
        try:
            return self._pair(self._key(schema, properties), inner, depth)
        except (Unsatisfiable, strings.NoGrammar):
            return None

    def _key(self, schema: Schema, properties: Mapping[str, Any]) -> str:
        if "propertyNames" not in schema:
            return self._rules.add("key", names.others(self._rules, properties, MOST_KEY))
        if properties:
            raise Unsatisfiable
        asked = check("propertyNames", schema["propertyNames"])
        if asked is True:
            return self._key({}, properties)
        return self._visit(_both(asked, {"type": "string", "maxLength": MOST_KEY}), 0)

    def _pair(self, key: str, inner: object, depth: int) -> str:
        value = self._visit(inner, nested(inner, depth))
        return self._rules.add("pair", f'{key} ":" {self._rules.add("space", SPACE)} {value}')


def _both(left: Schema | bool, right: Schema | bool) -> Schema | bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False if left is False or right is False else right if left is True else left
    return {"allOf": [left, right]} if "$ref" in {**left, **right} else merge(left, right)
