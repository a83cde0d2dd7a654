"""Files in huggingface_hub's own cache: finding, putting in and removing them.

The layout is the documented one (blobs/, snapshots/<commit>/, refs/), so that every other program
on the machine shares the files. It must not know the network or what is in a file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from huggingface_hub import constants, scan_cache_dir, try_to_load_from_cache
from huggingface_hub.file_download import repo_folder_name

from localai.errors import WeightsError
from localai.model import FileSpec

# huggingface_hub 2 gives its partial files random names and never resumes them. Ours have the
# same ending, so that its tools see them, and a name that the next try knows.
PARTIAL = ".localai.incomplete"
LOCK = ".localai.lock"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one file at one commit lies in a cache, or will lie.

    partial: the bytes so far; blob: the bytes; pointer: the link to them under the file's name.
    """

    root: Path
    repository: Path
    partial: Path
    blob: Path
    pointer: Path
    lock: Path


def root(models_dir: Path | None) -> Path:
    """The cache directory: `models_dir`, else huggingface_hub's (HF_HUB_CACHE, HF_HOME)."""
    return (models_dir or Path(constants.HF_HUB_CACHE)).expanduser().absolute()


def place(root: Path, file: FileSpec, *, commit: str, etag: str) -> Place:
    """The paths of a file; `commit` and `etag` must have been checked to be safe names."""
    folder = repo_folder_name(repo_id=file.repository, repo_type="model")
    blob = root / folder / "blobs" / etag
    return Place(
        root=root,
        repository=root / folder,
        partial=blob.with_name(f"{etag}{PARTIAL}"),
        blob=blob,
        pointer=root / folder / "snapshots" / commit / Path(*file.name.split("/")),
        lock=root / ".locks" / folder / f"{etag}{LOCK}",
    )


def prepare(place: Place) -> None:
    """Makes the folders. huggingface_hub calls a repository without snapshots/ corrupt."""
    for folder in (place.blob.parent, place.pointer.parent, place.lock.parent):
        folder.mkdir(parents=True, exist_ok=True)


def put(place: Place, file: FileSpec, commit: str) -> Path:
    """Moves the whole partial file to its blob (unless the blob is there), links the pointer to
    it, and notes which commit the registry's revision means. Returns the pointer."""
    if not place.blob.exists():
        os.replace(place.partial, place.blob)
    place.pointer.unlink(missing_ok=True)
    try:
        place.pointer.symlink_to(os.path.relpath(place.blob, place.pointer.parent))
    except OSError:
        # Windows without the right to make links: the file itself stands there, as
        # huggingface_hub does it.
        os.replace(place.blob, place.pointer)
    if file.revision != commit:
        ref = place.repository / "refs" / file.revision
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(commit)
    return place.pointer


def cached(root: Path, file: FileSpec) -> Path | None:
    """The pointer of a file that some program has already fetched at this revision, or None."""
    found = try_to_load_from_cache(
        file.repository, file.name, cache_dir=root, revision=file.revision
    )
    return Path(found) if isinstance(found, str) else None


def promised_sha256(pointer: Path) -> str | None:
    """The SHA-256 that a blob's name promises, or None where its name is none."""
    name = pointer.resolve().name
    return name if re.fullmatch(r"[0-9a-f]{64}", name) else None


def commit_of(pointer: Path, file: FileSpec) -> str:
    """The commit in a pointer's path."""
    return pointer.parents[len(file.name.split("/")) - 1].name


def remove_partials(root: Path, repository: str) -> int:
    """Deletes what interrupted pulls from a repository have kept; returns the bytes freed.

    A download that some process is busy with is left alone.
    """
    folder = repo_folder_name(repo_id=repository, repo_type="model")
    freed = 0
    for partial in (root / folder / "blobs").glob(f"*{PARTIAL}"):
        lock = root / ".locks" / folder / f"{partial.name.removesuffix(PARTIAL)}{LOCK}"
        try:
            with FileLock(lock, blocking=False):
                size = partial.stat().st_size
                partial.unlink()
        except (Timeout, FileNotFoundError):
            continue
        freed += size
    return freed


def remove(pointer: Path, root: Path) -> int:
    """Deletes a file by huggingface_hub's own means; returns the bytes freed.

    Every snapshot entry of the same blob in its repository goes with it; other files stay. Only
    what huggingface_hub lists under `root` is ever deleted. Raises WeightsError where it lists
    the file not, although it is there.
    """
    if not pointer.exists():
        return 0
    found = scan_cache_dir(root)
    files = [file for repo in found.repos for one in repo.revisions for file in one.files]
    # The scan has the root resolved: compare real folders, but not the link itself.
    wanted = pointer.parent.resolve() / pointer.name
    target = next((file for file in files if file.file_path == wanted), None)
    if target is None:
        raise WeightsError(
            f"huggingface_hub does not list {pointer} in its cache {root}, so it is left there.",
            hint="`hf cache ls` says what it finds wrong; delete the file by hand.",
        )
    twins = [file for file in files if file.blob_path == target.blob_path]
    strategy = found.delete_files(*twins)
    strategy.execute()
    return strategy.expected_freed_size
