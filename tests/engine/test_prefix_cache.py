from __future__ import annotations

import pytest

from localai.engine import Chunk
from localai.engine.prefix_cache import PrefixCache, Slot
from tests.fakes import FakeLanguageModel


def cache(slots: int = 3, *, can_trim: bool = True) -> PrefixCache:
    return PrefixCache(FakeLanguageModel(slots=slots, can_trim=can_trim), 4)


def tokens(text: str) -> list[int]:
    return list(map(ord, text))


def begin(cache: PrefixCache, text: str) -> tuple[Slot, int]:
    """Hold a slot for a prompt; how many of its tokens it had, and the rest is computed."""
    slot = cache.take(cache.find(tokens(text)))
    had = len(slot.tokens)
    rest = tokens(text)[had:]
    model = memory(cache)
    model.decode([Chunk(slot.index, had, rest, 0)])
    cache.computed(slot, rest, alone=False)
    cache.check_integrity(model.length, model.used)
    return slot, had


def memory(cache: PrefixCache) -> FakeLanguageModel:
    assert isinstance(cache._memory, FakeLanguageModel)
    return cache._memory


def fill(cache: PrefixCache, text: str) -> int:
    slot, _ = begin(cache, text)
    cache.release(slot)
    return slot.index


def test_the_longest_shared_prefix_wins() -> None:
    slots = cache()
    fill(slots, "abcd")
    longer = fill(slots, "xyzw123")
    start = slots.find(tokens("xyzw999"))
    assert (start.source.index, start.shared) == (longer, 4)


def test_one_token_is_always_left_to_compute() -> None:
    slots = cache()
    fill(slots, "abcd")
    assert slots.find(tokens("abcd")).shared == 3


def test_a_conversation_goes_on_in_place_and_a_branch_leaves_it_whole() -> None:
    slots = cache()
    first = fill(slots, "abcdef")
    assert begin(slots, "abcdefgh")[0].index == first
    branch, had = begin(slots, "abcxyz")
    assert branch.index != first and had == 3
    assert slots.cells.used == 8 + 3


def test_a_busy_slot_is_shared_from_too() -> None:
    slots = cache()
    busy, _ = begin(slots, "abcdef")
    other, had = begin(slots, "abcdxy")
    assert other is not busy and had == 4
    slots.release(busy)
    slots.clear(busy)
    assert slots.cells.used == 6, "the shared four stay for the other one"


def test_without_a_prefix_an_empty_slot_is_taken_then_the_longest_unused() -> None:
    slots = cache(2)
    first = fill(slots, "aaaa")
    second = fill(slots, "bbbb")
    assert first != second
    assert fill(slots, "cccc") == first


def test_eviction_takes_the_longest_unused_first_and_stops_in_time() -> None:
    slots = cache()
    for text in ("aaaa", "bbbb", "cccc"):
        fill(slots, text)
    slots.evict(7)
    assert [len(slot.tokens) for slot in slots.slots] == [0, 0, 4]


def test_eviction_spares_what_frees_nothing() -> None:
    slots = cache()
    fill(slots, "aaaabbbb")
    begin(slots, "aaaabbbbcc")
    copy, _ = begin(slots, "aaaabbbbdd")
    slots.release(copy)
    slots.evict(10)
    assert copy.tokens == tokens("aaaabbbb") and slots.cells.used == 10


def test_a_memory_that_cannot_trim_starts_anew() -> None:
    slots = cache(1, can_trim=False)
    fill(slots, "abc")
    assert slots.find(tokens("abd")).shared == 0
    assert begin(slots, "abd")[1] == 0


def test_a_memory_that_refuses_to_share_after_all_is_asked_no_more() -> None:
    slots = cache()
    fill(slots, "abcdef")
    memory(slots).can_trim = False
    assert begin(slots, "abcxyz")[1] == 0
    assert slots.find(tokens("abcdef")).shared == 0


def test_integrity_notices_a_slot_that_says_what_it_does_not_hold() -> None:
    slots = cache()
    index = fill(slots, "abcd")
    slots.check_integrity(lambda slot: 4 if slot == index else 0)
    with pytest.raises(AssertionError):
        slots.check_integrity(lambda slot: 0)
    with pytest.raises(AssertionError):
        slots.check_integrity(lambda slot: 4 if slot == index else 0, used=5)
