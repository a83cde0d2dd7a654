"""Looks after this process's memory while it works; it must not know what it works at.

No limit of the kernel's does this for DuckDB: RLIMIT_DATA counts what an allocator has given back
and keeps at hand, three times what is in use (measured), and RLIMIT_RSS is not enforced.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if sys.platform == "linux":

    def resident() -> int:
        """The bytes of memory that this process has now; 0 where /proc is not there."""
        try:
            with open("/proc/self/statm", encoding="ascii") as statm:
                return int(statm.read().split()[1]) * PAGE
        except OSError:
            return 0

    PAGE = os.sysconf("SC_PAGESIZE")
elif sys.platform == "darwin":
    import resource

    def resident() -> int:
        """The most bytes of memory that this process has had."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
else:

    def resident() -> int:
        """Unknown here: 0."""
        return 0


# At 5 GB/s, as memory is filled at best, 100 MB go unseen.
EVERY_SECONDS = 0.02


class MemoryWatch:
    """Calls `alarm` in a thread of its own when there are more than `limit` bytes in use."""

    def __init__(self, limit: int, alarm: Callable[[], object]) -> None:
        self._limit = limit
        self._alarm = alarm
        self._working = threading.Event()
        threading.Thread(target=self._watch, name="localai-memory", daemon=True).start()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Watch in here."""
        self._working.set()
        try:
            yield
        finally:
            self._working.clear()

    def _watch(self) -> None:
        while True:
            self._working.wait()
            if resident() > self._limit:
                self._alarm()
            time.sleep(EVERY_SECONDS)
