"""Baidu Qianfan's error codes for ours; it must not know where an error came from.

Errors are HTTP 200 with `error_code` and `error_msg`: the vendor's clients lose the code of any
other status. Faults of the model layer (336xxx) carry an `id`, those of the gateway do not.
"""

from __future__ import annotations

import secrets
import string
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
    Cancelled,
    Closed,
    ContextExceeded,
    InvalidRequest,
    LocalAIError,
    NotDownloaded,
    Overloaded,
    TemplateError,
    UnknownModel,
)


class Missing(InvalidRequest):
    """A field that the call cannot do without is not there."""


class Roles(InvalidRequest):
    """The messages are not user and assistant in turn, ending with the user."""


class BadToken(NotAuthenticated):
    """The access token is not even the form of one."""


class TokenExpired(NotAuthenticated):
    """The access token was good once."""


class BadSignature(NotAuthenticated):
    """The bce-auth-v1 signature was not made with this server's key."""


class OAuthRefused(LocalAIError):
    """No token for these credentials; `error` is OAuth's word for why."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is the vendor's; `detail` says whether our own words follow it."""

    code: int
    text: str = ""
    detail: bool = True


TABLE: Mapping[type[LocalAIError], Row] = {
    Closed: Row(2, "Service temporarily unavailable", False),
    NoRoute: Row(3, "Unsupported openapi method"),
    Forbidden: Row(6, "No permission to access data"),
    BadSignature: Row(14, "IAM Certification failed", False),
    BadToken: Row(100, "Invalid parameter", False),
    NotAuthenticated: Row(110, "Access token invalid or no longer valid", False),
    TokenExpired: Row(111, "Access token expired", False),
    LocalAIError: Row(336000, "Internal error"),
    Cancelled: Row(336000, "Internal error"),
    Missing: Row(336001, "Invalid Argument"),
    BadBody: Row(336002, "Invalid JSON"),
    InvalidRequest: Row(336003),
    TemplateError: Row(336003),
    UnknownModel: Row(336005, "API name not exist"),
    NotDownloaded: Row(336005, "API name not exist"),
    Roles: Row(336006),
    Overloaded: Row(336100, "high load"),
    WrongMethod: Row(336101, "Invalid HTTP Method"),
    ContextExceeded: Row(336103, "Prompt tokens too long"),
    BodyTooLarge: Row(336103, "Prompt tokens too long"),
}

MODEL_LAYER = 336000
_LETTERS = string.ascii_lowercase + string.digits


def new_id() -> str:
    """The id of an answer or of an error, in the vendor's form: `as-` and ten characters."""
    return "as-" + "".join(secrets.choice(_LETTERS) for _ in range(10))


def fault(error: LocalAIError, id: str | None = None) -> Wire:
    """{error_code, error_msg} and, from the model layer, the id of the answer that failed."""
    row = next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)
    message = f"{row.text}: {error}" if row.text and row.detail else row.text or str(error)
    body: Wire = {"error_code": row.code, "error_msg": message}
    return body | {"id": id or new_id()} if row.code >= MODEL_LAYER else body


def error_reply(error: LocalAIError) -> ErrorReply:
    """HTTP 200 and the fault; a refused token is OAuth's own form and status instead."""
    if isinstance(error, OAuthRefused):
        return ErrorReply(401, {"error": error.error, "error_description": error.message})
    return ErrorReply(200, fault(error))
