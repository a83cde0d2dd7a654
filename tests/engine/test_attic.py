"""What nobody uses leaves the memory while others compute, and comes back when it is wanted."""

from __future__ import annotations

import random

import pytest

from localai.engine import Engine
from localai.engine.attic import LEAST, Attic
from localai.request import Sampling
from tests.fakes import FakeLanguageModel, Receiver, drain, engine, run_alone, sequence

FIRST, OTHER = "first come, first served: " * 3, "others have other things to say. " * 3


class Counting(FakeLanguageModel):
    saves = 0

    def save_state(self, slot: int, length: int, most: int = 1 << 40) -> memoryview | None:
        self.saves += 1
        return super().save_state(slot, length, most)


def runner_of(model: FakeLanguageModel, room: int = 1 << 20) -> Engine:
    runner = engine(model)
    runner.attic = runner.scheduler.attic = Attic(model, runner.cache, room)
    return runner


def answer(runner: Engine, prompt: str, **more: object) -> int:
    """The law's text, checked; how many tokens of the prompt were not there before."""
    model, receiver = runner.model, Receiver()
    assert isinstance(model, FakeLanguageModel)
    one = sequence(prompt, receiver, **more)  # type: ignore[arg-type]
    runner.add(one)
    drain(runner)
    assert receiver.text == run_alone(prompt)
    runner.cache.check_integrity(model.length, model.used)
    return len(prompt) - one.cached


def test_what_is_idle_is_in_nobodys_way_and_comes_back_whole() -> None:
    model = FakeLanguageModel()
    runner = runner_of(model)
    assert answer(runner, FIRST) == len(FIRST)
    model.peak = 0
    assert answer(runner, OTHER) == len(OTHER)
    assert model.peak == len(OTHER) + 7, "the first one's cells are free meanwhile"
    text = run_alone(FIRST)
    assert answer(runner, FIRST + text + " and more") <= len(" and more") + 1
    assert answer(runner, OTHER) == 1


def test_what_goes_on_is_not_copied_again_and_again() -> None:
    model = Counting()
    runner = runner_of(model)
    for _ in range(3):
        answer(runner, FIRST)
        answer(runner, OTHER)
    assert model.saves == 2
    answer(runner, FIRST + "!" * 60)
    assert model.saves == 3


def test_the_end_of_what_is_in_use_stays() -> None:
    model = Counting()
    runner = runner_of(model)
    answer(runner, FIRST)
    answer(runner, FIRST + "what is new?")
    assert model.saves == 1
    assert answer(runner, FIRST + "what is not?") <= len("not?")


def test_a_copy_beside_answers_is_only_made_of_what_takes_long() -> None:
    model = Counting()
    runner = runner_of(model)
    for cheap, saves in ((100, 0), (50, 1)):
        slot = runner.cache.take(runner.cache.find(list(range(80))))
        model.memory[slot.index] = []
        runner.cache.restored(slot, [])
        model.load_state(slot.index, state(range(80)), 80)
        runner.cache.restored(slot, list(range(80)))
        runner.cache.release(slot)
        assert runner.attic is not None and not runner.attic.put_aside(cheap)
        assert (model.saves, runner.cache.cells.used) == (saves, 0 if saves else 80)


def state(tokens: range) -> memoryview:
    helper = FakeLanguageModel()
    from localai.engine import Chunk

    helper.decode([Chunk(0, 0, list(tokens), 0)])
    saved = helper.save_state(0, len(tokens))
    assert saved is not None
    return saved


def test_what_has_no_room_there_stays_in_the_memory() -> None:
    model = FakeLanguageModel()
    runner = runner_of(model, room=10)
    answer(runner, FIRST)
    answer(runner, OTHER)
    assert model.used == len(FIRST) + len(OTHER) + 14
    assert answer(runner, FIRST) == 1


def test_of_what_is_put_aside_the_longest_unused_goes_first_and_what_is_pinned_last() -> None:
    model = FakeLanguageModel(slots=8)
    runner = runner_of(model, room=3 * len(state(range(100))))
    warm = sequence("P" * 100, Receiver(), warm=True)
    runner.add(warm)
    drain(runner)
    for letter in "abcd":
        answer(runner, letter * 93)
    assert answer(runner, "P" * 100 + "?") == 1
    assert answer(runner, "d" * 93) == 1
    assert answer(runner, "a" * 93) == 93


def test_what_was_warmed_outlives_a_seed_that_has_the_memory_cleared() -> None:
    runner = runner_of(FakeLanguageModel())
    runner.add(sequence(FIRST, Receiver(), warm=True))
    drain(runner)
    answer(runner, OTHER, sampling=Sampling(temperature=1.0, seed=7))
    assert answer(runner, FIRST + "?") == 1


def test_a_state_that_is_no_good_is_computed_anew_and_asked_for_no_more() -> None:
    model = FakeLanguageModel()
    runner = runner_of(model)
    answer(runner, FIRST)
    answer(runner, OTHER)
    model.refuses = True
    assert answer(runner, FIRST) == len(FIRST)
    model.refuses = False
    assert runner.attic is not None
    assert runner.attic.holding(list(map(ord, FIRST)), None) is not None, "copied again"
    answer(runner, OTHER)
    assert answer(runner, FIRST) == 1


def test_an_adapters_state_serves_no_other() -> None:
    runner = runner_of(FakeLanguageModel())
    answer(runner, FIRST)
    answer(runner, OTHER)
    assert runner.attic is not None
    tokens = list(map(ord, FIRST))
    assert runner.attic.find(tokens, 7, 0) is None
    assert runner.attic.find(tokens, None, len(tokens) - LEAST) is None, "no copy for so little"


@pytest.mark.parametrize("seed", range(20))
def test_whatever_goes_and_comes_texts_are_the_laws(seed: int) -> None:
    chance = random.Random(seed)
    model = FakeLanguageModel(slots=chance.choice([2, 5]), context_length=chance.choice([150, 400]))
    runner = runner_of(model, room=chance.choice([0, 500, 1500, 5000]))
    heads = [letter * chance.randint(1, 60) for letter in "abc"]
    going: list[tuple[str, Receiver]] = []
    for _ in range(60):
        prompt = chance.choice(heads) + "x" * chance.randint(1, 20) + chance.choice("yz!")
        sampling = Sampling(temperature=1.0, seed=1 if chance.random() < 0.2 else None)
        receiver = Receiver()
        runner.add(sequence(prompt, receiver, sampling=sampling))
        going.append((prompt, receiver))
        for _ in range(chance.randint(0, 12)):
            runner.step()
            runner.cache.check_integrity(model.length, model.used)
    drain(runner)
    for prompt, receiver in going:
        assert receiver.text == run_alone(prompt)
