"""What a context of streams computes the same, and that the probe finds out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.engine import Chunk
from localai.llama import LlamaContext, LlamaModel
from localai.llama.probe import GRID, probe
from tests.gguf_models import tiny_llama

TOKENS = [300 + (i * i + 7 * i) % 600 for i in range(300)]
KINDS = {"F16": 64, "Q8_0": 64, "Q4_K_M": 256}
"""Quantization -> numbers in a row: blocks of Q4_K are of 256."""


@pytest.fixture(scope="module", params=KINDS)
def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LlamaModel]:
    path = tmp_path_factory.mktemp("probe") / "tiny.gguf"
    wide = KINDS[request.param]
    model = LlamaModel(tiny_llama(path, quant=request.param, embedding=wide, feed_forward=2 * wide))
    yield model
    model.close()


@pytest.fixture
def context(model: LlamaModel) -> Iterator[LlamaContext]:
    context = LlamaContext(
        model, context_length=4 * 512, slots=4, threads=1, batch_size=GRID, unified=False
    )
    yield context
    context.close()


def fill(context: LlamaContext, slot: int, tokens: list[int], start: int = 0) -> bytes:
    for at in range(start, len(tokens), GRID):
        part = tokens[at : at + GRID]
        assert context.decode([Chunk(slot, at, part, 1)])
    return context.logits(len(part) - 1).tobytes()


def test_what_the_probe_finds_holds_for_other_tokens(context: LlamaContext) -> None:
    found = probe(context, 4)
    assert found.reuses and 1 <= found.together <= 4
    assert [context.length(slot) for slot in range(4)] == [0, 0, 0, 0]
    lengths = [280, 3, 130, 64]
    for slot, length in enumerate(lengths):
        fill(context, slot, TOKENS[slot : slot + length])
    alone = []
    for slot, length in enumerate(lengths):
        context.decode([Chunk(slot, length, [350], 1)])
        alone.append(context.logits(0).tobytes())
        context.trim(slot, length)
    for first in range(4 - found.together + 1):
        slots = range(first, first + found.together)
        context.decode([Chunk(slot, lengths[slot], [350], 1) for slot in slots])
        for row, slot in enumerate(slots):
            assert context.logits(row).tobytes() == alone[slot]
            context.trim(slot, lengths[slot])


def test_a_prompt_gives_the_same_bits_anywhere_and_behind_a_copied_prefix(
    context: LlamaContext,
) -> None:
    cold = fill(context, 0, TOKENS)
    fill(context, 1, TOKENS[:100][::-1])
    assert fill(context, 2, TOKENS) == cold, "beside others, in another slot"
    context.trim(0, 2 * GRID)
    assert fill(context, 0, TOKENS, 2 * GRID) == cold
    assert context.copy_prefix(2, 1, 3 * GRID) and context.length(1) == 3 * GRID
    saved = context.save_state(1, 3 * GRID)
    assert saved is not None, "a copy is there at once, and not with the next decode"
    assert fill(context, 1, TOKENS, 3 * GRID) == cold
    assert context.load_state(3, saved, 3 * GRID)
    assert fill(context, 3, TOKENS, 3 * GRID) == cold


def test_an_interrupted_batch_leaves_every_slot_where_it_was(context: LlamaContext) -> None:
    for slot in (0, 2, 3):
        fill(context, slot, TOKENS[:20])
    context.interrupt()
    assert not context.decode([Chunk(slot, 20, [350], 1) for slot in (0, 2, 3)])
    assert [context.length(slot) for slot in (0, 2, 3)] == [20, 20, 20]


def test_each_slot_has_room_of_its_own(context: LlamaContext) -> None:
    assert context.sequence_length == 512
    for slot in range(4):
        fill(context, slot, TOKENS)
    assert [context.length(slot) for slot in range(4)] == [300] * 4


def test_who_cannot_go_back_is_not_asked(
    model: LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LlamaModel, "can_trim", False)
    context = LlamaContext(model, context_length=1024, slots=2, threads=1, unified=False)
    found = probe(context, 2)
    context.close()
    assert (found.together, found.reuses) == (1, False)
