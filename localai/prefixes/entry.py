"""One prefix in one file: tokens and the state that a model computed for them, with checksums.

It must not know llama.cpp: a state is bytes. The file is

    magic, the header's length, SHA-256 of header and tokens, header (JSON), tokens (int32), state

and the header holds a CRC-32 of each segment of the state: any one flipped byte is found, at 2 GB/s
on one core, where SHA-256 has 1.1 and BLAKE2 0.8. Segments are read and checked on two threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import struct
import sys
import time
import zlib
from array import array
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

MAGIC = b"LAIprefix1\n"
SEGMENT = 1 << 20
"""Bytes that are read, or written, and checked at once: what a core's own cache holds."""

LONGEST = 1 << 24
"""Bytes of header and tokens that are believed to be one: four million tokens."""

_FIXED = struct.Struct(f"<{len(MAGIC)}sI32s")
LANES = 2


class Damaged(Exception):
    """The file is not what was written."""


class Stopped(Exception):
    """Whoever asked for it wants it no more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file's head says. facts: all that the state depends on. about: what people call it.

    exact: so many leading tokens were computed alone, on the engine's grid. size: bytes of the
    file, of which the last `state` are the state. created: Unix seconds.
    """

    path: Path
    facts: Mapping[str, str]
    about: Mapping[str, str]
    tokens: array[int]
    exact: int
    state: int
    size: int
    created: float
    sums: tuple[int, ...]


def key_of(facts: Mapping[str, str]) -> str:
    """A name for a set of facts; states of another are of no use."""
    return hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode()).hexdigest()[:40]


def name_of(tokens: array[int]) -> str:
    """A name for a list of tokens."""
    return hashlib.sha256(_little(tokens).tobytes()).hexdigest()[:40]


class Prefix(NamedTuple):
    """What an entry is made of; its fields are those of Entry."""

    facts: Mapping[str, str]
    about: Mapping[str, str]
    tokens: array[int]
    exact: int
    state: memoryview


def write(file: BinaryIO, prefix: Prefix, stop: Callable[[], bool]) -> None:
    """Write an entry and hand it to the disk. Raises OSError, and Stopped where `stop` says so."""
    state = prefix.state
    segments = [state[at : at + SEGMENT] for at in range(0, len(state), SEGMENT)]
    sums = []
    for segment in segments:
        if stop():
            raise Stopped
        sums.append(zlib.crc32(segment))
    header = {"facts": dict(prefix.facts), "about": dict(prefix.about), "exact": prefix.exact,
              "tokens": len(prefix.tokens), "state": len(state), "created": time.time(),
              "sums": sums}  # fmt: skip
    head = json.dumps(header).encode()
    listed = _little(prefix.tokens).tobytes()
    file.write(_FIXED.pack(MAGIC, len(head), hashlib.sha256(head + listed).digest()))
    file.write(head + listed)
    for segment in segments:
        if stop():
            raise Stopped
        file.write(segment)
    file.flush()
    if stop():
        raise Stopped
    os.fsync(file.fileno())


def read_head(path: Path, file: BinaryIO) -> Entry:
    """What the head of an open file says. Raises Damaged, OSError."""
    size = os.fstat(file.fileno()).st_size
    fixed = file.read(_FIXED.size)
    if len(fixed) < _FIXED.size:
        raise Damaged("it is cut off")
    magic, length, digest = _FIXED.unpack(fixed)
    if magic != MAGIC or length > LONGEST:
        raise Damaged("it does not begin as it should")
    head = file.read(length)
    try:
        header = json.loads(head)
        count = min(int(header["tokens"]), LONGEST)
        listed = file.read(4 * count)
        if hashlib.sha256(head + listed).digest() != digest:
            raise Damaged("its head has changed")
        entry = _entry(path, header, listed, size)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"its head is wrong: {error!r}") from error
    if file.tell() + entry.state != size:
        raise Damaged("its length is wrong")
    return entry


def read(path: Path, stop: Callable[[], bool]) -> tuple[Entry, memoryview]:
    """An entry and its state, both verified. Raises Damaged, Stopped, OSError."""
    with open(path, "rb", buffering=0) as file:
        entry = read_head(path, file)
        # Memory of its own, not the file mapped: what was verified cannot change any more, a disk
        # that fails is an error here and no dead process, and all of it is given back at once.
        held = _room(entry.state)
        lane = _lane(file, entry, held, stop)
        if hasattr(os, "preadv") and len(entry.sums) > LANES:
            with ThreadPoolExecutor(LANES - 1) as beside:
                others = [beside.submit(lane, turn, LANES) for turn in range(1, LANES)]
                lane(0, LANES)
                for other in others:
                    other.result()
        else:
            lane(0, 1)
    return entry, held


def common_length(left: array[int], right: array[int]) -> int:
    """How many tokens two lists begin alike with."""
    same, end = 0, min(len(left), len(right))
    if left[:end] == right[:end]:
        return end
    while end - same > 1:
        middle = (same + end) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            end = middle
    return same


def _entry(path: Path, header: Any, listed: bytes, size: int) -> Entry:
    tokens = array("i", listed)
    state, sums = int(header["state"]), tuple(map(int, header["sums"]))
    if len(sums) != -(-state // SEGMENT):
        raise ValueError("a checksum is wanting")
    facts, about = _texts(header["facts"]), _texts(header["about"])
    exact, created = int(header["exact"]), float(header["created"])
    return Entry(path, facts, about, _little(tokens), exact, state, size, created, sums)


def _texts(told: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in told.items()}


def _room(size: int) -> memoryview:
    """Memory that goes back to the system with its last reader. In huge pages, where there are
    some, it is filled in half the time."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return memoryview(mmap.mmap(-1, max(1, size)))[:size]
    held = mmap.mmap(-1, max(1, size), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel may be built without
        held.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(held)[:size]


def _lane(
    file: BinaryIO, entry: Entry, held: memoryview, stop: Callable[[], bool]
) -> Callable[[int, int], None]:
    """Read and check every `step`th segment from `first` on."""
    begin = entry.size - entry.state
    number = file.fileno()

    def run(first: int, step: int) -> None:
        for index in range(first, len(entry.sums), step):
            if stop():
                raise Stopped
            part = held[index * SEGMENT : (index + 1) * SEGMENT]
            _fill(part, number, begin + index * SEGMENT, file if step == 1 else None)
            if zlib.crc32(part) != entry.sums[index]:
                raise Damaged(f"segment {index} of its state has changed")

    return run


def _fill(part: memoryview, number: int, at: int, file: BinaryIO | None) -> None:
    """Read bytes from `at` on; by `file`, which then stands there, where it is the only lane."""
    came = 0
    while came < len(part):
        rest = part[came:]
        if file is None:
            count = os.preadv(number, [rest], at + came)
        else:
            count = file.readinto(rest) or 0  # type: ignore[attr-defined]
        if not count:
            raise Damaged("it is cut off")
        came += count


def _little(tokens: array[int]) -> array[int]:
    """The tokens in the file's byte order, or back."""
    if sys.byteorder == "little":
        return tokens
    turned = tokens[:]
    turned.byteswap()
    return turned
