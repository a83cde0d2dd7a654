"""Prefixes from disk and to it: texts stay the same, nobody waits for another's file."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from localai.engine import Engine, EngineThread, Shelf, ShelfRules
from localai.engine.prefix_cache import common_prefix
from localai.reply import Finished
from localai.request import Sampling
from tests import fakes
from tests.fakes import FakeLanguageModel, Receiver, drain, run_alone, sequence

SCHEMA = "create table t(a, b, c); " * 6  # 150 tokens
SEEDED = Sampling(temperature=1.0, seed=7)


class Errand:
    def __init__(self) -> None:
        self.done = self.given_up = False
        self.tokens: list[int] = []
        self.exact = 0
        self.state: memoryview | None = None

    def give_up(self) -> None:
        self.given_up = True


class MemoryStore:
    """What was kept, in memory. slow: errands are done when `deliver` is called."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None
        self.kept: list[tuple[list[int], Hashable | None, int, bytes]] = []
        self.errands: list[tuple[Errand, Callable[[], None]]] = []
        self.asked: list[tuple[int, int]] = []
        self.slow = self.is_writing = self.unknown = False
        self.used, self.most = 0, 1 << 40

    def fetch(
        self, tokens: list[int], adapter: Hashable | None, *, least: int, most: int
    ) -> Errand:
        errand = Errand()
        self.asked.append((least, most))

        def look() -> None:
            found = [
                one for one in self.kept
                if one[1] == adapter and len(one[0]) <= most
                and common_prefix(one[0], tokens) >= least
            ]  # fmt: skip
            if found:
                errand.tokens, _, errand.exact, state = max(
                    found, key=lambda one: common_prefix(one[0], tokens)
                )
                errand.state = memoryview(bytearray(state))
            errand.done = True
            self.wake()

        self.errands.append((errand, look))
        if not self.slow:
            self.deliver()
        return errand

    def deliver(self) -> None:
        while self.errands:
            self.errands.pop(0)[1]()

    def known(self, tokens: list[int], adapter: Hashable | None) -> int | None:
        if self.unknown:
            return None
        shared = [common_prefix(one[0], tokens) for one in self.kept if one[1] == adapter]
        return max(shared, default=0)

    def keep(
        self, tokens: list[int], adapter: Hashable | None, exact: int, state: memoryview
    ) -> None:
        self.kept.append((list(tokens), adapter, exact, bytes(state)))

    def drop(self, tokens: list[int], adapter: Hashable | None) -> None:
        self.kept = [one for one in self.kept if one[0] != tokens]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


RULES = ShelfRules(least=32, seconds=0.0)


def opened(store: MemoryStore, clock: Clock | None = None, **model: Any) -> Engine:
    """An engine that was just started, with the disk as it is."""
    return fakes.engine(FakeLanguageModel(**model), shelf=Shelf(store, RULES, clock or Clock()))


def ask(engine: Engine, prompt: str, **more: Any) -> Receiver:
    receiver = Receiver()
    engine.add(sequence(prompt, receiver, **more))
    return receiver


def answered(receiver: Receiver, prompt: str, **more: Any) -> int:
    """The answer is the law's; how many of the prompt's tokens were not computed."""
    assert isinstance(receiver.last, Finished)
    assert receiver.text == run_alone(prompt, **more)
    return receiver.last.usage.cached_tokens


def computed(engine: Engine) -> int:
    assert isinstance(engine.model, FakeLanguageModel)
    return sum(len(chunk.tokens) for batch in engine.model.batches for chunk in batch)


def kept(store: MemoryStore, prompt: str = SCHEMA + "first?", **more: Any) -> Engine:
    engine = opened(store)
    receiver = ask(engine, prompt, **more)
    drain(engine)
    assert isinstance(receiver.last, Finished)
    return engine


