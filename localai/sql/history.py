"""Keeps what was asked of databases, never what they answered; it must not know doors or models."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from localai.sql.answer import Answer, Earlier
from localai.sql.logbook import Logbook

FILE = "sql-history.db"
LAYOUT = """
CREATE TABLE IF NOT EXISTS questions (
  id INTEGER PRIMARY KEY,
  asked_at TEXT NOT NULL,
  database TEXT NOT NULL,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  asked TEXT NOT NULL,
  sql TEXT,
  model_sql TEXT NOT NULL,
  reason TEXT,
  model TEXT NOT NULL,
  row_count INTEGER,
  model_seconds REAL NOT NULL,
  database_seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS questions_of_database ON questions (database, id);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question. asked_at: ISO 8601, in UTC. database: its key, name: as people see it. asked:
    as the model got it. row_count: None where nothing ran. Times are in seconds of wall clock."""

    asked_at: str
    database: str
    name: str
    question: str
    asked: str
    sql: str | None
    model_sql: str
    reason: str | None
    model: str
    row_count: int | None
    model_seconds: float
    database_seconds: float
    id: int = 0

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def entry(answer: Answer, *, key: str, name: str, ran: bool) -> Entry:
    """What is kept of an answer: everything but the rows."""
    return Entry(
        asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database=key,
        name=name,
        question=answer.question,
        asked=answer.asked or answer.question,
        sql=answer.sql,
        model_sql=answer.model_sql,
        reason=answer.reason,
        model=answer.model,
        row_count=len(answer.rows) if ran and answer.sql is not None else None,
        model_seconds=round(answer.model_seconds, 3),
        database_seconds=round(answer.database_seconds, 3),
    )


class History:
    """The questions of this user, in a file in `folder`. Every call raises DatabaseError."""

    def __init__(self, folder: Path) -> None:
        self._book = Logbook(folder / FILE, LAYOUT, "history")

    @property
    def path(self) -> Path:
        return self._book.path

    @property
    def remarks(self) -> list[str]:
        """What its user should be told: that a damaged file was set aside, and where."""
        return self._book.remarks

    def add(self, new: Entry) -> None:
        told = {name: value for name, value in new.to_dict().items() if name != "id"}
        holders = ", ".join(f":{name}" for name in told)
        with self._book.opened() as book:
            book.execute(f"INSERT INTO questions ({', '.join(told)}) VALUES ({holders})", told)

    def entries(
        self, *, database: str | None = None, search: str = "", limit: int = 20
    ) -> list[Entry]:
        """The latest, newest first: of one database, and with all words of `search` in question or
        SQL, whatever their case."""
        words = search.casefold().split()
        with self._book.opened() as book:
            book.create_function("holds", 2, lambda *texts: _holds(words, texts))
            found = book.execute(
                "SELECT * FROM questions WHERE (:database IS NULL OR database = :database) "
                "AND holds(question, sql) ORDER BY id DESC LIMIT :limit",
                {"database": database, "limit": limit},
            ).fetchall()
        return [Entry(**dict(row)) for row in found]

    def latest(self, database: str) -> Earlier | None:
        """What a follow-up goes on from: the last question of this database that was answered."""
        with self._book.opened() as book:
            row = book.execute(
                "SELECT asked, model_sql FROM questions WHERE database = ? AND sql IS NOT NULL "
                "ORDER BY id DESC LIMIT 1",
                (database,),
            ).fetchone()
        return None if row is None else Earlier(row["asked"], row["model_sql"])

    def clear(self, database: str | None = None) -> int:
        """Forget all questions, or those of one database; how many there were."""
        with self._book.opened() as book:
            # What is deleted is overwritten, not only unlinked.
            book.execute("PRAGMA secure_delete = ON")
            done = book.execute(
                "DELETE FROM questions WHERE ?1 IS NULL OR database = ?1", (database,)
            )
        return done.rowcount


def _holds(words: list[str], texts: tuple[str | None, ...]) -> bool:
    text = " ".join(filter(None, texts)).casefold()
    return all(word in text for word in words)
