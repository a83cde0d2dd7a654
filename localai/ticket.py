"""One request on its way through the runtime, and its events as an iterator; it knows no wires."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from localai.errors import Cancelled
from localai.reply import Event, Failed, Finished
from localai.request import Request
from localai.residency import Resident

Emit = Callable[[Event], None]

# Seconds; the server gathers as long, and says why.
PAUSE = 0.004


class Ticket:
    """One request on its way: it passes events on, ends exactly once, and can be cancelled.

    model: the ID of the one that it asks for, empty until that is known; begun: monotonic seconds.
    on_last hears of the end before the receiver does, on_end after it.
    """

    def __init__(
        self,
        request: Request,
        emit: Emit,
        on_end: Callable[[Ticket], None],
        on_last: Callable[[Ticket, Finished | Failed], None] | None = None,
    ):
        self.request = request
        self.model = ""
        self.begun = time.monotonic()
        self.resident: Resident | None = None
        self.ended = False
        self._emit = emit
        self._on_end = on_end
        self._on_last = on_last
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._withdraw: Callable[[], None] | None = None

    def cancel(self) -> None:
        """End the request with Failed(Cancelled), wherever it is; without effect after its end."""
        if self._process != os.getpid():
            return  # a fork's copy, whose locks may be held for ever
        with self._lock:
            withdraw = self._withdraw
        if withdraw is None:
            self.send(Failed(Cancelled()))
        else:
            withdraw()

    def hold(self, resident: Resident) -> bool:
        """Take over a held model; false if the request ended while the model was loading."""
        with self._lock:
            if not self.ended:
                self.resident = resident
            return not self.ended

    def enter(self, submit: Callable[[], None], withdraw: Callable[[], None]) -> None:
        """Hand the request to an engine, unless it was cancelled on the way. May raise.

        withdraw: how it is cancelled from then on.
        """
        with self._lock:
            # Under the lock, so that a cancel comes either before or finds the request there.
            if not self.ended:
                submit()
                self._withdraw = withdraw

    def send(self, event: Event) -> None:
        """Pass an event on; the first Finished or Failed is the last."""
        terminal = isinstance(event, Finished | Failed)
        with self._lock:
            if self.ended:
                return
            self.ended = terminal
        if self._on_last is not None and isinstance(event, Finished | Failed):
            self._on_last(self, event)
        try:
            self._emit(event)
        finally:
            if terminal:
                self._on_end(self)


class EventStream(Iterator[Event]):
    """The events of one request; closing it, or dropping it, cancels what is still to come.

    Pieces of a fast model gather for up to PAUSE seconds after some were read: waking the reader
    for each takes a core from the threads that compute. The end never waits.
    """

    def __init__(self, generate: Callable[[Emit], Ticket]) -> None:
        # No bound needed: the request's own max_tokens bounds what can wait here.
        self._events: deque[Event] = deque()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._hungry = False
        self._rest_until = 0.0
        self._done = False
        self._ticket = generate(self._put)

    def __next__(self) -> Event:
        if self._done:
            raise StopIteration
        if not self._events:
            self._wait()
        event = self._events.popleft()
        self._done = isinstance(event, Finished | Failed)
        return event

    def cancel(self) -> None:
        """Cancel the request; its end is still to be read, and says what had been used."""
        self._ticket.cancel()

    def close(self) -> None:
        """Cancel the request and read nothing more; idempotent."""
        self._done = True
        self._ticket.cancel()

    def __enter__(self) -> EventStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Ctrl-C may have come before there was a ticket.
        if hasattr(self, "_ticket"):
            self.close()

    def _wait(self) -> None:
        rest = self._rest_until - time.monotonic()
        if rest > 0:
            with suppress(queue.Empty):
                self._bell.get(timeout=rest)
        # Hungry first, then the look at the events: one that comes between the two rings.
        self._hungry = True
        while not self._events:
            self._bell.get()
        self._hungry = False
        self._rest_until = time.monotonic() + PAUSE

    def _put(self, event: Event) -> None:
        self._events.append(event)
        if self._hungry or isinstance(event, Finished | Failed):
            self._hungry = False
            self._bell.put(None)
