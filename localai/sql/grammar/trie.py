"""Owns tries: many texts as rules that part ways letter by letter; it must not know SQL.

A model of the alternatives as they are would keep a parse for each name that is still possible;
parted by letters there is one (300 tables of 25 columns: 5.5 ms for a token, 0.9 ms as a trie).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from localai.sql.grammar.rules import Rules, any_case, exactly

# What a text becomes: its letters' patterns, one GBNF item for each character.
Path = tuple[str, ...]


@dataclass(slots=True)
class Node:
    """What follows a beginning: by pattern, and (in `ends`) what stands after a text that ends
    here. `so_far` is the beginning itself in lower case, None behind a quote."""

    so_far: str | None = ""
    ends: list[str] = field(default_factory=list)
    next: dict[str, Node] = field(default_factory=dict)


@lru_cache(20_000)
def bare(name: str) -> Path:
    """A name without quotes, in any case."""
    return tuple(map(_in_any_case, name))


@lru_cache(20_000)
def spelt(text: str) -> Path:
    """A text in its own spelling."""
    return tuple(map(_as_it_is, text))


_in_any_case = lru_cache(any_case)
_as_it_is = lru_cache(exactly)


# What else may stand after a node, as GBNF alternatives: for ways that leave the trie.
Leave = Callable[[Node], list[str]]


def trie(
    rules: Rules,
    texts: Iterable[tuple[Path, str | None]],
    prefix: str,
    leave: Leave = lambda node: [],
) -> str:
    """The name of a rule for these texts, each followed by its GBNF (which may be empty).

    With None nothing may end there: the text is only a place for `leave` to know.
    """
    root = Node()
    nodes = [root]
    for path, tail in texts:
        node = root
        for pattern in path:
            below = node.next.get(pattern)
            if below is None:
                below = node.next[pattern] = Node(_longer(node.so_far, pattern))
                nodes.append(below)
            node = below
        if tail is not None and tail not in node.ends:
            node.ends.append(tail)
    # Every node stands after the one above it, so that backwards all below is written already.
    bodies: dict[int, str | None] = {}
    for node in reversed(nodes):
        bodies[id(node)] = _body(node, bodies, leave, rules, prefix)
    body = bodies[id(root)]
    assert body is not None, "a trie of nothing"
    return rules.share(prefix, body)


def _longer(so_far: str | None, pattern: str) -> str | None:
    if so_far is None or pattern == r'"\""':
        return None
    return so_far + pattern[1]


def _body(
    node: Node, bodies: dict[int, str | None], leave: Leave, rules: Rules, prefix: str
) -> str | None:
    """The node as a sequence, in a rule of its own where it has more than one way on; None where
    it has no way on and no end."""
    ways = [
        _joined(pattern, rest)
        for pattern, below in node.next.items()
        if (rest := bodies[id(below)]) is not None
    ]
    ways += [*leave(node), *node.ends]
    if len(ways) < 2:
        return ways[0] if ways else None
    listed = " | ".join(way or '""' for way in ways)
    # The root's alternatives are the rule itself.
    return listed if node.so_far == "" else rules.share(prefix, listed)


def _joined(pattern: str, rest: str) -> str:
    if pattern.endswith('"') and rest.startswith('"'):
        return pattern[:-1] + rest[1:]
    # Two names side by side would read as one.
    return f"{pattern} {rest}" if rest[:1].isalnum() else pattern + rest
