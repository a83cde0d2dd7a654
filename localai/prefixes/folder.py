"""All prefixes of this user on disk: found, read, written whole or not at all, and thrown away.

It must not know who computes them or when. Several processes may use one folder at once: a file
comes by a rename, and whoever finds it gone goes on without it. One folder within holds the
prefixes of one set of facts; those of other facts, such as another build's, only age.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from localai.prefixes import entry as entries
from localai.prefixes.entry import Damaged, Entry, Prefix, common_length, key_of, name_of
from localai.prefixes.place import make_private, scan, usual_quota

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove a file that is being written
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

SUFFIX, PART = ".prefix", ".part"
SHARE = 2
"""No single entry may take more than the quota divided by this."""

FRESH = 1.0
"""Seconds in which a folder may change unseen: file systems count time in coarse steps."""


class Match(NamedTuple):
    """An entry that begins with the first `shared` of the tokens that were asked for."""

    entry: Entry
    shared: int


class Folder:
    """The folder at `root`; any thread may use it.

    quota: bytes, 0 for a folder that takes nothing in, None for the usual ones.
    """

    def __init__(self, root: Path, quota: int | None = None) -> None:
        self.root = root
        self._quota = quota
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, Entry]] = {}
        self._seen: dict[str, tuple[int, float]] = {}
        self._warned = False

    def refresh(self, key: str) -> None:
        """Look for entries of a set of facts that came or went; cheap where none did."""
        place = self.root / key
        try:
            changed = place.stat().st_mtime_ns
        except OSError:
            changed = 0
        seen, when = self._seen.get(key, (-1, 0.0))
        if changed == seen and when - changed / 1e9 > FRESH:
            return
        before = self._known.get(key, {})
        names = [one.name for one in scan(place) if one.name.endswith(SUFFIX)]
        found = {name: before.get(name) or self._head(place / name, key) for name in names}
        with self._lock:
            self._known[key] = {name: one for name, one in found.items() if one}
            self._seen[key] = (changed, time.time())

    def find(
        self, key: str, tokens: array[int], least: int = 1, most: int = sys.maxsize
    ) -> Match | None:
        """What shares most with the tokens, as `refresh` saw the folder last; touches no disk.

        least: tokens, with fewer it is of no use. most: so many may the whole entry have.
        """
        with self._lock:
            known = list(self._known.get(key, {}).values())
        best, begin = None, tokens[:least]
        for one in known:
            if len(one.tokens) > most or one.tokens[:least] != begin:
                continue
            shared = common_length(one.tokens, tokens)
            # Of equals the shortest: it is read soonest.
            if best is None or (shared, -one.state) > (best.shared, -best.entry.state):
                best = Match(one, shared)
        return best

    def read(self, found: Entry, stop: Callable[[], bool] = bool) -> memoryview | None:
        """The state of an entry, verified; None where it is gone, or damaged and now dropped.

        Raises Stopped.
        """
        try:
            entry, state = entries.read(found.path, stop)
            if entry.tokens != found.tokens or entry.facts != found.facts:
                raise Damaged("it holds another prefix")
        except Damaged as fault:
            self.drop(found, str(fault))
            return None
        except OSError as error:
            logger.info("the prefix %s could not be read: %s", found.path, error)
            self._forget(found)
            return None
        with contextlib.suppress(OSError):
            os.utime(found.path)  # it was of use: others go first
        return state

    def write(self, prefix: Prefix, stop: Callable[[], bool] = bool) -> bool:
        """Keep a prefix; false, with one warning in the log, where the disk does not take it.

        Entries that the new one contains go. Raises Stopped.
        """
        key, tokens = key_of(prefix.facts), prefix.tokens
        target = self.root / key / f"{name_of(tokens)}{SUFFIX}"
        try:
            if not self._make_room(len(prefix.state) + 8 * len(tokens)):
                return False
            make_private(self.root)
            try:
                self._write(target, prefix, stop)
            except FileNotFoundError:  # another process removed the folder, which was empty
                self._write(target, prefix, stop)
            self.refresh(key)
        except OSError as error:
            if not self._warned:
                self._warned = True
                logger.warning("prefixes are not kept in %s: %s", self.root, error)
            return False
        self._drop_contained(key, tokens)
        return True

    def drop(self, found: Entry, why: str) -> None:
        """Remove an entry; what cannot be removed is not looked at again."""
        logger.warning("the prefix %s is dropped: %s", found.path, why)
        with contextlib.suppress(OSError):
            found.path.unlink(missing_ok=True)
        self._forget(found)

    def entries(self) -> Iterator[tuple[Entry, float]]:
        """Every entry with a sound head, of whatever facts, with when it was last of use (Unix
        seconds). What another version wrote in its own way is left alone."""
        for place in scan(self.root):
            for one in scan(Path(place.path)):
                if one.name.endswith(SUFFIX):
                    entry = self._head(Path(one.path), place.name, mine=False)
                    if entry is not None:
                        with contextlib.suppress(OSError):
                            yield entry, one.stat().st_mtime

    def remove(self, which: Callable[[Entry], bool]) -> tuple[int, int]:
        """Remove the entries of which that is true; how many went, and their bytes."""
        count = freed = 0
        for entry, _ in self.entries():
            if which(entry):
                with contextlib.suppress(OSError):
                    entry.path.unlink()
                    count, freed = count + 1, freed + entry.size
                self._forget(entry)
        return count, freed

    def clear(self) -> tuple[int, int]:
        """Remove all that is in it, sound or not, save what is being written; as `remove`."""
        count = freed = 0
        for _, size, path in self._files():
            if path.endswith(SUFFIX):
                with contextlib.suppress(OSError):
                    os.unlink(path)
                    count, freed = count + 1, freed + size
        self.sweep()
        with self._lock:
            self._known.clear()
        return count, freed

    def used(self) -> int:
        """Bytes of all its files."""
        return sum(size for _, size, _ in self._files())

    def sweep(self) -> None:
        """Remove what killed writers left behind; what is being written stays."""
        for place in scan(self.root):
            for one in scan(Path(place.path)):
                if one.name.endswith(PART) and _is_abandoned(one.path):
                    with contextlib.suppress(OSError):
                        os.unlink(one.path)
            with contextlib.suppress(OSError):
                os.rmdir(place.path)  # one that is empty

    def largest(self) -> int:
        """Bytes that one entry may have."""
        try:
            return self.quota(self.used()) // SHARE
        except OSError:
            return 0

    def quota(self, used: int) -> int:
        """Bytes that it may take. Raises OSError."""
        return usual_quota(self.root, used) if self._quota is None else self._quota

    def _write(self, target: Path, prefix: Prefix, stop: Callable[[], bool]) -> None:
        make_private(target.parent)
        part = target.with_name(f".{target.stem[:16]}.{secrets.token_hex(8)}{PART}")
        try:
            number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            with open(number, "wb") as file:
                if fcntl is not None:
                    # Held as long as this process lives: `sweep` knows by it who was killed.
                    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                entries.write(file, prefix, stop)
            os.replace(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _make_room(self, count: int) -> bool:
        """Remove the longest unused until `count` more bytes fit; false where they never will."""
        files = sorted(self._files())
        used = sum(size for _, size, _ in files)
        quota = self.quota(used)
        if count > quota // SHARE:
            logger.info("a prefix of %d bytes is too large: %d are for all", count, quota)
            return False
        for _, size, path in files:
            if used + count <= quota:
                break
            if path.endswith(PART):
                continue
            with contextlib.suppress(OSError):
                os.unlink(path)
            used -= size
        return True

    def _files(self) -> Iterator[tuple[float, int, str]]:
        for place in scan(self.root):
            for one in scan(Path(place.path)):
                with contextlib.suppress(OSError):
                    told = one.stat()
                    yield told.st_mtime, told.st_size, one.path

    def _drop_contained(self, key: str, tokens: array[int]) -> None:
        with self._lock:
            known = list(self._known.get(key, {}).values())
        for one in known:
            if len(one.tokens) < len(tokens) and tokens[: len(one.tokens)] == one.tokens:
                with contextlib.suppress(OSError):
                    one.path.unlink(missing_ok=True)
                self._forget(one)

    def _head(self, path: Path, key: str, *, mine: bool = True) -> Entry | None:
        """An entry by its head alone; None where it is gone or damaged, and then, where all in its
        folder should be `mine`, removed."""
        try:
            with open(path, "rb") as file:
                entry = entries.read_head(path, file)
            if key_of(entry.facts) != key:
                raise Damaged("it lies where it does not belong")
        except Damaged as fault:
            if mine:
                logger.warning("the prefix %s is dropped: %s", path, fault)
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
            return None
        except OSError:
            return None
        return entry

    def _forget(self, found: Entry) -> None:
        with self._lock:
            self._known.get(found.path.parent.name, {}).pop(found.path.name, None)


_BINARY = getattr(os, "O_BINARY", 0)


def _is_abandoned(path: str) -> bool:
    if fcntl is None:
        return True  # whoever still writes it holds it, and it cannot be removed
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
