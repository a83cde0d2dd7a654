"""The order in which texts become vectors, on a model that counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from localai.engine import EmbeddingJob, EmbeddingThread
from localai.errors import Busy, Cancelled, Closed, EngineError, InvalidRequest, Overloaded
from localai.reply import Embedding, Event, Failed, Finished, Usage


class Counting:
    """A text's vector is its sum. `gate` holds a call back; `broken` makes it fail."""

    limit = 10
    slots = 3

    def __init__(self) -> None:
        self.calls: list[list[list[int]]] = []
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.interrupted = threading.Event()
        self.broken = False

    def embed(self, texts: Sequence[Sequence[int]]) -> list[tuple[float, ...]] | None:
        self.calls.append([list(text) for text in texts])
        self.entered.set()
        while not self.gate.wait(0.005):
            if self.interrupted.is_set():
                self.interrupted.clear()
                return None
        if self.broken:
            raise EngineError("broken")
        return [(float(sum(text)),) for text in texts]

    def interrupt(self) -> None:
        self.interrupted.set()


class Receiver:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ended = threading.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Finished | Failed):
            self.ended.set()

    @property
    def sums(self) -> list[float]:
        assert self.ended.wait(10)
        return [event.vector[0] for event in self.events if isinstance(event, Embedding)]

    @property
    def error(self) -> Exception:
        assert self.ended.wait(10)
        last = self.events[-1]
        assert isinstance(last, Failed)
        return last.error


@pytest.fixture
def model() -> Counting:
    return Counting()


@pytest.fixture
def thread(model: Counting) -> Iterator[EmbeddingThread]:
    made = EmbeddingThread(model, max_queue=2)
    yield made
    model.gate.set()
    made.close()


def submit(thread: EmbeddingThread, *texts: list[int], queue: bool = True) -> tuple[
    Receiver, Callable[[], None]
]:  # fmt: skip
    receiver = Receiver()
    job = EmbeddingJob(texts, receiver, queue=queue)
    thread.submit(job)
    return receiver, lambda: thread.cancel(job)


def test_every_text_gets_its_vector_in_order(model: Counting, thread: EmbeddingThread) -> None:
    model.gate.set()
    receiver, _ = submit(thread, *([n, n] for n in range(7)))
    assert receiver.sums == [0, 2, 4, 6, 8, 10, 12]
    assert receiver.events[-1] == Finished("stop", Usage(14, 0))
    assert [len(call) for call in model.calls] == [3, 3, 1]


def test_a_call_holds_no_more_tokens_than_the_model_takes(
    model: Counting, thread: EmbeddingThread
) -> None:
    model.gate.set()
    receiver, _ = submit(thread, [1] * 6, [1] * 6, [1] * 4)
    assert receiver.sums == [6, 6, 4]
    assert [len(call) for call in model.calls] == [1, 2]


def test_a_long_request_holds_up_no_short_one(model: Counting, thread: EmbeddingThread) -> None:
    long, _ = submit(thread, *([1, 1, 1] for _ in range(30)))
    assert model.entered.wait(10)
    short, _ = submit(thread, [2])
    model.gate.set()
    assert short.sums == [2]
    assert long.sums == [3.0] * 30
    assert [2] in model.calls[1]


def test_a_cancelled_request_ends_in_the_middle(model: Counting, thread: EmbeddingThread) -> None:
    receiver, cancel = submit(thread, [1])
    assert model.entered.wait(10)
    cancel()
    assert isinstance(receiver.error, Cancelled)
    model.gate.set()
    assert submit(thread, [5])[0].sums == [5]


def test_a_cancel_leaves_those_alone_who_are_computed_beside_it(
    model: Counting, thread: EmbeddingThread
) -> None:
    first, _ = submit(thread, *([1] * 4 for _ in range(3)))
    assert model.entered.wait(10)
    other, cancel = submit(thread, [9])
    cancel()
    model.gate.set()
    assert isinstance(other.error, Cancelled)
    assert first.sums == [4, 4, 4]


def test_what_is_too_long_or_too_many_is_refused(model: Counting, thread: EmbeddingThread) -> None:
    with pytest.raises(InvalidRequest, match=r"input\[1\] has 11 tokens") as caught:
        submit(thread, [1], [1] * 11)
    assert caught.value.field == "input[1]"
    held = [submit(thread, [1])[0] for _ in range(3)]
    with pytest.raises(Overloaded):
        submit(thread, [1])
    with pytest.raises(Busy):
        submit(thread, [1], queue=False)
    model.gate.set()
    assert [receiver.sums for receiver in held] == [[1], [1], [1]]


def test_a_failure_ends_those_who_were_computed_and_no_others(
    model: Counting, thread: EmbeddingThread
) -> None:
    model.broken = True
    receiver, _ = submit(thread, [1])
    model.gate.set()
    assert isinstance(receiver.error, EngineError)
    model.broken = False
    assert submit(thread, [3])[0].sums == [3]


def test_close_ends_what_is_under_way(model: Counting) -> None:
    thread = EmbeddingThread(model, max_queue=4)
    running = submit(thread, [1])[0]
    assert model.entered.wait(10)
    waiting = submit(thread, [1] * 10)[0]
    thread.close()
    assert isinstance(running.error, Closed)
    assert isinstance(waiting.error, Closed)
    with pytest.raises(Closed):
        submit(thread, [1])
