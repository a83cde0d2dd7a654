"""Who holds which tokens, each prefix stored once, so that a look-up walks a prompt and no slots.

It must not know memories, sequences, or what a prefix is worth.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class _Node:
    """Tokens from position `start` on, in which nobody parts from anybody.

    holders: the slots that hold at least the first of them; each may end anywhere within.
    """

    start: int
    label: list[int]
    parent: _Node | None
    children: dict[int, _Node] = field(default_factory=dict)
    holders: set[int] = field(default_factory=set)

    @property
    def end(self) -> int:
        return self.start + len(self.label)


class PrefixTree:
    """A radix tree over token ids; its strings are what numbered slots hold, under one of many
    roots each. All lengths are in tokens.

    A node ends only where slots part (it has two children or more), or where its longest holder
    ends: one more token is appended to an edge, whatever the number of tokens before it.
    """

    def __init__(self, slots: int) -> None:
        self._roots: dict[Hashable, _Node] = {}
        self._nodes: list[_Node | None] = [None] * slots
        self._lengths = [0] * slots

    def length(self, slot: int) -> int:
        """How many tokens a slot holds."""
        return self._lengths[slot]

    def shared(self, tokens: list[int], root: Hashable = None) -> dict[int, int]:
        """How many of these tokens each slot under a root begins with; none stands for 0."""
        found: dict[int, int] = {}
        node, depth = self._roots.get(root), 0
        while node is not None and depth < len(tokens):
            node = node.children.get(tokens[depth])
            if node is None:
                break
            depth += _alike(node.label, 0, tokens, depth)
            for slot in node.holders:
                found[slot] = min(self._lengths[slot], depth)
            if depth < node.end:
                break
        return found

    def alone(self, slot: int) -> int:
        """How many tokens at its end only this slot holds: what would be lost with it."""
        node = self._nodes[slot]
        if node is None:
            return 0
        # Above a node there is always another slot, which went another way.
        others = [self._lengths[each] for each in node.holders if each != slot]
        return max(0, self._lengths[slot] - max(others, default=node.start))

    def extend(self, slot: int, tokens: list[int], root: Hashable = None) -> None:
        """Let a slot hold these tokens more; `root` says where an empty one begins."""
        node = self._nodes[slot]
        if node is not None and not node.children and self._lengths[slot] == node.end:
            node.label += tokens
            self._lengths[slot] += len(tokens)
        elif tokens:
            self._walk(slot, tokens, node or self._roots.setdefault(root, _Node(0, [], None)))

    def copy(self, source: int, target: int, length: int) -> None:
        """Let `target` hold the first `length` tokens of `source`, and nothing else."""
        self.trim(target, 0)
        node = self._nodes[source] if length else None
        while node is not None and node.start >= length:
            node = node.parent
        self._nodes[target], self._lengths[target] = node, length
        while node is not None and node.parent is not None:
            node.holders.add(target)
            node = node.parent

    def trim(self, slot: int, length: int) -> None:
        """Let a slot hold its first `length` tokens only."""
        last = node = self._nodes[slot]
        if node is None or last is None or length >= self._lengths[slot]:
            return
        self._lengths[slot] = length
        while node.parent is not None and node.start >= length:
            node.holders.discard(slot)
            node = node.parent
        self._nodes[slot] = node if length else None
        if not last.children:
            self._shrink(last)

    def check_integrity(self, held: Sequence[tuple[Hashable, list[int]]]) -> None:
        """The slots hold these tokens under these roots, in a tree of that shape. For tests."""
        for slot, (root, tokens) in enumerate(held):
            path, node = [], self._nodes[slot]
            while node is not None and node.parent is not None:
                path.append(node)
                node = node.parent
            said = [token for each in reversed(path) for token in each.label]
            if said[: self._lengths[slot]] != tokens or len(tokens) != self._lengths[slot]:
                raise AssertionError(f"slot {slot} holds {tokens}, and the tree says {said}")
            if tokens and node is not self._roots.get(root):
                raise AssertionError(f"slot {slot} stands under another root than {root!r}")
        for root in self._roots.values():
            if not root.children:
                raise AssertionError("a root without slots stays")
            for node in root.children.values():
                self._check(node)

    def _check(self, node: _Node) -> None:
        beyond = {slot for child in node.children.values() for slot in child.holders}
        ends = {slot for slot, at in enumerate(self._nodes) if at is node}
        lengths = [self._lengths[slot] for slot in node.holders]
        sound = (
            node.holders == beyond | ends
            and not beyond & ends
            and len(node.children) != 1
            and all(length > node.start for length in lengths)
            and all(node.start < self._lengths[slot] <= node.end for slot in ends)
            and (node.children or max(lengths) == node.end)
        )
        if not sound:
            raise AssertionError(f"{node.start} to {node.end}: {node.holders}, {beyond}, {ends}")
        for first, child in node.children.items():
            if child.parent is not node or child.start != node.end or child.label[0] != first:
                raise AssertionError(f"a child of {node.start} to {node.end} is elsewhere")
            self._check(child)

    def _walk(self, slot: int, tokens: list[int], node: _Node) -> None:
        """Lead a slot along these tokens, where others went and then where nobody did."""
        done = 0
        while True:
            at = self._lengths[slot] - node.start
            same = _alike(node.label, at, tokens, done)
            self._lengths[slot] += same
            done += same
            if done == len(tokens):
                return
            if at + same < len(node.label):
                self._split(node, at + same)
            elif node.parent is not None and not node.children:
                node.label += tokens[done:]
                continue
            child = node.children.get(tokens[done])
            if child is None:
                child = _Node(self._lengths[slot], tokens[done:], node)
                node.children[tokens[done]] = child
            child.holders.add(slot)
            self._nodes[slot] = node = child

    def _split(self, node: _Node, offset: int) -> None:
        """Make two of a node; slots that go beyond the first part stand in the second."""
        at = node.start + offset
        beyond = {slot for slot in node.holders if self._lengths[slot] > at}
        lower = _Node(at, node.label[offset:], node, node.children, beyond)
        del node.label[offset:]
        node.children = {lower.label[0]: lower}
        self._adopt(lower, node)

    def _shrink(self, leaf: _Node) -> None:
        """Let a leaf end where its longest holder does, or be gone with the last."""
        if leaf.holders:
            longest = max(self._lengths[slot] for slot in leaf.holders)
            del leaf.label[longest - leaf.start :]
            return
        parent = leaf.parent
        assert parent is not None
        del parent.children[leaf.label[0]]
        if parent.parent is None:
            self._roots = {key: root for key, root in self._roots.items() if root.children}
        elif len(parent.children) == 1:
            # Nobody parts here any more.
            (child,) = parent.children.values()
            parent.label += child.label
            parent.children = child.children
            self._adopt(parent, child)

    def _adopt(self, node: _Node, former: _Node) -> None:
        """Tell the children, and the slots that end in a node, that they are no more `former`'s."""
        for child in node.children.values():
            child.parent = node
        for slot in node.holders:
            if self._nodes[slot] is former:
                self._nodes[slot] = node


def _alike(left: list[int], left_from: int, right: list[int], right_from: int) -> int:
    """How many tokens are the same from two places on."""
    end = min(len(left) - left_from, len(right) - right_from)
    if end <= 1:
        return int(end == 1 and left[left_from] == right[right_from])
    return common_prefix(left[left_from : left_from + end], right[right_from : right_from + end])


def common_prefix(left: list[int], right: list[int]) -> int:
    """How many tokens two lists begin alike with."""
    same, end, stride = 0, min(len(left), len(right)), 32
    # Comparing slices is far faster than a loop over tokens; in strides, as they may differ soon.
    while same < end:
        until = min(same + stride, end)
        if left[same:until] != right[same:until]:
            end = until
            break
        same, stride = until, 2 * stride
    while end - same > 1:
        middle = (same + end) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            end = middle
    return same
