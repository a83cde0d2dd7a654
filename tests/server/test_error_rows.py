"""Workers AI's table of errors, each row provoked for real: llama.cpp, a live server, a socket.

NOT_HERE holds the rows that no server of one's own can come to, with the reason; SCRIPTED those
that need a moment which only a scripted runtime can hold still. Together they are the whole table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from localai.dialects import workers_ai_errors
from localai.errors import AccessDenied, Cancelled, EngineError, LocalAIError
from localai.registry import Registry
from localai.reply import Failed
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import Answer, Live, eventually, serve
from tests.server.rows import EVIL, MAX_BODY, crowded, small_runtime, table
from tests.test_runtime import local_model

KEY = "s3cret"
ACCOUNT = "/client/v4/accounts/a1/ai"
RUN = f"{ACCOUNT}/run/@local/slow"

NOT_HERE: Mapping[int, str] = {
    5016: "there are no terms of Llama 3.2 to agree to here",
    3023: "an account's service cannot be switched off: there are no accounts",
    3041: "every model is allowed to everyone who has the key",
    5019: "no SDK is too old for this server",
    3007: "no request runs out of time: a client that goes away ends it",
    3036: "there is no daily allowance",
    4006: "there is no daily allowance",
    5028: "no model is withdrawn from a machine that has it",
    1031: "it is wrangler's own login that fails with it",
    5004: "text models take no base64 input",
    9106: "a header that is missing or malformed is answered as a wrong key: 10000",
    6002: "every model has a schema: those without a published one have the family's",
    1000: "no adapters are uploaded",
}


@dataclass(frozen=True)
class Row:
    code: int
    status: int
    body: object = None
    path: str = RUN
    method: str = "POST"
    words: str = ""
    gateway: bool = False
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"Bearer {KEY}"})


JSON = {"type": "json_schema", "json_schema": {"type": "object", "required": ["name"],
        "properties": {"name": {"type": "string"}}}}  # fmt: skip
TURN = {"messages": [{"role": "user", "content": "x"}]}
TOOL = {"name": "weather", "parameters": {"type": "object", "required": ["city"],
        "properties": {"city": {"type": "string"}}}}  # fmt: skip

ROWS = [
    Row(5006, 400, {"prompt": "x", "temperature": 9}, words="AiError: Bad input: `temperature`"),
    Row(5006, 400, {}, words="AiError: Bad input: Neither `prompt` nor `messages`"),
    Row(5006, 400, {"text": ["a"]}, words="AiError: Bad input: `text` asks for vectors"),
    Row(5006, 400, b"{", words="AiError: Bad input:"),
    Row(3003, 400, b"", words="The request is missing its body"),
    Row(3006, 413, {"prompt": "x" * MAX_BODY}, words=str(MAX_BODY)),
    Row(5007, 400, {"prompt": "x"}, f"{ACCOUNT}/run/@cf/a/b", words="No such model: @cf/a/b"),
    Row(3042, 404, {"prompt": "x"}, f"{ACCOUNT}/run/a%20b", words="The model name is invalid"),
    Row(5007, 400, {**TURN, "n": 1}, f"{ACCOUNT}/run/@cf/a/b", words="No such model: @cf/a/b"),
    Row(5007, 400, {"prompt": "x", "model": "@cf/a/b"}, f"{ACCOUNT}/run", words="No such model"),
    Row(5007, 400, {"prompt": "x"}, f"{ACCOUNT}/run/@cf/defog/sqlcoder-7b-2", words="localai pull"),
    Row(5007, 400, None, f"{ACCOUNT}/models/schema?model=@cf/a/b", "GET", "No such model"),
    Row(5006, 400, {"prompt": "x", "lora": "nobody"}, words="No such LoRA adapter: nobody"),
    Row(5005, 405, {"prompt": "x", "lora": "of-chat"}, words="does not support LoRa inference"),
    Row(3039, 400, {"prompt": "x", "lora": "lost"}, words="lost.gguf"),
    Row(5021, 413, {"prompt": "x", "max_tokens": 5000}, words="the context holds 4096"),
    Row(5021, 413, {"prompt": "and " * 5000}, words="the context holds 4096"),
    Row(5902, 500, {"prompt": "x"}, f"{ACCOUNT}/run/@local/broken", words="AiError: "),
    Row(5906, 400, {"prompt": "x", "response_format": JSON, "max_tokens": 3},
        words="JSON Mode couldn't be met"),
    Row(8006, 400, {**TURN, "tools": [TOOL], "tool_choice": "required", "max_tokens": 3},
        words="A function call couldn't be completed"),
    Row(10000, 401, {"prompt": "x"}, words="Authentication error", gateway=True, headers={}),
    Row(10000, 401, {"prompt": "x"}, words="Authentication error", gateway=True,
        headers={"Authorization": "Bearer wrong"}),
    Row(10000, 401, {"prompt": "x"}, words="Authentication error", gateway=True,
        headers={"Authorization": KEY}),
    Row(7003, 404, {"prompt": "x"}, f"{ACCOUNT}/runs", words="Could not route", gateway=True),
    Row(7001, 405, None, RUN, "GET", "GET not supported for requested URI.", gateway=True),
    Row(7001, 405, None, f"{ACCOUNT}/v1/models", "GET", "GET not supported for requested URI.",
        gateway=True),
    Row(5905, 403, {"prompt": "x"}, words="", gateway=True,
        headers={"Authorization": f"Bearer {KEY}", **EVIL}),
]  # fmt: skip


@pytest.fixture
def runtime(slow_path: Path, tmp_path: Path) -> Iterator[Runtime]:
    with small_runtime(slow_path, tmp_path) as runtime:
        yield runtime


@pytest.fixture
def live(runtime: Runtime) -> Iterator[Live]:
    with serve(create_app(runtime, api_key=KEY, max_body=MAX_BODY)) as live:
        yield live


def check(answer: Answer, row: Row) -> None:
    told: dict[str, Any] = answer.json()
    assert (answer.status, told["errors"][0]["code"]) == (row.status, row.code), told
    assert answer.headers["content-type"] == "application/json"
    assert set(told) == {"result", "success", "errors", "messages"}
    assert (told["success"], told["messages"]) == (False, [])
    assert told["result"] == (None if row.gateway else {})
    assert row.words in told["errors"][0]["message"]


def ask(live: Live, row: Row) -> Answer:
    return live.call(row.method, row.path, row.body, row.headers)


def test_every_row_has_its_code_status_envelope_and_type(live: Live) -> None:
    for row in ROWS:
        check(ask(live, row), row)


def test_a_stream_that_fails_at_once_is_told_the_same_way(live: Live) -> None:
    for row in ROWS:
        if row.method == "POST" and isinstance(row.body, dict) and row.code not in (5906, 8006):
            body = {**row.body, "stream": True}
            check(live.call("POST", row.path, body, row.headers), row)


def test_whoever_finds_no_place_or_may_not_wait_is_told_3040(live: Live) -> None:
    row = Row(3040, 429)
    with crowded(live, RUN, {"prompt": "x", "max_tokens": 500}, row.headers):
        for more in ({}, {"options": {"rejectIfBusy": True}}):
            answers: list[Answer] = []

            def refused(more: Any = more, answers: list[Answer] = answers) -> bool:
                body = {"prompt": "y", "max_tokens": 1, **more}
                answers.append(live.call("POST", RUN, body, row.headers))
                return answers[-1].status == 429

            eventually(refused, 30)
            check(answers[-1], row)
            assert answers[-1].headers["retry-after"] == "1"


def test_a_runtime_that_is_closed_says_so(live: Live, runtime: Runtime) -> None:
    runtime.close()
    row = Row(5904, 503, {"prompt": "x"})
    check(ask(live, row), row)


def test_a_model_that_is_larger_than_the_memory_says_so(slow_path: Path) -> None:
    local_model(slow_path, "slow")
    row = Row(5901, 503, {"prompt": "x"})
    config = RuntimeConfig(threads=1, memory_budget=1_000_000)
    with (
        Runtime(Registry.load(), config=config) as runtime,
        serve(create_app(runtime, api_key=KEY)) as live,
    ):
        check(ask(live, row), row)


SCRIPTED: Mapping[int, LocalAIError] = {
    3008: Cancelled(),
    5018: AccessDenied("The repository is gated."),
    5900: LocalAIError("The server failed inside; its log says more."),
    5903: EngineError("llama_decode failed."),
}


@pytest.mark.parametrize("code", SCRIPTED)
@pytest.mark.parametrize("stream", [False, True])
def test_what_only_a_script_can_hold_still(code: int, stream: bool) -> None:
    (status,) = next(row["status"] for row in table("workers_ai") if row["code"] == code)
    row = Row(code, status, {"prompt": "x", "stream": stream})
    app = create_app(FakeRuntime({"x": play(Failed(SCRIPTED[code]))}), api_key=KEY)
    with serve(app) as live:
        check(ask(live, row), row)


def test_the_whole_table_is_provoked_or_given_up_with_a_reason() -> None:
    # These come by themselves: 7000 goes with 7003, the others have tests of their own above.
    provoked = {row.code for row in ROWS} | set(SCRIPTED) | {7000, 3040, 5901, 5904, 5005, 3039}
    assert not provoked & set(NOT_HERE)
    assert provoked | set(NOT_HERE) == {row["code"] for row in table("workers_ai")}
    assert all(NOT_HERE.values())


def test_statuses_and_words_are_the_tables() -> None:
    rows = {row["code"]: row for row in table("workers_ai")}
    for row in ROWS:
        assert row.status in rows[row.code].get("status", [row.status])
        words = rows[row.code].get("text", "")
        assert words in row.words or not row.words or row.code in (3003, 5006, 7003, 10000)


def test_no_error_is_told_by_a_row_that_the_table_lacks() -> None:
    rows = {row["code"]: row.get("status") for row in table("workers_ai")}
    for row in workers_ai_errors.TABLE.values():
        assert row.status in (rows[row.code] or [row.status])
