"""The golden transcripts through the dialect alone: no server, no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from localai.dialects import workers_ai
from localai.dialects.dialect import Call, ErrorReply, Parsed, Reply
from localai.errors import LocalAIError
from localai.reply import Failed, Finished
from tests.transcripts.cases import Case, cases

CASES = [
    case
    for case in cases("workers_ai")
    if "body" in case.request
    and "/run/" in case.request["path"]
    and "?" not in case.request["path"]
]


def answer(case: Case) -> ErrorReply | Mapping[str, Any] | str:
    """What a door without HTTP would pass on: an error, a whole body, or a stream's text."""
    model = unquote(case.request["path"].partition("/run/")[2])
    try:
        parsed = workers_ai.parse(Call({"model": model}, {}, case.request["body"]))
        assert isinstance(parsed, Parsed)
        if case.stream is None:
            reply = Reply()
            for event in case.events:
                reply.add(event)
            return parsed.responder.whole([reply])
    except LocalAIError as error:
        return workers_ai.DIALECT.error(error)
    frames = [f for event in case.events for f in parsed.responder.frames(event, 0)]
    data = [json.dumps(f, separators=(",", ":"), ensure_ascii=False) for f in frames]
    if isinstance(case.events[-1], Finished):
        data.append(str(parsed.responder.terminator))
    return "".join(f"data: {line}\n\n" for line in data)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_dialect_answers_as_recorded(case: Case) -> None:
    got = answer(case)
    if case.stream is not None:
        assert got == case.stream
        return
    assert case.reply is not None
    if isinstance(got, ErrorReply):
        assert (got.status, got.body) == (case.reply["status"], case.reply["body"])
        headers = {name.lower(): value for name, value in got.headers.items()}
        assert headers == case.reply.get("headers", {})
    else:
        assert got == case.reply["body"]


def test_every_recorded_stream_ends_in_done_unless_it_failed() -> None:
    for case in CASES:
        if case.stream is not None:
            failed = isinstance(case.events[-1], Failed)
            assert case.stream.endswith("data: [DONE]\n\n") is not failed
