"""Texts with guesses and without, from samplers that draw: the same, whatever the batching does."""

from __future__ import annotations

import random
from collections import abc
from dataclasses import dataclass, field
from typing import Any

import pytest

from localai.engine import Engine, PromptLookup, Tally
from localai.request import Sampling
from tests import fakes
from tests.fakes import FakeGrammar, FakeLanguageModel, FakeSampler, Receiver

LETTERS = "abcd"
FLAT = {rows: 1 + 0.02 * rows for rows in range(200)}
"""Seconds of a step where guesses cost next to nothing."""


def law(held: abc.Sequence[int]) -> int:
    """A text that says much again: the next token hangs on the last two and, seldom, on more."""
    first, second = ([ord("a"), *held])[-2:]
    return 97 + (3 * first + second + len(held) // 11) % 9


@dataclass(eq=False)
class DrawingSampler(FakeSampler):
    """Mostly the law's choice; with a penalty never one of the last three. Draws come from its own
    seed, one for each token, so that one too many would show in all that follow."""

    sampling: Sampling = field(default_factory=Sampling)
    chance: random.Random = field(default_factory=random.Random)
    last: list[int] = field(default_factory=list)

    def choose(self, token: int) -> int:
        if self.chance.random() < self.sampling.temperature / 4:
            token = 97 + self.chance.randrange(9)
        while self.sampling.repetition_penalty != 1 and token in self.last[-3:]:
            token = 97 + (token - 96) % 9
        token = super().choose(token)
        self.last.append(token)
        return token


class DrawingModel(FakeLanguageModel):
    """Its samplers draw, and its steps take the seconds of a table."""

    def __init__(self, costs: abc.Mapping[int, float] = FLAT, **options: Any) -> None:
        super().__init__(script=law, **options)
        self.costs = costs
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def decode(self, batch: Any, adapter: Any = None) -> bool:
        self.now += self.costs[min(199, sum(len(chunk.tokens) for chunk in batch))]
        return super().decode(batch, adapter)

    def sampler(
        self, sampling: Sampling, prompt: abc.Sequence[int], grammar: FakeGrammar | None = None
    ) -> FakeSampler:
        made = DrawingSampler(grammar, sampling=sampling, chance=random.Random(sampling.seed))
        self.samplers.add(made)
        return made


def counting(answer: str) -> str:
    """A grammar: groups of three letters, a dash, and the end after 60 characters."""
    if len(answer) >= 60:
        return chr(fakes.END)
    return "-" if len(answer) % 4 == 3 else LETTERS


def requests(kind: str) -> list[dict[str, Any]]:
    """What eight sequences are asked for; kind: what is special about them."""
    chance = random.Random(kind)
    return [
        {
            "prompt": "".join(chance.choices("abcdefghi", k=20 + 9 * number)),
            "max_tokens": 60 + number,
            "sampling": Sampling(
                temperature=0.4 if number % 2 else 0.0,
                seed=number,
                repetition_penalty=1.3 if kind == "penalties" else 1.0,
                repeatable=False,
            ),
            **({"grammar": counting} if kind == "grammar" else {}),
            **({"stop": ("de", "gha")} if kind == "stop" else {}),
        }
        for number in range(8)
    ]


def told(engine: Engine, kind: str) -> list[list[object]]:
    """The texts and last events of all, added some steps apart."""
    receivers = []
    for number, options in enumerate(requests(kind)):
        receivers.append(Receiver())
        engine.add(fakes.sequence(receiver=receivers[-1], **options))
        for _ in range(number):
            engine.step()
            fakes.check(engine)
    fakes.drain(engine)
    return [[receiver.text, receiver.last] for receiver in receivers]


@pytest.mark.parametrize("cells", [4096, 260], ids=["room", "preemption"])
@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("kind", ["plain", "grammar", "penalties", "stop"])
def test_drafting_changes_no_text(kind: str, parallel: int, cells: int) -> None:
    tally = Tally()
    texts = []
    for drafter in (None, PromptLookup(tally)):
        model = DrawingModel(context_length=cells)
        engine = fakes.engine(
            model, parallel=parallel, drafter=drafter, clock=model.clock, quantum=8
        )
        texts.append(told(engine, kind))
        preempted = engine.tally.preemptions > 0
    assert texts[0] == texts[1]
    assert preempted == (cells < 4096 and parallel > 1), "too much room, or too little"
    assert tally.accepted_draft_tokens > 0, "nothing was put to the test"


def test_what_a_seed_promises_to_repeat_is_not_guessed_at_alone() -> None:
    tally = Tally()
    for seed, guessed in ((1, False), (None, True)):
        model = DrawingModel()
        engine = fakes.engine(model, drafter=PromptLookup(tally), clock=model.clock)
        sampling = Sampling(temperature=0.0, seed=seed)
        engine.add(fakes.sequence("abc" * 9, Receiver(), max_tokens=80, sampling=sampling))
        fakes.drain(engine)
        assert bool(tally.drafted_tokens) is guessed


def test_guesses_pay_where_rows_cost_little_and_are_few_where_they_cost_all() -> None:
    seconds = {}
    for cost in (0.02, 1.0):
        for drafter in (None, PromptLookup()):
            model = DrawingModel({rows: 1 + cost * (rows - 1) for rows in range(200)})
            engine = fakes.engine(model, drafter=drafter, clock=model.clock)
            for number in range(6):
                prompt = "abcdefghi" * 4 + chr(97 + number)
                sampling = Sampling(temperature=0.0)
                engine.add(fakes.sequence(prompt, Receiver(), max_tokens=200, sampling=sampling))
                fakes.drain(engine)
            seconds[cost, drafter is None] = model.now
    assert seconds[0.02, False] < 0.6 * seconds[0.02, True]
    assert seconds[1.0, False] < 1.02 * seconds[1.0, True]
