"""The published schemas: who has which, and that our checks agree with them, exceptions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.dialects.dialect import Call
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_schemas import FILES, GENERIC, published, schema
from localai.errors import InvalidRequest, UnknownModel
from tests.dialects.test_workers_ai_models import spec

SQLCODER = "@cf/defog/sqlcoder-7b-2"
Body = dict[str, Any]
VALIDATORS = {name: jsonschema.Draft202012Validator(published(name)["input"]) for name in FILES}


def accepts(body: object) -> bool:
    try:
        parse_inputs(SQLCODER, body)  # type: ignore[arg-type]
    except InvalidRequest:
        return False
    return True


def turn(**fields: Any) -> Body:
    return {"messages": [{"role": "user", "content": "x", **fields}]}


def tool(**fields: Any) -> Body:
    parameters = {"type": "object", "properties": {}}
    return {
        **turn(),
        "tools": [{"name": "a", "description": "", "parameters": parameters} | fields],
    }


PART = {"type": "text", "text": "x"}
CALLS = [{"name": "a", "arguments": {}}]

# What the published schema refuses, and we accept, because newer schemas or real clients need it.
WIDER: Mapping[str, Body] = {
    "penalties from -2": {"prompt": "x", "frequency_penalty": -2, "presence_penalty": -0.1},
    "content in parts": turn(content=[PART, PART]),
    "an assistant without content": {
        "messages": [{"role": "assistant", "content": None, "tool_calls": CALLS}]
    },
    "null for an absent option": {"prompt": "x", "top_k": None, "messages": None},
    "empty functions": {**turn(), "functions": ""},
    "a tool without description": {**turn(), "tools": [{"name": "a", "parameters": {}}]},
    "a tool without parameters": {**turn(), "tools": [{"name": "a"}]},
    "parameters of any schema": tool(parameters={"$ref": "#/$defs/a", "$defs": {"a": {}}}),
    "a parameter without description": tool(
        parameters={"type": "object", "properties": {"p": {"type": "string"}}}
    ),
}

# What the published schema accepts, and we refuse, for no model could answer it as it is meant.
NARROWER: Mapping[str, Body] = {
    "no message at all": {"messages": []},
    "an unknown role": turn(role="wizard"),
    "max_tokens below 1": {"prompt": "x", "max_tokens": 0},
    "a name that no call could bear": tool(name="a b"),
    "two tools of one name": {**turn(), "tools": tool()["tools"] * 2},
    "more than 128 tools": {
        **turn(),
        "tools": [tool(name=f"t{i}")["tools"][0] for i in range(129)],
    },
    "an option of the other input, malformed": {"prompt": "x", "tools": 5},
    "an option that the schema lacks, malformed": {"prompt": "x", "stop": 5},
}


@pytest.mark.parametrize("name", WIDER)
def test_what_is_accepted_beyond_the_schema(name: str) -> None:
    assert (VALIDATORS[GENERIC].is_valid(WIDER[name]), accepts(WIDER[name])) == (False, True)


@pytest.mark.parametrize("name", NARROWER)
def test_what_is_refused_within_the_schema(name: str) -> None:
    assert (VALIDATORS[GENERIC].is_valid(NARROWER[name]), accepts(NARROWER[name])) == (True, False)


def filled(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema of the published kind accepts."""
    if "oneOf" in schema:
        return st.one_of([filled({"type": "object", **one}) for one in schema["oneOf"]])
    match schema["type"]:
        case "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=20)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(schema["minimum"], schema["maximum"])
        case "array":
            return st.lists(filled(schema["items"]), max_size=3)
    if "properties" not in schema:
        inner = schema.get("additionalProperties")
        return st.dictionaries(st.text(max_size=5), filled(inner) if inner else st.none())
    properties = {name: filled(one) for name, one in schema["properties"].items()}
    if "role" in properties:
        properties["role"] = st.sampled_from(["system", "user", "assistant", "tool", "wizard"])
    needed = {name: properties.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=properties)


WRONG = [None, True, -3, 0, 1.5, 51, 10**10, "", "x", [], [1], {}, {"a": 1}]


@st.composite
def bodies(draw: st.DrawFn, name: str) -> Body:
    """A body that the schema accepts, or that body with one value of any depth put wrong."""
    body: Body = draw(filled(published(name)["input"]))
    places = list(_places(body))
    if draw(st.booleans()):
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(st.sampled_from(WRONG))
    return body


