"""What the prefix cache is to do, by a scan over every slot and token; the oracle of its tests."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

CUT = 32


@dataclass(eq=False)
class NaiveCell:
    token: int


@dataclass(eq=False)
class NaiveSlot:
    index: int
    cells: list[NaiveCell] = field(default_factory=list)
    adapter: Hashable | None = None
    exact: int = 0
    held: bool = False
    last_used: int = 0
    prompt_length: int = 0
    pinned: int = 0

    @property
    def tokens(self) -> list[int]:
        return [cell.token for cell in self.cells]


@dataclass(frozen=True)
class NaiveStart:
    shared: int
    target: int
    sources: frozenset[int]


class NaivePrefixCache:
    def __init__(
        self, slots: int, chunk_size: int, *, exact: bool = False, can_share: bool = True
    ) -> None:
        self.slots = [NaiveSlot(index) for index in range(slots)]
        self.chunk_size = chunk_size
        self.exact = exact
        self.can_share = can_share
        self.clock = 0

    @property
    def used(self) -> int:
        return len({cell for slot in self.slots for cell in slot.cells})

    @property
    def busy(self) -> set[NaiveCell]:
        return {cell for slot in self.slots if slot.held for cell in slot.cells}

    def find(self, prompt: list[int], adapter: Hashable | None) -> NaiveStart:
        reusable = [self.reusable(slot, prompt, adapter, self.exact) for slot in self.slots]
        shared = max(reusable)
        sources = [s for s in self.slots if shared and reusable[s.index] == shared]
        free = [slot for slot in self.slots if not slot.held]

        def rank(slot: NaiveSlot) -> tuple[object, ...]:
            there = self.alike(slot, prompt, adapter)
            in_place = slot in sources
            return (*self.loss(slot, there), not in_place, bool(slot.cells), slot.last_used)

        target = min(free, key=rank)
        if not sources or target in sources:
            return NaiveStart(shared, target.index, frozenset([target.index]))
        if not self.exact and any(slot.held for slot in sources):
            sources = [slot for slot in sources if slot.held]
        shortest = min(len(slot.cells) for slot in sources)
        best = [slot.index for slot in sources if len(slot.cells) == shortest]
        return NaiveStart(shared, target.index, frozenset(best))

    def find_exact(self, prompt: list[int], adapter: Hashable | None) -> NaiveStart:
        if self.exact:
            return self.find(prompt, adapter)
        reusable = [self.reusable(slot, prompt, adapter, True) for slot in self.slots]
        best = reusable.index(max(reusable))
        for slot in self.slots:
            if slot.index != best:
                self.keep(slot, 0)
        return NaiveStart(reusable[best], best, frozenset([best]))

    def take(self, source: int, target: int, shared: int, adapter: Hashable | None) -> None:
        slot = self.slots[target]
        slot.held = True
        self.fill(self.slots[source], slot, shared)
        slot.adapter = adapter

    def extend(self, index: int, prompt: list[int]) -> None:
        slot = self.slots[index]
        shared = [self.reusable(each, prompt, slot.adapter, self.exact) for each in self.slots]
        best = max(shared)
        if best > len(slot.cells):
            self.fill(self.slots[shared.index(best)], slot, best)

    def computed(self, index: int, tokens: list[int], *, alone: bool) -> None:
        slot = self.slots[index]
        others = any(s.cells for s in self.slots if s is not slot)
        on_grid = len(slot.cells) == slot.exact and len(tokens) == self.chunk_size
        if alone and on_grid and (self.exact or not others):
            slot.exact += len(tokens)
        slot.cells += [NaiveCell(token) for token in tokens]

    def restored(self, index: int, tokens: list[int], exact: int) -> None:
        slot = self.slots[index]
        self.keep(slot, 0)
        slot.cells = [NaiveCell(token) for token in tokens]
        slot.exact = min(exact, len(tokens)) // self.chunk_size * self.chunk_size

    def release(self, index: int, prompt_length: int, *, pinned: bool) -> None:
        self.clock += 1
        slot = self.slots[index]
        slot.held, slot.last_used = False, self.clock
        slot.prompt_length = min(prompt_length, len(slot.cells))
        if pinned:
            slot.pinned = slot.prompt_length

    def clear(self, index: int) -> None:
        self.slots[index].held = False
        self.keep(self.slots[index], 0)

    def evict(self, limit: int) -> None:
        while self.used > limit:
            idle = [s for s in self.slots if not s.held and set(s.cells) - self.busy]
            if not idle:
                return
            slot = min(idle, key=lambda s: (self.loss(s, self.border(s)), s.last_used))
            border, alone = self.border(slot), self.alone(slot)
            count = min(alone, max(CUT, self.used - limit)) if alone else len(slot.cells)
            self.keep(slot, max(border, len(slot.cells) - count) if self.can_share else 0)

    def tidy(self, keep: int, cheap: int) -> None:
        for slot in sorted(self.slots, key=lambda s: s.last_used):
            alone = self.alone(slot)
            rest = len(slot.cells) - alone if alone and self.can_share else 0
            spared = slot.held or not slot.cells or alone > cheap or rest < slot.pinned
            if self.cached() > keep and not self.exact and not spared:
                self.keep(slot, rest)

    def cached(self) -> int:
        return self.used - len(self.busy)

    def alike(self, slot: NaiveSlot, tokens: Iterable[int], adapter: Hashable | None) -> int:
        if not self.can_share or slot.adapter != adapter:
            return 0
        return common(slot.tokens, tokens)

    def reusable(
        self, slot: NaiveSlot, prompt: list[int], adapter: Hashable | None, exact: bool
    ) -> int:
        length = min(self.alike(slot, prompt, adapter), len(prompt) - 1)
        if exact:
            return min(length, slot.exact) // self.chunk_size * self.chunk_size
        return length

    def alone(self, slot: NaiveSlot) -> int:
        others = [s for s in self.slots if s is not slot and s.adapter == slot.adapter]
        known = max((common(other.tokens, slot.tokens) for other in others), default=0)
        return len(slot.cells) - known

    def loss(self, slot: NaiveSlot, keep: int) -> tuple[int, float]:
        """The most precious of the tokens that go, and how many are to be computed again."""
        kinds, length = [0], len(slot.cells)
        lost = [at for at in range(keep, length) if at >= length - self.alone(slot)]
        kinds += [1 if at >= slot.prompt_length else 2 for at in lost]
        if keep < slot.pinned:
            kinds.append(3)
        return max(kinds), len(lost) / (1 + self.clock - slot.last_used)

    def border(self, slot: NaiveSlot) -> int:
        length = len(slot.cells)
        borders = {0, slot.pinned} | ({slot.prompt_length} if self.alone(slot) else set())
        return max(border for border in borders if border < length)

    def fill(self, source: NaiveSlot, target: NaiveSlot, shared: int) -> None:
        if source is not target:
            same = self.alike(target, source.tokens[:shared], source.adapter)
            target.pinned = min(target.pinned, same)
            copies = [NaiveCell(token) for token in source.tokens[:shared]]
            target.cells = copies if self.exact else source.cells[:shared]
            target.exact = source.exact
        self.keep(target, shared)

    def keep(self, slot: NaiveSlot, length: int) -> None:
        slot.cells = slot.cells[:length]
        slot.exact = min(slot.exact, length) // self.chunk_size * self.chunk_size
        slot.prompt_length = min(slot.prompt_length, length)
        slot.pinned = min(slot.pinned, length)


def common(left: Iterable[int], right: Iterable[int]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
