"""Which sequences compute how many tokens in the next step; it must not know models or text."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from localai.engine.language_model import Chunk
from localai.engine.prefix_cache import PrefixCache, Slot, common_prefix
from localai.engine.sequence import Sequence
from localai.engine.speculation import Drafter

MAX_DRAFT = 16
"""Tokens of one guess: so many cost seven times a single one on two cores."""


@dataclass(frozen=True, slots=True)
class SchedulerConfig:
    """All in tokens. context_length: what all slots hold together. parallel: sequences that are
    computed at once; slots beyond them keep prefixes. chunk_size: the prefill grid.

    shared_prefill: prefill in one step while others decode, so that their next token is not late
    (engine measurements on CPUs put 64 to 256 tokens between stalls and throughput).
    min_shared: a prefix that another sequence is computing is waited for from this length on (of
    two and of four prompts that share 32 tokens even the last is answered sooner; with 16 it was
    later, on models of 2 and 110 million weights). Copying 2,000 tokens takes 0.2 ms.
    """

    context_length: int
    parallel: int = 8
    chunk_size: int = 256
    shared_prefill: int = 64
    min_shared: int = 32


class Scheduler:
    """The waiting and the running, in order of arrival.

    Admission reserves what a sequence may still come to compute, prompt and max_tokens, so that a
    running one never lacks KV room and nobody fails for a neighbour's sake; what it shares, or
    waits to share, is another's and counts once. The head of the queue waits for its room.

    A step computes with one adapter, or none; the groups that these make take turns.
    """

    def __init__(
        self, cache: PrefixCache, config: SchedulerConfig, drafter: Drafter | None = None
    ) -> None:
        self.cache = cache
        self.config = config
        self._drafter = drafter
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        self._refused: Sequence | None = None
        self._turn = 0
        self._steps = 0
        self._served: dict[Hashable | None, int] = {}

    def admit(self) -> list[Sequence]:
        """Move the sequences for which there is a slot and room from waiting to running."""
        self._share()
        admitted = []
        # Once the head was refused only another one's end can help it.
        while self.waiting and self.waiting[0] is not self._refused:
            sequence = self.waiting[0]
            if not (self.has_place and self._place(sequence)):
                self._refused = sequence
                break
            self.running.append(self.waiting.popleft())
            admitted.append(sequence)
        return admitted

    def plan(self) -> list[tuple[Sequence, Chunk]]:
        """The next batch: one token of everyone who decodes, then prefill in fair shares.

        All of it is of one adapter.
        """
        self._share()
        active = self._active()
        # A long prefill would also hold up those who decode with another adapter.
        beside = any(s.pending == 1 for s in active)
        group = self._group(active)
        filling = [s for s in group if s.pending > 1]
        decoding = [s for s in group if s.pending == 1]
        plan = [(s, self._next(s, len(decoding))) for s in decoding]
        if filling:
            plan += self._prefill(filling, beside=beside)
        return plan

    @property
    def has_place(self) -> bool:
        """Whether one more may be computed."""
        # Those that only warm up take nobody's place.
        answering = sum(not sequence.warm for sequence in self.running)
        return answering < self.config.parallel and self.cache.has_slot

    def slot_of(self, sequence: Sequence) -> Slot:
        assert sequence.slot is not None
        return self.cache.slots[sequence.slot]

    def remove(self, sequence: Sequence, *, keep: bool = True) -> None:
        """Take a sequence out; its computed tokens stay cached unless `keep` is false."""
        self._refused = None
        if sequence.slot is None:
            self.waiting.remove(sequence)
            return
        self.running.remove(sequence)
        slot = self.slot_of(sequence)
        if not keep:
            self.cache.clear(slot)
            return
        pinned = sequence.warm and not sequence.pending
        self.cache.release(slot, prompt_length=sequence.prompt_length, pinned=pinned)

    def _active(self) -> list[Sequence]:
        """Those that can compute. Who only warms up stands back, unless an answer waits for it."""
        active = [s for s in self.running if s.leader is None]
        if all(s.warm for s in active):
            return active
        leading = {id(s.leader) for s in self.running if s.leader is not None}
        return [s for s in active if not s.warm or id(s) in leading]

    def _place(self, sequence: Sequence) -> bool:
        """Put a sequence into a slot, with what it can share; false where room is wanting."""
        # A seed promises the same text again on an idle server, so it starts as a cold one would.
        sampling = sequence.sampling
        exact = sampling.seed is not None and sampling.repeatable and not self.running
        find = self.cache.find_exact if exact else self.cache.find
        start = find(sequence.prompt, sequence.adapter)
        leader, to_share = self._leader(sequence, start.shared)
        reserved = sum(s.to_compute for s in self.running)
        reserved += sequence.reserve - max(start.shared, to_share)
        if self.cache.held_with(start) + reserved > self.config.context_length:
            return False
        slot = self.cache.take(start)
        sequence.enter(slot.index, len(slot.tokens))
        sequence.leader, sequence.to_share = leader, to_share
        self.cache.evict(self.config.context_length - reserved)
        return True

    def _share(self) -> None:
        """Give those who wait for a prefix what there is of it, when it is there or its leader is
        gone; then they follow another, or go on by themselves."""
        for sequence in self.running:
            leader = sequence.leader
            if leader is None:
                continue
            if leader.ended or leader.computed >= sequence.to_share:
                slot = self.slot_of(sequence)
                self.cache.extend(slot, sequence.prompt)
                sequence.take_over(len(slot.tokens))
                sequence.leader, sequence.to_share = self._leader(sequence, sequence.computed)
            else:
                sequence.tell(leader.computed)

    def _leader(self, sequence: Sequence, have: int) -> tuple[Sequence | None, int]:
        """Who, of those that came before, is computing most of the prompt beyond `have`."""
        best, length = None, 0
        for other in self.running if self.cache.can_share else ():
            if other is sequence:
                break
            if other.adapter != sequence.adapter:
                continue
            shared = min(common_prefix(other.prompt, sequence.prompt), len(sequence.prompt) - 1)
            useful = shared >= self.config.min_shared and shared > max(have, other.computed)
            if useful and shared > length:
                best, length = other, shared
        return best, length

    def _group(self, active: list[Sequence]) -> list[Sequence]:
        """Those with the adapter whose turn it is: the one that has waited longest."""
        adapters = dict.fromkeys(s.adapter for s in active)
        if len(adapters) < 2:
            return active
        # A newcomer waits behind all who are here, so that no stream of them can hold anyone up.
        served = {each: self._served.get(each, self._steps) for each in adapters}
        turn = min(served, key=lambda each: served[each])
        self._steps += 1
        self._served = {**served, turn: self._steps}
        return [s for s in active if s.adapter == turn]

    def _prefill(self, filling: list[Sequence], *, beside: bool) -> list[tuple[Sequence, Chunk]]:
        if len(filling) == 1 and not beside:
            grid = self.config.chunk_size
            sequence = filling[0]
            return [(sequence, self._chunk(sequence, grid - sequence.computed % grid))]
        budget = self.config.shared_prefill if beside else self.config.chunk_size
        # The turn rotates so that a share smaller than one token each still reaches everyone.
        self._turn += 1
        order = filling[self._turn % len(filling) :] + filling[: self._turn % len(filling)]
        plan = []
        for index, sequence in enumerate(order):
            share = min(sequence.pending, budget // (len(order) - index))
            if share:
                plan.append((sequence, self._chunk(sequence, share)))
                budget -= share
        return plan

    def _next(self, sequence: Sequence, rows: int) -> Chunk:
        """The last token of an answer, and a guess at those behind it."""
        chunk = self._chunk(sequence, 1)
        if self._drafter is None or not self.cache.can_share or sequence.left < 2:
            return chunk
        draft = self._drafter.propose(sequence, rows, min(sequence.left - 1, MAX_DRAFT))
        return chunk._replace(tokens=chunk.tokens + draft, outputs=1 + len(draft))

    def _chunk(self, sequence: Sequence, count: int) -> Chunk:
        start = sequence.computed
        tokens = sequence.tokens[start : start + count]
        assert sequence.slot is not None
        ends = start + len(tokens) == len(sequence.tokens) and not sequence.warm
        return Chunk(sequence.slot, start, tokens, int(ends))
