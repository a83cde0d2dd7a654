"""The lock file: which weights were verified on this machine, and how to recognise them again.

It must not know how files come here or what is in them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from localai.errors import WeightsError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Installed:
    """Weights that are on this machine and were verified.

    bytes: their size; sha256: 64 hex digits ("" where nobody has computed it, as for files that a
    registry names by path); revision: the Hub commit ("" if none); origin: "hub", "added" or
    "path"; notes: sentences for the user, such as what --force let pass.
    """

    quant: str
    path: Path
    bytes: int
    sha256: str
    revision: str
    origin: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the lock file. `mtime_ns` with `bytes` tells cheaply that nothing has changed.

    observed: when it was verified, ISO 8601 in UTC. cache: the huggingface_hub cache directory
    that a file of origin "hub" lies in.
    """

    model: str
    quant: str
    origin: str
    path: Path
    bytes: int
    mtime_ns: int
    sha256: str
    observed: str
    repository: str = ""
    revision: str = ""
    name: str = ""
    cache: Path | None = None
    notes: tuple[str, ...] = ()

    def is_for(self, model: str, quant: str | None) -> bool:
        """Whether it is of this model and (case-insensitive, None: any) quantization."""
        return self.model == model and (quant is None or self.quant.upper() == quant.upper())

    def installed(self) -> Installed:
        return Installed(
            self.quant, self.path, self.bytes, self.sha256, self.revision, self.origin, self.notes
        )


@dataclass(frozen=True, slots=True)
class _Contents:
    version: int = FORMAT
    files: tuple[Record, ...] = ()


def _to_path(kind: type, value: object) -> Path:
    if kind is not Path or not isinstance(value, str):
        raise NotImplementedError(f"The lock file holds no {kind}.")
    return Path(value)


class Ledger:
    """The lock file at `path`. Reading takes no lock: every write replaces the file at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def records(self) -> tuple[Record, ...]:
        """Every record; raises WeightsError where the file is not a lock file of this version."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            contents = msgspec.json.decode(data, type=_Contents, dec_hook=_to_path)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise self._unreadable(str(error)) from error
        if contents.version != FORMAT:
            raise self._unreadable(f"it has format {contents.version}, and {FORMAT} is read")
        return contents.files

    def put(self, record: Record) -> None:
        """Adds a record in place of the one of the same model and quantization."""
        with self._edited(lambda old: not old.is_for(record.model, record.quant)) as kept:
            kept.append(record)

    def drop(self, record: Record) -> None:
        """Forgets a record; the file that it speaks of stays."""
        with self._edited(lambda old: not old.is_for(record.model, record.quant)):
            pass

    @contextmanager
    def _edited(self, keep: Callable[[Record], bool]) -> Iterator[list[Record]]:
        # Imported here: it costs 20 ms, and a program that only finds its weights never writes.
        from filelock import FileLock

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock"):
            kept = [record for record in self.records() if keep(record)]
            yield kept
            kept.sort(key=lambda record: (record.model, record.quant))
            data = msgspec.json.encode(_Contents(files=tuple(kept)), enc_hook=str)
            new = self.path.with_name(f"{self.path.name}.new")
            new.write_bytes(msgspec.json.format(data, indent=2) + b"\n")
            os.replace(new, self.path)

    def _unreadable(self, why: str) -> WeightsError:
        return WeightsError(
            f"The lock file {self.path} cannot be read: {why}.",
            hint="Delete it and pull again: files that are already here are verified, not fetched.",
        )
