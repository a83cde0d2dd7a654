"""Every text of a grammar fits its schema, and what people mean by the schema is in the grammar."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from localai.errors import InvalidRequest, SchemaUnmet
from localai.json_grammar import grammar, verify
from localai.json_grammar.formats import FORMATS, LENGTHS
from localai.json_grammar.searches import is_endless
from localai.llama.gbnf import read
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


def doubling(count: int) -> dict[str, Any]:
    """Each definition asks for the next one in two ways."""
    definitions: dict[str, Any] = {f"a{count}": {"type": "string"}}
    for i in range(count):
        following = {"$ref": f"#/$defs/a{i + 1}"}
        definitions[f"a{i}"] = {"anyOf": [following | {"minLength": 1}, following | {"title": "x"}]}
    return {"$ref": "#/$defs/a0", "$defs": definitions}


def nested(count: int) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "null"}
    for _ in range(count):
        made = {"type": "array", "items": made}
    return made


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
        ({"type": "string", "minLength": "x"}, "must be a whole number"),
        ({"anyOf": []}, "No JSON can fit"),
        (False, "No JSON can fit"),
        ({"type": "integer", "multipleOf": 0}, "above 0"),
        ({"type": "number", "maximum": float("inf")}, "must be a number"),
        ({"enum": "abc"}, "must be a list"),
        ({"type": "object", "required": "a"}, "must be a list of names"),
        ({"properties": ["a"]}, "must be an object"),
        ({"type": "object", "required": ["b"], "additionalProperties": False}, "'b' is required"),
        ({"type": "object", "minProperties": 3, "maxProperties": 2}, "is above maxProperties 2"),
        ({"type": "array", "minItems": 100_000}, "at most 400"),
        ({"type": "string", "pattern": "(["}, "cannot be read"),
        ({"type": "string", "pattern": "^(?=x)(a+)+$"}, "could take for ever"),
        ({"type": "string", "pattern": "^(a*b*)*$"}, "could take for ever"),
        ({"patternProperties": {"^(a|b|ab)*c$": True}}, "could take for ever"),
        (
            {"properties": {f"p{i}": {"const": 1} for i in range(2000)}},
            "too large: one object has more",
        ),
        ({"anyOf": [{"const": i} for i in range(300)]}, "more than 256 alternatives"),
        (doubling(30), "unfolds to more than"),
        (nested(2000), "nested too deeply"),
    ],
)
def test_a_schema_that_cannot_be_served_is_refused(schema: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        grammar(schema)
    assert caught.value.field == "json_schema"


@pytest.mark.parametrize("step", [3, 12, 100, 128, 0.01, 2.5])
@pytest.mark.parametrize("bounds", [(None, None), (0, None), (-40, 70), (3, 123456), (-9999, -5)])
def test_multiples_are_told_exactly(
    walker: Walker, step: float, bounds: tuple[int | None, int | None]
) -> None:
    low, high = bounds
    kind = "integer" if isinstance(step, int) else "number"
    wanted: dict[str, Any] = {"type": kind, "multipleOf": step}
    wanted |= {} if low is None else {"minimum": low}
    wanted |= {} if high is None else {"maximum": high}
    made = grammar(wanted)
    assert not made.leftovers
    exact, chance = Decimal(str(step)), random.Random(7)
    for _ in range(12):
        near = chance.choice([0, 10, 100, 12345, 10**6])
        value = Decimal(chance.randint(-near, near)) * chance.choice([exact, Decimal(1)])
        text = format(value, "f")
        within = (low is None or value >= low) and (high is None or value <= high)
        allowed = within and value % exact == 0 and (kind == "number" or value % 1 == 0)
        if kind == "number" or "." not in text:
            assert walker.accepts(made.text, text) is allowed, text
    for seed in range(2):
        text = walker.text(made.text, seed, budget=10)
        verify(text, wanted)
        assert not text.startswith(("00", "-00"))


@pytest.mark.parametrize(
    ("schema", "texts", "others"),
    [
        ({"pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4}, ["ab", "abcd"], ["a", "abcde"]),
        ({"pattern": "^a.*z$", "maxLength": 5}, ["az", 'a"\\bz'], ["abcdez", "ab"]),
        ({"pattern": r"^[ -~]{3}$"}, ['a"\\', "~ !"], ["ab", "abé"]),
        ({"pattern": r"\d", "maxLength": 3}, ["1"], ["ab", "abc1"]),
        ({"pattern": r"^\S+$"}, ["é{"], ["a\u00a0b", "a b"]),
        ({"pattern": r"^[^\w]$"}, ["-"], ["é", "a"]),
        ({"pattern": r"^[\s\S]{2}$"}, ["\n\t", "é😀"], ["a"]),
        ({"pattern": r"^(a+)+$"}, ["a" * 40], ["a" * 40 + "b"]),
        ({"pattern": r"^a{0,100000}$"}, ["", "aaa"], ["b"]),
        ({"pattern": r"^(?<year>\d{4})\/$"}, ["2026/"], ["26/"]),
        ({"pattern": r"^((a{0,9}b){0,300}c){0,300}$"}, ["aabcbc"], ["d"]),
        ({"minLength": 1600, "maxLength": 2700}, ["x" * 1600, "x" * 2700],
         ["x" * 1599, "x" * 2701]),
        ({"minLength": 3000}, ["x" * 3000], ["x" * 2999]),
        ({"format": "date"}, ["2024-02-29", "2000-02-29"], ["2023-02-29", "1900-02-29"]),
        ({"format": "ipv6"}, ["::1", "::", "1:d6::42", "::ffff:192.168.0.1"],
         [":::", "1:2", "1::2::3"]),
    ],
)  # fmt: skip
def test_texts_keep_their_pattern_and_their_limits(
    walker: Walker, schema: Any, texts: list[str], others: list[str]
) -> None:
    made = grammar({"type": "string", **schema})
    assert not made.leftovers
    for text in texts:
        assert walker.accepts(made.text, json.dumps(text, ensure_ascii=False)), text
    for text in others:
        assert not walker.accepts(made.text, json.dumps(text, ensure_ascii=False)), text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_lengths_of_formats_are_what_is_stated(form: str) -> None:
    rules = read(f"root ::= {FORMATS[form]}\n")
    assert all(rule.alternatives for rule in rules)
    if form in LENGTHS:
        assert _lengths(FORMATS[form]) == LENGTHS[form]


COUNTED = {"type": "object", "properties": {"a": True, "b": True, "c": True}}


@pytest.mark.parametrize(
    ("schema", "texts", "others"),
    [
        (
            {"properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "null"}},
            ['{"a": 1, "b": null}', '{"ab": null}', "{}"],
            ['{"a": null}', '{"a": 1, "a": null}', '{"b": 1}'],
        ),
        (
            {"patternProperties": {"^x-": {"type": "null"}}, "properties": {"b": {"const": 1}}},
            ['{"b": 1, "x-a": null}', '{"x-": null}'],
            ['{"y": null}', '{"b": 2}'],
        ),
        (
            {"properties": {"x-b": {"type": ["integer", "null"]}},
             "patternProperties": {"^x-": {"type": ["null", "string"]}}},
            ['{"x-b": null}'],
            ['{"x-b": 1}'],
        ),
        (
            COUNTED | {"dependentRequired": {"a": ["c"], "b": ["a"]}},
            ["{}", '{"c": 1}', '{"a": 1, "c": 1}', '{"a": 1, "b": 1, "c": 1}'],
            ['{"a": 1}', '{"b": 1}', '{"a": 1, "b": 1}'],
        ),
        (
            COUNTED | {"dependentSchemas": {"a": {"properties": {"b": {"const": 7}}}}},
            ['{"a": 1, "b": 7}', '{"b": 8}'], ['{"a": 1, "b": 8}'],
        ),
        (COUNTED | {"minProperties": 2}, ['{"a": 1, "c": 1}', '{"b":1,"c":1}'], ["{}", '{"c": 1}']),
        (COUNTED | {"minProperties": 4}, ['{"a":1,"b":1,"c":1,"d":1}'], ['{"a":1,"b":1,"c":1}']),
        (COUNTED | {"maxProperties": 1}, ["{}", '{"c": 1}'], ['{"a": 1, "b": 1}']),
        (COUNTED | {"maxProperties": 0}, ["{}"], ['{"a": 1}']),
        (
            {"propertyNames": {"pattern": "^[A-Z]+$"}, "additionalProperties": {"type": "null"}},
            ['{"AB": null}'], ['{"a": null}'],
        ),
        (
            {"properties": {"a": True, "bb": True}, "propertyNames": {"maxLength": 1}},
            ['{"a": 1}'], ['{"bb": 1}'],
        ),
        (
            {"allOf": [{"properties": {"a": {"type": "integer"}}}],
             "additionalProperties": {"type": "boolean"}},
            ["{}"], ['{"a": 1}'],
        ),
    ],
)  # fmt: skip
def test_objects_have_the_properties_that_they_may(
    walker: Walker, schema: Any, texts: list[str], others: list[str]
) -> None:
    made = grammar({"type": "object", **schema})
    for text in texts:
        assert walker.accepts(made.text, text), text
    for text in others:
        assert not walker.accepts(made.text, text), text


def test_unique_items_of_a_list_of_values(walker: Walker) -> None:
    few = grammar({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True,
                   "minItems": 2})  # fmt: skip
    assert not few.leftovers
    assert walker.accepts(few.text, '["c", "a"]') and walker.accepts(few.text, '["b","a","c"]')
    assert not walker.accepts(few.text, '["a", "a"]') and not walker.accepts(few.text, '["a"]')
    many = grammar({"type": "array", "items": {"enum": list(range(40))}, "uniqueItems": True})
    assert walker.accepts(many.text, "[3, 17, 39]")
    assert not walker.accepts(many.text, "[3, 3]")
    with pytest.raises(InvalidRequest, match="minItems 4 of 3"):
        grammar({"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 4})


def _lengths(expression: str) -> tuple[int, int]:
    """Characters of the shortest and the longest text, by llama.cpp's rules."""
    rules = read(f"root ::= {expression}\n")

    def of(number: int) -> tuple[int, int]:
        found = [
            [(-item, -item) if item < 0 else of(item) for item in items]
            for items in rules[number].alternatives
        ]
        sums = [(sum(a for a, _ in one), sum(b for _, b in one)) for one in found]
        return min(a for a, _ in sums), max(b for _, b in sums)

    return of(next(n for n, rule in enumerate(rules) if rule.name == "root"))


