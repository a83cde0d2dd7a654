"""Greedy text is the same whatever is reused: much, nothing, or whole chunks of the grid."""

from __future__ import annotations

import random
from typing import Any

import pytest

from localai.engine import Engine, Sequence
from localai.errors import Cancelled
from localai.reply import Failed, Finished
from tests.engine.test_prefixes import Streams
from tests.fakes import (
    FakeLanguageModel,
    Receiver,
    check,
    drain,
    engine,
    next_token,
    run_alone,
    sequence,
)

HEADS = ["", "s" * 40, "s" * 30 + "t" * 50, "u" * 90]


class Guesses:
    """A drafter that knows the law, and is wrong now and then."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        held = [] if sequence.adapter is None else [hash(sequence.adapter)]
        held, guess = held + sequence.tokens, []
        for _ in range(self._draw.randint(0, room)):
            guess.append(next_token(held) if self._draw.random() < 0.8 else ord("?"))
            held.append(guess[-1])
        return guess

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None: ...

    def stepped(self, rows: int, seconds: float) -> None: ...

    def forget(self, sequence: Sequence) -> None: ...


def live(runner: Engine, seed: int) -> list[tuple[str, str]]:
    """Ask, cancel, interrupt and warm up at random; the prompts and answers that came whole."""
    draw, model, cut = random.Random(seed), runner.model, set[int]()
    asked: list[tuple[str, int, int | None, Receiver]] = []
    assert isinstance(model, FakeLanguageModel)
    for index in range(40):
        prompt = draw.choice(HEADS) + "".join(draw.choices("ab", k=draw.randint(1, 12)))
        adapter, warm = draw.choice([None, None, None, 5]), draw.random() < 0.1
        tokens, steps = draw.choice([1, 8, 60]), draw.randint(0, 12)
        if asked and draw.random() < 0.3:
            # A conversation goes on.
            before = draw.choice(asked)
            prompt = (before[0] + run_alone(*before[:3]))[:150] + prompt[-9:]
            adapter = before[2]
        receiver = Receiver()
        asked.append((prompt, tokens, adapter, receiver))
        one = sequence(prompt, receiver, max_tokens=tokens, adapter=adapter, warm=warm)
        runner.add(one)
        for _ in range(steps):
            runner.step()
            check(runner)
        chance = draw.random()
        if chance < 0.1:
            one.cancelled = not one.ended
        elif chance < 0.2:
            model.interrupt()
        if chance < 0.1 or warm:
            cut.add(index)
    drain(runner)
    for prompt, tokens, adapter, receiver in asked:
        law = run_alone(prompt, tokens, adapter)
        if isinstance(receiver.last, Failed):
            assert isinstance(receiver.last.error, Cancelled) and law.startswith(receiver.text)
        else:
            assert receiver.text in (law, "")
    # Whether it was cancelled in time depends on an engine's steps; all others are to be whole.
    return [(a[0], a[3].text) for at, a in enumerate(asked) if at not in cut]


def reused(runner: Engine) -> int:
    return runner.tally.cached_tokens


@pytest.mark.parametrize("seed", range(3))
def test_with_and_without_the_cache_all_say_the_same(seed: int) -> None:
    off = engine(FakeLanguageModel(slots=3, context_length=700, can_trim=False), parallel=3)
    without = live(off, seed)
    assert reused(off) == 0
    ways: list[tuple[FakeLanguageModel, dict[str, Any]]] = [
        (FakeLanguageModel(slots=9, context_length=700), {}),
        (FakeLanguageModel(slots=9, context_length=260), {"quantum": 8}),
        (FakeLanguageModel(slots=3, context_length=260), {"quantum": 8, "min_shared": 4}),
        (FakeLanguageModel(slots=9, context_length=400), {"drafter": Guesses(random.Random(seed))}),
        (Streams(slots=3, context_length=3 * 260, sequence_length=260), {"together": 2}),
    ]
    for model, more in ways:
        runner = engine(model, parallel=3, **more)
        assert live(runner, seed) == without
        assert reused(runner) > 0
        assert runner.cache.cached() == model.used


def test_whole_chunks_alone_are_reused_where_bits_are_to_repeat() -> None:
    model = Streams(slots=3, context_length=3 * 100, sequence_length=100)
    runner, receivers = engine(model, together=1, chunk_size=16), [Receiver() for _ in range(3)]
    for prompt, receiver in zip(["p" * 40, "p" * 40 + "q", "p" * 30], receivers, strict=True):
        runner.add(sequence(prompt, receiver))
        drain(runner)
    cached = [r.last.usage.cached_tokens for r in receivers if isinstance(r.last, Finished)]
    assert cached == [0, 32, 16]
    chunks = [c for batch in model.batches for c in batch if len(c.tokens) > 1]
    assert all(chunk.start % 16 == 0 for chunk in chunks)
