"""The server's own routes, which no dialect has: which paths, how errors are worded.

They are `/sql` and everything below `/sql/` and `/localai/`. This must not know what they do.
"""

from __future__ import annotations

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

SQL = "/sql"
PREFIX = "/localai"
"""Below it are the models, the status and the pulls of this server."""
METRICS = "/metrics"

# The first that fits; what is not here is the server's own fault.
STATUSES: tuple[tuple[type[LocalAIError], int], ...] = (
    (NotAuthenticated, 401), (Forbidden, 403), (NoRoute, 404), (UnknownModel, 404),
    (WrongMethod, 405), (BodyTooLarge, 413), (CallError, 400), (InvalidRequest, 400),
    (SQLRejected, 422), (Overloaded, 429), (Cancelled, CLIENT_CLOSED), (SQLTimeout, 504),
    (DatabaseError, 502), (ModelUnavailable, 503), (Closed, 503),
)  # fmt: skip


def claims(path: str) -> bool:
    """Whether errors of that path are worded here."""
    return path in (SQL, METRICS) or path.startswith((f"{SQL}/", f"{PREFIX}/"))


def error_reply(error: LocalAIError) -> ErrorReply:
    """An error as the object {"error": {"type", "message", "hint"}}, as `localai sql --json`."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}.get(status, {})
    return ErrorReply(status, told(error), headers)


def told(error: LocalAIError) -> Wire:
    """The error as an object."""
    hint = error.hint
    if isinstance(error, NoRoute) and not error.path.startswith(f"{PREFIX}/"):
        hint = hint or "Questions about databases need a server started with --db."
    return {"error": {"type": type(error).__name__, "message": error.message, "hint": hint}}
