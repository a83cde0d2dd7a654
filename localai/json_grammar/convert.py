"""A JSON Schema turned into GBNF rules; it must not know models or wire formats.

The rules allow a part of what the schema allows, and nothing else as far as a grammar can tell:
properties come in the order of the schema, none is made up where the schema lists some, and what
refers to itself goes DEPTH levels deep. Keywords beyond a grammar are returned as leftovers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from localai.errors import InvalidRequest
from localai.json_grammar.arrays import Arrays
from localai.json_grammar.objects import Objects
from localai.json_grammar.rules import Rules, TooLarge, either, trie, written
from localai.json_grammar.scalars import SCALARS
from localai.json_grammar.schema import (
    REMARKS,
    References,
    Schema,
    Unsatisfiable,
    check,
    merge,
    types_of,
)
from localai.json_grammar.searches import patterns_in, refuse_endless

DEPTH: Final = 4
"""How often a schema may enter itself again, and how deep a free value may nest."""
MOST_ALTERNATIVES: Final = 256
MOST_DEPENDING: Final = 4
MOST_PARTS: Final = 20_000
"""Schemas inside the schema, each as often as it is referred to."""

HELD: Final = frozenset(
    """
    $ref $defs type enum const anyOf properties required additionalProperties items prefixItems
    minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum
    exclusiveMinimum exclusiveMaximum multipleOf patternProperties propertyNames minProperties
    maxProperties
    """.split()
)
"""What the rules see to; every other keyword but a remark is left to the verification."""


@dataclass(frozen=True, slots=True)
class JSONGrammar:
    """`text` is GBNF with the rule `root`; `leftovers` names the keywords that it cannot hold."""

    text: str
    leftovers: frozenset[str]


def to_rules(schema: object, rules: Rules) -> tuple[str, frozenset[str]]:
    """The expression for texts that fit `schema`, its rules added, and the leftovers.

    Raises InvalidRequest where the schema is none, or nothing can fit it.
    """
    root = check("its root", schema)
    converter = _Converter(root, rules)
    try:
        # {} asks for JSON mode's "any object", true for any value.
        start: Schema | bool = {"type": "object"} if root == {} else root
        made = converter.visit(start, DEPTH), frozenset(converter.leftovers)
        if converter.leftovers:  # then all its patterns are searched for in the answer
            for pattern in patterns_in(root):
                refuse_endless(pattern)
        return made
    except Unsatisfiable as error:
        why = str(error) or "or only JSON without end"
        message = f"No JSON can fit this JSON Schema{':' if error.args else ','} {why}."
        raise InvalidRequest(message, field="json_schema") from None
    except RecursionError:
        message = "The JSON Schema is nested too deeply."
        raise InvalidRequest(message, field="json_schema") from None
    except (TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
        message = f"The JSON Schema is malformed: {error}."
        raise InvalidRequest(message, field="json_schema") from error


class _Converter:
    def __init__(self, root: Schema | bool, rules: Rules) -> None:
        self._references = References(root)
        self._rules = rules
        self._known: dict[tuple[str, int], str] = {}
        self._entered: set[tuple[str, int]] = set()
        self.leftovers: set[str] = set()
        self._visits = 0
        self._objects = Objects(rules, self.visit, self.leftovers)
        self._arrays = Arrays(rules, self.visit, self._listed, self.leftovers)

    def visit(self, schema: object, depth: int) -> str:
        """The expression of a schema; `depth`: how often it may still enter itself."""
        schema = check("a subschema", schema)
        self._visits += 1
        if self._visits > MOST_PARTS:
            raise TooLarge(f"it unfolds to more than {MOST_PARTS} parts")
        if schema is False:
            raise Unsatisfiable
        if schema is True or not set(schema) - REMARKS:
            return self._any(depth)
        if "$ref" in schema:
            return self._reference(schema, depth)
        if "allOf" in schema:
            return self.visit(self._all(schema), depth)
        for key in ("dependentRequired", "dependentSchemas"):
            if 0 < len(schema.get(key, ())) <= MOST_DEPENDING:
                return self._depending(schema, key, depth)
        self.leftovers |= set(schema) - HELD - REMARKS
        return self._plain(schema, depth)

    def _plain(self, schema: Schema, depth: int) -> str:
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self._alternatives(schema, key, depth)
        if "const" in schema or "enum" in schema:
            return self._values(schema)
        return self._typed(schema, depth)

    def _reference(self, schema: Schema, depth: int) -> str:
        reference = str(schema["$ref"])
        target = self._references.find(schema["$ref"])
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        if set(rest) - REMARKS and not isinstance(target, bool):
            if self._references.is_cyclic(reference):
                depth = self._deeper(depth)
            return self.visit(merge(target, rest), depth)
        if self._references.is_cyclic(reference):
            depth = self._deeper(depth)
        key = (reference, depth)
        if key in self._entered:
            raise Unsatisfiable  # a reference that is nothing but itself
        if key not in self._known:
            self._entered.add(key)
            try:
                body = self.visit(target, depth)
            finally:
                self._entered.discard(key)
            self._known[key] = self._rules.add(reference.rpartition("/")[2] or "self", body)
        return self._known[key]

    def _deeper(self, depth: int) -> int:
        if depth <= 0:
            raise Unsatisfiable
        return depth - 1

    def _all(self, schema: Schema) -> Schema:
        merged: Schema = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            part = check("allOf", part)
            if part is False:
                raise Unsatisfiable
            while (
                part is not True
                and "$ref" in part
                and not self._references.is_cyclic(str(part["$ref"]))
            ):
                found = self._references.find(part["$ref"])
                if isinstance(found, bool):
                    raise Unsatisfiable
                part = merge(found, {key: part[key] for key in part if key != "$ref"})
            if part is not True:
                merged = merge(merged, part)
        if merged.get("allOf") and len(merged["allOf"]) >= len(schema["allOf"]):
            # What could not be merged is only verified.
            self.leftovers.add("allOf")
            merged = {key: value for key, value in merged.items() if key != "allOf"}
        return merged

    def _alternatives(self, schema: Schema, key: str, depth: int) -> str:
        rest = {name: value for name, value in schema.items() if name != key}
        found = []
        if len(schema[key]) > MOST_ALTERNATIVES:
            raise TooLarge(f"{key} has more than {MOST_ALTERNATIVES} alternatives")
        for one in schema[key]:
            one = check(key, one)
            try:
                if isinstance(one, bool):
                    part = self.visit(rest or True, depth) if one else None
                elif "$ref" in one and not set(rest) - REMARKS:
                    part = self.visit(one, depth)
                else:
                    part = self.visit(merge(self._resolved(one), rest), depth)
            except Unsatisfiable:
                continue
            if part is not None:
                found.append(part)
        if not found:
            raise Unsatisfiable
        return either(found)

    def _depending(self, schema: Schema, key: str, depth: int) -> str:
        """Without the first property that others depend on, or with it and all of them."""
        (name, asked), *others = schema[key].items()
        rest = {one: value for one, value in schema.items() if one != key}
        rest |= {key: dict(others)} if others else {}
        with_it: list[Any] = [{"required": [name]}]
        with_it.append({"required": asked} if key == "dependentRequired" else check(key, asked))
        found = []
        for parts in ([{"properties": {name: False}}], with_it):
            try:
                found.append(self.visit({"allOf": [rest, *parts]}, depth))
            except Unsatisfiable:
                continue
        if not found:
            raise Unsatisfiable
        return either(found)

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" not in schema or self._references.is_cyclic(str(schema["$ref"])):
            return schema
        target = self._references.find(schema["$ref"])
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return rest if isinstance(target, bool) else merge(target, rest)

    def _values(self, schema: Schema) -> str:
        values = [schema["const"]] if "const" in schema else list(schema["enum"])
        if "const" in schema and "enum" in schema and schema["const"] not in schema["enum"]:
            raise Unsatisfiable
        allowed = types_of(schema)
        fitting = [value for value in values if set(_types(value)) & set(allowed)]
        if set(schema) - REMARKS - {"enum", "const", "type"}:
            self.leftovers.add("enum")
        if not fitting:
            raise Unsatisfiable
        return trie(self._rules, map(written, fitting))

    def _listed(self, schema: object) -> list[Any] | None:
        """The values of an enumeration, or of what refers to one."""
        schema = check("a subschema", schema)
        if isinstance(schema, bool):
            return None
        schema = self._resolved(schema)
        if set(schema) - REMARKS - {"enum", "type"}:
            return [schema["const"]] if set(schema) - REMARKS <= {"const", "type"} else None
        if "enum" in schema:
            allowed = set(types_of(schema))
            return [value for value in schema["enum"] if set(_types(value)) & allowed]
        return [True, False] if schema.get("type") == "boolean" else None

    def _typed(self, schema: Schema, depth: int) -> str:
        found, why = [], Unsatisfiable()
        names = types_of(schema)
        for name in names:
            if name == "integer" and "number" in names:
                continue
            try:
                found.append(self._type(name, schema, depth))
            except Unsatisfiable as error:
                why = error
        if not found:
            raise why
        return either(found)

    def _type(self, name: str, schema: Schema, depth: int) -> str:
        if name == "array":
            return self._arrays.of(schema, depth)
        if name == "object":
            return self._objects.of(schema, depth)
        return SCALARS[name](self._rules, schema, self.leftovers)

    def _any(self, depth: int) -> str:
        return self.visit(
            {
                "type": [
                    "null",
                    "boolean",
                    "number",
                    "string",
                    *(("array", "object") if depth > 0 else ()),
                ]
            },
            depth,
        )


def _types(value: object) -> tuple[str, ...]:
    match value:
        case None:
            return ("null",)
        case bool():
            return ("boolean",)
        case int():
            return ("integer", "number")
        case float():
            return ("integer", "number") if value.is_integer() else ("number",)
        case str():
            return ("string",)
        case list():
            return ("array",)
    return ("object",)
