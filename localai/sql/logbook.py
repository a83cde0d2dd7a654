"""A small SQLite file of localai's own, shared by processes; it must not know what is in it.

A damaged file is set aside under another name and a new one begun: what is kept here is a
convenience, and must never stand in the way of an answer.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from localai.errors import DatabaseError

# Seconds to wait for another process that is writing.
PATIENCE_SECONDS = 5.0
# What SQLite says of a file that is none of its own, or is broken.
DAMAGED = ("file is not a database", "malformed", "file is encrypted", "unsupported file format")


class Logbook:
    """The file, opened anew for each use. remarks: what its user should be told, in sentences.

    layout: the CREATE TABLE IF NOT EXISTS of everything in it. what: how people call it.
    """

    def __init__(self, path: Path, layout: str, what: str) -> None:
        self.path = path
        self.remarks: list[str] = []
        self._layout = layout
        self._what = what

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction, ended with the block. Raises DatabaseError."""
        try:
            with self._connection() as connection:
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise DatabaseError(
                f"The {self._what} at {self.path} cannot be used: {error}.",
                hint="LOCALAI_DATA_DIR names another folder for it; deleting the file begins anew.",
            ) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._make()
        connection = self._sound()
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def _make(self) -> None:
        # Questions are nobody else's business: the file is made for its user alone.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def _sound(self) -> sqlite3.Connection:
        before = self.path.stat()
        try:
            return self._prepared()
        except sqlite3.DatabaseError as error:
            if not any(words in str(error) for words in DAMAGED):
                raise
            self._set_aside(before, str(error))
            self._make()
            return self._prepared()

    def _prepared(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS)
        try:
            connection.row_factory = sqlite3.Row
            connection.executescript(self._layout)
            # A break further in shows only when the whole is read; this reads the layout at least.
            connection.execute("PRAGMA schema_version").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self, before: os.stat_result, why: str) -> None:
        number = 1
        while (place := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        with suppress(FileNotFoundError):
            now = self.path.stat()
            # Another process may have done it already: what lies here now is then sound.
            if (now.st_ino, now.st_size) == (before.st_ino, before.st_size):
                self.path.replace(place)
                self.remarks.append(
                    f"The {self._what} was damaged ({why}); it lies at {place} now, and a new one "
                    "is begun."
                )
