"""Whose tokens make the next batch, and how many; it must not know models, text or who may run."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from localai.engine.language_model import Chunk
from localai.engine.pace import SHARE, Pace
from localai.engine.prefix_cache import PrefixCache
from localai.engine.sequence import Sequence
from localai.engine.speculation import Drafter

MAX_DRAFT = 16
"""Tokens of one guess: so many cost seven times a single one on two cores."""

Plan = list[tuple[Sequence, Chunk]]


class Batching(Protocol):
    """A way to make batches. A batch is of one adapter, or none."""

    def plan(self, active: list[Sequence]) -> Plan:
        """The next batch of these, empty only where there are none."""

    def note(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        """Hear how long a batch took; as Pace.note."""


class Mixed:
    """One token of everyone who decodes, a guess behind it, and prefill in fair shares.

    The prefill beside answers is as much as their pace allows, else `grid` tokens: one prompt alone
    is computed on that grid. Adapters' groups take turns.
    """

    def __init__(
        self,
        cache: PrefixCache,
        grid: int,
        batch_size: int,
        pace: Pace,
        drafter: Drafter | None = None,
    ) -> None:
        self._cache = cache
        self._grid = grid
        self._batch_size = batch_size
        self._pace = pace
        self._drafter = drafter
        self._turn = 0
        self._steps = 0
        self._served: dict[Hashable | None, int] = {}

    def note(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        self._pace.note(prefill, rows, at, seconds)

    def plan(self, active: list[Sequence]) -> Plan:
        group = self._group(active)
        decoding = [one for one in group if one.pending == 1]
        filling = [one for one in group if one.pending > 1]
        plan = self._answers(decoding)
        if filling:
            plan += self._prefill(filling, self._beside(active, plan), alone=not plan)
        return plan

    def _answers(self, decoding: list[Sequence]) -> Plan:
        # What was guessed wrong has to be forgotten again.
        if self._drafter is None or not self._cache.can_share:
            return [(one, chunk_of(one, 1)) for one in decoding]
        # Half of what the batch can hold is left to prompts.
        plan, free = [], (self._batch_size - len(decoding)) // 2
        for one in decoding:
            chunk = self._guess(one, len(decoding), free, self._drafter)
            free -= len(chunk.tokens) - 1
            plan.append((one, chunk))
        return plan

    def _group(self, active: list[Sequence]) -> list[Sequence]:
        """Those with the adapter whose turn it is: the one that has waited longest."""
        adapters = {one.adapter: None for one in active}
        if len(adapters) < 2:
            return active
        # A newcomer waits behind all who are here, so that no stream of them can hold anyone up.
        served = {each: self._served.get(each, self._steps) for each in adapters}
        turn = min(served, key=lambda each: served[each])
        self._steps += 1
        self._served = {**served, turn: self._steps}
        return [one for one in active if one.adapter == turn]

    def _beside(self, active: list[Sequence], plan: Plan) -> list[int]:
        """The rows of answers of each adapter's group; none where nobody decodes."""
        rows: dict[Hashable | None, int] = {}
        for one in active:
            # A long prefill would also hold up those who decode with another adapter.
            rows[one.adapter] = rows.get(one.adapter, 0) + (one.pending == 1)
        for one, chunk in plan:
            rows[one.adapter] += len(chunk.tokens) - 1
        return list(rows.values()) if any(rows.values()) else []

    def _prefill(self, filling: list[Sequence], beside: list[int], *, alone: bool) -> Plan:
        budget = min(self._grid, self._batch_size - sum(beside))
        if beside:
            room = self._pace.room(beside, max(one.computed for one in filling))
            budget = min(budget, max(room, int(alone)))
        elif len(filling) == 1:
            return [(filling[0], grid_chunk(filling[0], self._grid))]
        # The turn rotates so that a share smaller than one token each still reaches everyone.
        self._turn += 1
        order = filling[self._turn % len(filling) :] + filling[: self._turn % len(filling)]
        plan = []
        for index, sequence in enumerate(order):
            share = min(sequence.pending, budget // (len(order) - index))
            if share:
                plan.append((sequence, chunk_of(sequence, share)))
                budget -= share
        return plan

    def _guess(self, sequence: Sequence, rows: int, free: int, drafter: Drafter) -> Chunk:
        """The last token of an answer, and a guess at those behind it."""
        chunk = chunk_of(sequence, 1)
        # A guess never takes room that was not reserved.
        room = min(sequence.left - 1, sequence.room - len(sequence.tokens), free, MAX_DRAFT)
        if room < 1:
            return chunk
        draft = drafter.propose(sequence, rows, room)
        return chunk._replace(tokens=chunk.tokens + draft, outputs=1 + len(draft))


class Separate:
    """Batches whose shapes never depend on what else is computed, so that their bits do not.

    One: a chunk of one prompt, alone and on the grid. The other: one token each of `together`
    answers at most, without guesses. Which comes when depends on time; what comes out does not.

    Prompts take turns, and so do answers. Chunks follow each other while answers have waited less
    than the bound; one may take longer than that, on a slow model. Then every answer gets a token,
    and after such a chunk all answers together as much time as it took.
    """

    def __init__(self, grid: int, pace: Pace, together: int) -> None:
        self._grid = grid
        self._pace = pace
        self._together = together
        self._turn = 0
        self._filled_turn = 0
        self._filled = 0.0  # seconds of the chunks since the last answers
        self._answered = 0.0  # seconds of answers since those chunks

    def note(self, prefill: int, rows: int, at: int, seconds: float) -> None:
        self._pace.note(prefill, rows, at, seconds)
        if prefill:
            self._filled += seconds
        else:
            self._answered += seconds

    def plan(self, active: list[Sequence]) -> Plan:
        # Those who have waited longest come first; sorting keeps the order of arrival else.
        order = sorted(active, key=lambda one: one.turn)
        filling = [one for one in order if one.pending > 1]
        decoding = [one for one in order if one.pending == 1]
        self._turn += 1
        if filling and (not decoding or self._may_fill(filling[0], decoding)):
            self._filled_turn = filling[0].turn = self._turn
            return [(filling[0], grid_chunk(filling[0], self._grid))]
        group = self._neighbours(decoding)
        for one in group:
            one.turn = self._turn
        return [(one, chunk_of(one, 1)) for one in group]

    def _neighbours(self, decoding: list[Sequence]) -> list[Sequence]:
        """The one that has waited longest, and those in the slots behind its own: llama.cpp
        computes neighbours in rising order at once, and others one after the other."""
        first = decoding[0]
        if first.adapter is not None:
            return [first]  # an adapter's matrices round in their own way, which nobody has tried
        group = [one for one in decoding if one.adapter is None]
        group.sort(key=lambda one: (_slot(one) < _slot(first), _slot(one)))
        return sorted(group[: self._together], key=_slot)

    def _may_fill(self, first: Sequence, decoding: list[Sequence]) -> bool:
        bound = self._pace.max_pause
        if self._filled and not self._answered:
            chunk = self._pace.lone(min(first.pending, self._grid), first.computed)
            steps = -(-len(decoding) // self._together)
            answers = steps * self._pace.answers(min(len(decoding), self._together))
            return self._filled + chunk + answers <= SHARE * bound
        paid = self._filled <= bound or self._answered >= self._filled
        if not paid or any(one.turn <= self._filled_turn for one in decoding):
            return False
        self._filled = self._answered = 0.0
        return True


def grid_chunk(sequence: Sequence, grid: int) -> Chunk:
    """What a sequence lacks, up to the next multiple of `grid`."""
    return chunk_of(sequence, grid - sequence.computed % grid)


def _slot(sequence: Sequence) -> int:
    assert sequence.slot is not None
    return sequence.slot


def chunk_of(sequence: Sequence, count: int) -> Chunk:
    """The next tokens that a sequence has to compute, `count` at most."""
    assert sequence.slot is not None
    start = sequence.computed
    tokens = sequence.tokens[start : start + count]
    ends = start + len(tokens) == len(sequence.tokens) and not sequence.warm
    return Chunk(sequence.slot, start, tokens, int(ends))
