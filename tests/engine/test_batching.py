"""Batches whose shapes do not depend on others: one prompt's chunk, or a few answers."""

from __future__ import annotations

import random

import pytest

from localai.reply import Finished
from tests.engine.test_pace import Clock, TimedModel, Watch, stop
from tests.fakes import FakeLanguageModel, Receiver, check, drain, engine, run_alone, sequence


@pytest.mark.parametrize("together", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_a_batch_is_one_chunk_on_the_grid_or_a_few_answers(together: int, seed: int) -> None:
    rng = random.Random(seed)
    model = FakeLanguageModel(slots=5, context_length=5 * 200, sequence_length=200, split=True)
    runner = engine(model, chunk_size=16, together=together, min_shared=16)
    asked = []
    for number in range(25):
        prompt = "s" * rng.choice([0, 20, 40]) + "abc"[number % 3] * rng.randint(1, 60)
        adapter, receiver = rng.choice([None, None, 1]), Receiver()
        asked.append((prompt, adapter, receiver))
        runner.add(sequence(prompt, receiver, max_tokens=12, adapter=adapter))
        for _ in range(rng.randint(0, 12)):
            if rng.random() < 0.1:
                model.interrupt()
            runner.step()
            check(runner)
    drain(runner)
    for prompt, adapter, receiver in asked:
        assert receiver.text == run_alone(prompt, 12, adapter)
    for batch in model.batches:
        if len(batch[0].tokens) > 1:
            (chunk,) = batch
            assert chunk.start % 16 == 0 and len(chunk.tokens) <= 16
        else:
            assert len(batch) <= together
            assert all(len(chunk.tokens) == 1 for chunk in batch)


def test_a_follower_takes_over_whole_chunks_only() -> None:
    model = FakeLanguageModel(slots=3, context_length=600, sequence_length=200, split=True)
    runner = engine(model, chunk_size=16, together=2, min_shared=16)
    receivers = [Receiver() for _ in range(3)]
    for tail, receiver in zip("xyz", receivers, strict=True):
        runner.add(sequence("p" * 40 + tail * 5, receiver))
    drain(runner)
    cached = []
    for tail, receiver in zip("xyz", receivers, strict=True):
        assert receiver.text == run_alone("p" * 40 + tail * 5)
        assert isinstance(receiver.last, Finished)
        cached.append(receiver.last.usage.cached_tokens)
    assert cached == [0, 32, 32]


@pytest.mark.parametrize("streams", [1, 5])
def test_answers_go_on_beside_long_prompts_and_prompts_beside_many_answers(streams: int) -> None:
    clock = Clock()
    # A chunk of 32 tokens takes 0.23 s, so the bound holds; five answers take three steps.
    model = TimedModel(clock, row=0.021, token=0.0071, attention=0.0, slots=8)
    runner = engine(model, chunk_size=32, clock=clock, shared_prefill=None, together=2)
    watches = [Watch(clock) for _ in range(streams)]
    for number, watch in enumerate(watches):
        runner.add(sequence(f"{number} prompt", watch, max_tokens=300))
    while not all(watch.latest for watch in watches):
        runner.step()
    late = [Receiver(), Receiver()]
    for letter, receiver in zip("lm", late, strict=True):
        runner.add(sequence(letter * 1000, receiver, max_tokens=2))
    begun = clock()
    for watch in watches:
        watch.latest, watch.pause = None, 0.0
    while not all(receiver.done.is_set() for receiver in late):
        runner.step()
    rows = 3 * 0.034 if streams == 5 else 0.021
    assert max(watch.pause for watch in watches) <= 0.24 + rows + 0.034
    assert clock() - begun <= 2.5 * 2000 * 0.0071
    stop(runner)


def test_a_chunk_that_takes_longer_than_the_bound_is_paid_back_in_answers() -> None:
    clock = Clock()
    model = TimedModel(clock, row=0.125, token=0.053, attention=0.0, slots=4)
    runner = engine(model, chunk_size=32, clock=clock, shared_prefill=None, together=1)
    watch, late = Watch(clock), Receiver()
    runner.add(sequence("prompt", watch, max_tokens=500))
    for _ in range(5):
        runner.step()
    runner.add(sequence("l" * 320, late, max_tokens=2))
    begun, before = clock(), len(watch.events)
    watch.pause = 0.0
    while not late.done.is_set():
        runner.step()
    seconds = clock() - begun
    assert watch.pause <= 32 * 0.053 + 0.2
    # Half of the time is the prompt's, half is the answer's.
    assert seconds <= 2.3 * 320 * 0.053
    assert (len(watch.events) - before) * 0.125 >= 0.35 * seconds
    stop(runner)
