"""Running answers keep their pace beside others' prompts, on machines of all speeds."""

from __future__ import annotations

import random
from collections import abc
from collections.abc import Hashable
from typing import Any

import pytest

from localai.engine import Chunk, Engine
from localai.engine.pace import FAIR, Pace
from localai.reply import Event, TextDelta
from tests.fakes import FakeLanguageModel, Receiver, drain, engine, sequence


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class TimedModel(FakeLanguageModel):
    """A model whose decodes take simulated time.

    row: seconds of a step of one row, of which each further one adds a share; token: of a prefill
    token; attention: how much dearer that is for each 1000 tokens before it; noise: up to so much
    longer, drawn for each decode.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        row: float,
        token: float,
        attention: float = 0.1,
        noise: float = 0.0,
        **more: Any,
    ) -> None:
        super().__init__(context_length=16_384, script=lambda held: 98, **more)
        self.clock, self.row, self.token = clock, row, token
        self.attention, self.noise = attention, noise
        self.chance = random.Random(1)
        self.prefill = 0.0

    def decode(self, batch: abc.Sequence[Chunk], adapter: Hashable | None = None) -> bool:
        rows = sum(len(chunk.tokens) == 1 for chunk in batch)
        seconds = self.row * (1 + 0.6 * (rows - 1)) if rows else self.row / 4
        for chunk in batch:
            if len(chunk.tokens) > 1:
                dearer = 1 + self.attention * chunk.start / 1000
                seconds += self.token * len(chunk.tokens) * dearer
        self.clock.now += seconds * (1 + self.chance.random() * self.noise)
        return super().decode(batch, adapter)


class Watch(Receiver):
    """The longest time between two texts."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.latest, self.pause = clock, None, 0.0

    latest: float | None

    def __call__(self, event: Event) -> None:
        super().__call__(event)
        if isinstance(event, TextDelta):
            if self.latest is not None:
                self.pause = max(self.pause, self.clock() - self.latest)
            self.latest = self.clock()


def stop(runner: Engine) -> None:
    for one in (*runner.scheduler.waiting, *runner.scheduler.running):
        one.cancelled = True
    drain(runner)


SPEEDS = {
    "2M": (0.0009, 0.00017),
    "100M": (0.006, 0.0012),
    "1.1B": (0.021, 0.0071),
    "3B": (0.055, 0.02),
}


@pytest.mark.parametrize("noise", [0.0, 0.25])
@pytest.mark.parametrize("streams", [1, 4])
@pytest.mark.parametrize("speed", SPEEDS)
def test_no_answer_pauses_over_the_bound_beside_a_long_prompt(
    speed: str, streams: int, noise: float
) -> None:
    clock = Clock()
    row, token = SPEEDS[speed]
    model = TimedModel(clock, row=row, token=token, noise=noise, slots=8)
    runner = engine(model, chunk_size=256, shared_prefill=None, clock=clock)
    watches = [Watch(clock) for _ in range(streams)]
    for number, watch in enumerate(watches):
        runner.add(sequence(f"{number} prompt", watch, max_tokens=2500))
    while not all(watch.latest for watch in watches):
        runner.step()
    for watch in watches:
        watch.latest, watch.pause = None, 0.0
    begun, late = clock(), Receiver()
    runner.add(sequence("long" * 500, late, max_tokens=2))
    while not late.done.is_set():
        runner.step()
    answers = row * (1 + 0.6 * (streams - 1)) * (1 + noise)
    # Where answers alone take long, what they take is itself only reckoned.
    bound = 0.25 if 2 * answers < 0.2 else 1.2 * FAIR * answers
    assert max(watch.pause for watch in watches) <= bound
    # And the prompt gets its share: a third of its pace alone, at least.
    assert clock() - begun <= 3.2 * (1 + noise) * (2000 * token * 1.1 + 8 * row)
    stop(runner)


def test_a_slow_models_first_prompt_beside_an_answer_keeps_the_rule_too() -> None:
    # 7B: 0.13 s for one row, so half of the bound is gone before any prompt.
    clock = Clock()
    model = TimedModel(clock, row=0.125, token=0.053, slots=4)
    runner = engine(model, chunk_size=64, shared_prefill=None, clock=clock)
    watch, late = Watch(clock), Receiver()
    runner.add(sequence("prompt", watch, max_tokens=400))
    for _ in range(3):
        runner.step()
    watch.pause = 0.0
    runner.add(sequence("long" * 25, late, max_tokens=2))
    begun = clock()
    while not late.done.is_set():
        runner.step()
    assert watch.pause <= 1.1 * FAIR * 0.125
    assert clock() - begun <= 4 * 100 * 0.053
    stop(runner)


