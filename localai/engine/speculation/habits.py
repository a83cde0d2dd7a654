"""What followed a few tokens in a model's earlier answers; it must not know requests.

Answers of one model are alike where they are not what was asked: SQL's keywords, the braces and
keys of JSON, what the questions of one schema have in common.
"""

from __future__ import annotations

from itertools import pairwise

KEPT = 16_384
"""Entries of a generation: 5 MB for two of them, and some 5,000 tokens of answers each."""

LONGEST = 3
"""Tokens that an entry goes by."""

_Table = dict[tuple[int, ...], int]


class Habits:
    """Two generations of n-grams with the token that came next, the latest where there were two.

    When the younger is full it becomes the older one, and what has not been met since is gone.
    """

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        self._young: _Table = {}
        self._old: _Table = {}

    def add(self, text: list[int], start: int) -> None:
        """Take in an answer: the tokens of `text` from `start` on."""
        for begin in range(max(start, LONGEST), len(text), KEPT // LONGEST):
            if len(self._young) >= KEPT:
                self._old, self._young = self._young, {}
            part = text[begin - LONGEST : begin + KEPT // LONGEST]
            after = part[LONGEST:]
            self._young.update(zip(zip(part[2:-1]), after, strict=True))
            self._young.update(zip(pairwise(part[1:-1]), after, strict=True))
            triples = zip(part[:-3], part[1:-2], part[2:-1], strict=True)
            self._young.update(zip(triples, after, strict=True))

    def next(self, text: list[int], end: int) -> tuple[int, int]:
        """The token that came behind the last ones before `end`, and how many of those it goes by;
        (0, 0) where there is none."""
        young, old = self._young, self._old
        if young:
            for length in (3, 2, 1):
                key = tuple(text[end - length : end])
                token = young.get(key)
                if token is None and old:
                    token = old.get(key)
                if token is not None:
                    return token, length
        return 0, 0

    def guess(self, text: list[int], count: int) -> list[int]:
        """The tokens that would follow, one by the other, at most so many."""
        said = text[-LONGEST:]
        for _ in range(count):
            token, length = self.next(said, len(said))
            if not length:
                break
            said.append(token)
        return said[LONGEST:]
