"""Batches of requests that run behind all others; it must not know HTTP or any dialect by name.

Everything is bounded: batches and requests that wait, and results that are kept, in number and
time. Results are kept in memory: they do not survive the server.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from localai.dialects.dialect import Batch, Collect, Item, Reply, Wire
from localai.errors import Busy, Closed, InvalidRequest, LocalAIError, Overloaded
from localai.reply import Event, Usage
from localai.request import GenerateRequest
from localai.server.served import Served

logger = logging.getLogger(__name__)

PATIENCE = (0.05, 2.0)
"""Seconds between tries to find the model free: the first, and (doubled each time) the longest."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """waiting: batches not done. requests, bytes: of all batches together, done ones included.

    kept: batches done; seconds: how long they are kept.
    """

    waiting: int = 16
    requests: int = 20_000
    bytes: int = 64_000_000
    kept: int = 64
    seconds: float = 24 * 3600.0


@dataclass(eq=False, slots=True)
class _Entry:
    model: str
    requests: int
    bytes: int
    results: list[Wire] = field(default_factory=list)
    usage: Usage = Usage(0, 0)
    running: bool = False
    done_at: float | None = None


class Batches:
    """Runs one request of a batch at a time, and only when it need not wait: who waits goes first.

    `submit` and `collect` may be called from any thread. clock: seconds, never going back.
    """

    def __init__(
        self,
        served: Served,
        bounds: Bounds | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._served, self._bounds, self._clock = served, bounds or Bounds(), clock
        self._entries: dict[str, _Entry] = {}
        self._todo: queue.SimpleQueue[tuple[_Entry, Sequence[Item]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take batches, after a `close` again."""
        with self._lock:
            if self._closing.is_set():
                self._entries.clear()
                self._todo, self._thread = queue.SimpleQueue(), None
                self._closing.clear()

    def submit(self, batch: Batch) -> Wire:
        """Take a batch in. Raises Overloaded where there is no room, Closed after `close`."""
        with self._lock:
            if self._closing.is_set():
                raise Closed()
            self._forget(batch)
            name = str(uuid.uuid4())
            entry = _Entry(batch.model, len(batch.items), batch.size)
            self._entries[name] = entry
            self._todo.put((entry, batch.items))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="localai-batch", daemon=True)
                self._thread.start()
        return batch.queued(name)

    def collect(self, asked: Collect) -> Wire:
        """How far a batch is, or its results. Raises InvalidRequest for an ID that is not kept."""
        with self._lock:
            self._forget(None)
            entry = self._entries.get(asked.id)
            if entry is None or entry.model != asked.model:
                raise InvalidRequest(
                    f"`request_id` is {asked.id[:60]!r}; no batch of this model has it, or its "
                    "results are no longer kept.",
                    field="request_id",
                )
            if entry.done_at is None:
                return asked.waiting(entry.running)
            return asked.done(entry.results, entry.usage)

    def close(self) -> None:
        """Stop the work and forget everything; idempotent."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        self._todo.put(None)
        if thread is not None:
            thread.join()

    def _forget(self, new: Batch | None) -> None:
        """Drop results that are too old, then the oldest until a new batch has room."""
        bounds, now = self._bounds, self._clock()
        done = [(k, e) for k, e in self._entries.items() if e.done_at is not None]
        done.sort(key=lambda one: one[1].done_at or 0.0)
        while done and (
            now - (done[0][1].done_at or 0.0) > bounds.seconds
            or len(done) > bounds.kept
            or (new is not None and not self._has_room(new))
        ):
            del self._entries[done.pop(0)[0]]
        waiting = len(self._entries) - len(done)
        if new is not None and (waiting >= bounds.waiting or not self._has_room(new)):
            raise Overloaded(waiting, retry_after=10)

    def _has_room(self, new: Batch) -> bool:
        kept = self._entries.values()
        return (
            sum(one.requests for one in kept) + len(new.items) <= self._bounds.requests
            and sum(one.bytes for one in kept) + new.size <= self._bounds.bytes
        )

    def _run(self) -> None:
        while (todo := self._todo.get()) is not None and not self._closing.is_set():
            entry, items = todo
            entry.running = True
            for item in items:
                entry.results.append(self._answer(entry, item))
            with self._lock:
                entry.done_at = self._clock()

    def _answer(self, entry: _Entry, item: Item) -> Wire:
        if isinstance(item.parsed, LocalAIError):
            return item.result(item.parsed)
        try:
            reply = self._generate(replace(item.parsed, queue=False))
            assert reply.finished is not None
            entry.usage = _sum(entry.usage, reply.finished.usage)
            return item.result(reply)
        except LocalAIError as error:
            return item.result(error)
        except Exception:
            # One item's fault must not end the thread that answers all the others.
            logger.exception("a request of a batch failed unexpectedly")
            return item.result(LocalAIError("The server failed inside; its log says more."))

    def _generate(self, request: GenerateRequest) -> Reply:
        """The finished reply, once the model was free for it. Raises its error."""
        pause, longest = PATIENCE
        while not self._closing.is_set():
            try:
                return self._once(request)
            except Busy:
                self._closing.wait(pause)
                pause = min(2 * pause, longest)
        raise Closed()

    def _once(self, request: GenerateRequest) -> Reply:
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        ticket = self._served.generate(request, events.put)
        reply = Reply()
        while reply.finished is None:
            try:
                reply.add(events.get(timeout=0.2))
            except queue.Empty:
                if self._closing.is_set():
                    ticket.cancel()
                    raise Closed() from None
        return reply


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens
    )
