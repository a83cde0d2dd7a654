"""How a question may be asked, and what comes of it, as values; it must not know how."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

from localai.reply import Usage
from localai.sql.database import Cell, Introspection, Limits

Layout = Literal["documented", "schema-first"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The question and SQL that a follow-up goes on from; the SQL as models write it, which is
    PostgreSQL. `Answer.earlier` makes one."""

    question: str
    sql: str


@dataclass(frozen=True, slots=True)
class Options:
    """How to ask.

    run: whether the SQL runs, or is only written and checked. grammar: whether the model is held to
    SQL over this schema while it writes. best_of: candidates at most; None is 5 for the embedded
    model, where they cost next to nothing, and 1 for others. layout: None is the model card's.
    may_decline: use the prompt that lets SQLCoder decline. today: None is the local date.
    prompt_tokens: the schema is pruned to fit about so many. earlier: what this question goes on
    from. notes: what to know about the database, such as "revenue means price * quantity", beside
    what its schema's own notes say.
    """

    run: bool = True
    grammar: bool = True
    best_of: int | None = None
    layout: Layout | None = None
    may_decline: bool = False
    today: date | None = None
    prompt_tokens: int = 1200
    earlier: Earlier | None = None
    notes: tuple[str, ...] = ()
    reading: Introspection = field(default_factory=Introspection)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question.

    sql: the text that ran (or would run), in the database's dialect; None if there is none, and
    then `reason` says why. model_sql: the SQL as the model wrote it. explanation: the query in one
    plain English sentence. confidence: 0 to 1; of the embedded model the chance that the rows are
    right (`localai/sql/trust.py`), of others the geometric mean of the SQL's tokens' probabilities.
    unsure: read the SQL before you trust the rows. declined: the model does not know, or is too
    unsure to be asked. unlinked: words of the question that nothing in the database is called.
    left_out: what the question names and the embedded model's SQL has not. notices: what was
    assumed or left out. usage: of all candidates; None where the engine did not tell.
    model_seconds, database_seconds: wall clock. asked: the question as the model got it; for the
    embedded one, a follow-up is put together with the question before it. retries: tries beyond
    the first.
    """

    question: str
    sql: str | None
    model_sql: str
    reason: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool
    model: str
    usage: Usage | None
    explanation: str | None = None
    confidence: float | None = None
    notices: tuple[str, ...] = ()
    model_seconds: float = 0.0
    database_seconds: float = 0.0
    asked: str = ""
    declined: bool = False
    unsure: bool = False
    unlinked: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    retries: int = 0

    def earlier(self) -> Earlier:
        """What a follow-up to this answer goes on from (`Options.earlier`)."""
        return Earlier(self.asked or self.question, self.model_sql)

    def to_dict(self) -> dict[str, object]:
        """The answer as JSON-able values, under the names above; rows as lists of cells."""
        shown: dict[str, object] = asdict(self)
        shown["columns"], shown["rows"] = list(self.columns), [list(row) for row in self.rows]
        for name in ("notices", "unlinked", "left_out"):
            shown[name] = list(shown[name])  # type: ignore[call-overload]
        if self.usage is not None:
            shown["usage"] = {**asdict(self.usage), "total_tokens": self.usage.total_tokens}
        return shown
