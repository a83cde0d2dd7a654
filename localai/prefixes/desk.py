"""Two threads that read and write one model's prefixes; it must not know when that is worth it.

Whoever asks never waits for the disk: an errand says when it is done, and one state at a time is
being written.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
from array import array
from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from localai.prefixes.entry import Prefix, Stopped, key_of
from localai.prefixes.folder import Folder

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a closing desk gives to a write; a state of 500 MB takes about one."""


class Kind(NamedTuple):
    """Which states are of use for a model and adapter, and what people call them."""

    facts: Mapping[str, str]
    about: Mapping[str, str]


class Errand:
    """A search for the longest known beginning of some tokens.

    done: it is over. tokens, exact, state: then what was found, a state for all these tokens, of
    which the first so many were computed on the grid; None where there is nothing. It may be given
    up at any time.
    """

    def __init__(self, wanted: array[int], adapter: Hashable | None, least: int, most: int) -> None:
        self.wanted = wanted
        self.adapter = adapter
        self.least = least
        self.most = most
        self.done = False
        self.given_up = False
        self.tokens: list[int] = []
        self.exact = 0
        self.state: memoryview | None = None

    def give_up(self) -> None:
        """Want it no more."""
        self.given_up = True


class Desk:
    """Prefixes of one model in a folder.

    used: bytes that all prefixes take. most: bytes that one may have.

    kind_of: the Kind of an adapter, None while it is not known yet; called on the reading thread.
    wake: called on that thread when an errand is done.
    """

    def __init__(self, folder: Folder, kind_of: Callable[[Hashable | None], Kind | None]) -> None:
        self.wake: Callable[[], None] = lambda: None
        self.used, self.most = 0, sys.maxsize
        self._folder = folder
        self._kind_of = kind_of
        self._kinds: dict[Hashable | None, Kind] = {}
        self._errands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._writes: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._writing = False
        self._closing = self._stopping = False
        self._threads = [
            threading.Thread(target=_work, args=(jobs,), name=f"localai-{name}", daemon=True)
            for name, jobs in (("shelf-read", self._errands), ("shelf-write", self._writes))
        ]
        for thread in self._threads:
            thread.start()
        self._errands.put(self._prepare)

    @property
    def is_writing(self) -> bool:
        """Whether a state is on its way to the disk; then none other is taken."""
        return self._writing

    def fetch(
        self, tokens: list[int], adapter: Hashable | None, *, least: int, most: int
    ) -> Errand:
        """Search for the tokens' beginning, of `least` tokens or more; an entry of more than `most`
        is of no use."""
        errand = Errand(array("i", tokens), adapter, least, most)
        self._errands.put(lambda: self._fetch(errand))
        return errand

    def known(self, tokens: list[int], adapter: Hashable | None) -> int | None:
        """How many of the tokens are on disk already; None where that is not known yet."""
        kind = self._kinds.get(adapter)
        if kind is None:
            return None
        found = self._folder.find(key_of(kind.facts), array("i", tokens))
        return found.shared if found else 0

    def keep(
        self, tokens: list[int], adapter: Hashable | None, exact: int, state: memoryview
    ) -> None:
        """Have a state written; only while nothing is being written, and `known` answers."""
        kind = self._kinds[adapter]
        prefix = Prefix(kind.facts, kind.about, array("i", tokens), exact, state)
        self._writing = True
        self._writes.put(lambda: self._write(prefix))

    def drop(self, tokens: list[int], adapter: Hashable | None) -> None:
        """Throw away what was found for these tokens: it could not be restored."""
        kind = self._kinds.get(adapter)
        found = self._folder.find(key_of(kind.facts), array("i", tokens)) if kind else None
        if found and found.shared == len(tokens) == len(found.entry.tokens):
            self._errands.put(lambda: self._folder.drop(found.entry, "it cannot be restored"))

    def look_again(self) -> None:
        """Learn what can be known by now of the model without an adapter."""
        self._errands.put(self._prepare)

    def close(self, patience: float = PATIENCE) -> None:
        """End: reading at once, writing within so many seconds, or what was written goes."""
        self._closing = True
        self._errands.put(None)
        self._writes.put(None)
        reader, writer = self._threads
        writer.join(patience)
        self._stopping = True
        # A disk that hangs holds nobody up: these threads end with the process.
        writer.join(patience / 4)
        reader.join(patience / 4)

    def _prepare(self) -> None:
        self._folder.sweep()
        self._kind(None)
        self._measure()
        self.wake()

    def _measure(self) -> None:
        self.used, self.most = self._folder.used(), self._folder.largest()

    def _kind(self, adapter: Hashable | None) -> Kind | None:
        kind = self._kinds.get(adapter) or self._kind_of(adapter)
        if kind is not None:
            if adapter not in self._kinds:
                self._folder.refresh(key_of(kind.facts))
            self._kinds[adapter] = kind
        return kind

    def _fetch(self, errand: Errand) -> None:
        try:
            kind = None if errand.given_up or self._closing else self._kind(errand.adapter)
            if kind is not None:
                self._read(errand, key_of(kind.facts))
        except Stopped:
            pass
        finally:
            errand.done = True
            self.wake()

    def _read(self, errand: Errand, key: str) -> None:
        self._folder.refresh(key)
        found = self._folder.find(key, errand.wanted, errand.least, errand.most)
        if found is None:
            return
        state = self._folder.read(found.entry, lambda: errand.given_up or self._closing)
        if state is not None:
            errand.tokens, errand.exact = found.entry.tokens.tolist(), found.entry.exact
            errand.state = state

    def _write(self, prefix: Prefix) -> None:
        try:
            self._folder.write(prefix, lambda: self._stopping)
            self._measure()
        except Stopped:
            logger.info("a prefix was not written to its end: the model is being unloaded")
        finally:
            self._writing = False
            self.wake()


def _work(jobs: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    while (job := jobs.get()) is not None:
        try:
            job()
        except Exception:
            logger.exception("a job with prefixes on disk failed")
        del job  # a state must not stay until the next one comes
