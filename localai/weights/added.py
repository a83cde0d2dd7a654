"""Links to, and copies of, the files a user adds from disk; it must not know what is in them."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import stat
from pathlib import Path

from localai.errors import NotEnoughDisk, WeightsError

logger = logging.getLogger(__name__)


def place_for(root: Path, model_id: str, quant: str) -> Path:
    """The path under `root` for one quantization: no ID, however odd, leads out of `root`."""
    # The digest keeps apart IDs that differ only in characters a file name cannot carry.
    digest = hashlib.sha256(model_id.encode()).hexdigest()[:8]
    return root / f"{_safe(model_id)[:80]}-{digest}" / f"{_safe(quant)[:40]}.gguf"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip(".-") or "model"


def place(source: Path, target: Path, *, copy: bool) -> None:
    """Puts a link to `source` at `target` (symbolic, else hard), or with `copy` a copy.

    Raises NotEnoughDisk, and WeightsError where the disk allows no link.
    """
    if not target.is_symlink() and source.resolve() == target.resolve():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    try:
        if copy:
            _copy(source, new)
        else:
            _link(source.resolve(), new)
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    needed, free = source.stat().st_size, shutil.disk_usage(target.parent).free
    if needed > free:
        raise NotEnoughDisk(
            f"{source} has {needed} bytes, and {target.parent} has {free} free.",
            hint="Free some space, or leave --copy out: a link takes none.",
        )
    shutil.copyfile(source, target)


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source)
    except OSError:
        try:
            target.hardlink_to(source)
        except OSError as error:
            raise WeightsError(
                f"{source} cannot be linked to {target}: {error}.", hint="Copy it with --copy."
            ) from error


def unlink(path: Path, root: Path) -> int:
    """Removes a link or copy under `root` and returns the bytes freed; elsewhere nothing."""
    if root.resolve() not in path.parent.resolve().parents:
        logger.warning("%s lies outside %s and stays there", path, root)
        return 0
    try:
        entry = path.lstat()
        path.unlink()
    except FileNotFoundError:
        return 0
    is_link = stat.S_ISLNK(entry.st_mode) or entry.st_nlink > 1
    return 0 if is_link else entry.st_size
