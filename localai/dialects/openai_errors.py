"""OpenAI's error objects for ours; it must not know where an error came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from localai.dialects.dialect import (
    BadBody,
    BodyTooLarge,
    ErrorReply,
    Forbidden,
    NoRoute,
    NotAuthenticated,
    Wire,
    WrongMethod,
)
from localai.errors import (
    AccessDenied,
    CallUnmet,
    Cancelled,
    Closed,
    ContextExceeded,
    DoesNotFit,
    InvalidRequest,
    LocalAIError,
    NotDownloaded,
    Overloaded,
    SchemaUnmet,
    TemplateError,
    UnknownModel,
)


@dataclass(frozen=True, slots=True)
class Row:
    """`kind` is the error's `type`; clients choose their exception by the status."""

    status: int
    kind: str
    code: str | None = None


_INVALID = "invalid_request_error"
TABLE: Mapping[type[LocalAIError], Row] = {
    InvalidRequest: Row(400, _INVALID),
    TemplateError: Row(400, _INVALID),
    BadBody: Row(400, _INVALID),
    ContextExceeded: Row(400, _INVALID, "context_length_exceeded"),
    NotAuthenticated: Row(401, _INVALID, "invalid_api_key"),
    AccessDenied: Row(403, _INVALID),
    Forbidden: Row(403, _INVALID),
    UnknownModel: Row(404, _INVALID, "model_not_found"),
    NotDownloaded: Row(404, _INVALID, "model_not_found"),
    NoRoute: Row(404, _INVALID, "unknown_url"),
    WrongMethod: Row(405, _INVALID, "method_not_supported"),
    CallUnmet: Row(400, _INVALID, "tool_call_unmet"),
    SchemaUnmet: Row(400, _INVALID, "json_mode_unmet"),
    Cancelled: Row(408, "timeout"),
    BodyTooLarge: Row(413, _INVALID),
    Overloaded: Row(429, "rate_limit_exceeded", "rate_limit_exceeded"),
    LocalAIError: Row(500, "server_error"),
    DoesNotFit: Row(503, "server_error"),
    Closed: Row(503, "server_error"),
}


def fault(error: LocalAIError) -> Wire:
    """{"error": {message, type, param, code}}."""
    row = _row(error)
    return {
        "error": {
            "message": str(error),
            "type": row.kind,
            "param": getattr(error, "field", None) or None,
            "code": row.code,
        }
    }


def error_reply(error: LocalAIError) -> ErrorReply:
    """Status, body and headers for an error; the nearest class in the table counts."""
    headers = {}
    if isinstance(error, Overloaded):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, WrongMethod):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return ErrorReply(_row(error).status, fault(error), headers)


def _row(error: LocalAIError) -> Row:
    return next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)
