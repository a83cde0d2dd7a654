"""Cloudflare Workers AI's error codes for ours; it must not know where an error came from.

Codes that Cloudflare documents or that its clients have seen: 3003, 3006, 3008, 3039, 3040, 3042,
5005, 5006, 5007, 5018, 5021, 7000 with 7003, 7001, 8006, 10000. Codes 5900 to 5906 are this
program's own, for faults that a hosted service does not show its callers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localai.dialects.dialect import (
    BadBody,
    BodyTooLarge,
    ErrorReply,
    Forbidden,
    NoBody,
    NoRoute,
    NotAuthenticated,
    Wire,
    WrongMethod,
)
from localai.errors import (
    AccessDenied,
    AdapterMismatch,
    AdapterMissing,
    CallUnmet,
    Cancelled,
    Closed,
    ContextExceeded,
    DoesNotFit,
    EngineError,
    InvalidRequest,
    LocalAIError,
    ModelLoadError,
    NotDownloaded,
    Overloaded,
    SchemaUnmet,
    TemplateError,
    UnknownModel,
    WeightsError,
)


class BadName(UnknownModel):
    """The name has characters that no model's can have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.message = f"The model name is invalid: {name or 'it is empty'}."


@dataclass(frozen=True, slots=True)
class Row:
    """`gateway` errors come before Workers AI proper: their `result` is null, otherwise `{}`."""

    code: int
    status: int
    prefix: str = "AiError: "
    gateway: bool = field(default=False, kw_only=True)


TABLE: Mapping[type[LocalAIError], Row] = {
    InvalidRequest: Row(5006, 400, "AiError: Bad input: "),
    TemplateError: Row(5006, 400, "AiError: Bad input: "),
    BadBody: Row(5006, 400, "AiError: Bad input: "),
    NoBody: Row(3003, 400),
    BodyTooLarge: Row(3006, 413),
    ContextExceeded: Row(5021, 413),
    BadName: Row(3042, 404),
    UnknownModel: Row(5007, 400),
    AdapterMismatch: Row(5005, 405),
    AdapterMissing: Row(3039, 400),
    NotDownloaded: Row(5007, 400),
    Cancelled: Row(3008, 408),
    Overloaded: Row(3040, 429),
    AccessDenied: Row(5018, 403),
    NotAuthenticated: Row(10000, 401, "Authentication error: ", gateway=True),
    NoRoute: Row(7003, 404, "", gateway=True),
    WrongMethod: Row(7001, 405, "", gateway=True),
    LocalAIError: Row(5900, 500),
    DoesNotFit: Row(5901, 503),
    ModelLoadError: Row(5902, 500),
    WeightsError: Row(5902, 500),
    EngineError: Row(5903, 500),
    Closed: Row(5904, 503),
    CallUnmet: Row(8006, 400),
    SchemaUnmet: Row(5906, 400),
    Forbidden: Row(5905, 403, "", gateway=True),
}


def envelope(result: object, *, messages: list[str], **more: object) -> Wire:
    """The frame around every successful result."""
    return {"result": result, "success": True, "errors": [], "messages": messages, **more}


def entries(error: LocalAIError) -> list[Wire]:
    """The items of the envelope's `errors` for one error: nearly always one of {code, message}."""
    row = _row(error)
    if isinstance(error, NoRoute):
        lost = f"Could not route to {error.path}, perhaps your object identifier is invalid?"
        return [
            {"code": row.code, "message": lost},
            {"code": 7000, "message": "No route for that URI"},
        ]
    if isinstance(error, WrongMethod):
        wrong = f"{error.method} not supported for requested URI."
        allowed = f" Allowed: {', '.join(error.allowed)}." if error.allowed else ""
        return [{"code": row.code, "message": f"{wrong}{allowed}"}]
    return [{"code": row.code, "message": f"{row.prefix}{error}"}]


def error_reply(error: LocalAIError) -> ErrorReply:
    """Status, envelope and headers for an error; the nearest class in the table counts."""
    row = _row(error)
    body: Wire = {
        "result": None if row.gateway else {},
        "success": False,
        "errors": entries(error),
        "messages": [],
    }
    return ErrorReply(row.status, body, _headers(error))


def _row(error: LocalAIError) -> Row:
    return next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)


def _headers(error: LocalAIError) -> dict[str, str]:
    if isinstance(error, Overloaded):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, WrongMethod):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, NotAuthenticated):
        return {"WWW-Authenticate": "Bearer"}
    return {}
