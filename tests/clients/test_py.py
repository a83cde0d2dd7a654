"""The Python clients, unmodified, against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from localai.dialects import workers_ai_schemas as schemas
from tests.clients.conftest import CHAT, FAMILIES, GPT_OSS, QIANFAN, SQLCODER, Service

Python = Callable[..., Any]


def test_cloudflare(python: Python) -> None:
    told = python("cloudflare_sdk.py", needs="cloudflare")
    assert told["usage"]["completion_tokens"] == 8
    assert told["kind"] == "text/event-stream"
    assert told["lines"][-1] == "data: [DONE]"
    frames = [json.loads(line.removeprefix("data: ")) for line in told["lines"][:-1]]
    assert "".join(frame["response"] for frame in frames) == told["response"] != ""
    assert told["calls"]
    assert {(call["name"], *call["arguments"]) for call in told["calls"]} == {("weather", "city")}
    assert told["refused"] == 5006
    assert told["token"] == "active"


def test_cloudflare_lists(python: Python) -> None:
    told = python("cloudflare_sdk.py", needs="cloudflare")
    models = list(FAMILIES)
    # The SDK asks on until a page is empty.
    assert told["pages"] == [models[:2], models[2:4], models[4:], []]
    assert told["names"] == models
    assert told["found"] == [SQLCODER]
    file = schemas.published("text_generation_2023")
    assert CHAT in file["models"]
    assert told["schema"] == [file["input"], file["output"]]
    assert told["tasks"] == ["Text Generation"]
    assert set(told["authors"]) == {id.split("/")[1] for id in models if "/" in id}
    assert told["finetunes"] == told["public"] == []


def test_openai(python: Python) -> None:
    told = python("openai_sdk.py", needs="openai")
    assert told["texts"][0] == told["texts"][1] == told["streamed"] != ""
    assert told["together"] == told["texts"]
    assert told["logprobs"] == [2] * 8
    assert told["usage"] == 8
    assert told["finish"] == "tool_calls"
    calls = told["calls"] + told["streamed_calls"]
    assert {name for name, _ in calls} == {"weather"}
    for arguments in [*(each for _, each in calls), told["json"]]:
        assert set(json.loads(arguments)) == {"city"}
    assert told["after"]
    assert set(told["parsed"]) == {"city"}
    assert told["completions"] == 2 * [told["streamed_completion"]] != 2 * [""]
    assert told["model"] == CHAT
    assert told["names"] == list(FAMILIES)
    assert told["lost"] == "model_not_found"


def test_langchain_cloudflare(python: Python) -> None:
    told = python("langchain_cloudflare_sdk.py", GPT_OSS, needs="langchain_cloudflare")
    assert told["answers"] == 4 * told["answers"][:1] != 4 * [""]
    assert told["usage"]["output_tokens"] == 16
    for way in ("calls", "streamed_calls"):
        assert {(name, *arguments) for name, arguments in told[way]} == {("weather", "city")}
    assert told["after"]
    assert set(told["structured"]) == {"json_schema", "function_calling"}
    assert {key for answer in told["structured"].values() for key in answer} == {"city"}


def test_litellm(python: Python) -> None:
    told = python("litellm_sdk.py", needs="litellm")
    texts = [told[way][road] for way in ("whole", "streamed") for road in ("account", "plain")]
    assert texts == 4 * texts[:1] != 4 * [""]
    # Its own provider passes no temperature on.
    assert told["whole"]["cloudflare"]
    assert told["streamed"]["cloudflare"]
    assert {key for arguments in told["calls"] for key in json.loads(arguments)} == {"city"}


REJECTED = {"keys": "AuthError", "token": "AccessTokenExpiredError", "signed": 14}


@pytest.mark.parametrize("way", REJECTED)
def test_qianfan(python: Python, service: Service, way: str) -> None:
    told = python("qianfan_sdk.py", way, needs="qianfan")
    expected = service.greedy(model=QIANFAN, tokens=32)
    assert all(result.startswith(expected) for result in told["results"])
    assert told["ends"] == [False, True]
    assert told["usage"]["total_tokens"] > 0
    assert told["refused"] == 336003
    assert told["rejected"] == REJECTED[way]


def test_langchain_community(python: Python, service: Service) -> None:
    told = python("langchain_community_sdk.py", needs="langchain_community")
    expected = service.greedy(model=QIANFAN, tokens=32)
    assert len(told["answers"]) == 4
    assert all(answer.startswith(expected) for answer in told["answers"])


def test_the_same_prompt_is_the_same_text_by_every_road(service: Service, python: Python) -> None:
    expected = service.greedy(tokens=8)
    assert python("cloudflare_sdk.py", needs="cloudflare")["raw"] == expected
    assert python("openai_sdk.py", needs="openai")["completions"][0] == expected
    # Qianfan has no limit to its tokens; the same weights stand behind its name.
    told = python("qianfan_sdk.py", "token", needs="qianfan")
    assert told["results"][0].startswith(expected)
