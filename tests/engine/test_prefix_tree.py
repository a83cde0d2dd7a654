from __future__ import annotations

import os
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from localai.engine.prefix_tree import PrefixTree, common_prefix


def tokens(text: str) -> list[int]:
    return list(map(ord, text))


def tree(*texts: str) -> PrefixTree:
    made = PrefixTree(len(texts))
    for slot, text in enumerate(texts):
        made.extend(slot, tokens(text))
    made.check_integrity([(None, tokens(text)) for text in texts])
    return made


def test_a_prefix_is_found_in_the_middle_of_an_edge() -> None:
    assert tree("abcdefgh").shared(tokens("abcdxxxx")) == {0: 4}


def test_each_slot_tells_how_far_it_goes_along() -> None:
    found = tree("abcdef", "abxy", "abc", "zzz", "").shared(tokens("abcdq"))
    assert found == {0: 4, 1: 2, 2: 3}


def test_what_one_root_holds_the_other_does_not() -> None:
    made = tree("abc", "")
    made.extend(1, tokens("abcd"), "adapter")
    assert made.shared(tokens("abcd")) == {0: 3}
    assert made.shared(tokens("abcd"), "adapter") == {1: 4}
    assert made.shared(tokens("abcd"), "none such") == {}


def test_new_tokens_lengthen_an_edge_and_make_no_nodes() -> None:
    made = tree("ab", "ab", "abx")
    for slot in (0, 1):
        for token in range(500):
            made.extend(slot, [token])
    root = made._roots[None]
    assert [len(node.children) for node in root.children.values()] == [2]
    (node,) = root.children.values()
    assert sorted(len(child.label) for child in node.children.values()) == [1, 500]
    assert [made.alone(slot) for slot in range(3)] == [0, 0, 1]
    made.extend(0, [7, 8])
    assert made.alone(0) == 2


def test_what_stands_alone_is_what_nobody_else_holds() -> None:
    made = tree("abcdef", "abxy", "abc", "")
    assert [made.alone(slot) for slot in range(4)] == [3, 2, 0, 0]
    made.copy(0, 3, 5)
    assert [made.alone(slot) for slot in range(4)] == [1, 2, 0, 0]
    made.trim(0, 0)
    assert made.alone(3) == 2


_slots = st.integers(0, 4)
_texts = st.text("ab", max_size=6)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), _slots, _texts),
        st.tuples(st.just("trim"), _slots, st.integers(0, 16)),
        st.tuples(st.just("copy"), _slots, _slots, st.integers(0, 16)),
    ),
    max_size=40,
)


@given(_steps, st.lists(_texts, min_size=1, max_size=3), st.lists(st.booleans(), min_size=5))
def test_the_tree_tells_what_a_scan_over_lists_would(
    steps: list[tuple[Any, ...]], prompts: list[str], roots: list[bool]
) -> None:
    made, held = PrefixTree(5), [""] * 5
    for name, slot, *rest in steps:
        if name == "extend":
            made.extend(slot, tokens(rest[0]), roots[slot])
            held[slot] += rest[0]
        elif name == "trim":
            held[slot] = held[slot][: rest[0]]
            made.trim(slot, rest[0])
        elif slot != rest[0] and roots[slot] == roots[rest[0]]:
            held[rest[0]] = held[slot][: rest[1]]
            made.copy(slot, rest[0], len(held[rest[0]]))
        compare(made, held, roots, "".join(prompts))


def compare(made: PrefixTree, held: list[str], roots: list[bool], prompt: str) -> None:
    made.check_integrity([(roots[slot], tokens(text)) for slot, text in enumerate(held)])
    alike = {
        slot: len(os.path.commonprefix([text, prompt]))
        for slot, text in enumerate(held)
        if roots[slot]
    }
    assert made.shared(tokens(prompt), True) == {s: n for s, n in alike.items() if n}
    for slot, text in enumerate(held):
        others = [t for s, t in enumerate(held) if s != slot and roots[s] == roots[slot]]
        common = [len(os.path.commonprefix([text, other])) for other in others]
        assert made.alone(slot) == len(text) - max(common, default=0)
        assert made.length(slot) == len(text)


@given(st.integers(0, 200), st.text("ab", max_size=3), st.text("ab", max_size=3))
def test_the_common_prefix_is_found(same: int, left: str, right: str) -> None:
    one, other = "x" * same + left, "x" * same + right
    assert common_prefix(tokens(one), tokens(other)) == len(os.path.commonprefix([one, other]))
