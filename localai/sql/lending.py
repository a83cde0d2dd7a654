"""Keeps databases open between questions, each for one question at a time; it must not ask any.

One that nobody uses stays open for the next question; the more that came together are closed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from localai.errors import Closed
from localai.sql.source import Source

# A server's schema may change unseen: after so many seconds it is read anew.
FRESH_SECONDS = 300.0

Opener = Callable[[], Source]
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    source: Source
    stamp: Stamp
    since: float


class Lender:
    """Lends sources, opened when first asked for. Thread-safe; close it to close them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, _Kept] = {}
        self._lent: set[Source] = set()
        self._doubted: set[Source] = set()
        self._closed = False

    @contextmanager
    def lent(self, target: str, open_one: Opener) -> Iterator[Source]:
        """A source that nobody else uses meanwhile. Files that have changed are opened anew.

        Raises Closed, and what `open_one` raises.
        """
        kept = self._take(target, open_one)
        try:
            yield kept.source
        finally:
            self._give_back(target, kept)

    def doubt(self, source: Source) -> None:
        """Do not lend it again: what is known of its database may be out of date."""
        with self._lock:
            if source in self._lent:
                self._doubted.add(source)

    def close(self) -> None:
        """Close all, whatever they are doing; idempotent."""
        with self._lock:
            self._closed = True
            sources = [*self._lent, *(kept.source for kept in self._idle.values())]
            self._idle.clear()
        for source in sources:
            source.close()

    def _take(self, target: str, open_one: Opener) -> _Kept:
        now, stamp = time.monotonic(), stamp_of(target)
        with self._lock:
            if self._closed:
                raise Closed()
            kept = self._idle.pop(target, None)
        if kept is not None and (kept.stamp != stamp or now - kept.since > FRESH_SECONDS):
            kept.source.close()
            kept = None
        kept = kept or _Kept(open_one(), stamp, now)
        with self._lock:
            self._lent.add(kept.source)
        return kept

    def _give_back(self, target: str, kept: _Kept) -> None:
        with self._lock:
            self._lent.discard(kept.source)
            doubted = kept.source in self._doubted
            self._doubted.discard(kept.source)
            if not (self._closed or doubted or target in self._idle):
                self._idle[target] = kept
                return
        kept.source.close()


def stamp_of(target: str) -> Stamp:
    """What tells a file, or a folder's files, from an earlier state; empty for what is no file."""
    path = Path(target)
    paths = [path, path.with_name(f"{path.name}-wal")]
    with suppress(OSError):
        if path.is_dir():
            paths += sorted(path.iterdir())
    found: list[tuple[str, int, int]] = []
    for each in paths:
        with suppress(OSError, ValueError):
            state = os.stat(each)
            found.append((each.name, state.st_mtime_ns, state.st_size))
    return tuple(found)
