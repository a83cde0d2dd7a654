"""The golden transcripts through the dialects alone: no server, no sockets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from localai.dialects import DIALECTS
from localai.dialects.dialect import Call, ErrorReply, Generate, Parsed, Reply
from localai.errors import LocalAIError
from localai.reply import Failed, Finished
from tests.transcripts.cases import Case, cases, masked


def route(dialect: str, case: Case) -> tuple[Generate, Mapping[str, str]] | None:
    """The generation that a case asks for and what its path holds, if that is what it asks for."""
    path = unquote(case.request["path"])
    for one in DIALECTS[dialect].routes:
        pattern = re.sub(r"\{(\w+)(:path)?\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})",
                         one.path)  # fmt: skip
        found = re.fullmatch(pattern, path)
        if found and isinstance(one.operation, Generate) and one.method == case.request["method"]:
            return one.operation, found.groupdict()
    return None


def is_plain(case: Case) -> bool:
    """Whether nothing but the dialect has a part in the answer."""
    alone = not {"key", "ping", "headers"} & set(case.request) and "?" not in case.request["path"]
    return alone and isinstance(case.request.get("body"), dict)


CASES = [
    (dialect, case)
    for dialect in ("workers_ai", "openai", "qianfan")
    for case in cases(dialect)
    if is_plain(case) and route(dialect, case)
]


def answer(dialect: str, case: Case) -> ErrorReply | Mapping[str, Any] | str:
    """What a door without HTTP would pass on: an error, a whole body, or a stream's text."""
    found = route(dialect, case)
    assert found is not None
    operation, parts = found
    try:
        parsed = operation.parse(Call(parts, {}, case.request["body"]))
        assert isinstance(parsed, Parsed)
        if case.stream is None:
            replies = [Reply() for _ in parsed.requests]
            for (choice, _), event in zip(case.turns, case.events, strict=True):
                replies[choice].add(event)
            return parsed.responder.whole(replies)
    except LocalAIError as error:
        return DIALECTS[dialect].error(error)
    turns = zip(case.turns, case.events, strict=True)
    frames = [f for (n, _), event in turns for f in parsed.responder.frames(event, n)]
    data = [json.dumps(f, separators=(",", ":"), ensure_ascii=False) for f in frames]
    if isinstance(case.events[-1], Finished) and parsed.responder.terminator is not None:
        data.append(parsed.responder.terminator)
    return "".join(f"data: {line}\n\n" for line in data)


def zeroed(body: Mapping[str, Any]) -> Any:
    return json.loads(masked(json.dumps(body, separators=(",", ":"))))


@pytest.mark.parametrize(
    ("dialect", "case"), CASES, ids=[f"{dialect}-{case.name}" for dialect, case in CASES]
)
def test_the_dialect_answers_as_recorded(dialect: str, case: Case) -> None:
    got = answer(dialect, case)
    if isinstance(got, str):
        assert masked(got) == case.stream
        return
    assert case.reply is not None
    if isinstance(got, ErrorReply):
        assert (got.status, zeroed(got.body)) == (case.reply["status"], case.reply["body"])
        headers = {name.lower(): value for name, value in got.headers.items()}
        assert headers == case.reply.get("headers", {})
    else:
        assert zeroed(got) == case.reply["body"]


def test_every_recorded_stream_ends_in_done_unless_it_failed_or_is_qianfans() -> None:
    for dialect, case in CASES:
        if case.stream is not None:
            failed = isinstance(case.events[-1], Failed)
            done = not failed and dialect != "qianfan"
            assert case.stream.endswith("data: [DONE]\n\n") is done
