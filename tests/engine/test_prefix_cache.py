from __future__ import annotations

import pytest

from localai.engine.prefix_cache import PrefixCache


def cache(slots: int = 3) -> PrefixCache:
    return PrefixCache(slots, 4, lambda slot, length: True)


def fill(cache: PrefixCache, text: str) -> int:
    slot, _ = cache.acquire(list(map(ord, text)))
    cache.release(slot, list(map(ord, text)))
    return slot.index


def test_the_longest_shared_prefix_wins() -> None:
    slots = cache()
    fill(slots, "abcd")
    longer = fill(slots, "xyzw123")
    slot, reused = slots.acquire(list(map(ord, "xyzw999")))
    assert (slot.index, reused) == (longer, 4)


def test_one_token_is_always_left_to_compute() -> None:
    slots = cache()
    fill(slots, "abcd")
    assert slots.acquire(list(map(ord, "abcd")))[1] == 3


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
    slots.evict(5)
    assert [len(slot.tokens) for slot in slots.slots] == [0, 0, 4]


def test_a_memory_that_cannot_trim_starts_anew() -> None:
    slots = PrefixCache(1, 4, lambda slot, length: length == 0)
    slots.release(slots.slots[0], [1, 2, 3])
    assert slots.acquire([1, 2, 9])[1] == 0


def test_integrity_notices_a_slot_that_says_what_it_does_not_hold() -> None:
    slots = cache()
    index = fill(slots, "abcd")
    slots.check_integrity(lambda slot: 4 if slot == index else 0)
    with pytest.raises(AssertionError):
        slots.check_integrity(lambda slot: 0)
