"""Room that grows with the answers: nobody fails, no text changes, and nobody waits in vain."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.engine import Engine, Sequence
from localai.engine.speculation import Drafter
from localai.errors import Cancelled, EngineError
from localai.reply import Failed, Finished, Progress, Usage
from localai.request import Sampling
from tests.fakes import (
    FakeLanguageModel,
    Receiver,
    check,
    drain,
    engine,
    next_token,
    run_alone,
    sequence,
)


class Guesser(Drafter):
    """Guesses the law's tokens, of which every fifth is another one."""

    def __init__(self) -> None:
        self.chance = random.Random(1)

    def propose(self, sequence: Sequence, rows: int, room: int) -> list[int]:
        held = list(sequence.tokens)
        for _ in range(min(5, room)):
            held.append(ord("#") if self.chance.randrange(5) == 0 else next_token(held))
        return held[len(sequence.tokens) :]

    def verified(self, sequence: Sequence, proposed: int, accepted: int) -> None: ...

    def stepped(self, rows: int, seconds: float) -> None: ...

    def forget(self, sequence: Sequence) -> None: ...


def test_long_answers_run_together_until_there_is_no_room_and_then_the_youngest_stands_back() -> (
    None
):
    model = FakeLanguageModel(slots=3, context_length=100)
    runner, receivers = engine(model, quantum=8), [Receiver() for _ in range(3)]
    sequences = [
        sequence(letter * 10, receiver, max_tokens=60, progress=True)
        for letter, receiver in zip("abc", receivers, strict=True)
    ]
    for one in sequences:
        runner.add(one)
    runner.step()
    assert len(runner.scheduler.running) == 3
    while not runner.scheduler.waiting:
        runner.step()
        check(runner)
    assert list(runner.scheduler.waiting) == [sequences[2]]
    drain(runner)
    for letter, receiver in zip("abc", receivers, strict=True):
        assert receiver.text == run_alone(letter * 10, 60)
        assert receiver.last == Finished("length", Usage(10, 60, 0))
        told = [e.computed for e in receiver.events if isinstance(e, Progress)]
        assert told == sorted(set(told)) and told[-1] == 10
    # Each came back when there was room for a quantum of everyone's, so not often.
    assert 1 <= runner.tally.preemptions <= 4
    assert runner.tally.generated_tokens == 180 and runner.tally.prompt_tokens == 30


def test_the_oldest_is_never_interrupted() -> None:
    model = FakeLanguageModel(slots=4, context_length=64)
    runner, oldest = engine(model, quantum=4), Receiver()
    runner.add(sequence("o" * 10, oldest, max_tokens=50))
    for number in range(12):
        runner.add(sequence(str(number) * 9, Receiver(), max_tokens=30))
    for steps in range(100):
        if oldest.done.is_set():
            break
        before = len(oldest.events)
        runner.step()
        check(runner)
        assert len(oldest.events) > before or steps < 3
    assert oldest.text == run_alone("o" * 10, 50)
    drain(runner)


def test_what_is_still_cached_is_not_computed_again() -> None:
    model = FakeLanguageModel(slots=8, context_length=120)
    runner = engine(model, quantum=8, parallel=2)
    receivers = [Receiver() for _ in range(2)]
    for letter, receiver in zip("ab", receivers, strict=True):
        runner.add(sequence(letter * 40, receiver, max_tokens=40))
    drain(runner)
    assert [r.text for r in receivers] == [run_alone(letter * 40, 40) for letter in "ab"]
    computed = sum(len(chunk.tokens) for batch in model.batches for chunk in batch)
    # Of some twenty tokens that made room for the older answer, and not of sixty.
    assert runner.tally.preemptions == 1 and computed <= 2 * 79 + 50


def test_one_that_may_not_wait_and_was_let_in_is_not_refused_later() -> None:
    model = FakeLanguageModel(slots=2, context_length=64)
    runner, first, second = engine(model, quantum=4), Receiver(), Receiver()
    runner.add(sequence("a" * 10, first, max_tokens=40, queue=False))
    runner.add(sequence("b" * 10, second, max_tokens=40, queue=False))
    drain(runner)
    assert runner.tally.preemptions
    assert (first.text, second.text) == (run_alone("a" * 10, 40), run_alone("b" * 10, 40))


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_one_that_stands_back_can_be_cancelled_or_fail_with_the_engine(end: str) -> None:
    model = FakeLanguageModel(slots=2, context_length=64)
    runner, first, second = engine(model, quantum=4), Receiver(), Receiver()
    runner.add(sequence("a" * 10, first, max_tokens=40))
    victim = sequence("b" * 10, second, max_tokens=40)
    runner.add(victim)
    while not runner.scheduler.waiting:
        runner.step()
    if end == "cancelled":
        victim.cancelled = True
    else:
        runner.fail_all(EngineError("gone"))
    drain(runner)
    assert isinstance(second.last, Failed) and run_alone("b" * 10, 40).startswith(second.text)
    assert isinstance(first.last, Finished if end == "cancelled" else Failed)


