"""The Python clients, unmodified, against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.conftest import CHAT, FAMILIES, GPT_OSS, QIANFAN, Service

Python = Callable[..., Any]


def test_cloudflare(python: Python) -> None:
    told = python("cloudflare_sdk.py", needs="cloudflare")
    assert told["response"]
    assert told["last"] == "data: [DONE]"
    assert told["names"] == list(FAMILIES)
    assert told["schema"] == [True, True]
    assert told["finetunes"] == told["public"] == []
    assert told["token"] == "active"


def test_openai(python: Python) -> None:
    told = python("openai_sdk.py", needs="openai")
    assert told["texts"][0] == told["texts"][1] == told["streamed"] != ""
    assert told["logprobs"] == [2] * 8
    assert told["usage"] == 8
    assert told["finish"] == "tool_calls"
    assert {name for name, _ in told["calls"]} == {"weather"}
    for arguments in [*(a for _, a in told["calls"]), *told["streamed_calls"], told["json"]]:
        assert set(json.loads(arguments)) == {"city"}
    assert len(set(told["completions"])) == 1
    assert CHAT in told["names"]
    assert told["lost"] == "model_not_found"


def test_langchain_cloudflare(python: Python) -> None:
    told = python("langchain_cloudflare_sdk.py", GPT_OSS, needs="langchain_cloudflare")
    # The beginning alone: over 400 tokens of random weights, near-ties fall either way.
    assert told["answer"][:60] == told["streamed"][:60] != ""
    assert {name for name, _ in told["calls"]} == {"weather"}
    assert set(told["structured"]) == {"city"}


def test_litellm(python: Python) -> None:
    told = python("litellm_sdk.py", needs="litellm")
    assert told["workers"] == told["plain"] == told["streamed"] != ""


@pytest.mark.parametrize("way", ["keys", "token", "signed"])
def test_qianfan(python: Python, service: Service, way: str) -> None:
    told = python("qianfan_sdk.py", way, needs="qianfan")
    expected = service.greedy(model=QIANFAN, tokens=32)
    assert all(result.startswith(expected) for result in told["results"])
    assert told["ends"] == [False, True]
    assert told["usage"]["total_tokens"] > 0
    assert told["refused"] == 336003


def test_langchain_community(python: Python) -> None:
    told = python("langchain_community_sdk.py", needs="langchain_community")
    assert told["answer"]
    assert told["streamed"]


def test_the_same_prompt_is_the_same_text_by_every_road(service: Service, python: Python) -> None:
    expected = service.greedy(tokens=8)
    assert python("openai_sdk.py", needs="openai")["completions"][0] == expected
