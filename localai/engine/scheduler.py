"""Which sequences compute how many tokens in the next step; it must not know models or text."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from localai.engine.language_model import Chunk
from localai.engine.prefix_cache import PrefixCache, Slot
from localai.engine.sequence import Sequence


@dataclass(frozen=True, slots=True)
class SchedulerConfig:
    """All in tokens. context_length: what all slots hold together. chunk_size: the prefill grid.

    shared_prefill: prefill in one step while others decode, so that their next token is not late
    (engine measurements on CPUs put 64 to 256 tokens between stalls and throughput).
    """

    context_length: int
    chunk_size: int = 256
    shared_prefill: int = 64


class Scheduler:
    """The waiting and the running, in order of arrival.

    Admission reserves prompt plus max_tokens in full, so that a running sequence never lacks KV
    room and nobody fails for a neighbour's sake. The head of the queue waits for its room.
    """

    def __init__(self, cache: PrefixCache, config: SchedulerConfig) -> None:
        self.cache = cache
        self.config = config
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        self._turn = 0

    def admit(self) -> list[Sequence]:
        """Move the sequences for which there is a slot and room from waiting to running."""
        admitted = []
        while self.waiting and self.cache.has_slot and self._has_room(self.waiting[0]):
            sequence = self.waiting.popleft()
            self._place(sequence)
            self.running.append(sequence)
            admitted.append(sequence)
        return admitted

    def plan(self) -> list[tuple[Sequence, Chunk]]:
        """The next batch: one token of everyone who decodes, then prefill in fair shares."""
        rows = [s for s in self.running if s.pending == 1]
        filling = [s for s in self.running if s.pending > 1]
        plan = [(s, self._chunk(s, 1)) for s in rows]
        if filling:
            plan += self._prefill(filling, alone=len(self.running) == 1, beside=bool(rows))
        return plan

    def slot_of(self, sequence: Sequence) -> Slot:
        assert sequence.slot is not None
        return self.cache.slots[sequence.slot]

    def remove(self, sequence: Sequence, *, keep: bool = True) -> None:
        """Take a sequence out; its computed tokens stay cached unless `keep` is false."""
        if sequence.slot is None:
            self.waiting.remove(sequence)
            return
        self.running.remove(sequence)
        slot = self.slot_of(sequence)
        if keep:
            self.cache.release(slot, sequence.tokens[: sequence.computed])
        else:
            self.cache.clear(slot)

    def _has_room(self, sequence: Sequence) -> bool:
        reserved = sum(s.reserve for s in self.running)
        return reserved + sequence.reserve <= self.config.context_length

    def _place(self, sequence: Sequence) -> None:
        # A seed promises the same text again on an idle server, so it starts as a cold one would.
        exact = sequence.sampling.seed is not None and not self.running
        acquire = self.cache.acquire_exact if exact else self.cache.acquire
        slot, reused = acquire(sequence.tokens)
        sequence.slot, sequence.computed, sequence.cached = slot.index, reused, reused
        reserved = sum(s.reserve for s in self.running) + sequence.reserve
        self.cache.evict(reserved + self.cache.cached_tokens - self.config.context_length)

    def _prefill(
        self, filling: list[Sequence], *, alone: bool, beside: bool
    ) -> list[tuple[Sequence, Chunk]]:
        if alone:
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

    def _chunk(self, sequence: Sequence, count: int) -> Chunk:
        start = sequence.computed
        tokens = sequence.tokens[start : start + count]
        assert sequence.slot is not None
        return Chunk(sequence.slot, start, tokens, start + len(tokens) == len(sequence.tokens))