def test_a_guess_takes_nobodys_room() -> None:
    texts = []
    for drafter in (None, Guesser()):
        model = FakeLanguageModel(slots=3, context_length=100)
        runner = engine(model, quantum=8, drafter=drafter)
        receivers = [Receiver() for _ in range(3)]
        for letter, receiver in zip("abc", receivers, strict=True):
            runner.add(sequence(letter * 10, receiver, max_tokens=60))
        drain(runner)
        texts.append([receiver.text for receiver in receivers])
        assert runner.tally.preemptions <= 4
    assert texts[0] == texts[1] == [run_alone(letter * 10, 60) for letter in "abc"]


_action = st.one_of(
    st.tuples(st.just("ask"), st.integers(0, 30), st.integers(1, 24), st.integers(1, 60)),
    st.tuples(st.just("step"), st.integers(1, 12), st.just(0), st.just(0)),
    st.tuples(st.sampled_from(["cancel", "break", "interrupt"]), *[st.integers(0, 30)] * 3),
)


def do(
    runner: Engine, asked: list[tuple[Sequence, str, Receiver]], action: tuple[str, ...]
) -> None:
    model = runner.model
    assert isinstance(model, FakeLanguageModel)
    name, first, second, third = action
    match name:
        case "ask":
            prompt = "h" * int(first) + "xyz"[int(second) % 3] * int(second)
            receiver, adapter = Receiver(), 1 if int(third) % 5 == 0 else None
            seed = 7 if int(third) % 4 == 0 else None
            one = sequence(
                prompt,
                receiver,
                max_tokens=min(int(third), model.sequence_length - len(prompt)),
                adapter=adapter,
                progress=True,
                warm=int(third) % 7 == 0,
                sampling=Sampling(temperature=0.0 if seed is None else 1.0, seed=seed),
            )
            asked.append((one, prompt, receiver))
            runner.add(one)
        case "step":
            for _ in range(int(first)):
                runner.step()
                check(runner)
        case "cancel" if asked:
            victim = asked[int(first) % len(asked)][0]
            victim.cancelled = not victim.ended
        case "break":
            model.failures.append(EngineError("llama_decode failed (-3)."))
        case "interrupt":
            model.interrupt()


@settings(max_examples=250, deadline=None)
@given(
    actions=st.lists(_action, min_size=5, max_size=50),
    slots=st.integers(1, 6),
    context=st.sampled_from([64, 80, 128, 200]),
    quantum=st.sampled_from([1, 3, 8, 64]),
    can_trim=st.sampled_from([True, True, True, False]),
    drafts=st.booleans(),
    together=st.sampled_from([None, None, 1, 2]),
)
def test_whatever_happens_all_end_once_with_the_laws_text(
    actions: list[tuple[str, ...]],
    slots: int,
    context: int,
    quantum: int,
    can_trim: bool,
    drafts: bool,
    together: int | None,
) -> None:
    model = FakeLanguageModel(
        slots=slots,
        context_length=context if together is None else context * slots,
        sequence_length=context,
        can_trim=can_trim,
        split=together is not None,
    )
    runner = engine(
        model,
        chunk_size=8,
        shared_prefill=4,
        min_shared=4,
        quantum=quantum,
        parallel=max(1, slots - 1),
        drafter=Guesser() if drafts else None,
        together=together,
    )
    asked: list[tuple[Sequence, str, Receiver]] = []
    for action in actions:
        do(runner, asked, action)
    drain(runner)
    wanted = 0
    for one, prompt, receiver in asked:
        text = run_alone(prompt, one.max_tokens, one.adapter)  # type: ignore[arg-type]
        wanted += one.max_tokens
        assert text.startswith(receiver.text)
        if isinstance(receiver.last, Failed):
            assert isinstance(receiver.last.error, Cancelled | EngineError)
        else:
            assert receiver.text == text
            assert isinstance(receiver.last, Finished)
            assert receiver.last.usage.cached_tokens < len(prompt)
        told = [e.computed for e in receiver.events if isinstance(e, Progress)]
        assert told == sorted(told)
    # Whoever is preempted made room for a quantum of an older one's answer.
    assert runner.tally.preemptions <= wanted * slots / quantum
    assert model.peak <= model.context_length
