"""logit_bias as OpenAI's clients send it: a forced answer, and tokens that a model has not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localai.llama import LlamaModel
from localai.runtime import Runtime, RuntimeConfig
from localai.server.app import create_app
from tests.server.live import Live, serve
from tests.test_runtime import local_model

CHAT, COMPLETION = "/v1/chat/completions", "/v1/completions"


@pytest.fixture
def live(tiny_path: Path) -> Iterator[Live]:
    local_model(tiny_path)
    with (
        Runtime(config=RuntimeConfig(slots=2, threads=1)) as runtime,
        serve(create_app(runtime)) as live,
    ):
        yield live


def body(path: str, **more: Any) -> dict[str, Any]:
    asked = (
        {"prompt": "Hi"}
        if path == COMPLETION
        else {"messages": [{"role": "user", "content": "Hi"}]}
    )
    return {"model": "@local/tiny", "max_tokens": 4, **asked, **more}


@pytest.mark.parametrize("path", [CHAT, COMPLETION])
def test_a_token_is_forced_whatever_the_seed(live: Live, tiny: LlamaModel, path: str) -> None:
    token = next(t for t in range(300, 999) if tiny.piece(t).strip().isalpha())
    bias = {str(token): 100}
    answer = live.post(body(path, logit_bias=bias, temperature=1, seed=3), path).json()
    choice = answer["choices"][0]
    said = choice["text"] if path == COMPLETION else choice["message"]["content"]
    assert said.strip() == (tiny.piece(token) * 4).decode().strip()


@pytest.mark.parametrize("stream", [False, True])
def test_a_token_that_the_model_does_not_have_is_named(live: Live, stream: bool) -> None:
    answer = live.post(body(CHAT, logit_bias={"5": 1, "1000": 1}, stream=stream), CHAT)
    error = answer.json()["error"]
    assert (answer.status, error["param"]) == (400, "logit_bias.1000")
    assert "token 1000" in error["message"] and "0 to 999" in error["message"]
