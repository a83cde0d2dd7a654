"""OpenAI's dialect alone: bodies, answers, chunks, faults."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from localai import errors
from localai.dialects import dialect, openai
from localai.dialects.dialect import Call, Reply
from localai.dialects.openai_input import WHOLE_CONTEXT, chat, completion
from localai.errors import InvalidRequest, LocalAIError, NotSupported
from localai.reply import (
    Event,
    Failed,
    Finished,
    Notice,
    TextDelta,
    TokenScore,
    ToolCallDelta,
    Usage,
)
from localai.request import GenerateRequest, Message, Sampling, ToolCall, ToolChoice

HELLO = [{"role": "user", "content": "hello"}]
END = Finished("stop", Usage(5, 2))


def asked(**more: Any) -> GenerateRequest:
    return chat("m", {"messages": HELLO, **more})[0]


def test_a_bare_chat_has_the_published_defaults() -> None:
    assert asked() == GenerateRequest(
        "m",
        messages=(Message("user", "hello"),),
        sampling=Sampling(temperature=1.0),
        usual_tokens=WHOLE_CONTEXT,
        dialect="openai",
    )


def test_every_option_arrives() -> None:
    got = asked(
        max_tokens=9, temperature=0, top_p=0.5, seed=-1, frequency_penalty=-2, presence_penalty=2,
        stop="x", logprobs=True, top_logprobs=3, logit_bias={"7": -100}, stream=True,
        response_format={"type": "json_object"}, tools=[{"function": {"name": "f"}}],
        tool_choice="required", parallel_tool_calls=False, user="u", store=True,
    )  # fmt: skip
    assert got.sampling == Sampling(
        0.0, 0.5, 0, 2**64 - 1, 1.0, -2.0, 2.0, logit_bias=((7, -100.0),)
    )
    assert (got.max_tokens, got.stop, got.top_logprobs, got.stream) == (9, ("x",), 3, True)
    assert (got.sampling.logit_bias, got.json_schema) == (((7, -100.0),), {})
    assert got.tool_choice == ToolChoice("required", several=False)
    assert asked(max_completion_tokens=4, max_tokens=9).max_tokens == 4


def test_turns_arrive_with_calls_results_and_parts() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    turns = [
        {"role": "developer", "content": "d"},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "9"},
    ]
    assert asked(messages=turns).messages == (
        Message("system", "d"),
        Message("user", "a\nb"),
        Message("assistant", "", tool_calls=(ToolCall("c1", "f", "{}"),)),
        Message("tool", "9", tool_call_id="c1"),
    )


def test_choices_are_requests_of_their_own_with_seeds_of_their_own() -> None:
    requests = chat("m", {"messages": HELLO, "n": 3, "seed": 8})
    assert [request.sampling.seed for request in requests] == [8, 9, 10]
    both = completion("m", {"prompt": ["a", "b"], "n": 2})
    assert [request.prompt for request in both] == ["a", "a", "b", "b"]
    assert {(request.raw, request.max_tokens) for request in both} == {(True, 16)}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -1}, "top_p"),
        ({"n": 0}, "n"),
        ({"n": 17}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"stop": [""]}, "stop[0]"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"logit_bias": {"1": 101}}, "logit_bias.1"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"parallel_tool_calls": "no"}, "parallel_tool_calls"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"stream": 1}, "stream"),
    ],
)
def test_a_bad_field_is_refused_by_its_path(body: Mapping[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat("m", {"messages": HELLO, **body})
    assert caught.value.field.startswith(field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools[0].type"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {}}}, "tool_choice.type"),
    ],
)
def test_tools_that_are_no_functions_are_refused_by_their_type(
    body: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(NotSupported, match="only functions") as caught:
        chat("m", {"messages": HELLO, **body})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "body", [{"functions": []}, {"modalities": ["audio"]}, {"audio": {}}, {"prediction": {}}]
)
def test_what_a_local_model_cannot_do_is_refused_by_name(body: Mapping[str, Any]) -> None:
    with pytest.raises(NotSupported) as caught:
        chat("m", {"messages": HELLO, **body})
    assert caught.value.field in body


@pytest.mark.parametrize("name", ["suffix", "echo", "best_of"])
def test_what_completions_cannot_do_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotSupported) as caught:
        completion("m", {"prompt": "x", name: 7})
    assert caught.value.field == name


def test_token_ids_are_no_prompt() -> None:
    with pytest.raises(NotSupported, match="send text"):
        completion("m", {"prompt": [1, 2, 3]})


def test_unknown_keys_pass_and_are_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        asked(min_p=0.1, user="u")
    assert "min_p" in caplog.text
    assert "user" not in caplog.text


def frames(responder: openai.ChatResponder, *events: tuple[Event, int]) -> list[Any]:
    return [frame for event, choice in events for frame in responder.frames(event, choice)]


def test_chunks_begin_with_the_role_and_end_with_the_reason_and_usage() -> None:
    responder = openai.ChatResponder("m", choices=2, usage=True)
    told = frames(responder, (TextDelta("a"), 0), (TextDelta("b"), 1), (TextDelta("c"), 0),
                  (END, 0), (END, 1))  # fmt: skip
    deltas = [(c["choices"][0]["index"], c["choices"][0]["delta"]) for c in told[:-1]]
    assert deltas == [
        (0, {"role": "assistant", "content": "a"}),
        (1, {"role": "assistant", "content": "b"}),
        (0, {"content": "c"}),
        (0, {}),
        (1, {}),
    ]
    assert [c["choices"][0]["finish_reason"] for c in told[:-1]] == [None, None, None] + [
        "stop"
    ] * 2
    assert [c["usage"] for c in told[:-1]] == [None] * 5
    # The prompt that both share counts once.
    assert told[-1]["choices"] == []
    assert told[-1]["usage"] == {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}
    assert len({(c["id"], c["created"], c["object"]) for c in told}) == 1


def test_choices_begin_in_order_whichever_speaks_first() -> None:
    # OpenAI's own stream helper puts them together by their places.
    responder = openai.ChatResponder("m", choices=3)
    told = frames(responder, (TextDelta("c"), 2), (TextDelta("a"), 0), (END, 1))
    said = [(c["choices"][0]["index"], c["choices"][0]["delta"]) for c in told]
    opening = {"role": "assistant", "content": ""}
    begun = [(0, opening), (1, opening), (2, opening | {"content": "c"})]
    assert said == [*begun, (0, {"content": "a"}), (1, {})]
    # What says nothing begins nothing, and an error stands alone.
    assert openai.ChatResponder("m", choices=2).frames(Notice("n"), 1) == ()
    assert len(openai.ChatResponder("m", choices=2).frames(Failed(errors.Closed()), 1)) == 1


@pytest.mark.parametrize(
    ("scores", "chat", "completion"),
    [
        (False, None, None),
        (
            True,
            {"content": [], "refusal": None},
            {"tokens": [], "token_logprobs": [], "top_logprobs": [], "text_offset": []},
        ),
    ],
)
def test_an_answer_without_a_word_has_the_scores_that_were_asked_for(
    scores: bool, chat: Any, completion: Any
) -> None:
    reply = Reply()
    reply.add(END)
    told = openai.ChatResponder("m", scores=scores).whole([reply])
    assert told["choices"][0]["logprobs"] == chat
    told = openai.CompletionResponder("m", scores=scores).whole([reply])
    assert told["choices"][0]["logprobs"] == completion
    asked = {"logprobs": True} if scores else {}
    body = {"model": "m", "messages": [{"role": "user", "content": "a"}], **asked}
    parsed = openai.parse_chat(Call(body=body))
    assert parsed.responder.whole([reply])["choices"][0]["logprobs"] == chat


def test_calls_stream_their_arguments_in_pieces() -> None:
    told = frames(
        openai.ChatResponder("m"),
        (ToolCallDelta(0, "", id="c1", name="f"), 0),
        (ToolCallDelta(0, '{"a":'), 0),
        (ToolCallDelta(0, "1}"), 0),
        (Finished("tool_calls", Usage(1, 1)), 0),
    )
    calls = [chunk["choices"][0]["delta"].get("tool_calls") for chunk in told]
    assert calls[0] == [
        {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}
    ]
    assert [call[0]["function"]["arguments"] for call in calls[1:3]] == ['{"a":', "1}"]
    assert told[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_whole_answer_has_calls_and_log_probabilities() -> None:
    reply = Reply(finished=Finished("tool_calls", Usage(1, 1, 1)))
    reply.calls.append(ToolCall("c1", "f", "{}"))
    whole = openai.ChatResponder("m").whole([reply])
    (choice,) = whole["choices"]
    assert choice["message"]["content"] is None
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}
    assert whole["usage"]["prompt_tokens_details"] == {"cached_tokens": 1}
    score = TokenScore("é".encode(), -0.5, ((b"\xc3", float("-inf")),))
    scored = Reply(["é"], [score], finished=END)
    (choice,) = openai.ChatResponder("m").whole([scored])["choices"]
    assert choice["logprobs"]["content"] == [
        {
            "token": "é", "logprob": -0.5, "bytes": [0xC3, 0xA9],
            "top_logprobs": [{"token": "\ufffd", "logprob": -9999.0, "bytes": [0xC3]}],
        }
    ]  # fmt: skip


def test_completions_have_the_older_shape_with_offsets_that_go_on() -> None:
    responder = openai.CompletionResponder("m", choices=1, usage=True)
    one, two = TokenScore(b"ab", -1.0), TokenScore(b"c", -2.0, ((b"d", -0.1),))
    told = [
        frame
        for event in (TextDelta("ab", (one,)), TextDelta("c", (two,)), END)
        for frame in responder.frames(event, 0)
    ]
    assert told[0]["choices"][0]["logprobs"]["text_offset"] == [0]
    assert told[1]["choices"][0]["logprobs"] == {
        "tokens": ["c"], "token_logprobs": [-2.0], "top_logprobs": [{"d": -0.1}],
        "text_offset": [2],
    }  # fmt: skip
    assert told[2]["choices"][0]["finish_reason"] == "stop"
    assert told[3]["usage"]["total_tokens"] == 7


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidRequest("no", field="n"), 400, None),
        (errors.ContextExceeded(9, 9, 9), 400, "context_length_exceeded"),
        (errors.SchemaUnmet("no"), 400, "json_mode_unmet"),
        (errors.CallUnmet("no"), 400, "tool_call_unmet"),
        (dialect.NotAuthenticated("no"), 401, "invalid_api_key"),
        (dialect.Forbidden("no"), 403, None),
        (errors.UnknownModel("x"), 404, "model_not_found"),
        (dialect.NoRoute("/v1/x"), 404, "unknown_url"),
        (dialect.WrongMethod("GET", ["POST"]), 405, "method_not_supported"),
        (dialect.BodyTooLarge(9), 413, None),
        (errors.Overloaded(9), 429, "rate_limit_exceeded"),
        (errors.EngineError("no"), 500, None),
        (errors.Closed(), 503, None),
    ],
)
def test_errors_have_openais_object(error: LocalAIError, status: int, code: str | None) -> None:
    reply = openai.DIALECT.error(error)
    assert reply.status == status
    told = reply.body["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert (told["code"], told["message"]) == (code, str(error))
    (frame,) = openai.ChatResponder("m").frames(Failed(error), 0)
    assert frame == reply.body


def test_usage_of_a_stream_is_asked_of_streams_alone() -> None:
    body = {"model": "m", "messages": HELLO, "stream_options": {"include_usage": True}}
    with pytest.raises(InvalidRequest, match="only for a stream"):
        openai.parse_chat(Call(body=body))
    assert openai.parse_chat(Call(body={**body, "stream": True})).stream
