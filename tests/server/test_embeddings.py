"""`/v1/embeddings` over llama.cpp: vectors, and what is refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.gguf_embedders import TinyBert, tiny_bert
from tests.server.live import Live, serve
from tests.test_runtime import local_model

TEXTS = ["the red cat runs", "a dog", "who eats the apple"] * 4
PATHS = ("/v1/embeddings", "/client/v4/accounts/a/ai/v1/embeddings")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> TinyBert:
    return tiny_bert(tmp_path_factory.mktemp("bert") / "bert.gguf")


@pytest.fixture
def live(bert: TinyBert, tiny_path: Path) -> Iterator[Live]:
    local_model(bert.path, "bert")
    local_model(tiny_path, "tiny")
    config = RuntimeConfig(slots=4, threads=2)
    with Runtime(config=config) as runtime, serve(create_app(runtime)) as live:
        yield live


def ask(live: Live, path: str = PATHS[0], **body: Any) -> Any:
    answer = live.post({"model": "@local/bert", **body}, path)
    return answer.json()


@pytest.mark.parametrize("path", PATHS)
def test_texts_get_their_vectors_in_order(live: Live, bert: TinyBert, path: str) -> None:
    told = ask(live, path, input=TEXTS)
    assert [one["index"] for one in told["data"]] == list(range(len(TEXTS)))
    expected = [bert.vector(text) for text in TEXTS]
    assert np.abs([one["embedding"] for one in told["data"]] - np.array(expected)).max() < 2e-3
    # Each text stands between [CLS] and [SEP].
    tokens = sum(len(text.split()) + 2 for text in TEXTS)
    assert told["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}
    assert (told["object"], told["model"]) == ("list", "@local/bert")


def test_packed_vectors_are_the_same_numbers(live: Live) -> None:
    plain = ask(live, input="a dog")["data"][0]["embedding"]
    packed = ask(live, input=["a dog"], encoding_format="base64")["data"][0]["embedding"]
    found = np.frombuffer(base64.b64decode(packed), "<f4")
    assert np.allclose(found, plain, atol=1e-6)
    assert ask(live, input="a dog", dimensions=32)["data"][0]["embedding"] == plain


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({}, "input", "1 to 2048 texts"),
        ({"input": []}, "input", "1 to 2048 texts"),
        ({"input": ["a", ""]}, "input[1]", "characters"),
        ({"input": ["a", 5]}, "input[1]", "characters"),
        ({"input": [1, 2]}, "input", "send text"),
        ({"input": "a", "encoding_format": "int8"}, "encoding_format", "base64"),
        ({"input": "a", "dimensions": 16}, "dimensions", "have 32"),
        ({"input": "a", "dimensions": 0}, "dimensions", "1 to"),
        ({"input": ["a", "dog " * 80]}, "input[1]", "takes 64"),
        ({"input": "a", "model": "@local/tiny"}, "model", "makes no embeddings"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    live: Live, body: dict[str, Any], param: str, said: str
) -> None:
    answer = live.post({"model": "@local/bert", **body}, PATHS[0])
    error = answer.json()["error"]
    assert (answer.status, error["param"]) == (400, param)
    assert said in error["message"]


def test_a_model_of_vectors_writes_no_text(live: Live) -> None:
    answer = live.post({"model": "@local/bert", "prompt": "a"}, "/v1/completions")
    assert answer.status == 400
    assert "makes embeddings" in answer.json()["error"]["message"]
