"""JSON brought to its end while there are tokens left for it; it must not know samplers or schemas.

A model that would write on is cut off in the middle of its JSON. Instead, when no more tokens are
left than the longest way to the end may take, whatever closes is chosen wherever the grammar allows
it, and else whatever is not blank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from localai.llama.gbnf import Rule, read

SLACK = 16
"""Tokens beside the longest way: for a character or a word that is half-way through."""

# Outside strings, in this order: ends, then what leads to one soonest.
CLOSERS = tuple('}],:"0123456789-[{')
_BLANK = b" \t\r\n"


class Place:
    """Where in a JSON text an answer is: in a string or not. It begins after the text `mark`."""

    def __init__(self, mark: bytes = b"") -> None:
        self._mark = mark
        self._before = b""
        self.begun = not mark
        self.in_string = False
        self._escaped = False

    def take(self, piece: bytes) -> None:
        """Go on behind the next piece of the answer."""
        if not self.begun:
            self._before = (self._before + piece)[-len(self._mark) - len(piece) :]
            before, found, piece = self._before.partition(self._mark)
            if not found:
                return
            self.begun = True
        for byte in piece:
            if self._escaped:
                self._escaped = False
            elif byte == ord("\\"):
                self._escaped = self.in_string
            elif byte == ord('"'):
                self.in_string = not self.in_string

    @property
    def closers(self) -> tuple[str, ...]:
        """Texts to try first."""
        return ('"',) if self.in_string else CLOSERS

    def delays(self, piece: bytes) -> bool:
        """Whether the piece only adds blanks between JSON's own signs."""
        return not self.in_string and not piece.strip(_BLANK)


def longest_way_out(grammar: str) -> int:
    """Characters from the worst place in a text of the grammar to the nearest end of it.

    Each takes a token at most. Rules that come back to themselves count once.
    """
    rules = read(grammar)
    least = _least(rules)
    root = next(number for number, rule in enumerate(rules) if rule.name == "root")
    return _Ways(rules, least).of(root) + SLACK


def _least(rules: Sequence[Rule]) -> list[float]:
    """For each rule the length of its shortest text."""
    least = [math.inf] * len(rules)
    changed = True
    while changed:
        changed = False
        for number, rule in enumerate(rules):
            shortest = min(_length(items, least) for items in rule.alternatives)
            if shortest < least[number]:
                least[number], changed = shortest, True
    return least


def _length(items: Sequence[int], least: Sequence[float]) -> float:
    return sum(-item if item < 0 else least[item] for item in items)


class _Ways:
    def __init__(self, rules: Sequence[Rule], least: Sequence[float]) -> None:
        self._rules = rules
        self._least = least
        self._known: dict[int, int] = {}

    def of(self, start: int) -> int:
        """The longest way out of a rule. Rules may chain by hundreds: Python's stack is short."""
        open_ = {start}
        path = [start]
        while path:
            number = path[-1]
            below = {i for items in self._rules[number].alternatives for i in items if i >= 0}
            todo = [item for item in below if item not in self._known and item not in open_]
            if todo:
                open_.add(todo[0])
                path.append(todo[0])
                continue
            self._known[number] = max(map(self._way, self._rules[number].alternatives))
            path.pop()
        return self._known[start]

    def _way(self, items: Sequence[int]) -> int:
        rest, worst = 0.0, 0.0
        for item in reversed(items):
            inside = -item if item < 0 else self._known.get(item, 0)
            worst = max(worst, inside + rest)
            rest += -item if item < 0 else self._least[item]
        return int(min(max(worst, rest), 1e9))
