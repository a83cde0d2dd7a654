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


def test_of_what_is_cached_answers_go_first_then_prompts_then_what_is_pinned() -> None:
    slots = cache(4)
    pinned, _ = begin(slots, "P" * 40)
    slots.release(pinned, pinned=True)
    for letter in "ab":
        slot, _ = begin(slots, letter * 80)
        slots.release(slot, prompt_length=40)
    left = []
    for limit in (199, 150, 110, 79, 39, 0):
        slots.evict(limit)
        left.append([len(slot.tokens) for slot in slots.slots[:3]])
    assert left[0] == [40, 48, 80], "the older answer, and no more of it than makes it worth while"
    assert left[1:3] == [[40, 40, 48], [40, 8, 40]]
    assert left[3:] == [[40, 0, 8], [8, 0, 0], [0, 0, 0]]


def test_a_newcomer_takes_the_place_of_what_is_worth_least() -> None:
    slots = cache(4)
    for index, text in enumerate(["P" * 20, "q" * 20, "r" * 20, "q" * 10 + "x"]):
        slot, _ = begin(slots, text)
        assert slot.index == index
        slots.release(slot, prompt_length=10 if index == 3 else None, pinned=index == 0)
    assert fill(slots, "new") == 3, "what is lost there is an answer"
    assert fill(slots, "r" * 20 + "!") == 2, "in place"
    assert fill(slots, "q" * 5) == 3, "three tokens are computed again sooner than twenty"


def test_what_others_hold_too_is_worth_nothing_unless_pinned() -> None:
    slots = cache(3)
    question, _ = begin(slots, "schema and a question")
    pinned, _ = begin(slots, "schema")
    copy, _ = begin(slots, "schema and")
    slots.release(pinned, pinned=True)
    slots.release(copy)
    slots.release(question)
    assert fill(slots, "another") == copy.index
    slots.evict(12)
    assert (len(question.tokens), len(pinned.tokens), pinned.pinned) == (6, 6, 6)


def test_pins_hold_nobody_up() -> None:
    slots = cache(2)
    for text in ("P" * 40, "Q" * 40):
        slot, _ = begin(slots, text)
        slots.release(slot, pinned=True)
    assert fill(slots, "R" * 40) == 0, "the older of two"
    slots.evict(0)
    assert slots.cells.used == slots.cached() == 0


def test_a_pin_stays_with_a_slot_that_goes_on_from_it() -> None:
    slots = cache(2)
    leader, _ = begin(slots, "schema, and more")
    pinned, _ = begin(slots, "sch")
    slots.release(pinned, pinned=True)
    again = slots.take(slots.find(tokens("schema, and less")))
    assert again is pinned and (len(again.tokens), again.pinned) == (12, 3)
    slots.clear(leader)
    slots.release(again)
    assert slots.take(slots.find(tokens("schema, and less!"))).pinned == 3


def test_what_is_kept_counts_once_and_only_while_nobody_uses_it() -> None:
    slots = cache(4)
    fill(slots, "abcdef")
    fill(slots, "abcxyz")
    assert slots.cached() == 9
    busy, _ = begin(slots, "abcdef!")
    assert slots.cached() == 3
    slots.release(busy)
    assert slots.cached() == slots.cells.used == 10


def test_what_is_cheap_to_compute_again_is_not_kept_in_any_number() -> None:
    slots = cache(slots=5)
    fill(slots, "a" * 10)
    slot, _ = begin(slots, "b" * 10)
    slots.release(slot, pinned=True)
    fill(slots, "c" * 30)
    fill(slots, "d" * 10)
    fill(slots, "c" * 30 + "e" * 5)
    slots.tidy(keep=0, cheap=4)
    assert slots.cached() == 65
    slots.tidy(keep=55, cheap=20)
    assert [len(slots.find(tokens(text * 30)).source.tokens) for text in "bcd"] == [10, 35, 10]
    assert slots.find(tokens("a" * 30)).shared == 0, "the longest unused goes first"
    slots.tidy(keep=0, cheap=20)
    kept = sorted(len(slot.tokens) for slot in slots.slots)
    assert kept == [0, 0, 0, 10, 35], "what is pinned stays, and what took long"
