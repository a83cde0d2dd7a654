"""A dialect of quite another kind, added as a file of its own and a row of the table."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import cast

import pytest

from localai import __version__
from localai.dialects import DIALECTS, dialect_of
from localai.dialects.description import document
from localai.dialects.dialect import (
    Call,
    Dialect,
    ErrorReply,
    Generate,
    Lookup,
    NotAuthenticated,
    Parsed,
    Reply,
    Route,
    Wire,
)
from localai.errors import InvalidRequest, LocalAIError, Overloaded
from localai.model import ModelSpec
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.server import create_app
from tests.server.fake_runtime import FakeRegistry, FakeRuntime, play, spec
from tests.server.live import Live, serve

KEY = {"X-Key": "s3cret"}


class Counting:
    """Frames that count, and no terminator."""

    terminator = None

    def __init__(self) -> None:
        self._count = 0

    def whole(self, replies: Sequence[Reply]) -> Wire:
        return {"result": replies[0].text}

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case TextDelta(text=text):
                frame = {"id": self._count, "result": text, "end": False}
            case Finished(usage=usage):
                frame = {"id": self._count, "result": "", "end": True, "n": usage.total_tokens}
            case _:
                return ()
        self._count += 1
        return (frame,)


def parse(call: Call) -> Parsed:
    if "text" not in call.body:
        raise InvalidRequest("`text` is missing.", field="text")
    stream = bool(call.body.get("stream"))
    request = GenerateRequest(call.path["name"], prompt=call.body["text"], stream=stream)
    return Parsed((request,), Counting())


def names(_: Call, models: Sequence[ModelSpec]) -> Wire:
    return {"names": [model.id for model in models]}


def error(error: LocalAIError) -> ErrorReply:
    return ErrorReply(200, {"fault": type(error).__name__, "why": error.message})


def authenticate(call: Call) -> None:
    if call.headers.get("x-key") != call.key:
        raise NotAuthenticated("No.")


TOY = Dialect(
    name="toy",
    prefixes=("/toy",),
    routes=(
        Route("POST", "/toy/say/{name:path}", Generate(parse)),
        Route("GET", "/toy/names", Lookup(names)),
    ),
    error=error,
    authenticate=authenticate,
    pings=False,
)


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("MutableMapping[str, Dialect]", DIALECTS), "toy", TOY)


@pytest.fixture
def runtime() -> FakeRuntime:
    runtime = FakeRuntime({"full": play(Failed(Overloaded(1)))}, FakeRegistry([spec("@a/b/c")]))
    runtime.scripts["p"] = play(TextDelta("a"), TextDelta("b"), Finished("stop", Usage(1, 2)))
    return runtime


@pytest.fixture
def live(row: None, runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime, api_key="s3cret")) as live:
        yield live


def test_its_answers_go_out_in_its_own_words(live: Live, runtime: FakeRuntime) -> None:
    assert live.call("POST", "/toy/say/a/b", {"text": "p", "stream": True}, KEY).body == (
        b'data: {"id":0,"result":"a","end":false}\n\n'
        b'data: {"id":1,"result":"b","end":false}\n\n'
        b'data: {"id":2,"result":"","end":true,"n":3}\n\n'
    )
    assert live.call("POST", "/toy/say/x", {"text": "p"}, KEY).json() == {"result": "ab"}
    assert live.call("GET", "/toy/names", None, KEY).json() == {"names": ["@a/b/c"]}
    assert runtime.requests[0].model == "a/b"


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "fault"),
    [
        ("POST", "/toy/say/x", {}, KEY, "InvalidRequest"),
        ("POST", "/toy/say/x", {"text": "full", "stream": True}, KEY, "Overloaded"),
        ("POST", "/toy/say/x", b"{", KEY, "BadBody"),
        ("POST", "/toy/say/x", {"text": "p"}, {}, "NotAuthenticated"),
        ("GET", "/toy/say/x", None, KEY, "WrongMethod"),
        ("GET", "/toy/other", None, KEY, "NoRoute"),
        ("GET", "/toy/names", None, {**KEY, "Origin": "https://evil.example"}, "Forbidden"),
    ],
)
def test_every_error_below_its_prefix_is_told_its_way(
    live: Live, method: str, path: str, body: object, headers: dict[str, str], fault: str
) -> None:
    answer = live.call(method, path, body, headers)
    assert (answer.status, answer.json()["fault"]) == (200, fault)


def test_the_others_stay_as_they_are(live: Live, row: None) -> None:
    assert live.call("POST", "/v1/completions", {}, KEY).json()["error"]["code"]
    assert dialect_of("/toyshop").name != "toy"
    # Whoever has no file in `described/` is served all the same, and left out of the document.
    assert not any(path.startswith("/toy") for path in document(__version__)["paths"])
