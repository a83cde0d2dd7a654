"""Opens a SQLite file so that nothing is written or created; it must not know the questions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localai.errors import DatabaseError

MAGIC = b"SQLite format 3\0"
HEADER_BYTES = 100
WAL_VERSION = 2  # bytes 18 and 19 of the header (https://sqlite.org/fileformat2.html, 1.3.4)
LOCK_WAIT_S = 2.0


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection; DatabaseError for whatever goes wrong with the file, then or later.

    sqlite3 errors that leave the body come out as DatabaseError too.
    """
    header = _header(path)
    path = path.resolve()  # a link's -wal file lies beside its target
    before = _state(path)
    unshared = _is_unshared_wal(path, header)
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro{'&immutable=1' if unshared else ''}",
            uri=True,
            timeout=LOCK_WAIT_S,
            isolation_level=None,
        )
        connection.text_factory = _decode
        yield connection
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    finally:
        if connection is not None:
            connection.close()
    if unshared and _state(path) != before:
        raise DatabaseError(
            f"{path} was changed by another program while it was read.", hint="Ask again."
        )


def _header(path: Path) -> bytes:
    try:
        header = _first_bytes(path)
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be read: {error.strerror}.", hint="Check the file's permissions."
        ) from error
    if not header:
        raise DatabaseError(f"{path} is an empty file.", hint="Put tables into it first.")
    if not header.startswith(MAGIC):
        raise DatabaseError(
            f"{path} is not a SQLite database (it does not begin as one).",
            hint="An encrypted database must be decrypted first.",
        )
    return header


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise DatabaseError(f"There is no file {path}.", hint="Check the path of the database.")
    if path.is_dir():
        raise DatabaseError(
            f"{path} is a folder, not a database.", hint="Name the database file inside it."
        )
    if not path.is_file():
        # Opening a pipe would wait for its other end.
        raise DatabaseError(f"{path} is not a file.", hint="Name a SQLite database file.")
    with path.open("rb") as file:
        return file.read(HEADER_BYTES)


def _is_unshared_wal(path: Path, header: bytes) -> bool:
    # A reader of a WAL database leaves -wal and -shm files behind, and fails where it cannot make
    # them. With no log to merge, the file alone is the whole truth and can be read as immutable.
    if WAL_VERSION not in header[18:20]:
        return False
    log = path.with_name(path.name + "-wal")
    return not log.exists() or log.stat().st_size == 0


def _state(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def primary_code(error: Exception) -> int:
    """SQLite's result code of an exception without its details: the low byte
    (https://sqlite.org/rescode.html); SQLITE_ERROR where sqlite3 itself has complained."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _explained(path: Path, error: sqlite3.Error) -> DatabaseError:
    code = primary_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseError(
            f"{path} is locked by another program.",
            hint="Close it there, or ask a copy of the file.",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseError(
            f"{path} is damaged: {error}.", hint="`PRAGMA integrity_check` tells more."
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return DatabaseError(
            f"{path} cannot be opened for reading only: {error}.",
            hint="It may hold changes that are not merged yet: open it once with the program that "
            "owns it, or copy it with its -wal or -journal file to a folder of your own.",
        )
    return DatabaseError(f"{path} cannot be read: {error}.")
