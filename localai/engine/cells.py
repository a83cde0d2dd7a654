"""How much KV memory the slots hold, shared tokens counted once; it must not know which tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(eq=False, slots=True)
class _Run:
    """Consecutive tokens, computed once and held by the same slots."""

    length: int
    holders: set[int]


class Cells:
    """The ledger of a memory in which slots may hold the same cells; all lengths are in tokens.

    used: cells that are held at all. A cell is free again when its last holder lets it go.
    shared: whether a copy is held in the same cells; where slots are streams of their own it is
    not, and takes as many again.
    """

    def __init__(self, slots: int, *, shared: bool = True) -> None:
        self._runs: list[list[_Run]] = [[] for _ in range(slots)]
        self._shared = shared
        self.used = 0

    def length(self, slot: int) -> int:
        """How many tokens a slot holds."""
        return sum(run.length for run in self._runs[slot])

    def spare(self, slot: int, held: Collection[int]) -> int:
        """How many of a slot's cells none of these others holds."""
        return sum(r.length for r in self._runs[slot] if r.holders.isdisjoint(held))

    def union(self, slots: Iterable[int], source: int = 0, length: int = 0) -> int:
        """How many cells some of these slots hold, or would with the first `length` of source."""
        runs = {run for slot in slots for run in self._runs[slot]}
        total = sum(run.length for run in runs)
        if not self._shared:
            return total + length
        for run in self._runs[source]:
            if run not in runs:
                total += min(run.length, max(length, 0))
            length -= run.length
        return total

    def extend(self, slot: int, count: int) -> None:
        """Note that a slot computed so many more tokens."""
        runs = self._runs[slot]
        if runs and len(runs[-1].holders) == 1:
            runs[-1].length += count
        elif count:
            runs.append(_Run(count, {slot}))
        self.used += count

    def trim(self, slot: int, length: int) -> None:
        """Note that a slot keeps its first `length` tokens only."""
        runs, at = self._runs[slot], self._split(slot, length)
        left = runs[at:]
        del runs[at:]
        for run in left:
            run.holders.discard(slot)
            if not run.holders:
                self.used -= run.length
        for holder in {next(iter(run.holders)) for run in left if run.holders}:
            self._join(holder)

    def copy(self, source: int, target: int, length: int) -> None:
        """Note that `target` holds the first `length` tokens of `source`, and nothing else."""
        self.trim(target, 0)
        if not self._shared:
            self.extend(target, length)
            return
        self._runs[target] = self._runs[source][: self._split(source, length)]
        for run in self._runs[target]:
            run.holders.add(target)

    def check_integrity(self) -> None:
        """Every run is held by the slots that list it, and all of them make `used`. For tests."""
        runs = {run for slot in self._runs for run in slot}
        if self.used != sum(run.length for run in runs):
            raise AssertionError(f"{self.used} cells noted, {sum(r.length for r in runs)} held")
        for run in runs:
            listing = {slot for slot, mine in enumerate(self._runs) if run in mine}
            if run.holders != listing or run.length <= 0:
                raise AssertionError(f"{run} is listed by the slots {listing}")
        for mine in self._runs:
            if any(a.holders == b.holders for a, b in pairwise(mine)):
                raise AssertionError(f"of {mine} two are one")

    def _split(self, slot: int, length: int) -> int:
        """How many runs make the first `length` tokens; one that reaches beyond is cut in two."""
        for index, run in enumerate(self._runs[slot]):
            if length <= 0:
                return index
            if run.length > length:
                rest = _Run(run.length - length, set(run.holders))
                run.length = length
                for holder in run.holders:
                    runs = self._runs[holder]
                    runs.insert(runs.index(run) + 1, rest)
                return index + 1
            length -= run.length
        return len(self._runs[slot])

    def _join(self, slot: int) -> None:
        """Make one of neighbouring runs with the same holders: who parted them is gone."""
        runs, index = self._runs[slot], 1
        while index < len(runs):
            before, run = runs[index - 1 : index + 1]
            if before.holders != run.holders:
                index += 1
                continue
            before.length += run.length
            for holder in run.holders:
                self._runs[holder].remove(run)
