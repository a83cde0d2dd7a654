"""One file from the Hub to a verified, recorded one: cache, disk, lock, bytes, checksum, header.

It must not know a terminal: it reports bytes, and its caller has asked about the licence.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from localai.errors import (
    ArchitectureMismatch,
    Cancelled,
    ChecksumMismatch,
    InvalidGGUF,
    NotEnoughDisk,
    Offline,
    WeightsError,
)
from localai.model import FileSpec, ModelSpec
from localai.weights.check import check
from localai.weights.ledger import Installed
from localai.weights.store import Store, observe, plainly

if TYPE_CHECKING:
    from localai.weights.cache import Place
    from localai.weights.hub import Remote
    from localai.weights.transfer import Patience, Progress

logger = logging.getLogger(__name__)

# Seconds between two looks at a download that another process is busy with.
LOCK_POLL = 0.5


def pull(
    spec: ModelSpec,
    file: FileSpec,
    store: Store,
    *,
    on_progress: Progress | None = None,
    cancel: Event | None = None,
    patience: Patience | None = None,
    offline: bool = False,
) -> Installed:
    """Brings one file of a model here, verified, and remembers it in the lock file.

    Nothing is fetched that is here already: neither what `store` knows, nor what another program
    has put into huggingface_hub's cache (that is verified first, and needs no network where its
    SHA-256 is known). An interrupted pull, even a killed one, goes on where it stopped; of two at
    once, one downloads and the other waits.

    on_progress: called with bytes done and bytes in all, at most ten times a second, on this
    thread. cancel: when set, ends the pull with Cancelled and keeps what came. offline: nothing is
    downloaded, as where HF_HUB_OFFLINE is set.

    Raises Offline, AccessDenied, NotOnHub, DownloadFailed, NotEnoughDisk, ChecksumMismatch,
    InvalidGGUF, ArchitectureMismatch, Cancelled; WeightsError for a `file` without a repository.
    """
    have = _installed(spec, file, store)
    if have:
        return have
    if not file.repository:
        raise WeightsError(f"The registry names no Hub repository for {spec.id} {file.quant}.")
    # Imported here: huggingface_hub takes 0.2 s to load, and most starts never pull.
    from localai.weights import hub
    from localai.weights.transfer import Patience, look_up_patiently

    hub.refuse_odd_name(file)
    task = _Pull(spec, file, store, on_progress, cancel, patience or Patience())
    with plainly(f"{file.name} could not be stored"):
        kept = task.from_cache()
        if kept:
            return kept
        if not (offline or hub.is_offline()):
            return task.from_hub(look_up_patiently(file, task.patience, cancel))
    why, way = ("HF_HUB_OFFLINE is set", "Unset it and run")
    if offline:
        why, way = ("downloads are switched off (offline=True)", "Run")
    raise Offline(
        f"{file.name} of {file.repository} is not on this machine, and {why}.",
        hint=f"{way}: localai pull {spec.id} --quant {file.quant} "
        f"(or bring the file and run: localai add FILE --id {spec.id}).",
    )


def remote_size(file: FileSpec) -> int:
    """The bytes of a file by the Hub's word, for a registry that gives none (one HEAD request).

    Raises Offline, AccessDenied, NotOnHub, DownloadFailed.
    """
    from localai.weights.transfer import look_up_patiently

    return look_up_patiently(file).size


def _installed(spec: ModelSpec, file: FileSpec, store: Store) -> Installed | None:
    try:
        have = store.find(spec, file.quant)
    except ChecksumMismatch as error:
        # A pull is the way out that this error names.
        logger.warning("%s", error)
        return None
    if have and have.origin == "hub" and file.sha256 and have.sha256 != file.sha256:
        return None
    return have


@dataclass(frozen=True, slots=True)
class _Pull:
    spec: ModelSpec
    file: FileSpec
    store: Store
    on_progress: Progress | None
    cancel: Event | None
    patience: Patience

    def from_cache(self) -> Installed | None:
        """A file that some program fetched before, if its bytes are what they should be."""
        from localai.weights import cache

        root = cache.root(self.store.models_dir)
        pointer = cache.cached(root, self.file)
        if pointer is None:
            return None
        promised = cache.promised_sha256(pointer)
        expected = self.file.sha256 or promised
        if expected is None:
            return None
        seen = observe(pointer, model=self.spec.id, quant=self.file.quant, origin="hub")
        if seen.sha256 == expected:
            _, notes = check(pointer, self.spec)
            commit = cache.commit_of(pointer, self.file)
            return self._remember(seen.path, root, commit, notes, sha256=seen.sha256)
        if promised and seen.sha256 != promised:
            logger.warning("%s is corrupt and is removed: its SHA-256 is wrong.", pointer)
            cache.remove(pointer, root)
        return None

    def from_hub(self, remote: Remote) -> Installed:
        """Downloads what is missing, or takes what another process has downloaded meanwhile."""
        from localai.weights import cache

        self._agree(remote)
        root = cache.root(self.store.models_dir)
        place = cache.place(root, self.file, commit=remote.commit, etag=remote.etag)
        cache.prepare(place)
        with self._lock(place, remote):
            have = _installed(self.spec, self.file, self.store)
            if have:
                return have
            if not place.blob.exists():
                self._download(place, remote)
            return self._accept(place, remote)

    def _agree(self, remote: Remote) -> None:
        """Raises ChecksumMismatch before a byte is fetched, if the Hub's file is another one."""
        what, ours, theirs = ("SHA-256", self.file.sha256, remote.sha256)
        if not ours or not theirs:
            what, ours, theirs = ("size", str(self.file.bytes or ""), str(remote.size))
        if ours and ours != theirs:
            raise ChecksumMismatch(
                f"The Hub's {self.file.name} is not the registry's: its {what} is {theirs}, "
                f"and the registry says {ours}. Nothing was downloaded.",
                hint=f"{self.file.repository} may have replaced the file: pin its revision in "
                "your own registry, or name the new file there.",
            )

    def _download(self, place: Place, remote: Remote) -> None:
        from localai.weights.transfer import Transfer

        kept = place.partial.stat().st_size if place.partial.exists() else 0
        needed, free = remote.size - kept, shutil.disk_usage(place.blob.parent).free
        if needed > free:
            raise NotEnoughDisk(
                f"{self.file.name} needs {needed} more bytes, and {place.root} has {free} free.",
                hint="Free some space, take a smaller quant, or set LOCALAI_MODELS_DIR elsewhere.",
            )
        Transfer(
            self.file, remote, place.partial, self.patience, self.on_progress, self.cancel
        ).run()

    def _accept(self, place: Place, remote: Remote) -> Installed:
        """Verifies the bytes, and only then lets them count."""
        from localai.weights import cache

        bytes_at = place.blob if place.blob.exists() else place.partial
        seen = observe(bytes_at, model=self.spec.id, quant=self.file.quant, origin="hub")
        expected = self.file.sha256 or remote.sha256
        if expected and seen.sha256 != expected:
            bytes_at.unlink()
            raise ChecksumMismatch(
                f"{self.file.name} arrived damaged and was removed: its SHA-256 is {seen.sha256}, "
                f"and {expected} was expected.",
                hint="Repeat the command; if it happens again, a proxy or mirror alters the file.",
            )
        try:
            _, notes = check(bytes_at, self.spec)
        except InvalidGGUF as error:
            bytes_at.unlink()
            error.message += " It was removed."
            raise
        except ArchitectureMismatch as error:
            pointer = cache.put(place, self.file, remote.commit)
            error.hint = f"It was kept as {pointer}. {error.hint}"
            raise
        pointer = cache.put(place, self.file, remote.commit)
        return self._remember(pointer, place.root, remote.commit, notes, sha256=seen.sha256)

    def _remember(
        self, pointer: Path, root: Path, commit: str, notes: tuple[str, ...], *, sha256: str
    ) -> Installed:
        record = observe(
            pointer, model=self.spec.id, quant=self.file.quant, origin="hub", sha256=sha256
        )
        return self.store.remember(
            replace(
                record,
                repository=self.file.repository,
                revision=commit,
                name=self.file.name,
                cache=root,
                notes=notes,
            )
        )

    @contextmanager
    def _lock(self, place: Place, remote: Remote) -> Iterator[None]:
        """Holds the file's lock between processes; while waiting it reports the other's bytes."""
        lock = FileLock(place.lock)
        while True:
            try:
                lock.acquire(timeout=LOCK_POLL)
                break
            except Timeout:
                if self.cancel is not None and self.cancel.is_set():
                    raise Cancelled("The download was cancelled.") from None
                if self.on_progress and place.partial.exists():
                    self.on_progress(place.partial.stat().st_size, remote.size)
        try:
            yield
        finally:
            lock.release()
