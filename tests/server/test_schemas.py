"""Schemas and tools that cannot be served, over HTTP: a 4xx that names what is wrong, and soon."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from localai.server import create_app
from tests.json_requests import runtime
from tests.server.live import Live, serve

MODEL = "@local/zephyr"
MESSAGES = [{"role": "user", "content": "hi"}]
NAMED = {"type": "function", "function": {"name": "g"}}
DEEP: dict[str, Any] = {"type": "null"}
for _ in range(400):
    DEEP = {"type": "array", "items": DEEP}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with (
        runtime(tmp_path_factory.mktemp("schemas")) as opened,
        serve(create_app(opened)) as served,
    ):
        yield served


def ask(live: Live, dialect: str, body: dict[str, Any]) -> Any:
    whole = {"messages": MESSAGES, "max_tokens": 300, **body}
    if dialect == "openai":
        return live.call("POST", "/v1/chat/completions", {"model": MODEL, **whole})
    return live.call("POST", f"/client/v4/accounts/a1/ai/run/{MODEL}", whole)


def tool(name: object = "f", **parameters: Any) -> dict[str, Any]:
    return {"name": name, "description": "", "parameters": parameters}


def asked(schema: object) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (asked({"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}), "#/nowhere"),
    (asked({"type": "object", "$ref": "https://example.org/s"}), "only references within"),
    (asked({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}), "without end"),
    (asked({"type": "integer", "minimum": 5, "maximum": 3}), "within its bounds"),
    (asked({"type": "string", "pattern": "(["}), "pattern"),
    (asked({"type": "string", "pattern": "^(?=x)(a+)+$"}), "for ever"),
    (asked({"type": "string", "minLength": "two"}), "minLength"),
    (asked({"type": "array", "minItems": 10**6}), "minItems"),
    (asked({"type": "object", "properties": {f"p{i}": {} for i in range(3000)}}), "too large"),
    (asked({"type": "object", "properties": ["a"]}), "properties"),
    (asked(DEEP), "deep"),
    (asked([]), "json_schema"),
    ({"tools": [tool(properties={"a": {"type": "text"}})]}, "The tool f"),
    ({"tools": [tool("a b")]}, "name"),
    ({"tools": [tool('"\n')]}, "name"),
    ({"tools": [tool(""), tool()]}, "name"),
    ({"tools": [tool(None)]}, "name"),
    ({"tools": [tool(), tool()]}, "an earlier tool"),
    ({"tools": "f"}, "tools"),
    ({"tools": [tool()], "tool_choice": NAMED}, "tool_choice"),
    ({"tools": [], "tool_choice": "required"}, "tool_choice"),
    ({"tools": [], "tool_choice": NAMED}, "tool_choice"),
    ({"tools": [tool()], "tool_choice": "always"}, "tool_choice"),
]


@pytest.mark.parametrize("dialect", ["openai", "workers_ai"])
@pytest.mark.parametrize(("body", "words"), REFUSED)
def test_what_cannot_be_served_is_refused_by_name(
    live: Live, dialect: str, body: dict[str, Any], words: str
) -> None:
    began = time.monotonic()
    answer = ask(live, dialect, body)
    assert 400 <= answer.status < 500, answer
    assert words in answer.body.decode()
    assert time.monotonic() - began < 30  # none hangs; most take milliseconds


@pytest.mark.parametrize("dialect", ["openai", "workers_ai"])
@pytest.mark.parametrize(
    "schema",
    [
        {"enum": [f"value {i}" for i in range(10_000)]},
        {"type": "object", "properties": {'q"': {"const": '\n"\\'}, "\u0001\n": {"type": "null"},
                                          "é\u2028🙂": {"type": "boolean"}},
         "required": ['q"', 'q"', "\u0001\n", "é\u2028🙂", "not listed"],
         "additionalProperties": {"const": "\u00e9"}},
        {"type": "object", "description": "x" * 1_000},
        {"type": "string", "pattern": "^(a+)+$", "maxLength": 9},
        {"type": "string", "pattern": "^(a|a)*b$"},
    ],
)  # fmt: skip
def test_what_is_odd_is_served(live: Live, dialect: str, schema: dict[str, Any]) -> None:
    # Of ten thousand values the prompt would tell all.
    told = {"messages": [], "prompt": "x"} if "enum" in schema and dialect != "openai" else {}
    if "enum" in schema and not told:
        return
    answer = ask(live, dialect, asked(schema) | told)
    if told:
        assert answer.status < 500, answer
        return
    assert answer.status == 200, answer
    made = answer.json()
    text = (
        made["choices"][0]["message"]["content"]
        if dialect == "openai"
        else made["result"]["response"]
    )
    value = json.loads(text) if isinstance(text, str) and dialect == "openai" else text
    if "properties" in schema:
        assert value['q"'] == '\n"\\' and value["not listed"] == "é", value
