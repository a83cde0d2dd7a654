"""Schemas made simple: references found, `allOf` and siblings merged; it must not know grammars."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from localai.errors import InvalidRequest
from localai.json_grammar import keywords

Schema = Mapping[str, Any]

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
LARGEST = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
SMALLEST = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
REMARKS = frozenset(
    """
    $schema $id $anchor $comment $defs definitions title description default examples deprecated
    readOnly writeOnly discriminator contentEncoding contentMediaType
    """.split()
)


class Unsatisfiable(Exception):
    """Nothing can fit this part of a schema, or only something without end; it may say why."""


def check(where: str, schema: object) -> Schema | bool:
    """`schema` as a schema. Raises InvalidRequest."""
    if isinstance(schema, Mapping):
        keywords.check(schema)
    if isinstance(schema, bool | Mapping):
        return schema
    raise InvalidRequest(
        f"The JSON Schema has {json.dumps(schema, default=str)[:60]} at {where}, where a schema "
        "(an object, true or false) belongs.",
        field="json_schema",
    )


class References:
    """Finds what `$ref` names inside one document, and which of them lead back to themselves."""

    def __init__(self, root: Schema | bool) -> None:
        self._root = root
        self._cyclic: dict[str, bool] = {}
        self._named: dict[str, list[str]] = {}

    def find(self, reference: object) -> Schema | bool:
        """The schema at `#`, `#/...` or `#anchor`. Raises InvalidRequest."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise InvalidRequest(
                f"The JSON Schema refers to {str(reference)[:80]!r}: only references within the "
                "schema itself (#/...) can be followed.",
                field="json_schema",
            )
        if len(reference) > 1 and reference[1] != "/":
            return self._anchor(reference[1:])
        found: Any = self._root
        for part in reference[2:].split("/") if len(reference) > 1 else ():
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (KeyError, IndexError, ValueError, TypeError):
                raise _missing(reference) from None
        return check(reference, found)

    def is_cyclic(self, reference: str) -> bool:
        """Whether the reference can come back to itself."""
        if reference not in self._cyclic:
            seen: set[str] = set()
            waiting = list(self._in(reference))
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self._in(one)
            self._cyclic[reference] = reference in seen
        return self._cyclic[reference]

    def _in(self, reference: str) -> list[str]:
        if reference not in self._named:
            self._named[reference] = list(_references(self.find(reference)))
        return self._named[reference]

    def _anchor(self, name: str) -> Schema | bool:
        for node in _nodes(self._root):
            if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return node
        raise _missing(f"#{name}")


def merge(left: Schema, right: Schema) -> dict[str, Any]:
    """One schema for what fits both. Raises Unsatisfiable where the types exclude each other.

    A keyword that has no common form (two patterns, say) keeps the left one under its name and the
    right one in `allOf`, for the verification.
    """
    left, right = _held(left, right), _held(right, left)
    merged = dict(left)
    # `items` speaks of what its own neighbour `prefixItems` leaves over.
    apart = ("items" in left) != ("items" in right) and "prefixItems" in {**left, **right}
    for key, value in right.items():
        if apart and key in ("items", "prefixItems"):
            merged["allOf"] = [*merged.get("allOf", []), {key: value}]
        elif key not in merged or key in REMARKS or merged[key] == value:
            merged.setdefault(key, value)
        elif key in LARGEST:
            merged[key] = max(merged[key], value)
        elif key in SMALLEST:
            merged[key] = min(merged[key], value)
        elif key in _JOINS and not (key == "items" and "prefixItems" in {**left, **right}):
            merged[key] = _JOINS[key](merged[key], value)
        else:
            merged["allOf"] = [*merged.get("allOf", []), {key: value}]
    return merged


def types_of(schema: Schema) -> tuple[str, ...]:
    """The types that a schema allows. Raises InvalidRequest for one that does not exist."""
    named = schema.get("type")
    if named is None:
        return TYPES
    names = (named,) if isinstance(named, str) else tuple(named)
    for name in names:
        if name not in TYPES:
            raise InvalidRequest(
                f"The JSON Schema has the type {str(name)[:40]!r}; types are {', '.join(TYPES)}.",
                field="json_schema",
            )
    return names


def whole(schema: Schema, name: str) -> int | None:
    """A count, which JSON may write as 2.0; None where it is not given."""
    return int(schema[name]) if name in schema else None


def _held(schema: Schema, other: Schema) -> Schema:
    """The schema with its properties held to what `other` says of those that it does not list."""
    rest = other.get("additionalProperties", True)
    if rest is True or "properties" not in schema:
        return schema
    listed, patterns = other.get("properties", {}), other.get("patternProperties", {})
    properties = {
        name: inner
        if name in listed or any(finds(one, name) for one in patterns)
        else _both(inner, rest)
        for name, inner in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def finds(pattern: str, text: str) -> bool:
    """Whether the regular expression is found; not where it is none."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _merge_types(left: Any, right: Any) -> list[str]:
    both = [set(types_of({"type": one})) for one in (left, right)]
    for index in (0, 1):
        if "number" in both[index] and "integer" in both[1 - index]:
            both[index].add("integer")
    common = [name for name in TYPES if name in both[0] & both[1]]
    if not common:
        raise Unsatisfiable
    return common


def _merge_properties(left: Any, right: Any) -> dict[str, Any]:
    merged = dict(left)
    for name, schema in right.items():
        known = merged.get(name, True)
        merged[name] = schema if known is True else _both(known, schema)
    return merged


def _both(left: Any, right: Any) -> Any:
    if isinstance(left, bool) or isinstance(right, bool):
        return False if False in (left, right) else right if left is True else left
    try:
        return merge(left, right)
    except Unsatisfiable:
        return False


def _merge_enums(left: Any, right: Any) -> list[Any]:
    common = [value for value in left if value in right]
    if not common:
        raise Unsatisfiable
    return common


_JOINS: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _merge_types,
    "properties": _merge_properties,
    "patternProperties": _merge_properties,
    "required": lambda left, right: [*left, *(name for name in right if name not in left)],
    "enum": _merge_enums,
    "items": _both,
    "additionalProperties": _both,
    "allOf": lambda left, right: [*left, *right],
    "uniqueItems": lambda left, right: left or right,
}


def _missing(reference: str) -> InvalidRequest:
    return InvalidRequest(
        f"The JSON Schema refers to {reference[:80]!r}, which is not in it.", field="json_schema"
    )


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _references(schema: Any) -> Iterator[str]:
    for node in _nodes(schema):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
