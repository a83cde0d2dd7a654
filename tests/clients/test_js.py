"""The npm clients, unmodified, against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.clients.conftest import CHAT, FAMILIES, QIANFAN, Service
from tests.clients.test_miniflare import frames

Node = Callable[..., Any]


def test_cloudflare(node: Node) -> None:
    told = node("cloudflare.mjs", needs="cloudflare")
    streamed = frames(told["stream"])
    assert told["response"] == "".join(frame["response"] for frame in streamed) != ""
    assert told["usage"]["completion_tokens"] == 8
    assert told["calls"]
    assert {(call["name"], *call["arguments"]) for call in told["calls"]} == {("weather", "city")}
    assert told["names"] == list(FAMILIES)
    assert told["schema"] == ["input", "output"]
    assert told["token"] == "active"
    assert told["refused"] == [400, 5007]


def test_openai(node: Node) -> None:
    told = node("openai.mjs", needs="openai")
    assert told["chat"] == told["streamed"] != ""
    assert told["usage"]["completion_tokens"] == 8
    for call in (told["call"], told["streamed_call"]):
        assert call["name"] == "weather"
        assert set(json.loads(call["arguments"])) == {"city"}
    assert told["finish"] == "tool_calls"
    assert set(json.loads(told["json"])) == {"city"}
    assert told["completion"]
    assert CHAT in told["names"]


def test_workers_ai_provider(node: Node) -> None:
    told = node("workers_ai_provider.mjs", needs="workers-ai-provider")
    assert told["text"] == told["streamed"] != ""
    steps = [told["calls"], told["streamed_calls"], *told["steps"]]
    assert len(steps) == 4  # the second step of the last shows the model what the first one got
    for calls in steps:
        assert {(call["name"], *call["input"]) for call in calls} == {("weather", "city")}
    assert set(told["results"]) == {"sunny"}


def test_langchain_cloudflare(node: Node) -> None:
    told = node("langchain.mjs", needs="@langchain/cloudflare")
    # It passes no temperature on: the texts differ.
    assert all(told.values())
    assert len(told) == 5


def test_qianfan(node: Node, service: Service) -> None:
    told = node("qianfan.mjs", needs="@baiducloud/qianfan")
    # The beginning alone: over 512 tokens of random weights, near-ties fall either way.
    expected = service.greedy(model=QIANFAN, tokens=32)
    for way in ("token", "signed"):
        assert told[way]["result"].startswith(expected)
        assert told[way]["streamed"].startswith(expected)
        assert told[way]["ended"] is True
        assert told[way]["usage"]["total_tokens"] > 0
