"""One raw prompt, one greedy text: in process and by every dialect, whole and in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localai import LocalAI, RuntimeConfig
from localai.dialects.qianfan import PREFIX
from localai.registry import add_local
from localai.server import create_app
from tests.gguf_models import tiny_llama
from tests.server.live import Live, serve
from tests.test_runtime import local_model

TOKENS = 24
MODEL = "@local/tiny"
RUN = f"/client/v4/accounts/a1/ai/run/{MODEL}"
PROMPTS = (
    "### Task\nGenerate a SQL query to answer `What is our total revenue?`\n\n### SQL\n```sql\n",
    "hello",
    "  two spaces, ünïcode, 数据 and <s>[INST] a control token",
)


@pytest.fixture(scope="module", params=["spm", "bpe"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    return tiny_llama(folder / "tiny.gguf", vocabulary=request.param)


@pytest.fixture
def ai(path: Path) -> Iterator[LocalAI]:
    # Its family wraps what is not raw, and every dialect has a name of its own for it.
    named = {"qianfan": ("tiny_7b", "Tiny-7B"), "openai": ("tiny-7b",)}
    add_local(replace(local_model(path, "tiny", "llama-2-chat"), spellings=named))
    with LocalAI(config=RuntimeConfig(slots=2, threads=1)) as ai:
        yield ai


@pytest.fixture
def live(ai: LocalAI) -> Iterator[Live]:
    with serve(create_app(ai.runtime)) as live:
        yield live


def frames(body: bytes) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in body.decode().split("\n\n") if line]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def by_workers_ai(live: Live, prompt: str, stream: bool) -> str:
    body = {"prompt": prompt, "raw": True, "temperature": 0, "max_tokens": TOKENS}
    answer = live.post({**body, "stream": stream}, RUN)
    if not stream:
        return str(answer.json()["result"]["response"])
    return "".join(frame["response"] for frame in frames(answer.body))


def by_openai(live: Live, prompt: str, stream: bool) -> str:
    body = {"model": "tiny-7b", "prompt": prompt, "temperature": 0, "max_tokens": TOKENS}
    answer = live.post({**body, "stream": stream}, "/v1/completions")
    whole = frames(answer.body) if stream else [answer.json()]
    return "".join(frame["choices"][0]["text"] for frame in whole)


def by_qianfan(live: Live, prompt: str, stream: bool) -> str:
    # Without a temperature top_k 1 would be greedy anyway; with one it alone makes it so.
    body = {"prompt": prompt, "top_k": 1, "temperature": 1.0, "max_output_tokens": TOKENS}
    answer = live.post({**body, "stream": stream}, f"{PREFIX}/completions/tiny_7b")
    whole = frames(answer.body) if stream else [answer.json()]
    return "".join(frame["result"] for frame in whole)


def in_process(ai: LocalAI, prompt: str, stream: bool) -> str:
    inputs = {"prompt": prompt, "raw": True, "temperature": 0, "max_tokens": TOKENS}
    if not stream:
        return str(ai.run(MODEL, inputs)["response"])
    return "".join(piece["response"] for piece in ai.run(MODEL, {**inputs, "stream": True}))


@pytest.mark.parametrize("prompt", PROMPTS, ids=["task", "word", "care"])
def test_a_raw_prompt_has_one_greedy_text_everywhere(ai: LocalAI, live: Live, prompt: str) -> None:
    texts = {("in process", stream): in_process(ai, prompt, stream) for stream in (False, True)}
    for ask in (by_workers_ai, by_openai, by_qianfan):
        texts |= {(ask.__name__, stream): ask(live, prompt, stream) for stream in (False, True)}
    assert len(set(texts.values())) == 1, texts
    assert len(next(iter(texts.values()))) > TOKENS
