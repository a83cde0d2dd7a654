"""How long libgomp's threads spin as they wait for each other; it must not know when to change it.

llama.cpp's threads meet a thousand times per token. On a quiet machine they are faster the longer
they spin there; beside a busy neighbour a thread that spins holds the very core that the one it
waits for needs. libgomp reads its patience once, when it is loaded, but spins shortly whenever
there are more of its threads than processors. So a few threads more, asleep, make it hand cores
over at once: threads and sums stay the same, to the bit, unlike with fewer threads that compute.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LONG = "100000"
"""GOMP_SPINCOUNT, about 1 ms; the table in `neighbours.py` says what others cost."""

_NAMES = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")

_MOST = 128
"""Threads that are added at most: libgomp ends the process where it gets none from the system."""

_ours = False


@contextmanager
def patient() -> Iterator[None]:
    """Load libgomp within this, and its threads spin for long; the host's own settings win."""
    global _ours
    if sys.platform != "linux" or any(name in os.environ for name in _NAMES):
        yield
        return
    # An active policy beside a given count only makes the short spins 1000 long, not 100: those
    # rule also where several models are loaded, each with threads of its own.
    os.environ.update(zip(_NAMES, (_LONG, "active"), strict=True))
    try:
        yield
        _ours = True
    finally:
        # The environment is the host's: its children shall not inherit our taste.
        for name in _NAMES:
            os.environ.pop(name, None)


class Brake:
    """Lets all of this process's OpenMP threads spin shortly while `on` for anyone; for any thread.

    library: a loaded library that stands on the libgomp in question.
    """

    def __init__(self, library: Any) -> None:
        self._parallel: Any = getattr(library, "GOMP_parallel", None) if _ours else None
        if self._parallel is not None:
            pointer, number = ctypes.c_void_p, ctypes.c_uint
            self._parallel.argtypes, self._parallel.restype = (
                [pointer, pointer, number, number],
                None,
            )
        self._lock = threading.Lock()
        self._holders: set[object] = set()
        self._let_go = threading.Event()

    def works_for(self, threads: int) -> bool:
        """Whether it has an effect on a team of so many threads, and one that it may need."""
        if self._parallel is None or threads < 2:
            return False
        return 2 <= self._needed(threads) <= _MOST

    def on(self, holder: object, threads: int) -> None:
        """Spin shortly from now on, for a holder whose team has so many threads; idempotent."""
        with self._lock:
            if not self._holders:
                self._let_go = threading.Event()
                arguments = (self._needed(threads), self._let_go)
                threading.Thread(
                    target=self._crowd, args=arguments, name="localai-brake", daemon=True
                ).start()
            self._holders.add(holder)

    def off(self, holder: object) -> None:
        """Spin for long again once nobody holds it; idempotent."""
        with self._lock:
            self._holders.discard(holder)
            if not self._holders:
                self._let_go.set()

    @staticmethod
    def _needed(threads: int) -> int:
        """A team that makes one thread more than processors; its first is not counted twice."""
        return len(os.sched_getaffinity(0)) - threads + 2

    def _crowd(self, count: int, let_go: threading.Event) -> None:
        """Have a team of so many until let go. It lasts as long as this thread, and sleeps."""
        # As in `abort.py`: a C function that does nothing, for threads that know no Python.
        nothing = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
        empty = ctypes.create_string_buffer(1)
        self._parallel(nothing, empty, count, 0)
        let_go.wait()
