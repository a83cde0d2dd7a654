from __future__ import annotations

from localai.reply import Finished
from tests.fakes import FakeLanguageModel, Receiver, drain, engine, run_alone, sequence


def test_kv_room_for_two_makes_four_take_turns_and_all_are_whole() -> None:
    # Each may come to hold 10 + 20 tokens; 64 are room for two of them.
    model = FakeLanguageModel(slots=4, context_length=64)
    runner = engine(model)
    receivers = [Receiver() for _ in range(4)]
    for index, receiver in enumerate(receivers):
        runner.add(sequence("abcdefghi" + str(index), receiver, max_tokens=20))
    most = 0
    while runner.step():
        most = max(most, len(runner.scheduler.running))
    assert most == 2
    texts = [run_alone("abcdefghi" + str(index), 20) for index in range(4)]
    assert [r.text for r in receivers] == texts
    runner.cache.check_integrity(model.length)


def test_one_request_may_use_the_whole_context() -> None:
    model = FakeLanguageModel(slots=4, context_length=64)
    runner, small, whole = engine(model), Receiver(), Receiver()
    runner.add(sequence("s" * 30, small, max_tokens=10))
    drain(runner)
    runner.add(sequence("x" * 44, whole, max_tokens=20))
    drain(runner)
    assert whole.text == run_alone("x" * 44, 20)


def test_decoding_goes_on_at_every_step_of_another_ones_prefill() -> None:
    model = FakeLanguageModel(slots=2)
    runner, first, second = engine(model), Receiver(), Receiver()
    runner.add(sequence("f" * 4, first, max_tokens=40))
    runner.step()
    runner.add(sequence("g" * 100, second, max_tokens=2))
    before = len(first.events)
    runner.step()
    runner.step()
    assert len(first.events) == before + 2
    # And its prefill takes the shared share only: 8 tokens beside the one that decodes.
    assert [len(c.tokens) for c in model.batches[-1]] == [1, 8]
    drain(runner)
    assert second.text == run_alone("g" * 100, 2)


def test_prefill_is_shared_fairly() -> None:
    model = FakeLanguageModel(slots=3)
    runner = engine(model)
    sequences = [sequence(letter * 100, Receiver(), max_tokens=1) for letter in "abc"]
    for one in sequences:
        runner.add(one)
    for _ in range(6):
        runner.step()
    computed = sorted(one.computed for one in sequences)
    assert computed[0] >= computed[-1] - 6
    drain(runner)


def test_who_came_first_starts_first() -> None:
    model = FakeLanguageModel(slots=1)
    runner = engine(model)
    order: list[str] = []
    for name in "abc":
        receiver = Receiver()
        one = sequence(name * 3, receiver, max_tokens=2)
        emit = one._emit

        def note(event: object, emit: object = emit, name: str = name) -> None:
            if isinstance(event, Finished):
                order.append(name)

        one._emit = note
        runner.add(one)
    drain(runner)
    assert order == ["a", "b", "c"]
