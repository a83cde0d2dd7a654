"""Qianfan's dialect alone: bodies, frames, faults, tokens and signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from localai import errors
from localai.dialects import dialect, qianfan, qianfan_auth
from localai.dialects import qianfan_errors as faults
from localai.dialects.dialect import Call, NotAuthenticated, Reply
from localai.dialects.qianfan_input import chat, completion
from localai.errors import InvalidRequest, LocalAIError
from localai.reply import Event, Failed, Finished, Progress, TextDelta, Usage
from localai.request import Message, Sampling

KEY = "sécret"
MODEL = f"{qianfan.PREFIX}/completions/sqlcoder_7b"


def asked(body: Mapping[str, Any]) -> Call:
    return Call({"name": "sqlcoder_7b"}, {}, body)


def test_a_bare_prompt_is_greedy_verbatim_and_512_tokens_long() -> None:
    request = completion(asked({"prompt": "### Task"}))
    assert (request.prompt, request.raw, request.dialect) == ("### Task", True, "qianfan")
    assert (request.max_tokens, request.usual_tokens) == (None, 512)
    assert request.sampling == Sampling(temperature=0.0)
    assert (request.stop, request.stream) == ((), False)


def test_every_parameter_of_the_page_arrives() -> None:
    body = {
        "prompt": "p",
        "stream": True,
        "temperature": 0.95,
        "top_k": 5,
        "top_p": 0.8,
        "penalty_score": 1,
        "stop": ["a", "b" * 20, "c", "d"],
        "user_id": "u",
    }
    request = completion(asked(body))
    assert request.sampling == Sampling(0.95, top_p=0.8, top_k=5, repetition_penalty=1.0)
    assert request.stop == ("a", "b" * 20, "c", "d")
    assert request.stream


def test_what_clients_send_besides_is_tolerated() -> None:
    extra = {"extra_parameters": {"request_source": "qianfan_py_sdk"}, "model": "SQLCODER-7B"}
    nothing: Mapping[str, Any] = {
        "stop": None,
        "tools": [],
        "tool_choice": "auto",
        "response_format": "text",
    }
    request = completion(asked({"prompt": "p", **nothing, **extra}))
    assert request.model == "sqlcoder_7b"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, 336001, "prompt"),
        ({"prompt": ""}, 336003, "empty"),
        ({"prompt": 7}, 336003, "`prompt` is 7"),
        ({"prompt": "p", "temperature": 0}, 336003, "(0, 1.0]"),
        ({"prompt": "p", "temperature": 1.01}, 336003, "`temperature` is 1.01"),
        ({"prompt": "p", "temperature": "1"}, 336003, "temperature"),
        ({"prompt": "p", "top_p": -0.1}, 336003, "top_p"),
        ({"prompt": "p", "top_k": 0}, 336003, "top_k"),
        ({"prompt": "p", "top_k": 1.5}, 336003, "top_k"),
        ({"prompt": "p", "penalty_score": 0.9}, 336003, "penalty_score"),
        ({"prompt": "p", "penalty_score": 2.1}, 336003, "penalty_score"),
        ({"prompt": "p", "stop": "x"}, 336003, "stop"),
        ({"prompt": "p", "stop": list("abcde")}, 336003, "at most 4"),
        ({"prompt": "p", "stop": ["x" * 21]}, 336003, "stop[0]"),
        ({"prompt": "p", "stop": [""]}, 336003, "stop[0]"),
        ({"prompt": "p", "stream": "yes"}, 336003, "stream"),
        ({"prompt": "p", "tools": [{"type": "function"}]}, 336003, "`tools` is not supported"),
        ({"prompt": "p", "functions": [{"name": "f"}]}, 336003, "`functions` is not supported"),
        ({"prompt": "p", "response_format": "json_object"}, 336003, "`response_format`"),
    ],
)
def test_a_bad_field_is_named_with_its_range(
    body: Mapping[str, Any], code: int, words: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        completion(asked(body))
    fault = faults.fault(caught.value)
    assert fault["error_code"] == code
    assert words in fault["error_msg"]


def test_a_conversation_keeps_its_turns_and_its_system_text() -> None:
    turns = [{"role": r, "content": r[0]} for r in ("user", "assistant", "user")]
    request = chat(asked({"messages": turns, "system": "s"}))
    assert request.messages == (
        Message("system", "s"), Message("user", "u"), Message("assistant", "a"),
        Message("user", "u"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([], 336003),
        (["user", "assistant"], 336006),
        (["assistant"], 336006),
        (["user", "user", "user"], 336006),
        (["system"], 336003),
        ([None], 336003),
    ],
)
def test_turns_out_of_order_are_refused_in_the_vendors_words(
    roles: list[str | None], code: int
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(asked({"messages": [{"role": role, "content": "x"} for role in roles]}))
    assert faults.fault(caught.value)["error_code"] == code


def test_frames_count_on_and_the_last_says_so() -> None:
    responder = qianfan.QianfanResponder("as-0123456789", 1711439139)
    events: list[Event] = [Progress(0, 16), Progress(16, 16), TextDelta("a"), TextDelta("b")]
    events.append(Finished("stop", Usage(16, 2)))
    frames = [frame for event in events for frame in responder.frames(event, 0)]
    assert [(f["sentence_id"], f["is_end"], f["result"]) for f in frames] == [
        (0, False, "a"), (1, False, "b"), (2, True, ""),
    ]  # fmt: skip
    assert frames[0]["usage"] == {"prompt_tokens": 16, "completion_tokens": 0, "total_tokens": 16}
    assert frames[2]["usage"] == {"prompt_tokens": 16, "completion_tokens": 2, "total_tokens": 18}
    assert all("error_code" not in f and f["is_safe"] == 1 for f in frames)


def test_no_frame_holds_the_word_that_one_client_drops_lines_for() -> None:
    responder = qianfan.QianfanResponder("as-0123456789", 0)
    frames = responder.frames(TextDelta("SELECT event FROM events"), 0)
    assert "".join(frame["result"] for frame in frames) == "SELECT event FROM events"
    assert not any("event" in frame["result"] for frame in frames)


def test_a_failure_in_mid_stream_carries_the_answers_id() -> None:
    responder = qianfan.QianfanResponder("as-0123456789", 0)
    (frame,) = responder.frames(Failed(errors.EngineError("llama_decode failed")), 0)
    assert (frame["error_code"], frame["id"]) == (336000, "as-0123456789")


def test_a_whole_answer_is_the_documented_object() -> None:
    reply = Reply(["SELECT 1;\n```"], finished=Finished("stop", Usage(360, 52)))
    responder = qianfan.QianfanResponder("as-1q2bqicwdp", 1711439139)
    assert responder.whole([reply]) == {
        "id": "as-1q2bqicwdp",
        "object": "chat.completion",
        "created": 1711439139,
        "result": "SELECT 1;\n```",
        "is_safe": 1,
        "usage": {"prompt_tokens": 360, "completion_tokens": 52, "total_tokens": 412},
    }


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (dialect.NoRoute("/rpc/x"), 3, "Unsupported openapi method"),
        (dialect.WrongMethod("GET", ["POST"]), 336101, "Invalid HTTP Method"),
        (dialect.BadBody("no"), 336002, "Invalid JSON"),
        (dialect.NoBody("no"), 336002, "Invalid JSON"),
        (dialect.BodyTooLarge(9), 336103, "Prompt tokens too long"),
        (dialect.Forbidden("no"), 6, "No permission to access data"),
        (dialect.NotAuthenticated("no"), 110, "Access token invalid or no longer valid"),
        (faults.TokenExpired("no"), 111, "Access token expired"),
        (faults.BadToken("no"), 100, "Invalid parameter"),
        (faults.BadSignature("no"), 14, "IAM Certification failed"),
        (errors.UnknownModel("x"), 336005, "API name not exist"),
        (errors.ContextExceeded(9, 9, 9), 336103, "Prompt tokens too long"),
        (errors.Overloaded(9), 336100, "high load"),
        (errors.Closed(), 2, "Service temporarily unavailable"),
        (errors.EngineError("x"), 336000, "Internal error"),
    ],
)
def test_errors_are_200_with_the_vendors_code(error: LocalAIError, code: int, text: str) -> None:
    reply = qianfan.DIALECT.error(error)
    assert reply.status == 200
    assert reply.body["error_code"] == code
    assert reply.body["error_msg"].startswith(text)
    assert ("id" in reply.body) is (code >= 336000)


def token(**query: str) -> Any:
    asked = {"grant_type": "client_credentials", "client_id": "ak", "client_secret": KEY, **query}
    return qianfan_auth.issue(Call(query=asked, key=KEY), (), lambda: 1_000_000.0)


def shown(**more: Any) -> Call:
    return Call(target=MODEL, key=KEY, **more)


def test_a_token_is_good_for_thirty_days_and_needs_no_memory() -> None:
    given = token()
    assert given["expires_in"] == 2_592_000
    call = shown(query={"access_token": given["access_token"]})
    qianfan_auth.authenticate(call, lambda: 1_000_000.0 + 2_592_000)
    with pytest.raises(faults.TokenExpired):
        qianfan_auth.authenticate(call, lambda: 1_000_001.0 + 2_592_000)
    with pytest.raises(NotAuthenticated):
        qianfan_auth.authenticate(replace(call, key="another"), lambda: 1_000_000.0)


@pytest.mark.parametrize(
    ("query", "error", "words"),
    [
        ({"client_id": ""}, "invalid_client", "unknown client id"),
        ({"client_secret": "x"}, "invalid_client", "Client authentication failed"),
        ({"grant_type": "password"}, "unsupported_grant_type", "client_credentials"),
    ],
)
def test_wrong_credentials_get_oauths_own_error(
    query: dict[str, str], error: str, words: str
) -> None:
    with pytest.raises(faults.OAuthRefused) as caught:
        token(**query)
    reply = qianfan.DIALECT.error(caught.value)
    assert (reply.status, reply.body["error"]) == (401, error)
    assert words in reply.body["error_description"]


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("", faults.BadToken),
        ("x", NotAuthenticated),
        ("24.00000000000000000000000000000000.2592000.9999999999", NotAuthenticated),
        ("24.a.b.c", NotAuthenticated),
    ],
)
def test_a_token_that_was_never_issued_is_refused(token: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        qianfan_auth.authenticate(shown(query={"access_token": token}))


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "x"}])
def test_a_call_without_credentials_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(NotAuthenticated):
        qianfan_auth.authenticate(shown(headers=headers))


@pytest.mark.parametrize("scheme", ["Bearer", "ACCESSCODE"])
def test_the_key_itself_will_do(scheme: str) -> None:
    qianfan_auth.authenticate(shown(headers={"authorization": f"{scheme} {KEY}"}))
    qianfan_auth.authenticate(shown(query={"access_token": KEY}))


SIGNED = {
    "host": "127.0.0.1:8642",
    "content-type": "application/json",
    "request_id": "sdk-py-0.4.12.3-abc",
    "x-bce-date": "2026-03-18T10:00:00Z",
}


@pytest.mark.parametrize(
    "names", ["request_id;content-type;host;x-bce-date", "content-type;host;x-bce-date", ""]
)
def test_a_signature_holds_for_its_own_call_and_secret_alone(names: str) -> None:
    prefix = "bce-auth-v1/ak/2026-03-18T10:00:00Z/300"
    call = shown(headers=SIGNED)
    text = qianfan_auth.canonical(call, names.split(";") if names else None)
    signature = qianfan_auth._hmac(qianfan_auth._hmac(KEY, prefix), text)
    header = f"{prefix}/{names}/{signature}"
    signed = replace(call, headers={**SIGNED, "authorization": header})
    qianfan_auth.authenticate(signed)
    for forged in (
        replace(signed, key="another"),
        replace(signed, target=MODEL + "x"),
        replace(signed, headers={**signed.headers, "host": "evil:8642"}),
        replace(
            signed, headers={**SIGNED, "authorization": header[:-1] + "0"[header[-1] == "0" :]}
        ),
        replace(signed, headers={**SIGNED, "authorization": "bce-auth-v1/ak"}),
    ):
        with pytest.raises(faults.BadSignature):
            qianfan_auth.authenticate(forged)
