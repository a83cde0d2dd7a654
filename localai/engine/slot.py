"""A place for one sequence, and what would be lost with what it holds; it must not know others."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

NOTHING, ANSWER, PROMPT, PINNED = range(4)
"""What is lost, in the order in which it goes: what another slot holds too, an answer's tokens, a
prompt's, and what someone asked to keep."""


class Loss(NamedTuple):
    """kind: the most precious of what goes. score: tokens that would have to be computed again, the
    fewer the longer nobody wanted them."""

    kind: int
    score: float


@dataclass(eq=False, slots=True)
class Slot:
    """A place for one sequence, and the tokens that it holds, in use or not.

    adapter: with which they were computed; with another, their numbers would be others.
    exact: so many leading tokens were computed alone, in whole chunks of the grid (and from an
    empty memory, where slots share cells). Computing them again gives the same bits.
    last_used: when it was given back, in slots given back before it.
    prompt_length: so many leading tokens were a prompt, the rest is an answer. pinned: so many are
    to be the last to go.
    """

    index: int
    tokens: list[int] = field(default_factory=list)
    exact: int = 0
    adapter: Hashable | None = None
    held: bool = False
    last_used: int = 0
    prompt_length: int = 0
    pinned: int = 0

    def keep(self, length: int, grid: int) -> None:
        """Note that no more than the first `length` tokens are left."""
        del self.tokens[length:]
        self.exact = min(self.exact, length // grid * grid)
        self.prompt_length = min(self.prompt_length, length)
        self.pinned = min(self.pinned, length)

    def loss(self, keep: int, alone: int, now: int) -> Loss:
        """What goes where only the first `keep` tokens stay; the last `alone` are in no other."""
        lost = min(alone, len(self.tokens) - keep)
        if keep < self.pinned:
            kind = PINNED
        elif lost <= 0:
            return Loss(NOTHING, 0)
        else:
            first = len(self.tokens) - lost
            kind = ANSWER if first >= self.prompt_length else PROMPT
        return Loss(kind, lost / (1 + now - self.last_used))

    def next_cut(self, alone: int) -> int:
        """Where to cut first, when room is wanted: the answer, then the prompt, then what is
        pinned; what others hold too is no loss."""
        length = len(self.tokens)
        if not alone:
            return self.pinned if self.pinned < length else 0
        for border in sorted((self.prompt_length, self.pinned), reverse=True):
            if border < length:
                return border
        return 0
