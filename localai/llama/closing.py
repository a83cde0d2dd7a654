"""How JSON comes to its end in few characters; it must not know samplers, grammars or schemas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from localai.llama.gbnf import Rule, read

# Outside strings, in this order: what closes, then what leads there soonest.
_CLOSERS = b'}],:"0123456789-[{'
# Inside one that may not end yet, in turns: what the patterns of strings wait for most.
_IN_STRINGS = b"0a@.-:/"
_WANDERING = 160
"""Characters that the pattern of a string may come to besides its shortest text."""


class Place:
    """Where in a JSON text an answer is: in a string or not. It begins after the text `mark`."""

    def __init__(self, mark: bytes = b"") -> None:
        self._mark = mark
        self._before = b""
        self._count = 0
        self.begun = not mark
        self._in_string = False
        self._escaped = False

    def copy(self) -> Place:
        """The same place, to try a way from."""
        other = Place(self._mark)
        other.__dict__.update(self.__dict__)
        return other

    def take(self, piece: bytes) -> None:
        """Go on behind the next piece of the answer."""
        self._count += 1
        if not self.begun:
            self._before = (self._before + piece)[-len(self._mark) - len(piece) :]
            _, found, piece = self._before.partition(self._mark)
            if not found:
                return
            self.begun = True
        for byte in piece:
            if self._escaped:
                self._escaped = False
            elif byte == ord("\\"):
                self._escaped = self._in_string
            elif byte == ord('"'):
                self._in_string = not self._in_string

    def closers(self) -> Iterator[int]:
        """Bytes that lead to the end, the best first."""
        if not self._in_string:
            yield from _CLOSERS
            return
        yield ord('"')
        for turn in range(len(_IN_STRINGS)):
            yield _IN_STRINGS[(self._count + turn) % len(_IN_STRINGS)]


@lru_cache(8)
def longest_way_out(grammar: str) -> int:
    """Characters from the worst place in a text of the grammar to the nearest end of it, at most.

    Rules that come back to themselves count once.
    """
    rules = read(grammar)
    root = next(number for number, rule in enumerate(rules) if rule.name == "root")
    return _Ways(rules, _least(rules)).of(root) + _WANDERING


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
        path, inside = [start], {start}
        while path:
            number = path[-1]
            below = {i for items in self._rules[number].alternatives for i in items if i >= 0}
            todo = next((i for i in below if i not in self._known and i not in inside), None)
            if todo is not None:
                path.append(todo)
                inside.add(todo)
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
