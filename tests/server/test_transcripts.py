"""The golden transcripts, over a real socket, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import Live, serve
from tests.transcripts.cases import Case, cases

CASES = cases("workers_ai")


@pytest.fixture(scope="module")
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture(scope="module")
def live(runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime)) as live:
        yield live


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_answers_as_recorded(live: Live, runtime: FakeRuntime, case: Case) -> None:
    body = case.request.get("body")
    runtime.scripts[(body or {}).get("prompt", "")] = play(*case.events)
    answer = live.call(case.request["method"], case.request["path"], body)
    if case.stream is not None:
        assert answer.body.decode() == case.stream
        assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    else:
        assert case.reply is not None
        assert answer.json() == case.reply["body"]
        assert answer.status == case.reply["status"]
        for name, value in case.reply.get("headers", {}).items():
            assert answer.headers[name] == value
        assert answer.headers["content-type"] == "application/json"
