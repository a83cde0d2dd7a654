"""Downloads that a program asks for, and their end when it closes; it must not know models in RAM.

Only here does this door reach for the network, and only when `pull` is called.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from localai import machine
from localai.errors import Closed
from localai.model import ModelSpec
from localai.weights.fit import file_to_take
from localai.weights.store import Store

OnBytes = Callable[[int, int | None], object]


class Pulls:
    """The downloads of one LocalAI. offline: none are made, whatever the environment says."""

    def __init__(self, store: Store, *, offline: bool) -> None:
        self._store = store
        self._offline = offline
        self._lock = threading.Lock()
        self._running: set[threading.Event] = set()
        self._closed = False

    def pull(
        self,
        spec: ModelSpec,
        quant: str | None,
        on_progress: OnBytes | None,
        cancel: threading.Event | None,
    ) -> None:
        """Bring weights here, unless they are; as LocalAI.pull."""
        if quant is None and self._store.find(spec) is not None:
            return
        from localai.weights.pull import pull  # filelock, and huggingface_hub where it downloads

        stop = cancel or threading.Event()

        def progress(done: int, total: int | None) -> None:
            if on_progress is not None and on_progress(done, total) is False:
                stop.set()

        with self._lock:
            if self._closed:
                raise Closed()
            self._running.add(stop)
        try:
            file = file_to_take(spec, quant, machine.memory().free)
            pull(spec, file, self._store, on_progress=progress, cancel=stop, offline=self._offline)
        finally:
            with self._lock:
                self._running.discard(stop)

    def close(self) -> None:
        """Have what runs end with Cancelled, and take no more; idempotent."""
        with self._lock:
            self._closed = True
            for stop in self._running:
                stop.set()
