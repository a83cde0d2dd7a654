"""Which slot already holds the beginning of a prompt; it must not know models or requests.

The simple twin: a sequence continues in the free slot with the longest prefix of its prompt.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Slot:
    """A place for one sequence. `tokens` is what it holds while nobody runs in it.

    exact: so many leading tokens were computed alone, from an empty memory, in whole chunks of the
    grid. Computing them again gives the same bits, so a seeded request may start from them.
    """

    index: int
    tokens: list[int] = field(default_factory=list)
    exact: int = 0
    held: bool = False
    last_used: int = 0


class PrefixCache:
    """All slots, each free (empty), cached (holding tokens) or held by one sequence.

    `trim(slot, length)` forgets tokens in the model; where it says no, nothing is reused.
    """

    def __init__(self, slots: int, chunk_size: int, trim: Callable[[int, int], bool]) -> None:
        self.slots = [Slot(index) for index in range(slots)]
        self._chunk_size = chunk_size
        self._trim = trim
        self._clock = 0

    @property
    def has_slot(self) -> bool:
        return any(not slot.held for slot in self.slots)

    @property
    def cached_tokens(self) -> int:
        """Tokens resident for nobody: room that eviction would give back."""
        return sum(len(slot.tokens) for slot in self.slots if not slot.held)

    def acquire(self, prompt: abc.Sequence[int]) -> tuple[Slot, int]:
        """The best slot for a prompt, and how many of its tokens it has (all but one at most)."""
        free = [slot for slot in self.slots if not slot.held]
        shared = {slot.index: self._shared(slot, prompt) for slot in free}
        # Without a prefix to keep, take an empty slot, then the one longest unused.
        best = max(free, key=lambda s: (shared[s.index], not s.tokens, -s.last_used))
        return best, self._hold(best, shared[best.index])

    def acquire_exact(self, prompt: abc.Sequence[int]) -> tuple[Slot, int]:
        """As `acquire`, from a memory that holds only what a cold start would: bits repeat.

        Call it only while no slot is held.
        """
        shared = {s.index: min(self._shared(s, prompt), s.exact) for s in self.slots}
        best = max(self.slots, key=lambda s: shared[s.index])
        for slot in self.slots:
            if slot is not best:
                self._clear(slot)
        return best, self._hold(best, shared[best.index] // self._chunk_size * self._chunk_size)

    def computed(self, slot: Slot, start: int, count: int, *, alone: bool) -> None:
        """Note that a chunk was computed; `alone`: nothing else was in the batch."""
        on_grid = start == slot.exact and count == self._chunk_size
        if alone and on_grid and not any(s.tokens or s.held for s in self.slots if s is not slot):
            slot.exact += count

    def release(self, slot: Slot, tokens: list[int]) -> None:
        """Give a slot back; it goes on holding `tokens` until someone needs the room."""
        self._clock += 1
        slot.tokens, slot.held, slot.last_used = tokens, False, self._clock
        slot.exact = min(slot.exact, len(tokens))

    def clear(self, slot: Slot) -> None:
        """Give a slot back empty."""
        slot.held = False
        self._clear(slot)

    def evict(self, tokens: int, keep: Slot | None = None) -> None:
        """Free at least so many cached tokens, the longest unused slots first."""
        for slot in sorted(self.slots, key=lambda s: s.last_used):
            if tokens <= 0:
                return
            if not slot.held and slot is not keep and slot.tokens:
                tokens -= len(slot.tokens)
                self._clear(slot)

    def check_integrity(self, length: Callable[[int], int]) -> None:
        """Every slot is free, cached or held, and holds in the model what it says. For tests."""
        for slot in self.slots:
            if not slot.held and length(slot.index) != len(slot.tokens):
                raise AssertionError(f"slot {slot.index} says {len(slot.tokens)} tokens")
            if not slot.held and slot.exact > len(slot.tokens):
                raise AssertionError(f"slot {slot.index} calls {slot.exact} tokens exact")

    def _shared(self, slot: Slot, prompt: abc.Sequence[int]) -> int:
        # One token is always left to compute: its logits are what is sampled from.
        return min(_common_prefix(slot.tokens, prompt), len(prompt) - 1)

    def _hold(self, slot: Slot, keep: int) -> int:
        if keep < len(slot.tokens) and not (keep and self._trim(slot.index, keep)):
            self._clear(slot)
            keep = 0
        slot.held, slot.tokens = True, []
        slot.exact = min(slot.exact, keep // self._chunk_size * self._chunk_size)
        return keep

    def _clear(self, slot: Slot) -> None:
        self._trim(slot.index, 0)
        slot.tokens, slot.exact = [], 0


def _common_prefix(left: abc.Sequence[int], right: abc.Sequence[int]) -> int:
    length = min(len(left), len(right))
    for index in range(length):
        if left[index] != right[index]:
            return index
    return length
