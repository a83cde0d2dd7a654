"""Which slot already holds the beginning of a prompt; it must not know models or requests.

A sequence starts from the slot that has most of its prompt, busy or idle: it shares the cells, or
goes on in place where nothing would be lost. What was computed with one adapter serves no other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from localai.engine.cells import Cells


class Memory(Protocol):
    """What a LanguageModel's memory must do; see there."""

    slots: int
    can_trim: bool

    def trim(self, slot: int, length: int) -> bool: ...

    def copy_prefix(self, source: int, target: int, length: int) -> bool: ...


@dataclass(eq=False, slots=True)
class Slot:
    """A place for one sequence, and the tokens that it holds, in use or not.

    adapter: with which they were computed; with another, their numbers would be others.
    exact: so many leading tokens were computed alone, from an empty memory, in whole chunks of the
    grid. Computing them again gives the same bits, so a seeded request may start from them.
    """

    index: int
    tokens: list[int] = field(default_factory=list)
    exact: int = 0
    adapter: Hashable | None = None
    held: bool = False
    last_used: int = 0
    prompt_length: int = 0
    pinned: int = 0


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
    """

    def __init__(self, memory: Memory, chunk_size: int, exact: bool = False) -> None:
        self.slots = [Slot(index) for index in range(memory.slots)]
        self.cells = Cells(memory.slots)
        self.can_share = memory.can_trim
        self._memory = memory
        self._chunk_size = chunk_size
        self._clock = 0

    @property
    def has_slot(self) -> bool:
        return any(not slot.held for slot in self.slots)

    def find(self, prompt: list[int], adapter: Hashable | None = None) -> Start:
        """The best start for a prompt; one token at least is left to compute. Needs a free slot."""
        shared = {s.index: self._shared(s, prompt, adapter) for s in self.slots}
        whole = {s.index: not s.held and shared[s.index] == len(s.tokens) for s in self.slots}
        source = max(self.slots, key=lambda s: (shared[s.index], whole[s.index], s.held))
        if shared[source.index] and whole[source.index]:
            return Start(source, source, shared[source.index], adapter)
        # An empty slot, or the one longest unused: another's tokens may be wanted again.
        free = [slot for slot in self.slots if not slot.held]
        target = max(free, key=lambda s: (not s.tokens, -s.last_used))
        return Start(source, target, shared[source.index], adapter)

    def find_exact(self, prompt: list[int], adapter: Hashable | None = None) -> Start:
        """A start after which bits repeat: all is cleared that a cold one would not have.

        Call it only while no slot is held.
        """
        shared = {s.index: min(self._shared(s, prompt, adapter), s.exact) for s in self.slots}
        best = max(self.slots, key=lambda s: shared[s.index])
        for slot in self.slots:
            if slot is not best:
                self._clear(slot)
        on_grid = shared[best.index] // self._chunk_size * self._chunk_size
        return Start(best, best, on_grid, adapter)

    def held_with(self, start: Start) -> int:
        """Cells in use, those that a start shares among them."""
        held = [slot.index for slot in self.slots if slot.held]
        return self.cells.union(held, start.source.index, start.shared)

    def take(self, start: Start) -> Slot:
        """Hold the target of a start, with the shared tokens in it."""
        start.target.held = True
        self._fill(start.source, start.target, start.shared)
        start.target.adapter = start.adapter
        return start.target

    def extend(self, slot: Slot, prompt: list[int]) -> None:
        """Give a held slot more of its prompt, where another one has more."""
        source = max(self.slots, key=lambda s: self._shared(s, prompt, slot.adapter))
        shared = self._shared(source, prompt, slot.adapter)
        if shared > len(slot.tokens):
            self._fill(source, slot, shared)

    def computed(self, slot: Slot, tokens: list[int], *, alone: bool) -> None:
        """Note that a slot holds these tokens more; `alone`: nothing else was in the batch."""
        on_grid = len(slot.tokens) == slot.exact and len(tokens) == self._chunk_size
        if alone and on_grid and not any(s.tokens for s in self.slots if s is not slot):
            slot.exact += len(tokens)
        slot.tokens += tokens
        self.cells.extend(slot.index, len(tokens))

    def restored(self, slot: Slot, tokens: list[int], *, exact: int = 0) -> None:
        """Note that a held slot's memory was replaced and holds just these tokens now, of which the
        first `exact` were computed on the grid; none at all clears it."""
        if not tokens:
            self._clear(slot)
            return
        self.cells.trim(slot.index, 0)
        self.cells.extend(slot.index, len(tokens))
        slot.tokens, slot.exact = list(tokens), exact

    def pin(self, slot: Slot, length: int) -> None:
        """Let the first `length` tokens of a slot be the last to go; 0 takes the pin away."""
        slot.pinned = min(length, len(slot.tokens))

    def cached(self) -> int:
        """Tokens that nobody uses and that are kept, each counted once; on any thread."""
        return sum(len(slot.tokens) for slot in self.slots if not slot.held)

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

    def clear(self, slot: Slot) -> None:
        """Give a slot back empty."""
        slot.held = False
        self._clear(slot)

    def evict(self, limit: int) -> None:
        """Clear cached slots, the longest unused first, until no more than `limit` are used."""
        for slot in sorted(self.slots, key=lambda s: s.last_used):
            if self.cells.used <= limit:
                return
            if not slot.held and self.cells.alone(slot.index):
                self._clear(slot)

    def check_integrity(self, length: Callable[[int], int], used: int | None = None) -> None:
        """Every slot holds in the model what it says, `used` cells in all. For tests."""
        self.cells.check_integrity()
        for slot in self.slots:
            said = {len(slot.tokens), self.cells.length(slot.index), length(slot.index)}
            if len(said) > 1:
                raise AssertionError(
                    f"slot {slot.index} says {len(slot.tokens)} tokens, not {said}"
                )
            if slot.exact > len(slot.tokens):
                raise AssertionError(f"slot {slot.index} calls {slot.exact} tokens exact")
        if used is not None and used != self.cells.used:
            raise AssertionError(f"the model uses {used} cells, and {self.cells.used} are noted")

    def _shared(self, slot: Slot, prompt: list[int], adapter: Hashable | None) -> int:
        if not self.can_share or slot.adapter != adapter:
            return 0
        # One token is always left to compute: its logits are what is sampled from.
        return min(common_prefix(slot.tokens, prompt), len(prompt) - 1)

    def _fill(self, source: Slot, target: Slot, shared: int) -> None:
        """Make the first `shared` tokens of one slot all that another holds."""
        if not shared or not self._share(source.index, target.index, shared):
            self._clear(target)
            return
        target.tokens = source.tokens[:shared]
        target.exact = min(source.exact, shared) // self._chunk_size * self._chunk_size

    def _share(self, source: int, target: int, length: int) -> bool:
        if source == target:
            self.can_share = self._memory.trim(target, length)
            self.cells.trim(target, length)
        else:
            self.can_share = self._memory.copy_prefix(source, target, length)
            self.cells.copy(source, target, length)
        return self.can_share

    def _clear(self, slot: Slot) -> None:
        self._memory.trim(slot.index, 0)
        self.cells.trim(slot.index, 0)
        slot.tokens, slot.exact = [], 0


def common_prefix(left: list[int], right: list[int]) -> int:
    """How many tokens two lists begin alike with."""
    same, end = 0, min(len(left), len(right))
    if left[:end] == right[:end]:
        return end
    # They differ before `end`; comparing slices is far faster than a loop over tokens.
    while end - same > 1:
        middle = (same + end) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            end = middle
    return same
