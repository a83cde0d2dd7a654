"""Who runs, who waits, and with how much room; it must not know models or text."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from localai.engine.attic import Attic
from localai.engine.batching import MAX_DRAFT, Batching, Mixed, Plan, Separate
from localai.engine.pace import Pace
from localai.engine.prefix_cache import PrefixCache, Start
from localai.engine.prefix_tree import common_prefix
from localai.engine.sequence import Sequence
from localai.engine.slot import Slot
from localai.engine.speculation import Drafter
from localai.engine.tally import Tally

KEPT, SHORT, CHEAP = 512, 256, 0.5
"""Tokens beyond which short prefixes go that take no more than so many seconds to compute again,
where they cannot be put aside: what they cost the others is told in `attic.py`."""


@dataclass(frozen=True, slots=True)
class SchedulerConfig:
    """All in tokens. context_length: what all slots hold together. parallel: sequences that are
    computed at once; slots beyond them keep prefixes. chunk_size: the prefill grid.

    min_shared: a prefix that another sequence is computing is waited for from this length on (of
    two and of four prompts that share 32 tokens even the last is answered sooner; with 16 it was
    later, on models of 2 and 110 million weights). Copying 2,000 tokens takes 0.2 ms.

    quantum: room that is reserved beyond what a sequence has: as its answer grows, so much more.
    max_pause: seconds that a running answer may stand still for others' prompts (Pace).
    together: None, or so many answers at most in one batch, and each prompt alone (Separate).
    """

    context_length: int
    parallel: int = 8
    chunk_size: int = 256
    min_shared: int = 32
    quantum: int = 64
    max_pause: float = 0.25
    together: int | None = None


class Scheduler:
    """The waiting and the running, both in order of arrival.

    Admission reserves a prompt and a quantum; what a sequence shares, or waits to share, is
    another's and counts once. The head of the queue waits for its room. An answer that grows
    reserves a quantum more. Where there is no room for it, cached prefixes go, then the youngest
    of the running is preempted: it gives back its slot, keeps its tokens and its sampler, and heads
    the queue; later it computes its tokens again, but for what is still cached. So nobody fails for
    a neighbour's sake, and the oldest always comes to its end: each fits by itself.

    Nobody is admitted whose room the running would want for their next quantum: so whoever is
    preempted had the time for a quantum of everyone's, and comes back when there is as much again.
    """

    def __init__(
        self,
        cache: PrefixCache,
        config: SchedulerConfig,
        drafter: Drafter | None = None,
        *,
        pace: Pace | None = None,
        tally: Tally | None = None,
        batch_size: int = 512,
        attic: Attic | None = None,
    ) -> None:
        self.cache = cache
        self.attic = attic
        self.config = config
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        self._refused: Sequence | None = None
        self._changed = False  # who runs, since idle prefixes were looked through
        self._tally = tally or Tally()
        # Guesses find their room reserved, if that takes nothing from anyone.
        self._ahead = MAX_DRAFT if drafter is not None and config.together is None else 0
        self.pace = pace = pace or Pace(config.max_pause)
        self.batching: Batching = (
            Mixed(cache, config.chunk_size, batch_size, pace, drafter)
            if config.together is None
            else Separate(config.chunk_size, pace, config.together)
        )

    def admit(self) -> list[Sequence]:
        """Give the running the room that they want, and let those in for whom there is some too."""
        self._share()
        self._grow()
        admitted = []
        # Once the head was refused only another one's end can help it.
        while self.waiting and self.waiting[0] is not self._refused:
            sequence = self.waiting[0]
            if not (self.has_place and self._place(sequence)):
                self._refused = sequence
                break
            self.running.append(self.waiting.popleft())
            admitted.append(sequence)
        self._changed = self._changed or bool(admitted)
        return admitted

    def plan(self) -> Plan:
        """The next batch, of one adapter or none; empty where there is nothing to compute."""
        self._share()
        active = self._active()
        if active and self._changed:
            self._clear_away()
        return self.batching.plan(active) if active else []

    @property
    def has_place(self) -> bool:
        """Whether one more may be computed."""
        # Those that only warm up take nobody's place.
        answering = sum(not sequence.warm for sequence in self.running)
        return answering < self.config.parallel and self.cache.has_slot

    def slot_of(self, sequence: Sequence) -> Slot:
        assert sequence.slot is not None
        return self.cache.slots[sequence.slot]

    def make_place(self, sequence: Sequence, length: int) -> bool:
        """Have so many tokens fit in place of those that a running sequence holds, which go, as do
        prefixes that nobody uses; false, and nothing is lost, where that would not be enough."""
        cells, slot = self.cache.cells, self.slot_of(sequence)
        reserved = self._reserved() - sequence.to_compute + max(length, sequence.room)
        room = self.config.context_length - reserved
        if cells.union(s.index for s in self.cache.slots if s.held and s is not slot) > room:
            return False
        self.cache.restored(slot, [])
        sequence.lose()
        self.cache.evict(room)
        return True

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
        self._changed = True

    def _clear_away(self) -> None:
        """Have attention meet little that nobody uses."""
        cheap = min(SHORT, self.pace.within(CHEAP))
        self._changed = self.attic is not None and self.attic.put_aside(cheap)
        if not self._changed:
            self.cache.tidy(KEPT, cheap)

    def _active(self) -> list[Sequence]:
        """Those that can compute. Who only warms up stands back, unless an answer waits for it."""
        active = [s for s in self.running if s.leader is None and not s.fetching]
        warm = sum(s.warm for s in active)
        if not warm or warm == len(active):
            return active
        leading = {id(s.leader) for s in self.running if s.leader is not None}
        return [s for s in active if not s.warm or id(s) in leading]

    def _place(self, sequence: Sequence) -> bool:
        """Put a sequence into a slot, with what it can share; false where room is wanting."""
        start = self._start(sequence)
        leader, to_share = self._leader(sequence, start.shared)
        room = sequence.room_for(self.config.quantum)
        reserved = self._reserved() + room - max(start.shared, to_share)
        soon = sum(min(self.config.quantum, s.reserve - s.room) for s in self.running)
        if self.cache.held_with(start) + reserved + soon > self.config.context_length:
            return False
        slot = self.cache.take(start)
        sequence.enter(slot.index, len(slot.tokens), room)
        sequence.leader, sequence.to_share = leader, to_share
        self.cache.evict(self.config.context_length - reserved)
        return True

    def _start(self, sequence: Sequence) -> Start:
        # A seed promises the same text again on an idle server, so it starts as a cold one would.
        sampling = sequence.sampling
        idle = not self.running and not sequence.num_generated and self.config.together is None
        exact = idle and sampling.seed is not None and sampling.repeatable
        sequence.exact = exact
        while exact and self.attic is not None and self.attic.put_aside():
            pass  # all goes but what it starts from
        find = self.cache.find_exact if exact else self.cache.find
        return find(sequence.tokens, sequence.adapter)

    def _reserved(self) -> int:
        """Cells that the running may still come to hold without asking."""
        return sum(s.to_compute for s in self.running)

    def _grow(self) -> None:
        """Give those a quantum more who have used up their room, the oldest first."""
        ahead = self._ahead
        short = [s for s in self.running if s.room < s.reserve and s.room < len(s.tokens) + ahead]
        for sequence in short:
            if sequence.slot is None:  # an older one took its room
                continue
            before = sequence.room
            sequence.room = min(sequence.reserve, before + self.config.quantum)
            if not self._make_room(at_need=len(sequence.tokens) > before):
                sequence.room = before

    def _make_room(self, *, at_need: bool) -> bool:
        """Have what is reserved fit: prefixes go, and at need running ones, the youngest first."""
        limit = self.config.context_length
        while (reserved := self._reserved()) + self.cache.cells.used > limit:
            some = self.slot_of(self.running[0])
            if self.cache.held_with(Start(some, some, 0)) + reserved <= limit:
                self.cache.evict(limit - reserved)
                return True
            if not at_need:
                return False
            # Nobody waits for the answer of a warm-up, for it has none.
            warm = [s for s in self.running if s.warm]
            self._preempt((warm or self.running)[-1])
        return True

    def _preempt(self, sequence: Sequence) -> None:
        """Let a running one give up its slot, and wait before all others."""
        self.running.remove(sequence)
        slot = self.slot_of(sequence)
        (self.cache.release if self.cache.can_share else self.cache.clear)(slot)
        sequence.leave()
        (self.waiting.append if sequence.warm else self.waiting.appendleft)(sequence)
        self._refused = None
        self._tally.preemptions += 1
        self._share()

    def _share(self) -> None:
        """Give those who wait for a prefix what there is of it, when it is there or its leader is
        gone; then they follow another, or go on by themselves."""
        for sequence in self.running:
            leader = sequence.leader
            if leader is None:
                continue
            gone = leader.ended or leader.slot is None
            if gone or leader.computed >= sequence.to_share:
                slot = self.slot_of(sequence)
                self.cache.extend(slot, sequence.tokens)
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
            known = max(have, other.computed, length)
            # Most are ruled out by one token, without a comparison of whole prompts.
            if other.adapter != sequence.adapter or not _alike_at(known, other, sequence):
                continue
            shared = self._common(other, sequence)
            if shared > known and shared >= self.config.min_shared:
                best, length = other, shared
        return best, length

    def _common(self, other: Sequence, sequence: Sequence) -> int:
        """So many tokens one could take over from another; one is left to compute."""
        shared = min(common_prefix(other.prompt, sequence.prompt), len(sequence.prompt) - 1)
        grid = 1 if self.config.together is None else self.config.chunk_size
        return shared // grid * grid


def _alike_at(index: int, one: Sequence, other: Sequence) -> bool:
    """Whether two prompts have the same token there."""
    token = one.prompt[index : index + 1]
    return bool(token) and token == other.prompt[index : index + 1]
