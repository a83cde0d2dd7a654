from __future__ import annotations

import threading
import time
from collections import abc
from collections.abc import Iterator

import pytest

from localai.engine import Chunk, EngineThread
from localai.engine.engine import OPEN
from localai.errors import Busy, Cancelled, Closed, ContextExceeded, EngineError, Overloaded
from localai.reply import Failed
from tests.fakes import FakeLanguageModel, Receiver, engine, next_token, run_alone, sequence


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def failed_with(receiver: Receiver) -> type[Exception]:
    assert receiver.done.wait(5)
    assert isinstance(receiver.last, Failed)
    return type(receiver.last.error)


def test_requests_from_many_threads_all_get_their_own_text() -> None:
    thread = EngineThread(engine(FakeLanguageModel()), max_queue=100)
    receivers = {f"prompt {index}": Receiver() for index in range(20)}
    callers = [
        threading.Thread(target=thread.submit, args=(sequence(prompt, receiver),))
        for prompt, receiver in receivers.items()
    ]
    for caller in callers:
        caller.start()
    assert all(receiver.done.wait(5) for receiver in receivers.values())
    assert {p: r.text for p, r in receivers.items()} == {p: run_alone(p) for p in receivers}
    thread.close()


def test_the_queue_is_bounded_and_who_was_accepted_is_served(gate: threading.Event) -> None:
    thread = EngineThread(engine(FakeLanguageModel(slots=1, gate=gate)), max_queue=2)
    receivers = [Receiver() for _ in range(3)]
    for receiver in receivers:
        thread.submit(sequence("abc", receiver))
    with pytest.raises(Overloaded) as caught:
        thread.submit(sequence("abc", Receiver()))
    assert caught.value.waiting == 2
    gate.set()
    assert all(receiver.done.wait(5) and receiver.text for receiver in receivers)
    thread.close()


def test_who_may_not_wait_is_refused_only_where_it_would_wait(gate: threading.Event) -> None:
    runner = engine(FakeLanguageModel(slots=2, gate=gate, context_length=64))
    thread = EngineThread(runner, max_queue=4)
    running, waiting, impatient, small = Receiver(), Receiver(), Receiver(), Receiver()
    thread.submit(sequence("a" * 8, running, max_tokens=40, queue=False))
    # A slot is free, but the room for its tokens is not.
    thread.submit(sequence("b" * 8, waiting, max_tokens=40))
    thread.submit(sequence("c" * 8, impatient, max_tokens=40, queue=False))
    gate.set()
    assert failed_with(impatient) is Busy
    assert running.done.wait(5) and waiting.done.wait(5)
    assert (running.text, waiting.text) == (run_alone("a" * 8, 40), run_alone("b" * 8, 40))
    thread.submit(sequence("d" * 8, small, queue=False))
    assert small.done.wait(5) and small.text == run_alone("d" * 8)
    thread.close()
    runner.cache.check_integrity(runner.model.length)


def test_what_can_never_fit_is_refused_with_the_numbers() -> None:
    model = FakeLanguageModel(context_length=64, sequence_length=32)
    thread = EngineThread(engine(model), max_queue=1)
    with pytest.raises(ContextExceeded) as caught:
        thread.submit(sequence("a" * 30, Receiver(), max_tokens=8))
    error = caught.value
    assert (error.prompt_tokens, error.max_tokens, error.limit) == (30, 8, 32)
    thread.close()


def test_cancel_reaches_into_a_running_prefill(gate: threading.Event) -> None:
    model = FakeLanguageModel(gate=gate)
    thread = EngineThread(engine(model), max_queue=1)
    receiver = Receiver()
    long = sequence("p" * 100, receiver)
    thread.submit(long)
    while not model.batches:
        pass
    thread.cancel(long)
    assert failed_with(receiver) is Cancelled
    thread.close()


def test_cancel_takes_a_queued_request_out_at_once(gate: threading.Event) -> None:
    thread = EngineThread(engine(FakeLanguageModel(slots=1, gate=gate)), max_queue=4)
    running, queued = Receiver(), Receiver()
    thread.submit(sequence("abc", running))
    waiting = sequence("abc", queued)
    thread.submit(waiting)
    thread.cancel(waiting)
    gate.set()
    assert failed_with(queued) is Cancelled
    assert running.done.wait(5) and running.text == run_alone("abc")
    thread.close()


def test_close_ends_what_runs_and_what_waits(gate: threading.Event) -> None:
    thread = EngineThread(engine(FakeLanguageModel(slots=1, gate=gate)), max_queue=4)
    receivers = [Receiver(), Receiver()]
    for receiver in receivers:
        thread.submit(sequence("abc", receiver))
    thread.close()
    thread.close()
    assert [failed_with(receiver) for receiver in receivers] == [Closed, Closed]
    with pytest.raises(Closed):
        thread.submit(sequence("abc", Receiver()))


def test_a_fault_of_the_engine_itself_is_told_to_everyone_and_it_serves_on() -> None:
    faults = [RuntimeError("law broken")]

    def once_broken(held: abc.Sequence[int]) -> int:
        if faults:
            raise faults.pop()
        return next_token(held)

    runner = engine(FakeLanguageModel(script=once_broken))
    thread = EngineThread(runner, max_queue=4)
    receiver, later = Receiver(), Receiver()
    thread.submit(sequence("abc", receiver))
    assert failed_with(receiver) is EngineError
    thread.submit(sequence("abc", later))
    assert later.done.wait(5) and later.text == run_alone("abc")
    thread.close()
    runner.cache.check_integrity(runner.model.length)


def test_prompts_that_come_together_are_computed_together() -> None:
    gate = threading.Event()
    model = FakeLanguageModel(gate=gate)
    runner = engine(model, chunk_size=256)
    # A prompt of which a token takes a second: a batch stays open for others for a while.
    runner.scheduler.pace.note(100, 0, 0, 100.0)
    thread = EngineThread(runner, max_queue=8)
    receivers = [Receiver() for _ in range(3)]
    for index, receiver in enumerate(receivers):
        runner.open_until = float("inf") if index else 0.0
        thread.submit(sequence(f"{index}" * 20, receiver))
        wait_for(model.batches, index + 1)
    gate.set()
    assert all(receiver.done.wait(5) for receiver in receivers)
    thread.close()
    assert [len(batch) for batch in model.batches[:3]] == [1, 2, 3]
    for index, receiver in enumerate(receivers):
        assert receiver.text == run_alone(f"{index}" * 20)


def test_a_batch_with_answers_is_not_begun_anew_for_a_prompt() -> None:
    runner = engine(FakeLanguageModel(), chunk_size=256)
    runner.scheduler.pace.note(100, 0, 0, 100.0)
    runner.add(sequence("first", Receiver(), max_tokens=4))
    before = time.monotonic()
    assert runner.step()
    assert before < runner.open_until <= time.monotonic() + OPEN
    assert runner.step()
    assert runner.open_until <= time.monotonic(), "an answer's token is not put off"


def wait_for(batches: list[list[Chunk]], count: int) -> None:
    end = time.monotonic() + 5
    while len(batches) < count:
        assert time.monotonic() < end
        time.sleep(0.001)
