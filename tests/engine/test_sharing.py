"""Several sequences with one prefix: computed once, counted once, and nobody waits in vain."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.engine import Engine, Sequence
from localai.errors import Cancelled, EngineError
from localai.reply import Failed, Finished, Progress
from localai.request import Sampling
from tests.fakes import FakeLanguageModel, Receiver, check, drain, engine, run_alone, sequence


def computed(model: FakeLanguageModel) -> int:
    return sum(len(chunk.tokens) for batch in model.batches for chunk in batch)


def cached(receiver: Receiver) -> int:
    assert isinstance(receiver.last, Finished)
    return receiver.last.usage.cached_tokens


def test_of_four_with_one_prompt_it_is_computed_and_held_once() -> None:
    model = FakeLanguageModel()
    runner, receivers = engine(model), [Receiver() for _ in range(4)]
    for receiver in receivers:
        runner.add(sequence("p" * 100, receiver, max_tokens=20))
    drain(runner)
    assert {r.text for r in receivers} == {run_alone("p" * 100, 20)}
    # Each computes its prompt's last token for itself, and of 20 new ones all but the last.
    tail = 1 + 19
    assert computed(model) == 99 + 4 * tail
    assert model.peak == 99 + 4 * tail
    assert [cached(r) for r in receivers] == [0, 99, 99, 99]


def test_admission_counts_a_shared_prompt_once() -> None:
    # 100 + 4 * 21 would just fit, 4 * 120 by far not.
    model = FakeLanguageModel(context_length=100 + 20 + 3 * 21)
    runner, receivers = engine(model), [Receiver() for _ in range(4)]
    for receiver in receivers:
        runner.add(sequence("p" * 100, receiver, max_tokens=20))
    runner.step()
    assert len(runner.scheduler.running) == 4
    drain(runner)
    assert {r.text for r in receivers} == {run_alone("p" * 100, 20)}


def test_a_late_comer_shares_from_who_is_still_decoding() -> None:
    model = FakeLanguageModel()
    runner, first, late = engine(model), Receiver(), Receiver()
    runner.add(sequence("p" * 50, first, max_tokens=30))
    for _ in range(10):
        runner.step()
    runner.add(sequence("p" * 50 + "q" * 10, late))
    drain(runner)
    assert cached(late) == 50
    assert (first.text, late.text) == (run_alone("p" * 50, 30), run_alone("p" * 50 + "q" * 10))


def test_a_short_prefix_is_not_waited_for() -> None:
    model = FakeLanguageModel()
    runner = engine(model, min_shared=32)
    for tail in "ab":
        runner.add(sequence("p" * 31 + tail * 30, Receiver()))
    runner.step()
    assert len(model.batches[0]) == 2
    drain(runner)


def test_the_prompts_of_others_go_on_while_one_waits() -> None:
    model = FakeLanguageModel()
    runner = engine(model)
    for prompt in ("p" * 80, "p" * 80, "q" * 80):
        runner.add(sequence(prompt, Receiver()))
    runner.step()
    assert [chunk.slot for chunk in model.batches[0]] == [2, 0]
    drain(runner)


def test_who_waits_tells_how_far_the_other_one_is() -> None:
    runner, receiver = engine(FakeLanguageModel()), Receiver()
    runner.add(sequence("p" * 40, Receiver()))
    runner.add(sequence("p" * 40 + "q" * 20, receiver, progress=True))
    drain(runner)
    told = [e.computed for e in receiver.events if isinstance(e, Progress)]
    assert told[:4] == [0, 16, 32, 40] and told[-1] == 60


@pytest.mark.parametrize("end", ["cancelled", "failed"])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_when_the_first_goes_the_next_takes_what_there_is_and_goes_on(end: str, steps: int) -> None:
    model = FakeLanguageModel(context_length=60 + 8 + 3 * 9)
    runner, receivers = engine(model), [Receiver() for _ in range(4)]
    first, *others = [sequence("p" * 60, receiver) for receiver in receivers]
    runner.add(first)
    for other in others:
        runner.add(other)
    for _ in range(steps):
        runner.step()
    if end == "cancelled":
        first.cancelled = True
    else:
        model.failures.append(EngineError("llama_decode failed (-3)."))
    drain(runner)
    assert isinstance(receivers[0].last, Failed)
    assert {r.text for r in receivers[1:]} == {run_alone("p" * 60)}
    # Of a failed batch nothing is kept, nor of what stood in its slot.
    lost = min(60, 16 * (steps + 1)) if end == "failed" else 0
    assert computed(model) - lost == 59 + 3 * 8


def test_a_chain_of_prefixes_is_computed_link_by_link() -> None:
    model = FakeLanguageModel()
    runner, receivers = engine(model), [Receiver() for _ in range(3)]
    prompts = ["a" * 40 + "x" * 30, "a" * 40 + "b" * 40 + "y" * 10, "a" * 40 + "b" * 40 + "z" * 10]
    for prompt, receiver in zip(prompts, receivers, strict=True):
        runner.add(sequence(prompt, receiver))
    drain(runner)
    assert [r.text for r in receivers] == [run_alone(p) for p in prompts]
    assert [cached(r) for r in receivers] == [0, 40, 80]


def test_a_memory_that_cannot_share_lets_each_compute_for_itself() -> None:
    model = FakeLanguageModel(can_trim=False)
    runner, receivers = engine(model), [Receiver() for _ in range(3)]
    for receiver in receivers:
        runner.add(sequence("p" * 50, receiver))
    drain(runner)
    assert [cached(r) for r in receivers] == [0, 0, 0]


def test_cancelling_one_that_waits_does_not_interrupt_the_one_that_computes() -> None:
    model = FakeLanguageModel()
    runner, receiver = engine(model), Receiver()
    first, second = sequence("p" * 90, receiver), sequence("p" * 90, Receiver())
    runner.add(first)
    runner.add(second)
    runner.step()
    assert second.leader is first and second.computed == 0
    second.cancelled = True
    drain(runner)
    assert receiver.text == run_alone("p" * 90)


@dataclass
class Asked:
    prompt: str
    max_tokens: int
    receiver: Receiver = field(default_factory=Receiver)
    sequence: Sequence | None = None


_prompts = st.builds(
    lambda head, middle, tail: "h" * head + "m" * middle + tail,
    st.integers(0, 30),
    st.integers(0, 20),
    st.text("xyz", min_size=1, max_size=12),
)
_actions = st.one_of(
    st.tuples(st.just("ask"), _prompts, st.integers(1, 16), st.sampled_from([None, 7])),
    st.tuples(st.just("step"), st.integers(1, 6)),
    st.tuples(st.just("cancel"), st.integers(0, 30)),
    st.tuples(st.just("break")),
    st.tuples(st.just("interrupt")),
)


def act(runner: Engine, asked: list[Asked], action: tuple[object, ...]) -> None:
    model = runner.model
    assert isinstance(model, FakeLanguageModel)
    match action:
        case ("ask", str(prompt), int(max_tokens), seed):
            one = Asked(prompt, max_tokens)
            sampling = Sampling(temperature=0.0 if seed is None else 1.0, seed=seed)  # type: ignore[arg-type]
            one.sequence = sequence(
                prompt, one.receiver, max_tokens=max_tokens, sampling=sampling, progress=True
            )
            asked.append(one)
            runner.add(one.sequence)
        case ("step", int(count)):
            for _ in range(count):
                runner.step()
                check(runner)
        case ("cancel", int(which)) if asked:
            victim = asked[which % len(asked)].sequence
            assert victim is not None
            victim.cancelled = not victim.ended
        case ("break",):
            model.failures.append(EngineError("llama_decode failed (-3)."))
        case ("interrupt",):
            model.interrupt()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_actions, min_size=5, max_size=60),
    st.integers(1, 4),
    st.sampled_from([64, 80, 128]),
    st.sampled_from([1, 4, 32]),
    st.sampled_from([True, True, True, False]),
)
def test_whatever_happens_all_end_once_with_the_laws_text_and_nobody_lacks_room(
    actions: list[tuple[object, ...]], slots: int, context: int, min_shared: int, can_trim: bool
) -> None:
    model = FakeLanguageModel(slots=slots, context_length=context, can_trim=can_trim)
    runner = engine(model, chunk_size=8, shared_prefill=4, min_shared=min_shared)
    asked: list[Asked] = []
    for action in actions:
        if action[0] == "ask":
            action = (*action[:1], str(action[1])[-(context - 16) :], *action[2:])
        act(runner, asked, action)
    drain(runner)
    for one in asked:
        assert one.receiver.done.is_set()
        whole = run_alone(one.prompt, one.max_tokens)
        last = one.receiver.last
        if isinstance(last, Failed):
            assert isinstance(last.error, Cancelled | EngineError)
            assert whole.startswith(one.receiver.text)
        else:
            assert one.receiver.text == whole
        told = [e.computed for e in one.receiver.events if isinstance(e, Progress)]
        assert told == sorted(told)