def test_two_adapters_answers_wait_for_each_others_steps_and_keep_the_bound_together() -> None:
    clock = Clock()
    model = TimedModel(clock, row=0.021, token=0.0071, slots=8)
    runner = engine(model, chunk_size=256, shared_prefill=None, clock=clock)
    watches = [Watch(clock) for _ in range(2)]
    for adapter, watch in enumerate(watches, 1):
        runner.add(sequence(f"{adapter} prompt", watch, max_tokens=1500, adapter=adapter))
    for _ in range(20):
        runner.step()
    for adapter, watch in enumerate(watches, 1):
        watch.latest, watch.pause = None, 0.0
        runner.add(sequence("long" * 300, Receiver(), max_tokens=2, adapter=adapter))
    while any(one.pending > 1 for one in (*runner.scheduler.running, *runner.scheduler.waiting)):
        runner.step()
    assert max(watch.pause for watch in watches) <= 0.25
    stop(runner)


def test_after_a_slow_moment_it_dares_more_again() -> None:
    pace = Pace(0.25)
    for _ in range(10):
        pace.note(0, 1, 0, 0.02)
        pace.note(16, 1, 0, 0.02 + 16 * 0.005)
    usual = pace.room([1], 0)
    assert 16 <= usual <= 36
    pace.note(16, 1, 0, 4.0)
    assert pace.room([1], 0) <= 2
    for _ in range(20):
        pace.note(0, 1, 0, 0.02)
        tokens = pace.room([1], 0)
        pace.note(tokens, 1, 0, 0.02 + tokens * 0.005)
    pace.note(0, 1, 0, 0.02)
    assert pace.room([1], 0) >= usual / 2


def test_what_is_longer_than_anything_measured_is_reckoned_dearer() -> None:
    pace = Pace(0.25)
    for _ in range(10):
        pace.note(0, 4, 0, 0.02)
        pace.note(32, 4, 100, 0.02 + 32 * 0.005)
    assert pace.room([4], 9000) < pace.room([4], 3000) < pace.room([4], 500)
    for _ in range(10):
        pace.note(8, 4, 9000, 0.02 + 8 * 0.02)
    assert pace.room([4], 9000) <= 0.25 / 0.02 and pace.room([4], 500) > 20


def test_before_anything_is_known_it_is_careful() -> None:
    pace = Pace(0.25)
    assert pace.room([1], 0) == 0, "a step of answers alone comes first"
    pace.note(0, 1, 0, 0.001)
    assert 0 < pace.room([1], 0) <= 16
    assert pace.room([4], 0) == 0
    pace = Pace(0.25)
    pace.note(0, 1, 0, 0.3)
    assert pace.room([1], 0) == 2


def test_a_machine_that_is_shared_slows_prompts_down_and_does_not_stop_them() -> None:
    # Each step takes up to four times as long as it would alone.
    clock = Clock()
    model = TimedModel(clock, row=0.02, token=0.002, noise=3.0, slots=8)
    runner = engine(model, chunk_size=256, shared_prefill=None, clock=clock)
    watches = [Watch(clock) for _ in range(4)]
    for number, watch in enumerate(watches):
        runner.add(sequence(f"{number} prompt", watch, max_tokens=2500))
    for _ in range(10):
        runner.step()
    begun, late = clock(), Receiver()
    runner.add(sequence("long" * 250, late, max_tokens=2))
    while not late.done.is_set():
        runner.step()
    assert clock() - begun <= 5 * 1000 * 0.002 * 2.5
    stop(runner)


def test_a_machine_that_became_busy_meanwhile_does_not_starve_a_prompt() -> None:
    clock = Clock()
    model = TimedModel(clock, row=0.02, token=0.007, slots=4)
    runner = engine(model, chunk_size=256, shared_prefill=None, clock=clock)
    runner.add(sequence("prompt", Watch(clock), max_tokens=1000))
    for _ in range(10):
        runner.step()
    # From now on all takes eight times as long, and answers are never alone.
    model.row, model.token = 8 * model.row, 8 * model.token
    begun, late = clock(), Receiver()
    runner.add(sequence("long" * 50, late, max_tokens=2))
    while not late.done.is_set():
        runner.step()
    assert clock() - begun <= 4 * 200 * model.token
    stop(runner)
