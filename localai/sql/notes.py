"""Keeps what a user wrote down about a database; it must not know what becomes of it."""

from __future__ import annotations

from pathlib import Path

from localai.errors import InvalidRequest
from localai.sql.logbook import Logbook

FILE = "sql-notes.db"
LAYOUT = """
CREATE TABLE IF NOT EXISTS notes (
  id INTEGER PRIMARY KEY,
  database TEXT NOT NULL,
  note TEXT NOT NULL,
  UNIQUE (database, note)
);
"""
# Every note stands in every prompt.
MAX_CHARS = 500


class Notes:
    """The notes of one database, by its key, in a file in `folder`. Calls raise DatabaseError."""

    def __init__(self, folder: Path, database: str) -> None:
        self._book = Logbook(folder / FILE, LAYOUT, "notes")
        self._database = database

    @property
    def path(self) -> Path:
        return self._book.path

    @property
    def remarks(self) -> list[str]:
        """What their user should be told: that a damaged file was set aside, and where."""
        return self._book.remarks

    def all(self) -> tuple[str, ...]:
        """In the order in which they came; their numbers count from 1."""
        if not self.path.exists():
            return ()
        with self._book.opened() as book:
            found = book.execute(
                "SELECT note FROM notes WHERE database = ? ORDER BY id", (self._database,)
            ).fetchall()
        return tuple(row["note"] for row in found)

    def add(self, note: str) -> bool:
        """Keep a note; false where it is there already. Raises InvalidRequest."""
        text = " ".join(note.split())
        if not text:
            raise InvalidRequest("The note is empty.", field="note")
        if len(text) > MAX_CHARS:
            raise InvalidRequest(
                f"The note has {len(text)} characters; at most {MAX_CHARS} are allowed.",
                field="note",
                hint="It stands in every prompt: make several short ones of it.",
            )
        with self._book.opened() as book:
            done = book.execute(
                "INSERT OR IGNORE INTO notes (database, note) VALUES (?, ?)",
                (self._database, text),
            )
        return done.rowcount == 1

    def remove(self, number: int) -> str:
        """Forget the note of that number, and give it back. Raises InvalidRequest."""
        notes = self.all()
        if not 1 <= number <= len(notes):
            there = f"1 to {len(notes)}" if notes else "none, there is no note"
            raise InvalidRequest(f"There is no note {number}; allowed: {there}.", field="note")
        note = notes[number - 1]
        with self._book.opened() as book:
            book.execute(
                "DELETE FROM notes WHERE database = ? AND note = ?", (self._database, note)
            )
        return note