def test_a_prompt_outlives_the_engine(store: MemoryStore) -> None:
    kept(store)
    ((tokens, adapter, _, _),) = store.kept
    assert (len(tokens), adapter) == (156, None), "the prompt alone, without its answer"
    engine = opened(store)
    receiver = ask(engine, SCHEMA + "second?")
    drain(engine)
    assert answered(receiver, SCHEMA + "second?") == 150
    assert computed(engine) == 7 + 7
    assert (engine.tally.disk_hits, engine.tally.restored_tokens) == (1, 150)
    assert len(store.kept) == 1, "the question alone is not worth a file"


def test_the_same_prompt_leaves_one_token_to_compute(store: MemoryStore) -> None:
    kept(store)
    engine = opened(store)
    receiver = ask(engine, SCHEMA + "first?")
    drain(engine)
    assert answered(receiver, SCHEMA + "first?") == 155


def test_what_memory_has_is_not_read(store: MemoryStore) -> None:
    engine = kept(store)
    store.asked.clear()
    receiver = ask(engine, SCHEMA + "second?")
    drain(engine)
    assert answered(receiver, SCHEMA + "second?") == 150
    assert store.asked == []


def test_others_go_on_while_a_file_is_read_and_followers_share_it(store: MemoryStore) -> None:
    kept(store)
    store.slow = True
    engine = opened(store)
    waiting, follower = ask(engine, SCHEMA + "second?"), ask(engine, SCHEMA + "third?")
    other = ask(engine, "hello", max_tokens=4)
    while not other.events or not isinstance(other.last, Finished):
        assert engine.step()
    assert waiting.events == follower.events == []
    assert not engine.step(), "there is nothing to do until the disk has answered"
    store.deliver()
    drain(engine)
    assert answered(waiting, SCHEMA + "second?") == answered(follower, SCHEMA + "third?") == 150
    assert engine.tally.disk_hits == 1


def test_what_comes_too_late_is_computed(store: MemoryStore, clock: Clock) -> None:
    kept(store)
    store.slow = True
    engine = opened(store, clock)
    receiver = ask(engine, SCHEMA + "second?")
    assert not engine.step()
    ((errand, _),) = store.errands
    clock.now += 60
    drain(engine)
    assert answered(receiver, SCHEMA + "second?") == 0
    assert errand.given_up
    store.deliver()
    drain(engine)


def test_a_state_that_cannot_be_restored_leaves_nothing_behind(store: MemoryStore) -> None:
    kept(store)
    engine = opened(store)
    assert isinstance(engine.model, FakeLanguageModel)
    engine.model.refuses = True
    before = ask(engine, "create table of another kind, begun alike")
    drain(engine)
    receiver = ask(engine, SCHEMA + "second?")
    while not receiver.events:
        engine.step()
        fakes.check(engine)
    drain(engine)
    answered(before, "create table of another kind, begun alike")
    assert answered(receiver, SCHEMA + "second?") == 0
    assert engine.tally.disk_hits == 0
    assert all(len(one[0]) != 156 for one in store.kept), "it is thrown away"


def test_whoever_is_cancelled_wants_the_file_no_more(store: MemoryStore) -> None:
    kept(store)
    store.slow = True
    engine = opened(store)
    receiver = Receiver()
    one = sequence(SCHEMA + "second?", receiver)
    engine.add(one)
    engine.step()
    one.cancelled = True
    drain(engine)
    assert store.errands[0][0].given_up
    store.deliver()
    drain(engine)


def test_adapters_have_prefixes_of_their_own(store: MemoryStore) -> None:
    kept(store, adapter=3)
    for adapter, shared in ((None, 0), (3, 150), (4, 0)):
        engine = opened(store)
        receiver = ask(engine, SCHEMA + "second?", adapter=adapter)
        drain(engine)
        assert answered(receiver, SCHEMA + "second?", adapter=adapter) == shared


def test_a_memory_that_cannot_forget_has_no_disk(store: MemoryStore) -> None:
    engine = opened(store, can_trim=False)
    receiver = ask(engine, SCHEMA)
    drain(engine)
    assert answered(receiver, SCHEMA) == 0
    assert store.asked == [] and store.kept == []


