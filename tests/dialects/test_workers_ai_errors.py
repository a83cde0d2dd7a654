"""The error table: every error of ours has a code and a status, and the right ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai import errors
from localai.dialects import dialect
from localai.dialects.workers_ai_errors import TABLE, BadName, error_reply
from localai.errors import LocalAIError


def descendants(cls: type[LocalAIError]) -> Iterator[type[LocalAIError]]:
    yield cls
    for child in cls.__subclasses__():
        yield from descendants(child)


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (errors.InvalidRequest("m", field="f"), 5006, 400),
        (errors.NotSupported("m"), 5006, 400),
        (errors.TemplateError("m"), 5006, 400),
        (errors.ContextExceeded(10, 20, 25), 5021, 413),
        (errors.UnknownModel("@cf/x"), 5007, 400),
        (errors.NotDownloaded("@cf/x"), 5007, 400),
        (BadName("a b"), 3042, 404),
        (errors.CallUnmet("cut"), 8006, 400),
        (errors.DoesNotFit("m", model="@cf/x", needed=2, free=1), 5901, 503),
        (errors.ModelLoadError("m", model="@cf/x"), 5902, 500),
        (errors.InvalidGGUF("m"), 5902, 500),
        (errors.AccessDenied("m"), 5018, 403),
        (errors.Overloaded(3), 3040, 429),
        (errors.Busy(), 3040, 429),
        (errors.Cancelled(), 3008, 408),
        (errors.EngineError("m"), 5903, 500),
        (errors.Closed(), 5904, 503),
        (errors.LocalAIError("m"), 5900, 500),
        (dialect.NoBody("m"), 3003, 400),
        (dialect.BadBody("m"), 5006, 400),
        (dialect.BodyTooLarge(10), 3006, 413),
        (dialect.NotAuthenticated("m"), 10000, 401),
        (dialect.NoRoute("/x"), 7003, 404),
        (dialect.WrongMethod("GET", ["POST"]), 7001, 405),
        (dialect.Forbidden("m"), 5905, 403),
    ],
    ids=lambda value: type(value).__name__,
)
def test_codes_and_statuses(error: LocalAIError, code: int, status: int) -> None:
    reply = error_reply(error)
    assert (reply.status, reply.body["errors"][0]["code"]) == (status, code)
    assert reply.body["success"] is False
    assert reply.body["messages"] == []


def test_no_error_class_is_left_without_a_row() -> None:
    for cls in descendants(LocalAIError):
        assert any(parent in TABLE for parent in cls.__mro__), cls


def test_the_hint_travels_with_the_message() -> None:
    message = error_reply(errors.NotDownloaded("@cf/x")).body["errors"][0]["message"]
    assert message.endswith("localai pull @cf/x")


def test_a_lost_route_is_told_as_upstream_tells_it() -> None:
    body = error_reply(dialect.NoRoute("/client/v4/x")).body
    assert body["result"] is None
    assert [entry["code"] for entry in body["errors"]] == [7003, 7000]
