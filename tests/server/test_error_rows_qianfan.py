"""Qianfan's table of errors, each row provoked for real: llama.cpp, a live server, a socket.

NOT_HERE holds the rows that no server of one's own can come to, with the reason. Together with what
is provoked they are the whole table.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from localai.dialects import qianfan_auth, qianfan_errors
from localai.dialects.dialect import Call
from localai.dialects.qianfan import PREFIX
from localai.errors import EngineError
from localai.reply import Failed, Progress, TextDelta
from localai.runtime import Runtime
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import Answer, Live, eventually, serve
from tests.server.rows import EVIL, MAX_BODY, crowded, small_runtime, table

KEY = "s3cret"
RUN = f"{PREFIX}/completions/@local/slow"
CHAT = f"{PREFIX}/chat/@local/chat"
TOKEN = "/oauth/2.0/token"
SHOWN = f"access_token={KEY}"

NOT_HERE: Mapping[int, str] = {
    1: "what goes wrong inside is known for the model layer's: 336000",
    4: "there is no limit on calls",
    13: "tokens need no service: they are signed by this server itself",
    15: "there are no apps to create",
    17: "there is no daily allowance",
    18: "calls are not counted by the second: a full queue is 336100",
    19: "there is no total allowance",
    336004: "every model is allowed to everyone who has the key",
    336007: "nobody has told what it is for",
    336104: "nobody has told what it says; a bad argument is 336003",
    336105: "nobody has told what it says; a bad argument is 336003",
    336501: "calls are not counted by the minute: a full queue is 336100",
    336502: "tokens are not counted by the minute: a full queue is 336100",
    500000: "there is no console",
}
TEXTS = {row["code"]: row.get("text", "") for row in table("qianfan")}


@dataclass(frozen=True)
class Row:
    code: int
    body: object = None
    path: str = RUN
    method: str = "POST"
    words: str = ""
    query: str = SHOWN
    headers: Mapping[str, str] = field(default_factory=dict)


def turns(*roles: str) -> dict[str, object]:
    return {"messages": [{"role": role, "content": "x"} for role in roles]}


P = {"prompt": "x"}
SIGNED = "bce-auth-v1/ak/2026-03-18T10:00:00Z/300/host/" + 64 * "0"
ROWS = [
    Row(3, P, f"{PREFIX}/images/x"),
    Row(3, P, f"{PREFIX}/completions"),
    Row(3, P, "/rpc/2.0/other"),
    Row(6, P, headers=EVIL, words="--allow-origin"),
    Row(6, P, headers={"Host": "evil.example"}, words="127.0.0.1"),
    Row(14, P, query="", headers={"Authorization": SIGNED}),
    Row(14, P, query="", headers={"Authorization": "bce-auth-v1/ak"}),
    Row(100, P, query="access_token="),
    Row(110, P, query=""),
    Row(110, P, query="access_token=24.0123456789abcdef0123456789abcdef.2592000.9999999999"),
    Row(110, P, query="access_token=other"),
    Row(110, P, query="", headers={"Authorization": "Bearer other"}),
    Row(110, {}, "/wenxinworkshop/service/list", query=""),
    Row(336000, P, f"{PREFIX}/completions/@local/broken", words="broken"),
    Row(336001, {}, words="`prompt` is missing"),
    Row(336001, {"prompt": None}, words="`prompt` is missing"),
    Row(336001, {}, CHAT, words="`messages` is missing"),
    Row(336002, b"{"),
    Row(336002, b""),
    Row(336002, b"[]"),
    Row(336002, b"prompt=x"),
    Row(336002, '{"prompt": "数据"}'.encode("gbk"), words="UTF-8"),
    Row(336003, {"prompt": ""}, words="`prompt` can not be empty"),
    Row(336003, {"prompt": 1}, words="`prompt` is 1"),
    Row(336003, {"prompt": "x" * 131_073}, words="131073 characters"),
    Row(336003, {**P, "stream": 1}, words="`stream` is 1"),
    Row(336003, {**P, "temperature": 0}, words="`temperature` is 0; allowed is (0, 1.0]"),
    Row(336003, {**P, "temperature": 1.5}, words="`temperature` is 1.5"),
    Row(336003, {**P, "temperature": -1}, words="`temperature` is -1"),
    Row(336003, {**P, "top_p": 1.01}, words="`top_p` is 1.01"),
    Row(336003, {**P, "top_p": -0.1}, words="`top_p` is -0.1"),
    Row(336003, {**P, "top_k": 0}, words="`top_k` is 0"),
    Row(336003, {**P, "top_k": 2.5}, words="`top_k` is 2.5"),
    Row(336003, {**P, "penalty_score": 0.9}, words="`penalty_score` is 0.9"),
    Row(336003, {**P, "penalty_score": 2.1}, words="`penalty_score` is 2.1"),
    Row(336003, {**P, "stop": list("abcde")}, words="at most 4"),
    Row(336003, {**P, "stop": ["x" * 21]}, words="`stop[0]` has 21 characters"),
    Row(336003, {**P, "stop": "x"}, words="`stop`"),
    Row(336003, {**P, "user_id": 7}, words="`user_id` is 7"),
    Row(336003, {"messages": []}, CHAT, words="`messages` is a list"),
    Row(336003, {"messages": [{"role": "user", "content": ""}]}, CHAT,
        words="message content can not be empty"),
    Row(336003, turns("system"), CHAT, words="`messages[0].role`"),
    Row(336005, P, f"{PREFIX}/completions/nobody_has_it", words="No such model: nobody_has_it"),
    Row(336005, P, f"{PREFIX}/completions/sqlcoder_7b", words="localai pull qianfan:sqlcoder_7b"),
    Row(336005, turns("user"), f"{PREFIX}/chat/nobody_has_it", words="No such model"),
    Row(336006, turns("user", "assistant"), CHAT, words="the length of messages must be an odd"),
    Row(336006, turns("assistant"), CHAT, words="the role of message with even index in"),
    Row(336006, turns("user", "user", "user"), CHAT, words="the role of message with odd index"),
    Row(336101, None, RUN, "GET", words="allowed is POST"),
    Row(336101, P, RUN, "PUT", words="allowed is POST"),
    Row(336101, {}, TOKEN, "DELETE"),
    Row(336103, {"prompt": "and " * 5000}, words="the context holds 4096"),
    Row(336103, {**P, "max_output_tokens": 5000}, words="the context holds 4096"),
    Row(336103, {"prompt": "x" * MAX_BODY}, words=str(MAX_BODY)),
]  # fmt: skip


@pytest.fixture
def runtime(slow_path: Path, tmp_path: Path) -> Iterator[Runtime]:
    with small_runtime(slow_path, tmp_path) as runtime:
        yield runtime


@pytest.fixture
def live(runtime: Runtime) -> Iterator[Live]:
    with serve(create_app(runtime, api_key=KEY, max_body=MAX_BODY)) as live:
        yield live


def ask(live: Live, row: Row, **more: object) -> Answer:
    path = f"{row.path}?{row.query}" if row.query else row.path
    body = {**row.body, **more} if isinstance(row.body, dict) else row.body
    return live.call(row.method, path, body, row.headers)


def check(answer: Answer, row: Row) -> None:
    told = answer.json()
    assert (answer.status, told["error_code"]) == (200, row.code), (row, told)
    assert answer.headers["content-type"] == "application/json"
    # Some clients read the first line alone.
    assert b"\n" not in answer.body
    assert told["error_msg"].startswith(TEXTS[row.code]) and told["error_msg"]
    assert row.words in told["error_msg"], told
    keys = {"error_code", "error_msg"} | ({"id"} if row.code >= 336000 else set())
    assert set(told) == keys


def test_every_row_has_its_code_form_and_type_and_is_http_200(live: Live) -> None:
    for row in ROWS:
        check(ask(live, row), row)


def test_a_stream_that_fails_before_its_first_frame_is_told_the_same_way(live: Live) -> None:
    for row in ROWS:
        if row.method == "POST" and isinstance(row.body, dict) and "stream" not in row.body:
            check(ask(live, row, stream=True), row)


def test_a_token_that_is_too_old_is_told_111(live: Live) -> None:
    asked = {"grant_type": "client_credentials", "client_id": "ak", "client_secret": KEY}
    long_ago = time.time() - qianfan_auth.TOKEN_SECONDS - 60
    given = qianfan_auth.issue(Call(query=asked, key=KEY), (), lambda: long_ago)
    row = Row(111, P, query=urlencode({"access_token": given["access_token"]}))
    check(ask(live, row), row)


@pytest.mark.parametrize("stream", [False, True])
def test_whoever_finds_no_place_is_told_336100(live: Live, stream: bool) -> None:
    row = Row(336100, {**P, "stream": stream})
    busy = f"{RUN}?{SHOWN}"
    answers: list[Answer] = []

    def refused() -> bool:
        answers.append(ask(live, row, max_output_tokens=1))
        return b"error_code" in answers[-1].body

    with crowded(live, busy, {"prompt": "x", "max_output_tokens": 500}, {}):
        eventually(refused, 30)
    check(answers[-1], row)


def test_a_runtime_that_is_closed_says_2(live: Live, runtime: Runtime) -> None:
    runtime.close()
    row = Row(2, P)
    check(ask(live, row), row)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("query", "error", "words"),
    [
        ({"client_id": "", "client_secret": KEY}, "invalid_client", "unknown client id"),
        ({"client_id": "ak"}, "invalid_client", "Client authentication failed"),
        ({"client_id": "ak", "client_secret": "x"}, "invalid_client",
         "Client authentication failed"),
        ({"client_id": "ak", "client_secret": KEY, "grant_type": "password"},
         "unsupported_grant_type", "client_credentials"),
    ],
)  # fmt: skip
def test_refused_credentials_have_oauths_own_form(
    live: Live, method: str, query: dict[str, str], error: str, words: str
) -> None:
    query = {"grant_type": "client_credentials", **query}
    answer = live.call(method, f"{TOKEN}?{urlencode(query)}", b"{}" if method == "POST" else None)
    told = answer.json()
    assert (answer.status, answer.headers["content-type"]) == (401, "application/json")
    assert set(told) == {"error", "error_description"}
    assert told["error"] == error and words in told["error_description"]


def test_a_stream_that_fails_half_way_ends_with_the_fault_as_a_frame() -> None:
    half = (Progress(0, 3), TextDelta("SELECT"), Failed(EngineError("llama_decode failed.")))
    with serve(create_app(FakeRuntime({"x": play(*half)}))) as live:
        answer = live.post({**P, "stream": True}, f"{PREFIX}/completions/sqlcoder_7b")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    *_, last, end = answer.body.split(b"\n\n")
    assert last.startswith(b'data: {"error_code":336000,"error_msg":"Internal error: ')
    assert end == b""


def test_the_whole_table_is_provoked_or_given_up_with_a_reason() -> None:
    provoked = {row.code for row in ROWS} | {2, 111, 336100}
    assert not provoked & set(NOT_HERE)
    assert provoked | set(NOT_HERE) == set(TEXTS)
    assert all(NOT_HERE.values())


def test_no_error_is_told_by_a_row_that_the_table_lacks() -> None:
    for row in qianfan_errors.TABLE.values():
        assert row.code in TEXTS
        assert row.text == TEXTS[row.code] or row.code == 336100
