"""Wakes an event loop for what other threads have brought; it must not know what that is.

Waking a loop costs the thread that does it a system call, some 20 microseconds: an engine that has
a token for each of eight streams rings once for all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections import deque
from collections.abc import Callable
from typing import Final


class Bell:
    """Calls what it was rung for on its loop; all rings until the loop comes cost one wake-up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        # Weakly, for the loop is the key under which the bell is kept.
        self._loop = weakref.ref(loop)
        self._due: deque[Callable[[], None]] = deque()
        self._rung = False

    def ring(self, heard: Callable[[], None]) -> None:
        """Have this called soon; from any thread, and without waiting."""
        self._due.append(heard)
        loop = self._loop()
        # Two threads at once may both wake the loop: that harms nobody.
        if not self._rung and loop is not None:
            self._rung = True
            # A closed loop means that the server is gone, and whoever waits with it.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        # Cleared before the calls, so that none can come unheard.
        self._rung = False
        while self._due:
            self._due.popleft()()


_bells: Final[weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Bell]] = (
    weakref.WeakKeyDictionary()
)


def bell() -> Bell:
    """The one bell of the running loop."""
    loop = asyncio.get_running_loop()
    found = _bells.get(loop)
    if found is None:
        found = _bells[loop] = Bell(loop)
    return found
