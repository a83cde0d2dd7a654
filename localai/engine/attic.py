"""Prefixes that nobody uses just now, kept beside the model's memory; it must not know requests.

Attention looks at every cell of the memory, whoever holds it: with 430 tokens of others there, an
answer's token took 1.12 times as long, and with 3,000 a prompt of 60 took 1.38 times (110 million
weights, two cores). Bytes put aside cost nothing until they are wanted; then they are copied back.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from localai.engine.prefix_cache import PrefixCache, common_prefix
from localai.engine.slot import Slot

ROOM = 40 << 20
"""Bytes of all that is put aside: 1,800 tokens of TinyLlama 1.1B, 80 of a 7B model, which keeps
the rest where it is."""

MOST = 64
"""Entries: each is compared with every prompt that begins."""

LEAST = 8
"""Tokens that are worth a copy: of 107 tokens it took 0.1 ms with 2 million weights, 0.7 with 110
million and 1.2 with 1.1 billion, less than computing one token."""

ALIKE = 32
"""Tokens at the end that are computed again rather than copied out with all before them."""


class Memory(Protocol):
    """What a LanguageModel's memory must do; see there."""

    def save_state(self, slot: int, length: int, most: int = ...) -> memoryview | None: ...


@dataclass(eq=False, slots=True)
class Entry:
    """The state of tokens that were computed with an adapter, the first `exact` on the grid.

    pinned: someone asked to keep it. used: when it was last wanted, by the attic's count.
    """

    tokens: list[int]
    adapter: Hashable | None
    exact: int
    state: memoryview
    pinned: bool
    used: int


class Attic:
    """Takes what idle slots hold out of the memory, for the thread that computes.

    What does not fit stays in its slot: `room` is in bytes, and nothing goes for what is worth
    less. A memory whose slots are streams of their own has no use for an attic.
    """

    def __init__(self, memory: Memory, cache: PrefixCache, room: int = ROOM) -> None:
        self._memory = memory
        self._cache = cache
        self._room = room
        self._entries: list[Entry] = []
        self._tried: dict[int, int] = {}  # when each slot was last used as it was looked at
        self._clock = 0
        self._size = 0.0  # bytes of a token, once that is known

    def copy(self) -> bool:
        """Copy what one idle slot holds, where that is still to be done; false where it is not.
        The cells stay as they are, and can go at once when they are in the way."""
        for slot in self._idle(set()):
            # Once only: where there is room for one of two, they would take turns for ever.
            if self._tried.get(slot.index) != slot.last_used:
                self._tried[slot.index] = slot.last_used
                if self._near(slot) is None and self._keep(slot):
                    return True
        return False

    def put_aside(self, cheap: int = 0) -> bool:
        """Empty the idle slots that hold something in which nobody computes; the end of what is
        otherwise in use stays. One is copied at most, for others wait, and none of up to `cheap`
        tokens (a copy beside answers took 12 ms instead of 2); true where more are left."""
        held, copied = {slot.index for slot in self._cache.slots if slot.held}, False
        for slot in self._idle(held):
            near = self._near(slot)
            if near is not None:
                self._touch(near)
                near.pinned = near.pinned or slot.pinned > 0
            elif len(slot.tokens) <= cheap:
                continue
            elif copied:
                return True
            elif self._keep(slot):
                copied = True
            else:
                continue
            self._cache.clear(slot)
        return False

    def find(self, prompt: list[int], adapter: Hashable | None, beyond: int) -> Entry | None:
        """What has most of a prompt, if that is more than `beyond` tokens and worth a copy."""
        best, length = self._most_alike(prompt, adapter)
        # All of an entry is copied, however little of it is wanted.
        least = 0 if best is None else max(LEAST, len(best.tokens) // 64)
        if best is None or min(length, len(prompt) - 1) < beyond + least:
            return None
        self._touch(best)
        return best

    def holding(self, tokens: list[int], adapter: Hashable | None) -> Entry | None:
        """What begins with all these tokens."""
        best, length = self._most_alike(tokens, adapter)
        return best if length == len(tokens) else None

    def drop(self, entry: Entry) -> None:
        """Let go of what turned out to be no good, or is worth least."""
        self._entries.remove(entry)

    def _idle(self, held: set[int]) -> list[Slot]:
        """Slots that nobody uses, most of whose tokens none of these others holds, the longest
        unused first. Most prompts begin alike: with one token for all, or with a template."""
        if not self._cache.can_share:
            return []
        spare = self._cache.cells.spare
        slots = [s for s in self._cache.slots if not s.held]
        idle = [s for s in slots if spare(s.index, held) > len(s.tokens) // 2]
        return sorted(idle, key=lambda s: s.last_used)

    def _near(self, slot: Slot) -> Entry | None:
        """What has all that a slot holds, but for an end that is soon computed again."""
        known, length = self._most_alike(slot.tokens, slot.adapter)
        near = len(slot.tokens) - length <= min(ALIKE, len(slot.tokens) // 4)
        return known if known is not None and near and slot.exact <= known.exact else None

    def _keep(self, slot: Slot) -> bool:
        """Copy what a slot holds; false where there is no room, or it cannot be copied."""
        self._clock += 1
        if not self._make_room(slot, len(slot.tokens) * self._size):
            return False
        state = self._memory.save_state(slot.index, len(slot.tokens), self._room)
        if state is None:
            return False
        self._size = len(state) / len(slot.tokens)
        if not self._make_room(slot, len(state)):
            return False
        self._add(slot, state)
        return True

    def _add(self, slot: Slot, state: memoryview) -> None:
        tokens, pinned = list(slot.tokens), slot.pinned > 0
        for one in list(self._entries):
            # A talk that went on has all of what it was before.
            if one.adapter == slot.adapter and tokens[: len(one.tokens)] == one.tokens:
                pinned = pinned or one.pinned
                self._entries.remove(one)
        self._entries.append(Entry(tokens, slot.adapter, slot.exact, state, pinned, self._clock))

    def _make_room(self, slot: Slot, size: float) -> bool:
        """Have so many bytes free for what a slot holds, at the cost of what is worth less."""
        if size > self._room:
            return False
        worth = (slot.pinned > 0, float(len(slot.tokens)))
        over = sum(len(one.state) for one in self._entries) + size - self._room
        count = len(self._entries) + 1 - MOST
        going = []
        for one in sorted(self._entries, key=self._worth):
            if over <= 0 and count <= 0:
                break
            if self._worth(one) > worth:
                return False
            going.append(one)
            over -= len(one.state)
            count -= 1
        for one in going:
            self.drop(one)
        return True

    def _worth(self, one: Entry) -> tuple[bool, float]:
        return one.pinned, len(one.tokens) / (1 + self._clock - one.used)

    def _most_alike(self, tokens: list[int], adapter: Hashable | None) -> tuple[Entry | None, int]:
        best, length = None, 0
        for one in self._entries:
            if one.adapter == adapter and one.tokens[:1] == tokens[:1]:
                same = common_prefix(one.tokens, tokens)
                if same > length:
                    best, length = one, same
        return best, length

    def _touch(self, one: Entry) -> None:
        self._clock += 1
        one.used = self._clock
