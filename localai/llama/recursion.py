"""What of a grammar's rules llama.cpp would not come back from; it must not know GBNF's syntax.

Its own search for left recursion overlooks rules that are empty only by way of others, and such a
grammar then grows without end; and it visits rules once for each way that leads to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from localai.errors import InvalidRequest
from localai.llama.gbnf import Rule

# Ways from one rule to the texts it may begin with: llama.cpp keeps a stack for each. The SQL
# grammar of a hundred tables has some hundreds; at this bound one token costs it a second.
MAX_WAYS = 5_000
# Rules that begin with each other; llama.cpp follows them by recursion, on a thread's small stack.
MAX_CHAIN = 1_000


def check(rules: Sequence[Rule]) -> None:
    """Raises InvalidRequest (field `grammar`) for left recursion and for what unfolds too far."""
    first = _first_items(rules, _empty_ones(rules))
    ways: list[int] = [0] * len(rules)
    depth: list[int] = [0] * len(rules)
    for number in _bottom_up(rules, first):
        below = [item for item in first[number] if item >= 0]
        ways[number] = 1 + len(first[number]) - len(below) + sum(ways[item] for item in below)
        depth[number] = 1 + max((depth[item] for item in below), default=0)
        if ways[number] > MAX_WAYS:
            raise _refused(
                f"The rule {rules[number].name} can begin in more than {MAX_WAYS} ways.",
                "Let alternatives that begin alike share their beginning.",
            )
        if depth[number] > MAX_CHAIN:
            raise _refused(
                f"More than {MAX_CHAIN} rules begin with each other, from {rules[number].name} on.",
                "Make the grammar flatter.",
            )


def _empty_ones(rules: Sequence[Rule]) -> list[bool]:
    """For each rule whether it matches the empty text, by itself or by way of others."""
    empty = [False] * len(rules)
    users: dict[int, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for item in {item for items in rule.alternatives for item in items}:
            users[item].append(number)
    todo = list(range(len(rules)))
    while todo:
        number = todo.pop()
        if not empty[number] and any(
            all(item >= 0 and empty[item] for item in items) for items in rules[number].alternatives
        ):
            empty[number] = True
            todo += users[number]
    return empty


def _first_items(rules: Sequence[Rule], empty: list[bool]) -> list[list[int]]:
    """For each rule the items that a text of it may begin with, as often as they occur."""
    first: list[list[int]] = []
    for rule in rules:
        begins = []
        for items in rule.alternatives:
            for item in items:
                begins.append(item)
                if item < 0 or not empty[item]:
                    break
        first.append(begins)
    return first


def _bottom_up(rules: Sequence[Rule], first: list[list[int]]) -> list[int]:
    """All rules, each after those that it can begin with."""
    order: list[int] = []
    done = [False] * len(rules)
    for start in range(len(rules)):
        path, inside = [(start, iter(first[start]))], {start}
        while path:
            number, rest = path[-1]
            item = next((i for i in rest if i >= 0 and not done[i]), None)
            if item is None:
                path.pop()
                inside.discard(number)
                if not done[number]:
                    order.append(number)
                done[number] = True
            elif item in inside:
                raise _left_recursion(rules, [number for number, _ in path], item)
            else:
                inside.add(item)
                path.append((item, iter(first[item])))
    return order


def _left_recursion(rules: Sequence[Rule], path: list[int], item: int) -> InvalidRequest:
    names = [rules[number].name for number in [*path[path.index(item) :], item]]
    way = " -> ".join(names if len(names) < 8 else [*names[:3], "...", *names[-3:]])
    return _refused(
        f"The rule {names[0]} can begin with itself (left recursion: {way}).",
        "Write a list as `list ::= item tail*`, and repeat nothing that may be empty.",
    )


def _refused(message: str, hint: str) -> InvalidRequest:
    return InvalidRequest(message, field="grammar", hint=hint)
