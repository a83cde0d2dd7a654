"""What followed a few tokens in a model's earlier answers; it must not know requests.

Answers of one model are alike where they are not what was asked: SQL's keywords, the braces and
keys of JSON, what the questions of one schema have in common.
"""

from __future__ import annotations

from itertools import pairwise

from localai.engine.speculation.index import Keys

KEPT = 16_384
"""Entries of a generation: 5 MB for two of them, and some 5,000 tokens of answers each."""

LONGEST = 3
"""Tokens that an entry goes by."""

_Table = dict[int | tuple[int, ...] | None, int]


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
            self._young.update(zip(part[2:-1], after, strict=True))
            self._young.update(zip(pairwise(part[1:-1]), after, strict=True))
            triples = zip(part[:-3], part[1:-2], part[2:-1], strict=True)
            self._young.update(zip(triples, after, strict=True))

    def next(self, last: Keys) -> tuple[int, int]:
        """The token that came behind the last ones, and how many of those it goes by; (0, 0) where
        there is none."""
        young = self._young
        if young:
            old = self._old
            one, two, three = last
            if (token := young.get(three)) is not None or (token := old.get(three)) is not None:
                return token, 3
            if (token := young.get(two)) is not None or (token := old.get(two)) is not None:
                return token, 2
            if (token := young.get(one)) is not None or (token := old.get(one)) is not None:
                return token, 1
        return 0, 0

    def guess(self, text: list[int], count: int) -> list[int]:
        """The tokens that would follow, one by the other, at most so many."""
        said = text[-LONGEST:]
        for _ in range(count):
            one, two, three = said[-1], said[-2], said[-3]
            token, length = self.next((one, (two, one), (three, two, one)))
            if not length:
                break
            said.append(token)
        return said[LONGEST:]
