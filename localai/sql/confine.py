"""The limits that a database's process sets itself; it must not know databases.

Linux holds them all. macOS ignores the one on memory and Windows has none of them: there the
engines' own memory limits hold, and the time that the starting process gives.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

if sys.platform != "win32":
    import resource

DATA_PER_MEMORY = 4
# A temporary file may grow to this many times the memory; then sorting on disk ends.
DISK_PER_MEMORY = 3
# Processor time that a call may take over its time limit, in seconds, before the kernel ends it.
SPARE_SECONDS = 1


def confine(memory: int, folder: str) -> None:
    """Let this process have no core dump, temporary files in `folder` alone, and far from all
    memory: `watch` ends it at `memory` bytes, unless a single allocation is too fast for that.

    RLIMIT_DATA counts writable memory alone; DuckDB reserves far more addresses than it uses,
    which RLIMIT_AS would count (measured: 1.3 GB of addresses at 0.5 GB of memory).
    """
    # SQLite and Python's tempfile read the first, Windows the others.
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = folder
    if sys.platform != "win32":
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_DATA, memory * DATA_PER_MEMORY)
        _limit(resource.RLIMIT_FSIZE, memory * DISK_PER_MEMORY)


def tighten(memory: int) -> None:
    """Let this process have `memory` bytes: for an engine that gives back what it has used."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_DATA, memory)


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Have the kernel end this process where it computes far longer than `seconds` in here.

    That is for the day when the process that would end it is itself stopped, or gone while this
    one computes without a pause.
    """
    if sys.platform == "win32":
        yield
        return
    cores = os.cpu_count() or 1
    until = time.process_time() + (seconds + SPARE_SECONDS) * cores
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_within(int(until) + 1, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


if sys.platform != "win32":

    def _limit(kind: int, value: int) -> None:
        _, hard = resource.getrlimit(kind)
        # A system that does not know a limit refuses it; the others still hold.
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (_within(value, hard),) * 2)

    def _within(value: int, hard: int) -> int:
        return value if hard == resource.RLIM_INFINITY else min(value, hard)
