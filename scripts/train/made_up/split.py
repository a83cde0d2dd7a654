"""Decides which words and wordings are held out of the training, by a hash of their text.

It must not know what is said with them.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from functools import cache

# One word or wording in so many is held out.
ONE_IN = 10
# Words that no schema does without stand on both sides.
COMMON = frozenset("name title date code price quantity amount total status id".split()) | {
    "unit price",
    "total amount",
}


def is_held_out(text: str) -> bool:
    """Whether this noun, attribute or template (with its {gaps} unfilled) is never trained on."""
    return _rank(text) % ONE_IN == 0


@cache
def _rank(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


class Split:
    """One side of what is held out: with `held_out` nothing but that, else nothing of it."""

    def __init__(self, held_out: bool = False) -> None:
        self.held_out = held_out

    def has(self, word: str) -> bool:
        """Whether a noun or an attribute is on this side."""
        return word in COMMON or is_held_out(word) == self.held_out

    def words(self, table: Iterable[str]) -> list[str]:
        """The words of this side, in the table's order; may be empty for a short table."""
        return [word for word in table if self.has(word)]

    def pick(self, rng: random.Random, *templates: str) -> str:
        """A template of this side. Of two or more at least one is on either side; repeats weigh."""
        return rng.choice(_side(templates, self.held_out))

    def pick_with(self, rng: random.Random, gap: str, *templates: str) -> str:
        """A template of this side that has the gap; empty if none has."""
        fitting = [text for text in _side(templates, self.held_out) if gap in text]
        return rng.choice(fitting) if fitting else ""


@cache
def _side(templates: tuple[str, ...], held_out: bool) -> tuple[str, ...]:
    different = sorted(set(templates), key=_rank)
    if len(different) == 1:
        return templates
    held = {text for text in different if is_held_out(text)} or {different[0]}
    if len(held) == len(different):
        held.discard(different[-1])
    return tuple(text for text in templates if (text in held) == held_out)
