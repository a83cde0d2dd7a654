"""To which process a runtime belongs, and who may not close it; it must not know what it runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

from localai.errors import Closed, LocalAIError

T = TypeVar("T")


class Belonging:
    """Made with the runtime, in the process whose threads and memory it has."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._here = threading.local()

    @property
    def is_forked(self) -> bool:
        """Whether this is a fork's copy: its threads are gone, and locks may be held for ever."""
        return self._process != os.getpid()

    @property
    def in_callback(self) -> bool:
        """Whether this thread is in something that `marked` has marked."""
        return getattr(self._here, "depth", 0) > 0

    def marked(self, callback: Callable[[T], object]) -> Callable[[T], None]:
        """The callback, which from then on is known for one while it runs."""

        def call(argument: T) -> None:
            self._here.depth = getattr(self._here, "depth", 0) + 1
            try:
                callback(argument)
            finally:
                self._here.depth -= 1

        return call

    def refuse_fork(self) -> None:
        """Raises Closed in a fork."""
        if self.is_forked:
            raise Closed(
                f"This runtime belongs to process {self._process}: a fork has no part in its "
                "threads and models.",
                hint="Open one in the new process, and start that with "
                'multiprocessing.get_context("spawn").',
            )

    def refuse_callback(self) -> None:
        """Raises LocalAIError in a callback: whoever closes waits for the thread that runs it."""
        if self.in_callback:
            raise LocalAIError(
                "close() was called in a callback of the runtime, for whose end it would wait.",
                hint="Call it on another thread, or once the callback has returned.",
            )
