"""Vectors out of llama.cpp, held against the same sums in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localai.llama import LlamaEmbedder, LlamaModel
from tests.gguf_embedders import TinyBert, tiny_bert

TEXTS = ("the red cat runs", "a dog", "who eats the apple", "blue birds")[:3]
# llama.cpp looks GELU up in a table of half floats, and sums attention in another order.
TOLERANCE = 2e-3


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> TinyBert:
    return tiny_bert(tmp_path_factory.mktemp("bert") / "bert.gguf")


@pytest.fixture(scope="module")
def model(bert: TinyBert) -> Iterator[LlamaModel]:
    loaded = LlamaModel(bert.path)
    yield loaded
    loaded.close()


@pytest.fixture
def embedder(model: LlamaModel) -> Iterator[LlamaEmbedder]:
    made = LlamaEmbedder(model, limit=64, slots=4, threads=2)
    yield made
    made.close()


def test_vectors_are_those_of_the_weights(
    bert: TinyBert, model: LlamaModel, embedder: LlamaEmbedder
) -> None:
    found = embedder.embed([model.tokenize_whole(text) for text in TEXTS])
    assert found is not None
    assert np.abs(np.array(found) - [bert.vector(text) for text in TEXTS]).max() < TOLERANCE
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert {len(vector) for vector in found} == {embedder.dimensions}


def test_a_text_has_the_same_vector_alone_and_beside_others(
    model: LlamaModel, embedder: LlamaEmbedder
) -> None:
    texts = [model.tokenize_whole(text) for text in TEXTS]
    together = embedder.embed(texts)
    for place, text in enumerate(texts):
        alone = embedder.embed([text])
        assert together is not None and alone is not None
        assert np.allclose(alone[0], together[place], atol=1e-5)


def test_an_interrupted_call_gives_nothing_and_the_next_one_all(
    model: LlamaModel, embedder: LlamaEmbedder
) -> None:
    texts = [model.tokenize_whole(text) for text in TEXTS]
    embedder.interrupt()
    assert embedder.embed(texts) is None
    assert embedder.embed(texts) is not None


def test_only_a_file_that_says_how_it_pools_makes_vectors(
    model: LlamaModel, tiny_path: Path
) -> None:
    assert model.pools
    generator = LlamaModel(tiny_path)
    assert not generator.pools
    generator.close()
