"""Adapters in the engine: one in each batch, turns between them, no memory shared across them."""

from __future__ import annotations

import random

import pytest

from localai.errors import ModelLoadError
from localai.reply import Failed, Finished
from localai.request import Sampling
from tests.fakes import FakeLanguageModel, Receiver, check, drain, engine, run_alone, sequence


@pytest.mark.parametrize("seed", range(12))
def test_in_flight_together_each_gets_its_own_answer(seed: int) -> None:
    rng = random.Random(seed)
    model = FakeLanguageModel(slots=rng.randint(1, 6), context_length=900)
    running = engine(model)
    asked = []
    for _ in range(24):
        # Prompts that begin alike, so that a prefix would be shared if it could be.
        prompt = "same beginning for all of them, " * rng.randint(1, 3) + rng.choice("abc")
        adapter, tokens, receiver = rng.choice([None, 1, 2]), rng.randint(1, 9), Receiver()
        sampling = Sampling(temperature=0, seed=rng.choice([None, None, 7]))
        asked.append((prompt, adapter, tokens, receiver))
        running.add(
            sequence(prompt, receiver, max_tokens=tokens, adapter=adapter, sampling=sampling)
        )
        for _ in range(rng.randint(0, 3)):
            running.step()
            check(running)
    drain(running)
    for prompt, adapter, tokens, receiver in asked:
        assert receiver.text == run_alone(prompt, tokens, adapter)


def test_who_has_the_same_adapter_shares_and_who_has_another_does_not() -> None:
    model = FakeLanguageModel()
    running = engine(model)
    prompt = "a prompt that is long enough to be worth a copy of it"
    cached: dict[int | None, list[int]] = {}
    for adapter in (None, 1, 2, 1, None, 2):
        receiver = Receiver()
        running.add(sequence(prompt, receiver, adapter=adapter))
        drain(running)
        assert isinstance(receiver.last, Finished)
        cached.setdefault(adapter, []).append(receiver.last.usage.cached_tokens)
    assert cached == {each: [0, len(prompt) - 1] for each in (None, 1, 2)}


def test_nobody_waits_for_a_prefix_that_is_computed_with_another_adapter() -> None:
    running = engine(FakeLanguageModel())
    prompt = "x" * 100
    first, same, other = (sequence(prompt, Receiver(), adapter=each) for each in (1, 1, 2))
    for one in (first, same, other):
        running.add(one)
    running.step()
    assert same.leader is first and other.leader is None
    drain(running)


def test_groups_take_turns_and_a_stream_of_newcomers_holds_nobody_up() -> None:
    model = FakeLanguageModel(slots=4)
    running = engine(model)
    patient = Receiver()
    running.add(sequence("p", patient, max_tokens=20))
    for number in range(200):
        # Two at a time, each gone after its first token, each time with other adapters.
        if not patient.done.is_set():
            for adapter in (2 * number + 1, 2 * number + 2):
                running.add(sequence("n", Receiver(), max_tokens=1, adapter=adapter))
        running.step()
    assert patient.text == run_alone("p", 20)
    turns = model.used_adapters[: model.used_adapters.index(None, 40)]
    gaps = [at for at, adapter in enumerate(turns) if adapter is None]
    assert max(b - a for a, b in zip(gaps, gaps[1:], strict=False)) <= 4


def test_a_long_prefill_does_not_hold_up_who_decodes_with_another_adapter() -> None:
    model = FakeLanguageModel()
    running = engine(model, chunk_size=64, shared_prefill=8)
    running.add(sequence("p", Receiver(), max_tokens=100))
    running.step()
    running.add(sequence("y" * 300, Receiver(), adapter=1))
    running.step()
    running.step()
    lengths = [sum(len(chunk.tokens) for chunk in batch) for batch in model.batches[1:]]
    assert max(lengths) == 8 and None in model.used_adapters[1:3] and 1 in model.used_adapters[1:3]
    drain(running)


def test_an_adapter_that_cannot_be_loaded_fails_its_request_alone() -> None:
    running = engine(FakeLanguageModel())
    receivers = [Receiver() for _ in range(3)]
    for receiver, adapter in zip(receivers, (None, "broken", 1), strict=True):
        running.add(sequence("together", receiver, adapter=adapter))
    drain(running)
    assert isinstance(receivers[1].last, Failed)
    assert isinstance(receivers[1].last.error, ModelLoadError)
    assert receivers[0].text == run_alone("together")
    assert receivers[2].text == run_alone("together", adapter=1)
