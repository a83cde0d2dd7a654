"""Results without an envelope (for in-process use), routes, and the table of dialects."""

from __future__ import annotations

import pytest

from localai.dialects import DIALECTS, dialect_of, workers_ai, workers_ai_result
from localai.dialects.dialect import Call, Parsed, Reply
from localai.errors import EngineError, InvalidRequest
from localai.reply import Failed, Finished, Notice, TextDelta, Usage
from localai.request import GenerateRequest

END = Finished("stop", Usage(3, 2))
COUNTS = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def test_a_whole_result_has_no_envelope() -> None:
    reply = Reply()
    for event in (Notice("n"), TextDelta("a"), TextDelta("b"), END):
        reply.add(event)
    assert workers_ai_result.result(reply) == {"response": "ab", "usage": COUNTS}
    assert reply.notices == ["n"]


def test_a_stream_has_usage_in_its_last_dict_only() -> None:
    events = (Notice("n"), TextDelta("a"), TextDelta("b"), END)
    pieces = workers_ai_result.Pieces()
    assert [piece for event in events for piece in pieces.of(event)] == [
        {"response": "a"},
        {"response": "b"},
        {"response": "", "usage": COUNTS},
    ]


def test_a_failure_is_raised_where_a_whole_answer_is_gathered() -> None:
    error = EngineError("llama_decode failed")
    with pytest.raises(EngineError) as caught:
        Reply().add(Failed(error))
    assert caught.value is error


def test_cached_tokens_are_shown_where_there_are_some() -> None:
    assert workers_ai_result.usage(Usage(3, 2, 1))["prompt_tokens_details"] == {"cached_tokens": 1}
    assert "prompt_tokens_details" not in workers_ai_result.usage(Usage(3, 2))


@pytest.mark.parametrize("key", ["input", "inputs"])
def test_a_body_that_names_the_model_may_wrap_the_input(key: str) -> None:
    call = Call(body={"model": "@cf/a/b", key: {"prompt": "x"}})
    parsed = workers_ai.parse(call)
    assert isinstance(parsed, Parsed)
    (request,) = parsed.requests
    assert isinstance(request, GenerateRequest)
    assert (request.model, request.prompt) == ("@cf/a/b", "x")
    wrongs: list[object] = [5, "x", [], None]
    for wrong in wrongs:
        with pytest.raises(InvalidRequest):
            workers_ai.parse(Call(body={"model": "@cf/a/b", key: wrong}))


def test_paths_belong_to_the_dialect_that_claims_them() -> None:
    for path in ("/client/v4/accounts/a/ai/run/x", "/ai/run/x", "/", "/nowhere"):
        assert dialect_of(path) is DIALECTS["workers_ai"]


def test_no_two_dialects_share_a_route_or_a_prefix() -> None:
    routes = [(r.method, r.path) for d in DIALECTS.values() for r in d.routes]
    prefixes = [prefix for d in DIALECTS.values() for prefix in d.prefixes]
    assert len(routes) == len(set(routes))
    assert len(prefixes) == len(set(prefixes))
    for d in DIALECTS.values():
        assert all(r.path.startswith(d.prefixes) for r in d.routes)
