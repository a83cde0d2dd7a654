"""What `POST /sql` and `POST /sql/run` read; it must not know how that is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec

from localai.errors import InvalidRequest
from localai.sql import Earlier, Introspection, Limits, Options
from localai.sql.answer import Layout

MOST_ROWS = 10_000
MOST_CANDIDATES = 16
MOST_SECONDS = 600.0
# Characters. No model's prompt has room for more, and to find that out takes a thread's time.
MOST_QUESTION = 4_000
MOST_SQL = 20_000

Question = Annotated[str, msgspec.Meta(max_length=MOST_QUESTION)]
Text = Annotated[str, msgspec.Meta(max_length=MOST_SQL)]


class Follows(msgspec.Struct, forbid_unknown_fields=True):
    """What a question goes on from."""

    question: Question
    sql: Text


class Asked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a question and SQL have in common: which database, and within what limits."""

    database: str | None = None
    run: bool = True
    max_rows: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 1000
    timeout: Annotated[float, msgspec.Meta(gt=0, le=MOST_SECONDS)] = 30.0
    today: date | None = None

    def options(self, reading: Introspection) -> Options:
        """How to ask it."""
        limits = Limits(max_rows=self.max_rows, timeout=self.timeout)
        return Options(run=self.run, today=self.today, reading=reading, limits=limits)


class Typed(Asked, kw_only=True):
    """SQL that a person wrote, PostgreSQL's as models write it."""

    sql: Text


class Body(Asked, kw_only=True):
    """A question as it comes over the wire."""

    question: Question
    model: str | None = None
    best_of: Annotated[int, msgspec.Meta(ge=1, le=MOST_CANDIDATES)] | None = None
    layout: Layout | None = None
    earlier: Follows | None = None
    stream: bool = False

    def options(self, reading: Introspection) -> Options:
        earlier = Earlier(self.earlier.question, self.earlier.sql) if self.earlier else None
        options = super().options(reading)
        return replace(options, best_of=self.best_of, layout=self.layout, earlier=earlier)


B = TypeVar("B", bound=Asked)


def body_of(raw: Mapping[str, Any], kind: type[B]) -> B:
    """The body, checked. Raises InvalidRequest, which names the field."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        raise InvalidRequest(
            f"{path.rstrip('`') or 'The body'}: {text}.",
            field=path.rstrip("`"),
            hint=f"Its fields are: {', '.join(kind.__struct_fields__)}.",
        ) from error
