"""One call's generations as the event loop sees them; it must not know wire formats.

The runtime's threads append events, the loop takes them out. The work stops once, and only once,
when the client goes away, when it stops reading, or when the server drops the request.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from starlette.types import Receive

from localai.reply import Event, Failed, Finished
from localai.request import Request
from localai.server.bell import bell
from localai.server.served import Served, Ticket

MAX_PENDING = 4096
"""Events that may wait for one slow client: some 400 kB, and more text than most answers have."""


Choices = list[tuple[int, Event]]
"""Events, each with the number of the request that it belongs to."""


class ClientGone(Exception):
    """The client has closed its connection: nobody is left to answer."""


class Job:
    """Started requests; `take` gives their events, `close` ends them. Use it on one loop only.

    The first of them that fails ends the others: a call has one outcome.

    pause: seconds that `take` lets events gather after it gave some, so that a fast model does not
    spend its processor on waking the loop; the last event never waits.
    """

    def __init__(
        self,
        served: Served,
        requests: Sequence[Request],
        receive: Receive,
        *,
        pause: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._bell = bell()
        self._pause = pause
        self._rest_until = 0.0
        self._events: deque[tuple[int, Event]] = deque()
        self._left = len(requests)
        self._waiter: asyncio.Future[bool] | None = None
        self._hungry = False
        self._wake_is_due = False
        self._last = False
        self._fast = False  # whether something is sure to come in a rest
        self._taking = False
        self._gone = False
        self.ended = False
        self.on_overflow: Callable[[], object] | None = None
        self._tickets: list[Ticket] = [
            served.generate(request, partial(self._emit, choice))
            for choice, request in enumerate(requests)
        ]
        self._watcher = self._loop.create_task(self._watch(receive))

    async def take(self, patience: float | None = None) -> Choices:
        """All events that have come; waits for one up to `patience` seconds, then gives none.

        Raises ClientGone.
        """
        self._taking = True
        if (self._events or self._fast) and not self._gone:
            # Even a rest of no time lets others have their turn.
            await self._wait(self._rest())
            self._fast = bool(self._events)
        # Hungry first, then the look at the events: an event between the two rings the bell.
        self._hungry = True
        while not self._events and not self._gone and await self._wait(patience):
            self._hungry = True
        self._hungry = self._taking = False
        if self._gone:
            raise ClientGone
        self._last = False
        events: Choices = []
        while self._events and not self.ended:
            events.append(self._events.popleft())
            self._note_end(events[-1][1])
        self._rest_until = self._loop.time() + self._pause
        return events

    def close(self) -> None:
        """Stop the work unless it has ended; idempotent."""
        self._watcher.cancel()
        if not self.ended:
            self.ended = True
            self._cancel()
        self._events.clear()

    def _note_end(self, event: Event) -> None:
        if isinstance(event, Finished | Failed):
            self._left -= 1
        if isinstance(event, Failed) and self._left:
            self._cancel()
        self.ended = self.ended or isinstance(event, Failed) or not self._left

    def _cancel(self) -> None:
        for ticket in self._tickets:
            ticket.cancel()

    def _emit(self, choice: int, event: Event) -> None:
        # On the engine's thread, which must not wait here.
        if self.ended:
            return
        self._events.append((choice, event))
        last = isinstance(event, Finished | Failed)
        self._last = self._last or last
        urgent = self._hungry or last or len(self._events) > MAX_PENDING
        if urgent and not self._wake_is_due:
            self._wake_is_due = True
            self._bell.ring(self._heard)

    def _heard(self) -> None:
        # Cleared before the events are taken, so that none can arrive unannounced.
        self._wake_is_due = False
        # Callbacks run outside `take` only while the reader is stuck in sending.
        if len(self._events) > MAX_PENDING and not self._taking and not self.ended:
            self.close()
            if self.on_overflow is not None:
                self.on_overflow()
        rest = self._rest()
        if rest and not self._last:
            # What comes until then needs no bell, nor at the next rest: it will come too.
            self._hungry, self._fast = False, True
            self._loop.call_later(rest, self._release, True)
        else:
            self._release(True)

    def _rest(self) -> float:
        """Seconds in which events are still to gather."""
        return max(self._rest_until - self._loop.time(), 0.0)

    def _release(self, woken: bool) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(woken)

    async def _wait(self, seconds: float | None) -> bool:
        """Wait for a wake-up; false if none came in time."""
        self._waiter = self._loop.create_future()
        timer = None if seconds is None else self._loop.call_later(seconds, self._release, False)
        try:
            return await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._release(True)
