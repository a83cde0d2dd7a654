"""A slot's state out of KV memory and back: the same numbers, or an empty slot."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import pytest

from localai.llama import LlamaContext, LlamaModel, state
from localai.request import Sampling
from tests.gguf_models import tiny_llama

TOKENS = [300 + 7 * n % 600 for n in range(90)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    """One whose heads have 32 numbers: as many as a block of q8_0."""
    made = LlamaModel(tiny_llama(tmp_path_factory.mktemp("state") / "m.gguf", heads=2, kv_heads=2))
    yield made
    made.close()


@pytest.fixture(params=["f16", "q8_0", "streams"])
def context(model: LlamaModel, request: pytest.FixtureRequest) -> Iterator[LlamaContext]:
    made = opened(model, request.param)
    yield made
    made.close()


def opened(model: LlamaModel, kind: str) -> LlamaContext:
    more = {"unified": False} if kind == "streams" else {"kv": kind}
    return LlamaContext(model, context_length=1024, slots=4, threads=1, **more)


def fill(context: LlamaContext, slot: int, tokens: list[int]) -> None:
    assert context.decode([(slot, 0, tokens, 1)])


def goes_on(context: LlamaContext, slot: int, length: int) -> list[int]:
    """The ten likeliest tokens from there, and the bits of their logits."""
    sampler = context.sampler(Sampling(temperature=0), [])
    found = []
    for step in range(10):
        assert context.decode([(slot, length + step, [400 + step], 1)])
        found.append(context.sample(0, sampler))
    context.release(sampler)
    return found


def saved(context: LlamaContext, tokens: list[int] = TOKENS) -> memoryview:
    fill(context, 0, tokens)
    kept = context.save_state(0, len(tokens))
    assert kept is not None
    return kept


def test_what_is_more_than_is_wanted_is_not_read_out(context: LlamaContext) -> None:
    size = len(saved(context))
    assert context.save_state(0, len(TOKENS), size) is not None
    assert context.save_state(0, len(TOKENS), size - 1) is None


def test_a_restored_slot_goes_on_as_the_one_it_was_saved_from(
    context: LlamaContext, model: LlamaModel, request: pytest.FixtureRequest
) -> None:
    kept = saved(context)
    after = goes_on(context, 0, len(TOKENS))
    fresh = opened(model, request.node.callspec.params["context"])
    try:
        fill(fresh, 1, TOKENS[5:50])  # someone else's
        assert fresh.load_state(2, kept, len(TOKENS))
        assert fresh.length(2) == len(TOKENS) and fresh.length(1) == 45
        assert goes_on(fresh, 2, len(TOKENS)) == after
        again = fresh.save_state(2, len(TOKENS) + 10)
        assert again is not None and len(again) > len(kept)
        assert fresh.trim(2, 40) and fresh.length(2) == 40
        assert fresh.decode([(2, 40, TOKENS[40:], 1)])
    finally:
        fresh.close()


def test_what_the_slot_held_before_is_gone(context: LlamaContext) -> None:
    kept = saved(context)
    fill(context, 1, TOKENS[:20])
    assert context.load_state(1, kept, len(TOKENS))
    assert context.length(1) == len(TOKENS)


@pytest.mark.parametrize("length", [1, len(TOKENS) - 1, len(TOKENS) + 1])
def test_another_length_is_refused_and_leaves_nothing(context: LlamaContext, length: int) -> None:
    kept = saved(context)
    fill(context, 1, TOKENS[:20])
    assert not context.load_state(1, kept, length)
    assert (context.length(1), context.length(0)) == (0, len(TOKENS))


def test_a_memory_without_room_is_left_empty(context: LlamaContext) -> None:
    tokens = [300 + n for n in range(200)]
    kept = saved(context, tokens)
    for slot in (1, 2, 3):
        for start in range(0, 240, 80):
            assert context.decode([(slot, start, tokens[:80], 1)])
    context.trim(0, 80)
    assert context.length(0) == 80
    fits = context.load_state(0, kept, 200)
    assert context.length(0) == (200 if fits else 0)
    assert context.length(1) == 240


def test_damaged_bytes_never_reach_further_than_a_refusal(context: LlamaContext) -> None:
    """Whatever structure is broken, the process lives and the slot is whole or empty."""
    kept, chance = saved(context), random.Random(1)
    for _ in range(200):
        bad = memoryview(bytearray(kept))
        at = chance.choice([chance.randrange(24 + 12 * 90), chance.randrange(len(bad))])
        bad[at] ^= chance.randrange(1, 256)
        held = context.load_state(3, bad, len(TOKENS))
        assert context.length(3) == (len(TOKENS) if held else 0)
    for cut in (0, 3, 12, 100, len(kept) - 1):
        assert not context.load_state(3, memoryview(bytearray(kept[:cut])), len(TOKENS))
    assert not context.load_state(3, memoryview(bytearray(bytes(kept) + b"x")), len(TOKENS))
    fill(context, 3, TOKENS)


def test_another_models_state_is_refused(context: LlamaContext) -> None:
    kept = saved(context)
    rows = bytearray(kept)
    struct.pack_into("<i", rows, 8, 300)  # more streams than there can be
    assert not state.fits(memoryview(rows), len(TOKENS))
    assert not context.load_state(1, memoryview(rows), len(TOKENS))
    assert context.length(1) == 0


def test_facts_tell_layouts_apart(model: LlamaModel) -> None:
    told = []
    for kind in ("f16", "q8_0", "streams"):
        made = opened(model, kind)
        told.append(made.facts)
        made.close()
    assert len({tuple(sorted(facts.items())) for facts in told}) == 3
    assert state.build() == state.build() and len(state.build()) > 64
