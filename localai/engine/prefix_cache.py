"""Which slot already holds the beginning of a prompt; it must not know models or requests.

A sequence starts from the slot that has most of its prompt, busy or idle: it shares the cells, or
goes on in place where nothing would be lost. What was computed with one adapter serves no other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple, Protocol

from localai.engine.cells import Cells
from localai.engine.prefix_tree import PrefixTree, common_prefix
from localai.engine.slot import Loss, Slot

__all__ = ["Memory", "PrefixCache", "Slot", "Start", "common_prefix"]

CUT = 32
"""Tokens that go at least when room is wanted, so that not every step has to look for some."""


class Memory(Protocol):
    """What a LanguageModel's memory must do; see there."""

    slots: int
    can_trim: bool

    def trim(self, slot: int, length: int) -> bool: ...

    def copy_prefix(self, source: int, target: int, length: int) -> bool: ...


class Start(NamedTuple):
    """Where a sequence may begin: in `target`, with the first `shared` tokens of `source`.

    adapter: the sequence's own, which is the source's too where anything is shared.
    """

    source: Slot
    target: Slot
    shared: int
    adapter: Hashable | None = None


class PrefixCache:
    """All slots, each free (empty), cached (holding tokens) or held by one sequence.

    A memory that cannot trim cannot share either: then every sequence starts from nothing.

    exact: bits are to repeat. Slots are then streams of their own (a copy takes cells of its own,
    and what else is resident does not matter), and only whole chunks are reused that were computed
    alone on the grid.
    """

    def __init__(self, memory: Memory, chunk_size: int, exact: bool = False) -> None:
        self.slots = [Slot(index) for index in range(memory.slots)]
        self.cells = Cells(memory.slots, shared=not exact)
        self.can_share = memory.can_trim
        self._tree = PrefixTree(memory.slots)
        self._memory = memory
        self._chunk_size = chunk_size
        self._exact = exact
        self._clock = 0
        self._cached = 0

    @property
    def has_slot(self) -> bool:
        return any(not slot.held for slot in self.slots)

    def find(self, prompt: list[int], adapter: Hashable | None = None) -> Start:
        """The best start for a prompt; one token at least is left to compute. Needs a free slot.

        The sequence is put where least is lost: in place, in an empty slot, in one whose tokens
        others hold too, over an old answer, over a prompt, over what is pinned.
        """
        alike = self._alike(prompt, adapter)
        reused = self._reused(alike, len(prompt), exact=self._exact)
        shared = max(reused.values(), default=0)
        sources = [self.slots[index] for index, length in reused.items() if length == shared]

        def by_loss(slot: Slot) -> tuple[Loss, bool, bool, int]:
            # What the prompt begins with will be there again, in place or not.
            lost, there = self._loss(slot, alike.get(slot.index, 0)), slot in sources
            return lost, not there, bool(slot.tokens), slot.last_used

        target = min((slot for slot in self.slots if not slot.held), key=by_loss)
        if not sources or target in sources:
            return Start(target, target, shared, adapter)
        # What a busy slot holds takes no cells more; a stream is copied whole, a short one sooner.
        source = max(sources, key=lambda s: (s.held and not self._exact, -len(s.tokens)))
        return Start(source, target, shared, adapter)

    def find_exact(self, prompt: list[int], adapter: Hashable | None = None) -> Start:
        """A start after which bits repeat: where slots share cells, all is cleared that a cold one
        would not have, so call it only while no slot is held."""
        if self._exact:
            return self.find(prompt, adapter)
        reused = self._reused(self._alike(prompt, adapter), len(prompt), exact=True)
        best = max(self.slots, key=lambda slot: reused.get(slot.index, 0))
        for slot in self.slots:
            if slot is not best:
                self._clear(slot)
        self._recount()
        return Start(best, best, reused.get(best.index, 0), adapter)

    def held_with(self, start: Start) -> int:
        """Cells in use, those that a start shares among them."""
        return self.cells.union(self._held, start.source.index, start.shared)

    def take(self, start: Start) -> Slot:
        """Hold the target of a start, with the shared tokens in it."""
        start.target.held = True
        self._fill(start.source, start.target, start.shared)
        start.target.adapter = start.adapter
        self._recount()
        return start.target

    def extend(self, slot: Slot, prompt: list[int]) -> None:
        """Give a held slot more of its prompt, where another one has more."""
        alike = self._alike(prompt, slot.adapter)
        reused = self._reused(alike, len(prompt), exact=self._exact)
        index = max(reused, key=lambda each: reused[each], default=slot.index)
        shared = reused.get(index, 0)
        if shared > len(slot.tokens):
            self._fill(self.slots[index], slot, shared)
            self._recount()

    def computed(self, slot: Slot, tokens: list[int], *, alone: bool) -> None:
        """Note that a slot holds these tokens more; `alone`: nothing else was in the batch."""
        if alone and len(tokens) == self._chunk_size and len(slot.tokens) == slot.exact:
            if self._exact or not any(s.tokens for s in self.slots if s is not slot):
                slot.exact += len(tokens)
        self._add(slot, tokens)

    def restored(self, slot: Slot, tokens: list[int], *, exact: int = 0) -> None:
        """Note that a held slot's memory was replaced and holds just these tokens now, of which the
        first `exact` were computed on the grid; none at all clears it."""
        if not tokens:
            self._clear(slot)
        self._forget(slot)
        self._add(slot, tokens)
        slot.exact = min(exact, len(tokens)) // self._chunk_size * self._chunk_size
        self._recount()

    def pin(self, slot: Slot, length: int) -> None:
        """Let the first `length` tokens of a slot be the last to go; 0 takes the pin away."""
        slot.pinned = min(length, len(slot.tokens))

    def cached(self) -> int:
        """Tokens that are kept while nobody uses them, each counted once; on any thread."""
        return self._cached

    def release(
        self, slot: Slot, *, prompt_length: int | None = None, pinned: bool = False
    ) -> None:
        """Give a slot back; it goes on holding its tokens until someone needs the room.

        prompt_length: so many of the tokens are a prompt, which may come again (None: all are); the
        rest is an answer and goes first. pinned: the prompt is the last to go.
        """
        self._clock += 1
        slot.held, slot.last_used = False, self._clock
        length = len(slot.tokens) if prompt_length is None else prompt_length
        slot.prompt_length = min(length, len(slot.tokens))
        if pinned:
            self.pin(slot, slot.prompt_length)
        self._recount()

    def clear(self, slot: Slot) -> None:
        """Give a slot back empty."""
        slot.held = False
        self._clear(slot)
        self._recount()

    def evict(self, limit: int) -> None:
        """Cut what is cached until no more than `limit` cells are used: tokens whose loss is least,
        from the end of a slot; what is pinned goes too when nothing else is left."""
        held = set(self._held)
        while (over := self.cells.used - limit) > 0:
            cuts = [
                self._next_cut(slot, over)
                for slot in self.slots
                if not slot.held and self.cells.spare(slot.index, held)
            ]
            if not cuts:
                break
            *_, index, keep = min(cuts)
            self._fill(self.slots[index], self.slots[index], keep)
        self._recount()

    def tidy(self, keep: int, cheap: int) -> None:
        """Let go of what is no more than `cheap` tokens to compute again, the longest unused first,
        until no more than `keep` are cached: attention looks at all cells, whoever holds them."""
        for slot in sorted(self.slots, key=lambda s: s.last_used):
            if self._cached <= keep or self._exact:
                return
            alone = self._tree.alone(slot.index)
            rest = len(slot.tokens) - alone if alone else 0
            if slot.tokens and not slot.held and alone <= cheap and rest >= slot.pinned:
                self._fill(slot, slot, rest)
                self._recount()

    def check_integrity(self, length: Callable[[int], int], used: int | None = None) -> None:
        """Every slot holds in the model what it says, `used` cells in all. For tests."""
        self.cells.check_integrity()
        self._tree.check_integrity([(slot.adapter, slot.tokens) for slot in self.slots])
        for slot in self.slots:
            said = {len(slot.tokens), self.cells.length(slot.index), length(slot.index)}
            if len(said) > 1:
                raise AssertionError(
                    f"slot {slot.index} says {len(slot.tokens)} tokens, not {said}"
                )
            if max(slot.exact, slot.pinned) > len(slot.tokens):
                raise AssertionError(f"{slot} calls tokens exact or pinned that it has not")
        if used is not None and used != self.cells.used:
            raise AssertionError(f"the model uses {used} cells, and {self.cells.used} are noted")
        if self._cached != self.cells.used - self.cells.union(self._held):
            raise AssertionError(f"{self._cached} tokens are said to be cached")

    @property
    def _held(self) -> list[int]:
        return [slot.index for slot in self.slots if slot.held]

    def _alike(self, prompt: list[int], adapter: Hashable | None) -> dict[int, int]:
        """How many of a prompt's tokens each slot begins with, where there are any."""
        return self._tree.shared(prompt, adapter) if self.can_share else {}

    def _reused(self, alike: dict[int, int], length: int, *, exact: bool) -> dict[int, int]:
        """How many of them a sequence may start from."""
        # One token is always left to compute: its logits are what is sampled from.
        reused = {index: min(same, length - 1) for index, same in alike.items()}
        if exact:
            for index, same in reused.items():
                same = min(same, self.slots[index].exact)
                reused[index] = same // self._chunk_size * self._chunk_size
        return {index: same for index, same in reused.items() if same}

    def _loss(self, slot: Slot, keep: int) -> Loss:
        return slot.loss(keep, self._tree.alone(slot.index), self._clock)

    def _next_cut(self, slot: Slot, wanted: int) -> tuple[Loss, int, int, int]:
        """What is lost with the next tokens of a slot, when it was used, which it is, and what is
        to be kept: no less than is wanted goes, of what no other one holds."""
        alone = self._tree.alone(slot.index)
        keep = border = slot.next_cut(alone)
        if alone:
            keep = max(border, len(slot.tokens) - min(alone, max(wanted, CUT)))
        return slot.loss(border, alone, self._clock), slot.last_used, slot.index, keep

    def _fill(self, source: Slot, target: Slot, shared: int) -> None:
        """Make the first `shared` tokens of one slot all that another holds."""
        if not shared or not self._share(source, target, shared):
            self._clear(target)
        elif source is target:
            target.keep(shared, self._chunk_size)
        else:
            if target.pinned:
                same = common_prefix(target.tokens, source.tokens)
                target.pinned = min(target.pinned, same) if target.adapter == source.adapter else 0
            target.tokens, target.exact = source.tokens[:shared], source.exact
            target.keep(shared, self._chunk_size)

    def _share(self, source: Slot, target: Slot, length: int) -> bool:
        if source is target:
            self.can_share = self._memory.trim(target.index, length)
            self.cells.trim(target.index, length)
            self._tree.trim(target.index, length)
        else:
            self.can_share = self._memory.copy_prefix(source.index, target.index, length)
            self.cells.copy(source.index, target.index, length)
            self._tree.copy(source.index, target.index, length)
        return self.can_share

    def _add(self, slot: Slot, tokens: list[int]) -> None:
        slot.tokens += tokens
        self.cells.extend(slot.index, len(tokens))
        self._tree.extend(slot.index, tokens, slot.adapter)

    def _clear(self, slot: Slot) -> None:
        self._memory.trim(slot.index, 0)
        self._forget(slot)

    def _forget(self, slot: Slot) -> None:
        self.cells.trim(slot.index, 0)
        self._tree.trim(slot.index, 0)
        slot.keep(0, self._chunk_size)

    def _recount(self) -> None:
        self._cached = self.cells.used - self.cells.union(self._held)
