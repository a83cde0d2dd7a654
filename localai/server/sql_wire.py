"""What `POST /sql` reads and how its errors are worded; it must not know how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from localai.dialects.dialect import (
    BodyTooLarge,
    CallError,
    ErrorReply,
    Forbidden,
    NoRoute,
    NotAuthenticated,
    Wire,
    WrongMethod,
)  # fmt: skip
from localai.errors import (
    Cancelled,
    Closed,
    DatabaseError,
    InvalidRequest,
    LocalAIError,
    ModelUnavailable,
    Overloaded,
    SQLRejected,
    SQLTimeout,
    UnknownModel,
)  # fmt: skip
from localai.server.endpoint import CLIENT_CLOSED
from localai.sql import Earlier, Introspection, Limits, Options

PATH = "/sql"
MOST_ROWS = 10_000
MOST_CANDIDATES = 16
MOST_SECONDS = 600.0
# Characters. No model's prompt has room for more, and to find that out takes a thread's time.
MOST_QUESTION = 4_000
MOST_SQL = 20_000

Question = Annotated[str, msgspec.Meta(max_length=MOST_QUESTION)]

# The first that fits; what is not here is the server's own fault.
STATUSES: tuple[tuple[type[LocalAIError], int], ...] = (
    (NotAuthenticated, 401), (Forbidden, 403), (NoRoute, 404), (UnknownModel, 404),
    (WrongMethod, 405), (BodyTooLarge, 413), (CallError, 400), (InvalidRequest, 400),
    (SQLRejected, 422), (Overloaded, 429), (Cancelled, CLIENT_CLOSED), (SQLTimeout, 504),
    (DatabaseError, 502), (ModelUnavailable, 503), (Closed, 503),
)  # fmt: skip


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


def claims(path: str) -> bool:
    """Whether errors of that path are worded here."""
    return path == PATH or path.startswith(f"{PATH}/")


def error_reply(error: LocalAIError) -> ErrorReply:
    """An error as the object {"error": {"type", "message", "hint"}}, as `localai sql --json`."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}.get(status, {})
    return ErrorReply(status, told(error), headers)


def told(error: LocalAIError) -> Wire:
    """The error as an object."""
    hint = error.hint
    if isinstance(error, NoRoute) and claims(error.path):
        hint = hint or "Questions about databases need a server started with --db."
    return {"error": {"type": type(error).__name__, "message": error.message, "hint": hint}}


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
