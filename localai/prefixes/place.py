"""Where prefixes lie on disk and how much of it they may take; it must not know what is in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import platformdirs

MOST = 5_000_000_000
"""Bytes, unless the user says otherwise; a tenth of the free disk where that is less."""


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
