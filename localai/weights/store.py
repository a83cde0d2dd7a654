"""The weights on this machine: found without hashing, added from disk, removed.

It must not know how to download, nor how a model is loaded.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from localai.errors import ChecksumMismatch, WeightsError
from localai.model import FileSpec, ModelSpec
from localai.weights import added
from localai.weights.check import check, sha256_of
from localai.weights.ledger import Installed, Ledger, Record

__all__ = ["Installed", "Store", "data_directory"]

logger = logging.getLogger(__name__)


def data_directory() -> Path:
    """Where the lock file and added weights lie: LOCALAI_DATA_DIR, else the platform's place."""
    named = os.environ.get("LOCALAI_DATA_DIR")
    return Path(named).expanduser() if named else platformdirs.user_data_path("localai")


@contextmanager
def plainly(what: str) -> Iterator[None]:
    """Turns the disk's own errors (no right to write, and so on) into a WeightsError."""
    try:
        yield
    except OSError as error:
        raise WeightsError(
            f"{what}: {error}.",
            hint="`localai doctor` names the folders in use; LOCALAI_MODELS_DIR and "
            "LOCALAI_DATA_DIR set others.",
        ) from error


class Store:
    """The weights of this machine and user. It holds no state of its own: any thread may use it.

    models_dir: where downloads go; None: LOCALAI_MODELS_DIR, else huggingface_hub's own cache
    (HF_HUB_CACHE, HF_HOME). Files fetched elsewhere before stay installed.
    """

    def __init__(self, models_dir: Path | None = None) -> None:
        named = models_dir or os.environ.get("LOCALAI_MODELS_DIR")
        self.models_dir = Path(named).expanduser() if named else None
        self.ledger = Ledger(data_directory() / "weights.lock.json")
        self.added_dir = data_directory() / "models"

    def installed(self, spec: ModelSpec) -> tuple[Installed, ...]:
        """Everything of a model that can run now, the default quantization first.

        A file that has changed since it was verified is left out with a warning in the log;
        `find` raises for it.
        """
        found = [self._named(file) for file in spec.files]
        listed = {one.quant.upper(): one for one in found if one}
        for record in self.ledger.records():
            if record.is_for(spec.id, None) and record.quant.upper() not in listed:
                try:
                    one = self._unchanged(record)
                except ChecksumMismatch as error:
                    logger.warning("%s", error)
                    continue
                if one:
                    listed[one.quant.upper()] = one
        order = [spec.default_quant.upper(), *(file.quant.upper() for file in spec.files)]
        return tuple(
            sorted(
                listed.values(),
                key=lambda one: order.index(key) if (key := one.quant.upper()) in order else 999,
            )
        )

    def find(self, spec: ModelSpec, quant: str | None = None) -> Installed | None:
        """The installed weights of one quantization (None: any, the default first), or None.

        It costs a few stat calls. Only where size or time of change differ from what the lock
        file remembers is the file hashed again; raises ChecksumMismatch if it is another one.
        """
        if quant is None:
            default = self.find(spec, spec.default_quant)
            return default or next(iter(self.installed(spec)), None)
        file = spec.file(quant)
        named = self._named(file) if file else None
        if named:
            return named
        record = self.record(spec, quant)
        return self._unchanged(record) if record else None

    def record(self, spec: ModelSpec, quant: str) -> Record | None:
        """What the lock file remembers of a quantization, whether or not the file is there."""
        return next((one for one in self.ledger.records() if one.is_for(spec.id, quant)), None)

    def remember(self, record: Record) -> Installed:
        """Writes a verified file into the lock file."""
        self.ledger.put(record)
        return record.installed()

    def add(
        self,
        spec: ModelSpec,
        source: Path,
        *,
        quant: str | None = None,
        copy: bool = False,
        force: bool = False,
    ) -> Installed:
        """Takes a GGUF that is already on this disk as the weights of `spec`.

        It is linked into the data directory, or copied with `copy`; the file itself stays where it
        is. quant None: what the header says. Raises WeightsError (no such file, no quantization
        known, no link possible), InvalidGGUF, ArchitectureMismatch (unless `force`, which then
        stands in the notes), NotEnoughDisk.
        """
        source = source.expanduser().absolute()
        if not source.is_file():
            raise WeightsError(f"There is no file {source}.")
        with plainly(f"{source} could not be added"):
            header, notes = check(source, spec, force=force)
            quant = _quant(spec, quant or header.quant, source)
            target = added.place_for(self.added_dir, spec.id, quant)
            added.place(source, target, copy=copy)
            record = observe(target, model=spec.id, quant=quant, origin="added")
            return self.remember(replace(record, name=source.name, notes=notes))

    def remove(self, spec: ModelSpec, quant: str | None = None) -> int:
        """Takes a model's weights (None: all of them) off this machine; returns the bytes freed.

        Hub files go by huggingface_hub's own removal, and only what no other record uses; of an
        added file only our link or copy goes. Files that a registry names by path stay. When all
        go, so does what interrupted pulls have kept.
        """
        freed = 0
        for record in self.ledger.records():
            if record.is_for(spec.id, quant):
                with plainly(f"{record.path} could not be removed"):
                    freed += self._delete(record)
                    self.ledger.drop(record)
        return freed + (self._forget_partials(spec) if quant is None else 0)

    def _forget_partials(self, spec: ModelSpec) -> int:
        repositories = {file.repository for file in spec.files if file.repository}
        if not repositories:
            return 0
        from localai.weights import cache

        root = cache.root(self.models_dir)
        return sum(cache.remove_partials(root, repository) for repository in repositories)

    def _delete(self, record: Record) -> int:
        if any(one.path == record.path and one != record for one in self.ledger.records()):
            return 0
        if record.origin == "hub" and record.cache is not None:
            # Imported here: huggingface_hub takes 0.2 s to load.
            from localai.weights import cache

            return cache.remove(record.path, record.cache)
        return added.unlink(record.path, self.added_dir)

    def _named(self, file: FileSpec) -> Installed | None:
        if file.path is None or not file.path.is_file():
            return None
        size = file.path.stat().st_size
        return Installed(file.quant, file.path, size, file.sha256 or "", "", "path")

    def _unchanged(self, record: Record) -> Installed | None:
        try:
            now = record.path.stat()
        except FileNotFoundError:
            return None
        if (now.st_size, now.st_mtime_ns) == (record.bytes, record.mtime_ns):
            return record.installed()
        if now.st_size != record.bytes or sha256_of(record.path) != record.sha256:
            raise ChecksumMismatch(
                f"{record.path} ({record.model}, {record.quant}) has changed since it was verified:"
                f" its SHA-256 was {record.sha256}.",
                hint=_mend(record),
            )
        try:
            self.ledger.put(replace(record, mtime_ns=now.st_mtime_ns))
        except OSError as error:
            # A read-only data directory: the file is sound, only it is hashed at the next start.
            logger.warning("The lock file could not be written: %s", error)
        return record.installed()


def observe(path: Path, *, model: str, quant: str, origin: str, sha256: str = "") -> Record:
    """A record of the file as it is now; its SHA-256 is computed unless it is given."""
    before = path.stat()
    return Record(
        model=model,
        quant=quant,
        origin=origin,
        path=path,
        bytes=before.st_size,
        mtime_ns=before.st_mtime_ns,
        sha256=sha256 or sha256_of(path),
        observed=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _mend(record: Record) -> str:
    if record.origin == "hub":
        return f"Fetch it again with: localai pull {record.model} --quant {record.quant}"
    return f"Add it again with: localai add FILE --id {record.model}"


def _quant(spec: ModelSpec, quant: str | None, source: Path) -> str:
    if not quant:
        raise WeightsError(
            f"{source} does not say its quantization.", hint="Name it with --quant, e.g. Q4_K_M."
        )
    file = spec.file(quant)
    return file.quant if file else quant.upper()