def test_what_memory_had_to_let_go_comes_back(store: MemoryStore) -> None:
    engine = opened(store, slots=12, context_length=400)
    schemas = [f"{chr(65 + n)} {SCHEMA}" for n in range(11)]
    for schema in schemas:
        receiver = ask(engine, schema + "first?")
        drain(engine)
        answered(receiver, schema + "first?")
    before = computed(engine)
    receiver = ask(engine, schemas[0] + "second?")
    drain(engine)
    assert answered(receiver, schemas[0] + "second?") == 152
    assert computed(engine) - before < 20


def test_without_room_for_the_whole_entry_it_is_computed(store: MemoryStore) -> None:
    kept(store, SCHEMA + "x" * 200)
    engine = opened(store, context_length=400)
    other = ask(engine, "y" * 100, max_tokens=40)
    engine.step()
    receiver = ask(engine, SCHEMA + "second?")
    drain(engine)
    answered(other, "y" * 100, max_tokens=40)
    assert answered(receiver, SCHEMA + "second?") == 0


def test_while_a_file_is_written_the_next_waits_in_memory(store: MemoryStore) -> None:
    engine = opened(store)
    store.is_writing = True
    ask(engine, SCHEMA)
    drain(engine)
    assert store.kept == []
    store.is_writing = False
    assert engine.step() and not engine.step()
    assert len(store.kept) == 1


def test_what_was_put_aside_meanwhile_is_kept_all_the_same(store: MemoryStore) -> None:
    engine = opened(store)
    store.is_writing = True
    ask(engine, SCHEMA)
    drain(engine)
    ask(engine, "another")
    engine.step()
    assert all(slot.tokens[:5] != list(map(ord, SCHEMA[:5])) for slot in engine.cache.slots)
    drain(engine)
    store.is_writing = False
    drain(engine)
    assert store.kept[0][0][: len(SCHEMA)] == list(map(ord, SCHEMA))
    fresh = opened(store)
    receiver = ask(fresh, SCHEMA + "second?")
    drain(fresh)
    assert answered(receiver, SCHEMA + "second?") == len(SCHEMA)


def test_while_the_weights_are_not_known_nothing_is_kept(store: MemoryStore) -> None:
    engine = opened(store)
    store.unknown = True
    ask(engine, SCHEMA)
    drain(engine)
    assert store.kept == []
    store.unknown = False
    drain(engine)
    assert len(store.kept) == 1


def test_what_runs_is_not_held_up_by_a_long_copy(store: MemoryStore, clock: Clock) -> None:
    engine = opened(store, clock)
    ask(engine, SCHEMA, max_tokens=30)
    while not engine.scheduler.running or engine.scheduler.running[0].num_generated < 5:
        engine.step()
    assert store.kept == [], "soon nobody may compute"
    clock.now += 5
    engine.step()
    assert len(store.kept) == 1 and len(store.kept[0][0]) == 150
    drain(engine)
    slow = ShelfRules(least=32, seconds=0.0, max_pause=1e-9)
    store.kept.clear()
    engine = fakes.engine(FakeLanguageModel(), shelf=Shelf(store, slow, clock))
    ask(engine, SCHEMA, max_tokens=30)
    while not engine.scheduler.running or engine.scheduler.running[0].num_generated < 20:
        engine.step()
        clock.now += 1
    assert store.kept == []
    drain(engine)
    assert len(store.kept) == 1


def test_what_is_too_large_is_not_even_copied(store: MemoryStore) -> None:
    engine = kept(store)
    store.most = 100
    ask(engine, "another " + SCHEMA)
    drain(engine)
    assert len(store.kept) == 1


def test_a_talk_that_grows_is_written_now_and_then(store: MemoryStore) -> None:
    engine = opened(store)
    for turns in range(1, 12):
        ask(engine, SCHEMA[:96] + "what is next, and then? " * turns, max_tokens=1)
        drain(engine)
    lengths = [len(one[0]) for one in store.kept]
    assert 3 <= len(lengths) <= 6 and sorted(lengths) == lengths


def test_a_warm_up_is_kept_and_warmed_from_disk(store: MemoryStore) -> None:
    kept(store, warm=True)
    engine = opened(store)
    receiver = ask(engine, SCHEMA + "first?", warm=True)
    drain(engine)
    assert isinstance(receiver.last, Finished) and receiver.last.usage.cached_tokens == 155