def _places(value: Any) -> Any:
    keys = value if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def as_published(body: Body) -> Body:
    """The body without what WIDER allows: each widening put back into the published form."""
    body = {key: value for key, value in body.items() if value is not None}
    for name in ("frequency_penalty", "presence_penalty"):
        value = body.get(name, 0)
        if isinstance(value, int | float) and not isinstance(value, bool) and -2 <= value < 0:
            body[name] = 0
    if isinstance(body.get("messages"), list):
        body["messages"] = [_turn(one) for one in body["messages"]]
    if body.get("functions") in ("", {}):
        del body["functions"]
    if isinstance(body.get("tools"), list):
        body["tools"] = [_tool(one) for one in body["tools"]]
    return body


def _turn(one: Any) -> Any:
    if isinstance(one, dict) and one.get("content", one) in (None, []):
        silent = one["content"] == [] or one.get("role") == "assistant"
        return {**one, "content": ""} if silent else one
    if isinstance(one, dict) and "content" not in one and one.get("role") == "assistant":
        return {**one, "content": ""}
    return one


def _tool(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    if one.get("function") is not None:
        if one.get("type", "function") != "function":
            return 0
        return {"type": "function", "function": _function(one["function"])}
    return _function(one)


def _function(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    parameters = one.get("parameters")
    if parameters is None or isinstance(parameters, dict):
        parameters = {"type": "object", "properties": {}}
    # Whatever is no text asks for no description: it is read as an empty one.
    return {"name": one.get("name"), "description": one.get("description") or "",
            "parameters": parameters}  # fmt: skip


def is_narrower(body: Body) -> bool:
    """Whether NARROWER names a reason to refuse it."""
    body = as_published(body)
    if not VALIDATORS[GENERIC].is_valid(body):
        return True  # refused by the newer of the two schemas
    tools = [*(body.get("tools") or []), *(body.get("functions") or [])]
    names = [(one.get("function") or one).get("name") or "" for one in tools]
    return (
        body.get("messages") == []
        or any(m["role"] not in ROLES for m in body.get("messages") or ())
        or body.get("max_tokens", 1) < 1
        or len(set(names)) < len(names)
        or any(not (n.isascii() and n.replace("_", "a").isalnum()) for n in names)
    )


ROLES = ("system", "user", "assistant", "tool")


@pytest.mark.parametrize("name", FILES)
def test_all_else_is_accepted_where_the_schema_accepts_it(name: str) -> None:
    seen = {True: 0, False: 0}

    @settings(max_examples=400, deadline=None)
    @given(bodies(name))
    def agree(body: Body) -> None:
        valid = VALIDATORS[name].is_valid(as_published(body))
        accepted = accepts(body)
        seen[accepted] += 1
        assert valid or not accepted or name != GENERIC, body
        assert accepted or not valid or is_narrower(body), body

    agree()
    assert min(seen.values()) > 20, seen


MODELS = (
    spec(SQLCODER),
    spec("@cf/meta/llama-2-7b-chat-int8", aliases=("llama2-small",)),
    spec("@localai/sql-tiny"),
)


@pytest.mark.parametrize(
    ("model", "file"),
    [
        (SQLCODER, GENERIC),
        (SQLCODER.upper(), GENERIC),
        ("@cf/meta/llama-2-7b-chat-int8", "text_generation_2023"),
        ("llama2-small", "text_generation_2023"),
        ("@localai/sql-tiny", GENERIC),
    ],
)
def test_each_model_has_its_published_schema(model: str, file: str) -> None:
    told = schema(Call(query={"model": model}), MODELS)["result"]
    assert told == {name: published(file)[name] for name in ("input", "output")}


@pytest.mark.parametrize(
    ("query", "error"), [({}, InvalidRequest), ({"model": "@cf/a/b"}, UnknownModel)]
)
def test_no_schema_without_a_model(query: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        schema(Call(query=query), MODELS)


def test_the_schemas_are_schemas() -> None:
    check: Callable[[Any], None] = jsonschema.Draft202012Validator.check_schema
    for name in FILES:
        assert published(name)["source"]
        check(published(name)["input"])
        check(published(name)["output"])
