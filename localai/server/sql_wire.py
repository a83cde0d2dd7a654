"""What `POST /sql` reads; it must not know how that is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from localai.errors import InvalidRequest
from localai.sql import Earlier, Introspection, Limits, Options

MOST_ROWS = 10_000
MOST_CANDIDATES = 16
MOST_SECONDS = 600.0
# Characters. No model's prompt has room for more, and to find that out takes a thread's time.
MOST_QUESTION = 4_000
MOST_SQL = 20_000

Question = Annotated[str, msgspec.Meta(max_length=MOST_QUESTION)]


class Follows(msgspec.Struct, forbid_unknown_fields=True):
    """What a question goes on from."""

    question: Question
    sql: Annotated[str, msgspec.Meta(max_length=MOST_SQL)]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A question as it comes over the wire."""

    question: Question
    database: str | None = None
    model: str | None = None
    run: bool = True
    max_rows: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 1000
    timeout: Annotated[float, msgspec.Meta(gt=0, le=MOST_SECONDS)] = 30.0
    best_of: Annotated[int, msgspec.Meta(ge=1, le=MOST_CANDIDATES)] = 1
    today: date | None = None
    earlier: Follows | None = None
    stream: bool = False

    def options(self, reading: Introspection) -> Options:
        """How to ask it."""
        return Options(
            run=self.run,
            best_of=self.best_of,
            today=self.today,
            earlier=Earlier(self.earlier.question, self.earlier.sql) if self.earlier else None,
            reading=reading,
            limits=Limits(max_rows=self.max_rows, timeout=self.timeout),
        )


def body_of(raw: Mapping[str, Any]) -> Body:
    """The body, checked. Raises InvalidRequest, which names the field."""
    try:
        return msgspec.convert(raw, Body)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        raise InvalidRequest(
            f"{path.rstrip('`') or 'The body'}: {text}.",
            field=path.rstrip("`"),
            hint=f"Its fields are: {', '.join(Body.__struct_fields__)}.",
        ) from error
