from __future__ import annotations

import pytest

from localai.errors import Cancelled
from localai.reply import Failed, Finished, Usage
from localai.request import Sampling
from tests.fakes import FakeLanguageModel, Receiver, drain, engine, run_alone, sequence

SCHEMA = "s" * 70


def usage(receiver: Receiver) -> Usage:
    assert isinstance(receiver.last, Finished)
    return receiver.last.usage


def test_a_warm_up_ends_when_its_prompt_is_computed_and_samples_nothing() -> None:
    model = FakeLanguageModel()
    runner, receiver = engine(model), Receiver()
    runner.add(sequence(SCHEMA, receiver, warm=True))
    drain(runner)
    assert receiver.events == [Finished("length", Usage(70, 0))]
    assert sum(len(c.tokens) for batch in model.batches for c in batch) == 70
    assert not any(c.outputs for batch in model.batches for c in batch), "logits for nobody"


@pytest.mark.parametrize("adapter", [None, 7])
def test_a_question_after_it_computes_only_what_is_its_own(adapter: int | None) -> None:
    runner, warmed, asked = engine(FakeLanguageModel()), Receiver(), Receiver()
    runner.add(sequence(SCHEMA, warmed, warm=True, adapter=adapter))
    drain(runner)
    runner.add(sequence(SCHEMA + "how many?", asked, adapter=adapter))
    drain(runner)
    assert usage(asked) == Usage(79, 8, 70)
    assert asked.text == run_alone(SCHEMA + "how many?", adapter=adapter)


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_questions_that_come_meanwhile_wait_for_it_and_share_it(steps: int) -> None:
    model = FakeLanguageModel(slots=6)
    runner, warmed = engine(model), Receiver()
    questions = [SCHEMA + question for question in ("how many?", "who?", "x" * 20)]
    asked = [Receiver() for _ in questions]
    runner.add(sequence(SCHEMA, warmed, warm=True))
    for _ in range(steps):
        runner.step()
    for question, receiver in zip(questions, asked, strict=True):
        runner.add(sequence(question, receiver))
    drain(runner)
    assert [receiver.text for receiver in asked] == [run_alone(q) for q in questions]
    assert [usage(receiver).cached_tokens for receiver in asked] == [70, 70, 70]
    prefilled = sum(len(c.tokens) for b in model.batches for c in b if c.start < 70)
    assert prefilled == 70, "the schema was computed more than once"


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_it_can_be_cancelled_and_who_waited_for_it_goes_on(steps: int) -> None:
    runner, warmed, asked = engine(FakeLanguageModel()), Receiver(), Receiver()
    warm = sequence(SCHEMA, warmed, warm=True)
    runner.add(warm)
    runner.add(sequence(SCHEMA + "how many?", asked))
    for _ in range(steps):
        runner.step()
    warm.cancelled = True
    drain(runner)
    assert isinstance(warmed.last, Failed) and isinstance(warmed.last.error, Cancelled)
    assert asked.text == run_alone(SCHEMA + "how many?")
    assert usage(asked).cached_tokens == 16 * steps


@pytest.mark.parametrize("prompt", ["x", SCHEMA])
def test_a_second_one_over_the_same_prompt_computes_one_token_at_most(prompt: str) -> None:
    model = FakeLanguageModel()
    runner, receivers = engine(model), [Receiver(), Receiver()]
    for receiver in receivers:
        model.batches.clear()
        runner.add(sequence(prompt, receiver, warm=True))
        drain(runner)
    assert usage(receivers[1]).prompt_tokens == len(prompt)
    assert sum(len(c.tokens) for batch in model.batches for c in batch) <= 1


def test_a_memory_that_cannot_share_stays_right() -> None:
    runner, warmed, asked = engine(FakeLanguageModel(can_trim=False)), Receiver(), Receiver()
    runner.add(sequence(SCHEMA, warmed, warm=True))
    runner.add(sequence(SCHEMA + "how many?", asked))
    drain(runner)
    assert usage(warmed) == Usage(70, 0)
    assert asked.text == run_alone(SCHEMA + "how many?")


def test_it_reserves_no_room_for_an_answer() -> None:
    runner, receiver = engine(FakeLanguageModel(context_length=70)), Receiver()
    runner.add(sequence(SCHEMA, receiver, warm=True, max_tokens=1000, sampling=Sampling()))
    drain(runner)
    assert usage(receiver) == Usage(70, 0)


def test_an_answer_does_not_wait_for_a_warm_up_that_it_has_no_use_for() -> None:
    model = FakeLanguageModel(slots=3)
    runner, warmed, asked = engine(model, parallel=1), Receiver(), Receiver()
    runner.add(sequence(SCHEMA, warmed, warm=True))
    runner.step()
    runner.add(sequence("something else", asked))
    while not asked.done.is_set():
        runner.step()
    assert asked.text == run_alone("something else")
    assert model.length(0) == 16, "the warm-up went on beside it"
    drain(runner)
    assert usage(warmed) == Usage(70, 0)


def test_one_that_was_given_up_is_not_pinned() -> None:
    runner, warmed = engine(FakeLanguageModel()), Receiver()
    warm = sequence(SCHEMA, warmed, warm=True)
    runner.add(warm)
    runner.step()
    warm.cancelled = True
    drain(runner)
    assert not any(slot.pinned for slot in runner.cache.slots)


def test_what_was_warmed_is_the_last_to_go() -> None:
    runner, warmed, asked = (
        engine(FakeLanguageModel(slots=3, context_length=100)),
        Receiver(),
        Receiver(),
    )
    runner.add(sequence(SCHEMA, warmed, warm=True))
    drain(runner)
    for letter in "abcdefgh":
        runner.add(sequence(letter * 20, Receiver(), max_tokens=2))
        drain(runner)
    runner.add(sequence(SCHEMA + "how many?", asked))
    drain(runner)
    assert usage(asked).cached_tokens == 70


def test_a_warm_up_makes_room_for_an_answer_and_is_done_later() -> None:
    runner, warmed, asked = engine(FakeLanguageModel(context_length=160)), Receiver(), Receiver()
    runner.add(sequence("answer me", asked, max_tokens=130))
    runner.step()
    runner.add(sequence(SCHEMA, warmed, warm=True))
    drain(runner)
    assert asked.text == run_alone("answer me", 130)
    assert usage(warmed) == Usage(70, 0)
    assert warmed.events == [warmed.last]