def test_without_a_spare_slot_the_answer_goes_with_it(store: MemoryStore) -> None:
    engine = opened(store, slots=1)
    ask(engine, SCHEMA, max_tokens=9)
    drain(engine)
    assert len(store.kept[0][0]) == 158


def test_short_prompts_and_fast_ones_stay_off_the_disk(store: MemoryStore) -> None:
    engine = fakes.engine(
        FakeLanguageModel(),
        chunk_size=64,
        shelf=Shelf(store, ShelfRules(least=32, seconds=3600.0)),
    )
    ask(engine, SCHEMA)
    drain(engine)
    ask(engine, "another " + SCHEMA)
    drain(engine)
    assert store.kept == [] and len(store.asked) == 1, "once its speed is known nobody asks"
    ask(opened(store), "short")
    assert len(store.asked) == 1


def test_a_seed_starts_from_what_was_computed_on_the_grid(store: MemoryStore) -> None:
    kept(store, sampling=SEEDED)
    ((_, _, exact, _),) = store.kept
    assert exact == 144, "nine chunks of 16"
    engine = opened(store)
    receiver = ask(engine, SCHEMA + "second?", sampling=SEEDED)
    drain(engine)
    assert answered(receiver, SCHEMA + "second?") == 144
    again = ask(engine, SCHEMA + "second?", sampling=SEEDED)
    drain(engine)
    assert answered(again, SCHEMA + "second?") == 144


def test_a_seed_never_starts_from_what_was_computed_beside_others(store: MemoryStore) -> None:
    engine = opened(store)
    ask(engine, "someone else's words", max_tokens=40)
    engine.step()
    ask(engine, SCHEMA + "first?")
    drain(engine)
    assert store.kept[0][2] == 0
    engine = opened(store)
    receiver = ask(engine, SCHEMA + "second?", sampling=SEEDED)
    drain(engine)
    assert answered(receiver, SCHEMA + "second?") == 0


@pytest.mark.parametrize("slow", [False, True])
def test_the_engines_thread_sleeps_until_the_disk_answers(store: MemoryStore, slow: bool) -> None:
    thread = EngineThread(opened(store), max_queue=4)
    first = Receiver()
    thread.submit(sequence(SCHEMA + "first?", first))
    assert first.done.wait(20)
    thread.close()  # what could not be kept before is now
    assert len(store.kept) == 1
    store.slow = slow
    engine = opened(store)
    thread = EngineThread(engine, max_queue=4)
    second = Receiver()
    thread.submit(sequence(SCHEMA + "second?", second))
    if slow:
        timer = threading.Timer(0.1, store.deliver)
        timer.start()
        timer.join()
    assert second.done.wait(20)
    thread.close()
    assert answered(second, SCHEMA + "second?") == 150


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_disk_does_texts_are_the_laws(seed: int) -> None:
    chance, store, clock = random.Random(seed), MemoryStore(), Clock()
    store.slow = True
    for _ in range(3):
        engine = opened(store, clock, slots=5, context_length=420)
        assert isinstance(engine.model, FakeLanguageModel)
        asked = []
        for _ in range(25):
            prompt = f"{chance.choice('ab')} {SCHEMA[: chance.randrange(150)]}"
            sampling = chance.choice([Sampling(temperature=0), SEEDED])
            adapter = chance.choice([None, None, 3])
            asked.append((ask(engine, prompt, sampling=sampling, adapter=adapter), prompt, adapter))
            for _ in range(chance.randrange(12)):
                engine.step()
                fakes.check(engine)
            engine.model.refuses = chance.random() < 0.2
            store.is_writing, store.unknown = chance.random() < 0.2, chance.random() < 0.2
            clock.now += chance.choice([0, 0, 1, 60])
            if chance.random() < 0.6:
                store.deliver()
        store.slow = store.is_writing = store.unknown = False
        store.deliver()
        drain(engine)
        for receiver, prompt, adapter in asked:
            answered(receiver, prompt, adapter=adapter)
        store.slow = True