@pytest.mark.parametrize(
    ("pattern", "endless"),
    [
        (r"^(a+)+$", True), (r"(a|a)*b", True), (r"^(a*b*)*$", True), (r"(.*a){9,20}", True),
        (r"(?=x)y", False), (r"^(?=(a+)+)b", True), (r"^[a-z]+(-[a-z]+)*$", False),
        (r"^(foo|bar)+$", False), (r"^(\d{2,3}\.)*\d$", False), (r"^([a-z-]+-)*$", True),
        (r"^\w+@\w+(\.\w+)+$", False), (r"(?i)a", True), (r"([", False),
    ],
)  # fmt: skip
def test_searches_without_end_are_known(pattern: str, endless: bool) -> None:
    assert is_endless(pattern) is endless


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {"$ref": "https://example.org/never-asked-for"}},
        {"not": {"pattern": "(["}},
        {"not": {"$ref": "#/nowhere"}},
    ],
)
def test_what_cannot_be_judged_by_is_an_error(schema: Any) -> None:
    with pytest.raises(InvalidRequest, match="cannot be judged by"):
        verify('"x"', schema)


def test_a_search_without_end_is_refused_wherever_it_stands() -> None:
    with pytest.raises(InvalidRequest, match="for ever"):
        grammar({"type": "string", "not": {"pattern": "^(a|a)*$"}})
