"""Where prefixes lie on disk and how much of it they may take; it must not know what is in them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from localai.errors import InvalidRequest

MOST = 5_000_000_000
"""Bytes, unless the user says otherwise; a tenth of the free disk where that is less."""


def size_of(text: str) -> int | None:
    """Bytes, of a size as people write it (500MB, 1.5 gb, 4096, off); None where it is none."""
    said = text.strip().lower()
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)b?", said)
    if found is None:
        return 0 if said == "off" else None
    return int(float(found[1]) * 1000 ** " kmgt".index(found[2] or " "))


def named_quota() -> int | None:
    """What LOCALAI_DISK_CACHE says, None where it says nothing. Raises InvalidRequest."""
    said = os.environ.get("LOCALAI_DISK_CACHE", "")
    quota = size_of(said)
    if said and quota is None:
        raise InvalidRequest(
            f"LOCALAI_DISK_CACHE is {said!r}, and that is no size.",
            field="cache_bytes",
            hint="Sizes are such as 500MB or 2GB, or off.",
        )
    return quota


def cache_directory() -> Path:
    """Where what can be computed again lies: LOCALAI_CACHE_DIR, else the platform's place."""
    named = os.environ.get("LOCALAI_CACHE_DIR")
    return Path(named).expanduser() if named else platformdirs.user_cache_path("localai")


def prefix_directory() -> Path:
    """The folder of all prefixes."""
    return cache_directory() / "prefixes"


def usual_quota(folder: Path, used: int) -> int:
    """Bytes for a folder that takes `used` now; those count as free. Raises OSError."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return min(MOST, (shutil.disk_usage(there).free + used) // 10)


def make_private(folder: Path) -> None:
    """Make a folder, with those above it, that its owner alone may read: prompts are private.

    Raises OSError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def scan(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What is in a folder, nothing where there is none or it cannot be read."""
    try:
        with os.scandir(folder) as found:
            yield from found
    except OSError:
        return
