"""Every text of a grammar fits its schema, and what people mean by the schema is in the grammar."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from localai.errors import InvalidRequest, SchemaUnmet
from localai.json_grammar import grammar, verify
from tests.json_grammar.schemas import schema
from tests.json_grammar.walk import Walker


@pytest.mark.parametrize("seed", range(80))
def test_whatever_a_grammar_says_fits_its_schema(walker: Walker, seed: int) -> None:
    wanted = schema(seed)
    made = grammar(wanted)
    assert not made.leftovers
    value = json.loads(walker.text(made.text, seed))
    jsonschema.Draft202012Validator(wanted).validate(value)


def person(**more: Any) -> dict[str, Any]:
    properties = {"name": {"type": "string"}, "age": {"type": "integer"}, "tags": {"type": "array"}}
    return {"type": "object", "properties": properties, **more}


TREE = {
    "$ref": "#/$defs/tree",
    "$defs": {
        "tree": {
            "type": "object",
            "properties": {"of": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
            "required": ["of"],
        }
    },
}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, "{}"),
        ({}, '{"a": [1, {"b": null}], "c": "\\u00e9\\n"}'),
        (True, '"text"'),
        (person(), "{}"),
        (person(), '{"age": 3}'),
        (person(), '{"name":"x","tags":[1,"a"]}'),
        (person(), '{\n  "name": "x",\n  "age": -3\n}'),
        (person(required=["age"]), '{"name": "x", "age": 0, "tags": []}'),
        ({"type": "array", "items": {"type": "number"}, "minItems": 2}, "[1, -2.5e10, 0.5]"),
        ({"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}]}, '[1, "x", null]'),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, '{"ü": 1, "b": 2}'),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "null"),
        ({"allOf": [person(), {"required": ["name"]}]}, '{"name": ""}'),
        ({"type": ["string", "null"]}, "null"),
        ({"enum": [1, "a", None, [1, 2]]}, "[1, 2]"),
        ({"type": "string", "pattern": "^[a-z]{2,3}$"}, '"abc"'),
        ({"type": "string", "pattern": "b+"}, '"abbc"'),
        ({"type": "string", "format": "date-time"}, '"2026-03-18T10:00:00.5Z"'),
        ({"type": "string", "format": "email"}, '"a.b@example.org"'),
        ({"type": "string", "format": "uri"}, '"https://example.org/a?b=c"'),
        ({"type": "number", "minimum": 0, "maximum": 1}, "0.37"),
        (TREE, '{"of": [{"of": []}, {"of": [{"of": []}]}]}'),
    ],
)  # fmt: skip
def test_what_is_meant_is_allowed(walker: Walker, schema: Any, text: str) -> None:
    assert walker.accepts(grammar(schema).text, text)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, "[]"),
        ({}, '{"a": 1'),
        ({}, '{"a": 01}'),
        ({}, "{'a': 1}"),
        (person(required=["age"]), '{"name": "x"}'),
        (person(), '{"age": "3"}'),
        (person(), '{"nam": "x"}'),
        (person(), '{"age": 3,}'),
        ({"type": "array", "maxItems": 1}, "[1, 2]"),
        ({"type": "array", "minItems": 1}, "[]"),
        ({"type": "string", "maxLength": 2}, '"abc"'),
        ({"type": "string", "pattern": "^a$"}, '"ab"'),
        ({"type": "string", "format": "date"}, '"2026-02-30"'),
        ({"type": "string"}, '"a\nb"'),
        ({"type": "string"}, '"\\ud800"'),
        ({"enum": ["a"]}, '"b"'),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "1"),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "-0.5"),
    ],
)
def test_what_does_not_fit_is_not(walker: Walker, schema: Any, text: str) -> None:
    assert not walker.accepts(grammar(schema).text, text)


BOUNDS = [(0, 0), (0, 9), (1, 10), (-1, 1), (-120, -7), (5, 1234), (999, 1001), (-10, 10)]


@pytest.mark.parametrize(("low", "high"), BOUNDS)
def test_whole_numbers_keep_their_bounds_exactly(walker: Walker, low: int, high: int) -> None:
    text = grammar({"type": "integer", "minimum": low, "maximum": high}).text
    near = {low - 1, low, low + 1, (low + high) // 2, high - 1, high, high + 1, 0, -1, 10, 100}
    for value in near:
        assert walker.accepts(text, str(value)) is (low <= value <= high), value


def test_keywords_beyond_a_grammar_are_verified() -> None:
    wanted = {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}
    assert grammar(wanted).leftovers == {"uniqueItems"}
    verify("[1, 2]", wanted)
    with pytest.raises(SchemaUnmet, match="JSON Mode couldn't be met: at its root"):
        verify("[1, 1]", wanted)
    with pytest.raises(SchemaUnmet, match="not whole JSON"):
        verify("[1, 1", wanted)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ([], "where a schema"),
        ({"type": "object", "properties": {"a": 7}}, "where a schema"),
        ({"type": "text"}, "the type 'text'"),
        ({"$ref": "#/$defs/none"}, "which is not in it"),
        ({"$ref": "https://example.org/s.json"}, "only references within"),
        ({"$ref": "#"}, "without end"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "without end"),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, "No JSON can fit"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "No JSON can fit"),
        ({"type": "string", "minLength": "x"}, "malformed"),
        ({"anyOf": []}, "No JSON can fit"),
        (False, "No JSON can fit"),
    ],
)
def test_a_schema_that_cannot_be_served_is_refused(schema: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        grammar(schema)
    assert caught.value.field == "json_schema"
