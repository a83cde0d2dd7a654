"""Memory that weights are about to fill is asked for in huge pages; it must not know what they are.

llama.cpp arranges most quantized weights anew, in memory of its own. Each token reads all of it,
and in pages of 4 kB looking up where they lie took a seventh of that time: 1.1 billion weights in
Q4_K_M wrote a token in 43 ms instead of 50 (two cores, Linux that gives huge pages to who asks).
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import sys
from pathlib import Path

LEAST = 8 << 20
"""Bytes of a region that is worth it."""

_MAPS = Path("/proc/self/maps")

Regions = set[tuple[int, int]]


class HugePages:
    """Asks for those regions that this process has at the first `advise`, and not when this was
    made: between the two llama.cpp sets memory aside, after them it fills it."""

    def __init__(self) -> None:
        self._before: Regions | None = _large() if sys.platform == "linux" else None

    def advise(self) -> None:
        """Ask, once; without effect where the system has no such pages."""
        before, self._before = self._before, None
        if before is None or not hasattr(mmap, "MADV_HUGEPAGE"):
            return
        madvise = ctypes.CDLL(None).madvise
        for begin, end in _large() - before:
            madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_HUGEPAGE)


def _large() -> Regions:
    """Where large memory lies that is no file's and can be written."""
    found: Regions = set()
    with contextlib.suppress(OSError):  # /proc may be missing
        for line in _MAPS.read_text("ascii", "replace").splitlines():
            where, rights, _, _, inode, *_ = line.split()
            begin, end = (int(each, 16) for each in where.split("-"))
            if inode == "0" and rights.startswith("rw") and end - begin >= LEAST:
                found.add((begin, end))
    return found
