"""The one thread that steps an engine, fed from any other; it must not know what a model is."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from localai.engine.counts import EngineStatus
from localai.engine.engine import Engine
from localai.engine.sequence import Sequence
from localai.errors import Busy, Closed, ContextExceeded, EngineError, Overloaded

logger = logging.getLogger(__name__)

MOMENT = 0.02
"""Seconds between two looks at those who wait for the disk, lest it has taken too long."""


class EngineThread:
    """Owns an engine from the start to `close`; sequences in flight then end with Closed."""

    def __init__(self, engine: Engine, *, max_queue: int, name: str = "localai-engine") -> None:
        self._engine = engine
        self._max_queue = max_queue
        self._inbox: deque[Sequence] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._changed = False  # something that a step has not seen yet
        if engine.shelf is not None:
            engine.shelf.store.wake = self._stir
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def num_waiting(self) -> int:
        """Requests that are queued and not yet running."""
        return len(self._inbox) + len(self._engine.scheduler.waiting)

    @property
    def num_running(self) -> int:
        return len(self._engine.scheduler.running)

    def status(self) -> EngineStatus:
        """What the engine holds and does, as it is just now; on any thread, and nobody waits."""
        engine = self._engine
        prefill, decode = engine.counts.rates()
        return EngineStatus(
            running=self.num_running,
            waiting=self.num_waiting,
            slots=engine.scheduler.config.parallel,
            kv_used=engine.cache.cells.used,
            kv_size=engine.scheduler.config.context_length,
            cached_tokens=engine.cache.cached(),
            prefilled_tokens=engine.counts.prefilled,
            decoded_tokens=engine.counts.decoded,
            prefill_rate=prefill,
            decode_rate=decode,
            disk_bytes=engine.shelf.store.used if engine.shelf is not None else 0,
        )

    @property
    def _free(self) -> int:
        return self._engine.scheduler.config.parallel - self.num_running

    def submit(self, sequence: Sequence) -> None:
        """Queue a sequence.

        Raises ContextExceeded when it can never fit, Overloaded when the queue is full (Busy,
        where it may not wait), and Closed after `close`.
        """
        model = self._engine.model
        limit = min(model.sequence_length, model.context_length)
        if sequence.reserve > limit:
            raise ContextExceeded(sequence.prompt_length, sequence.max_tokens, limit)
        with self._wake:
            if self._closing:
                raise Closed()
            if not self._has_place():
                raise Overloaded(self._max_queue) if sequence.queue else Busy()
            if time.monotonic() < self._engine.open_until and self._has_slot():
                self._engine.model.interrupt()
            self._inbox.append(sequence)
            self._changed = True
            self._wake.notify()

    def cancel(self, sequence: Sequence) -> None:
        """End a sequence with Cancelled, at once also in the middle of a long prefill."""
        with self._wake:
            sequence.cancelled = True
            # What it does not compute itself is not interrupted for it.
            idle = sequence.fetching or sequence.leader is not None
            waits = sequence.ended or sequence.slot is None or idle
            if not waits and sequence.pending > 1:
                self._engine.model.interrupt()
            self._changed = True
            self._wake.notify()

    def close(self) -> None:
        """Stop stepping and wait for the thread; idempotent."""
        with self._wake:
            self._closing = True
            self._engine.model.interrupt()
            self._wake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _has_place(self) -> bool:
        # Whoever finds a free slot does not count as waiting.
        return self.num_waiting < self._max_queue + max(0, self._free)

    def _has_slot(self) -> bool:
        return self.num_waiting < self._free

    def _run(self) -> None:
        worked = False
        while self._take(worked):
            try:
                worked = self._engine.step()
            except Exception as fault:
                # Nothing of the step can be trusted; later requests start from empty slots.
                logger.exception("a step of the engine failed")
                self._engine.fail_all(EngineError(f"The engine failed: {fault!r}."))
        if self._engine.shelf is not None:
            self._engine.shelf.put_away(idle=True)
        self._engine.fail_all(Closed())

    def _take(self, worked: bool) -> bool:
        """Wait for a change where there was nothing to do, and take what came; false when
        closing."""
        with self._wake:
            if not (worked or self._changed or self._closing):
                self._wake.wait(None if self._engine.is_idle else MOMENT)
            self._changed = False
            self._take_inbox()
            return not self._closing

    def _stir(self) -> None:
        """Have a step look anew: the disk has something, or can take something."""
        with self._wake:
            self._changed = True
            self._wake.notify()

    def _take_inbox(self) -> None:
        while self._inbox:
            self._engine.add(self._inbox.popleft())
