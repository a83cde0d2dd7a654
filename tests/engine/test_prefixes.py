"""The prefix cache against its naive twin, whatever happens to it."""

from __future__ import annotations

import random
from collections.abc import Hashable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from localai.engine import Chunk
from localai.engine.prefix_cache import PrefixCache, Start
from tests.engine.naive_prefix_cache import NaivePrefixCache
from tests.fakes import Cell, FakeLanguageModel

SLOTS, GRID = 5, 4


class Streams(FakeLanguageModel):
    """A memory whose slots are streams of their own: a copy takes cells of its own."""

    def copy_prefix(self, source: int, target: int, length: int) -> bool:
        cells = self.memory[source][:length]
        self.memory[target] = [Cell(cell.token, cell.adapter) for cell in cells]
        return self.can_trim


_heads = st.sampled_from(["", "a", "s" * 9, "s" * 8 + "t" * 40, "u" * 70])
_prompts = st.builds(
    lambda head, tail: list(map(ord, head + tail)), _heads, st.text("ab", min_size=1, max_size=9)
)
_which = st.integers(0, SLOTS - 1)
_adapters = st.sampled_from([None, None, None, "other"])


class Twins(RuleBasedStateMachine):
    model: FakeLanguageModel
    cache: PrefixCache
    naive: NaivePrefixCache
    prompts: dict[int, list[int]]

    @initialize(exact=st.booleans(), can_trim=st.sampled_from([True, True, True, False]))
    def begin(self, exact: bool, can_trim: bool) -> None:
        self.model = (Streams if exact else FakeLanguageModel)(slots=SLOTS, can_trim=can_trim)
        self.model.load_adapter("other")
        self.cache = PrefixCache(self.model, GRID, exact=exact)
        self.naive = NaivePrefixCache(SLOTS, GRID, exact=exact, can_share=can_trim)
        self.prompts = {}

    @precondition(lambda self: self.cache.has_slot)
    @rule(prompt=_prompts, adapter=_adapters, cut=st.integers(0, 30))
    def begin_one(self, prompt: list[int], adapter: Hashable | None, cut: int) -> None:
        start = self.cache.find(prompt, adapter)
        expected = self.naive.find(prompt, adapter)
        assert (start.shared, start.target.index) == (expected.shared, expected.target)
        assert start.source.index in expected.sources or not start.shared
        self.enter(start, prompt, cut)

    @precondition(lambda self: not self.prompts)
    @rule(prompt=_prompts, adapter=_adapters, cut=st.integers(0, 30))
    def begin_seeded(self, prompt: list[int], adapter: Hashable | None, cut: int) -> None:
        start = self.cache.find_exact(prompt, adapter)
        expected = self.naive.find_exact(prompt, adapter)
        assert (start.shared, start.target.index) == (expected.shared, expected.target)
        self.enter(start, prompt, cut)

    def enter(self, start: Start, prompt: list[int], cut: int) -> None:
        """Take a start, and compute of the prompt what a preemption or an end leaves time for."""
        together = self.cache.held_with(start)
        slot = self.cache.take(start)
        self.naive.take(start.source.index, slot.index, start.shared, start.adapter)
        assert together == len(self.naive.busy)
        self.prompts[slot.index] = prompt
        for at in range(start.shared, max(start.shared, len(prompt) - cut), GRID):
            self.compute(slot.index, prompt[at : at + GRID], alone=cut % 3 > 0)

    def compute(self, index: int, tokens: list[int], *, alone: bool) -> None:
        slot = self.cache.slots[index]
        self.model.decode([Chunk(index, len(slot.tokens), tokens, 0)], slot.adapter)
        self.cache.computed(slot, tokens, alone=alone)
        self.naive.computed(index, tokens, alone=alone)

    def one(self, which: int) -> int:
        return sorted(self.prompts)[which % len(self.prompts)]

    @precondition(lambda self: self.prompts)
    @rule(which=_which, answer=st.text("ab", min_size=1, max_size=5))
    def answer(self, which: int, answer: str) -> None:
        for letter in answer:
            self.compute(self.one(which), [ord(letter)], alone=False)

    @precondition(lambda self: self.prompts)
    @rule(which=_which)
    def follow(self, which: int) -> None:
        index = self.one(which)
        self.cache.extend(self.cache.slots[index], self.prompts[index])
        self.naive.extend(index, self.prompts[index])

    @precondition(lambda self: self.prompts)
    @rule(which=_which, exact=st.integers(0, 20))
    def restore(self, which: int, exact: int) -> None:
        index = self.one(which)
        slot, tokens = self.cache.slots[index], self.prompts[index][:-1]
        if self.cache.can_share:
            self.model.memory[index] = [Cell(token, slot.adapter) for token in tokens]
            self.cache.restored(slot, tokens, exact=exact)
            self.naive.restored(index, tokens, exact)

    @precondition(lambda self: self.prompts)
    @rule(which=_which, pinned=st.booleans())
    def release(self, which: int, pinned: bool) -> None:
        index = self.one(which)
        length = len(self.prompts.pop(index))
        if not self.cache.can_share:
            self.cache.clear(self.cache.slots[index])
            self.naive.clear(index)
            return
        self.cache.release(self.cache.slots[index], prompt_length=length, pinned=pinned)
        self.naive.release(index, length, pinned=pinned)

    @precondition(lambda self: self.prompts)
    @rule(which=_which)
    def clear(self, which: int) -> None:
        index = self.one(which)
        del self.prompts[index]
        self.cache.clear(self.cache.slots[index])
        self.naive.clear(index)

    @rule(which=_which, length=st.integers(0, 80))
    def pin(self, which: int, length: int) -> None:
        slot = self.cache.slots[which]
        self.cache.pin(slot, length)
        self.naive.slots[which].pinned = min(length, len(slot.tokens))

    @rule(limit=st.integers(0, 300))
    def evict(self, limit: int) -> None:
        self.cache.evict(limit)
        self.naive.evict(limit)
        assert self.cache.cells.used <= max(limit, len(self.naive.busy))

    @rule(keep=st.integers(0, 100), cheap=st.integers(0, 60))
    def tidy(self, keep: int, cheap: int) -> None:
        self.cache.tidy(keep, cheap)
        self.naive.tidy(keep, cheap)

    @invariant()
    def both_hold_the_same(self) -> None:
        if not hasattr(self, "cache"):
            return
        self.cache.check_integrity(self.model.length, self.model.used)
        for slot, twin in zip(self.cache.slots, self.naive.slots, strict=True):
            assert slot.tokens == twin.tokens
            assert [cell.token for cell in self.model.memory[slot.index]] == twin.tokens
            mine = slot.exact, slot.held, slot.prompt_length, slot.pinned, slot.last_used
            assert mine == (twin.exact, twin.held, twin.prompt_length, twin.pinned, twin.last_used)
        assert (self.cache.cells.used, self.cache.cached()) == (
            self.naive.used,
            self.naive.cached(),
        )


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_in_a_long_life_both_do_the_same(seed: int, exact: bool) -> None:
    twins, draw = Twins(), random.Random(seed)
    twins.begin(exact=exact, can_trim=True)
    heads = ["", "a", "s" * 9, "s" * 8 + "t" * 40, "u" * 70]
    for _ in range(300):
        which = draw.randrange(SLOTS)
        text = "".join(draw.choices("ab", k=draw.randint(1, 9)))
        action = draw.choices(_ACTIONS, weights=_WEIGHTS)[0]
        if action == "begin" and twins.cache.has_slot:
            prompt = list(map(ord, draw.choice(heads) + text))
            twins.begin_one(prompt=prompt, adapter=None, cut=draw.choice([0, 0, 3, 20]))
        elif action == "evict":
            twins.evict(limit=draw.randint(0, 300))
        elif action == "tidy":
            twins.tidy(keep=draw.randint(0, 100), cheap=draw.randint(0, 60))
        elif action == "pin":
            twins.pin(which=which, length=draw.randint(0, 80))
        elif action == "answer" and twins.prompts:
            twins.answer(which=which, answer=text[:5])
        elif action == "follow" and twins.prompts:
            twins.follow(which=which)
        elif action == "restore" and twins.prompts:
            twins.restore(which=which, exact=draw.randint(0, 20))
        elif action == "release" and twins.prompts:
            twins.release(which=which, pinned=draw.random() < 0.2)
        twins.both_hold_the_same()


_ACTIONS = ["begin", "answer", "release", "follow", "evict", "restore", "pin", "tidy"]
_WEIGHTS = [30, 15, 18, 8, 4, 2, 2, 3]
