"""SHA-256 of large files, computed once and remembered; it must not know what is in them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from localai.prefixes.place import cache_directory, make_private

PIECE = 4 << 20
"""Bytes that are read at once; between two of them the work may be stopped."""


def remembered(path: Path) -> str | None:
    """The digest of a file that has not changed since it was computed. Raises OSError."""
    try:
        told = json.loads(_record(path).read_bytes())
        return str(told["sha256"]) if told["seen"] == _seen(path) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        path.stat()
        return None


def compute(path: Path, stop: Callable[[], bool]) -> str | None:
    """The digest of a file, remembered from now on; None where it was stopped, or the file changed
    under it. It takes a second for each GB. Raises OSError."""
    seen, digest = _seen(path), hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(PIECE):
            if stop():
                return None
            digest.update(piece)
    if _seen(path) != seen:
        return None
    found = digest.hexdigest()
    with contextlib.suppress(OSError):  # then it is computed again at the next start
        _remember(_record(path), json.dumps({"seen": seen, "sha256": found}))
    return found


def _seen(path: Path) -> list[int | str]:
    """What tells cheaply that a file is still the same."""
    told = path.stat()
    return [str(path.resolve()), told.st_size, told.st_mtime_ns, told.st_ino]


def _record(path: Path) -> Path:
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:40]
    return cache_directory() / "digests" / f"{name}.json"


def _remember(record: Path, text: str) -> None:
    make_private(record.parent)
    part = record.with_name(f".{record.name}.{secrets.token_hex(8)}")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, record)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
