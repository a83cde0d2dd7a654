"""The one thread that turns texts into vectors, fed from any other; it must not know models.

Requests take turns: each computation takes texts of as many requests as fit, the longest waiting
first, so that one with a thousand texts holds up nobody.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from localai.engine.counts import EngineStatus
from localai.engine.tally import Tally
from localai.errors import (
    Busy,
    Cancelled,
    Closed,
    EngineError,
    InvalidRequest,
    LocalAIError,
    Overloaded,
)
from localai.reply import Embedding, Event, Failed, Finished, Usage

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """What is asked of a model. limit: tokens of one text, and of all texts of one call; slots:
    texts of one call."""

    @property
    def limit(self) -> int: ...

    @property
    def slots(self) -> int: ...

    def embed(self, texts: Sequence[Sequence[int]]) -> list[tuple[float, ...]] | None:
        """A vector for each text (token ids); None when interrupted. Raises EngineError."""

    def interrupt(self) -> None:
        """Stop the computation that is running, or else the next one."""


class EmbeddingJob:
    """One request's texts as token ids; `emit` gets its events, the last Finished or Failed."""

    def __init__(
        self, texts: Sequence[Sequence[int]], emit: Callable[[Event], None], *, queue: bool = True
    ) -> None:
        self.texts = tuple(texts)
        self.queue = queue
        self.cancelled = False
        self.next = 0
        self._emit = emit

    @property
    def usage(self) -> Usage:
        """The tokens of the texts that are computed."""
        return Usage(sum(map(len, self.texts[: self.next])), 0)

    def take(self, vectors: Sequence[tuple[float, ...]]) -> None:
        """The vectors of its next texts."""
        for vector in vectors:
            self._emit(Embedding(self.next, vector))
            self.next += 1
        if self.next == len(self.texts):
            self._emit(Finished("stop", self.usage))

    def fail(self, error: Exception) -> None:
        fault = error if isinstance(error, LocalAIError) else None
        self._emit(Failed(fault or EngineError(f"The engine failed: {error!r}."), self.usage))


class EmbeddingThread:
    """Owns an embedder from the start to `close`; jobs in flight then end with Closed."""

    def __init__(self, model: Embedder, *, max_queue: int, tally: Tally | None = None) -> None:
        self._model = model
        self._tally = tally or Tally()
        self._max_queue = max_queue
        self._jobs: deque[EmbeddingJob] = deque()
        self._running: list[tuple[EmbeddingJob, int]] = []
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="localai-embedding", daemon=True)
        self._thread.start()

    @property
    def num_waiting(self) -> int:
        """Requests of which no text is being computed."""
        return len(self._jobs) - self.num_running

    @property
    def num_running(self) -> int:
        return len(self._running)

    def status(self) -> EngineStatus:
        """What it does just now; on any thread. It keeps nothing, so it has no cache to tell of."""
        return EngineStatus(self.num_running, max(0, self.num_waiting), self._model.slots)

    def submit(self, job: EmbeddingJob) -> None:
        """Queue a request.

        Raises InvalidRequest for a text that is too long, Overloaded when the queue is full (Busy,
        where it may not wait), and Closed after `close`.
        """
        for place, text in enumerate(job.texts):
            if len(text) > self._model.limit:
                raise InvalidRequest(
                    f"input[{place}] has {len(text)} tokens, and the model takes "
                    f"{self._model.limit}.",
                    field=f"input[{place}]",
                    hint="Split the text, or start with a larger --ctx where the model allows it.",
                )
        with self._wake:
            if self._closing:
                raise Closed()
            if self._jobs and not job.queue:
                raise Busy()
            if len(self._jobs) > self._max_queue:
                raise Overloaded(self._max_queue)
            self._jobs.append(job)
            self._wake.notify()

    def cancel(self, job: EmbeddingJob) -> None:
        """End a request with Cancelled, at once where nobody else's texts are being computed."""
        with self._wake:
            job.cancelled = True
            if self._running and all(other.cancelled for other, _ in self._running):
                self._model.interrupt()
            self._wake.notify()

    def close(self) -> None:
        """Stop computing and wait for the thread; idempotent."""
        with self._wake:
            self._closing = True
            self._model.interrupt()
            self._wake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._jobs and not self._closing:
                    self._wake.wait()
                if self._closing:
                    break
                ended = self._drop_cancelled()
                self._running = self._plan()
            for job in ended:
                job.fail(Cancelled())
            if self._running:
                self._step()
        for job in self._jobs:
            job.fail(Closed())
        self._jobs.clear()

    def _drop_cancelled(self) -> list[EmbeddingJob]:
        ended = [job for job in self._jobs if job.cancelled]
        for job in ended:
            self._jobs.remove(job)
        return ended

    def _plan(self) -> list[tuple[EmbeddingJob, int]]:
        """Which jobs go on, each with the number of its next texts that are computed now."""
        room, slots, plan = self._model.limit, self._model.slots, []
        for job in self._jobs:
            count = 0
            for text in job.texts[job.next :]:
                if not slots or len(text) > room:
                    break
                room, slots, count = room - len(text), slots - 1, count + 1
            if not count:
                break
            plan.append((job, count))
        return plan

    def _step(self) -> None:
        plan = self._running
        texts = [text for job, count in plan for text in job.texts[job.next : job.next + count]]
        try:
            vectors = self._model.embed(texts)
        except Exception as error:
            logger.exception("computing vectors failed")
            self._end([job for job, _ in plan])
            for job, _ in plan:
                job.fail(error)
            return
        if vectors is None:  # interrupted: by a cancel or by `close`, and both are seen to above
            self._end([])
            return
        done = [job for job, count in plan if job.next + count == len(job.texts)]
        self._end(done)
        self._tally.prompt_tokens += sum(map(len, texts))
        for job, count in plan:
            mine, vectors = vectors[:count], vectors[count:]
            try:
                job.take(mine)
            except Exception:  # one receiver's fault is no other's
                logger.exception("a receiver of vectors failed")

    def _end(self, done: Sequence[EmbeddingJob]) -> None:
        """Forget the step; what is not done goes to the end of the queue."""
        with self._wake:
            for job, _ in self._running:
                self._jobs.remove(job)
                if job not in done:
                    self._jobs.append(job)
            self._running = []
