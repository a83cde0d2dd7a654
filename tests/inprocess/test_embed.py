"""Vectors in process, for threads and for event loops."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from localai import AsyncLocalAI, LocalAI
from localai.errors import InvalidRequest, NotSupported
from tests.gguf_embedders import TinyBert, tiny_bert
from tests.test_runtime import local_model

TEXTS = ["the red cat runs", "a dog"]


@pytest.fixture
def bert(tmp_path: Path) -> TinyBert:
    made = tiny_bert(tmp_path / "bert.gguf")
    local_model(made.path, "bert")
    return made


def test_texts_become_vectors(bert: TinyBert, tiny_path: Path) -> None:
    local_model(tiny_path, "tiny")
    with LocalAI() as ai:
        found = ai.embed("@local/bert", TEXTS)
        assert np.abs(np.array(found) - [bert.vector(text) for text in TEXTS]).max() < 2e-3
        wrongs: list[list[str] | str] = [[], [""], "one text", ["a", "dog " * 100]]
        for wrong in wrongs:
            with pytest.raises(InvalidRequest):
                ai.embed("@local/bert", wrong)
        with pytest.raises(NotSupported, match="no embeddings"):
            ai.embed("@local/tiny", TEXTS)


def test_they_do_so_on_an_event_loop(bert: TinyBert) -> None:
    async def ask() -> list[list[tuple[float, ...]]]:
        async with AsyncLocalAI() as ai:
            return await asyncio.gather(*(ai.embed("@local/bert", TEXTS) for _ in range(3)))

    first, *others = asyncio.run(ask())
    assert len(first) == 2
    assert all(np.allclose(first, other, atol=1e-5) for other in others)
