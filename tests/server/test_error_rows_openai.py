"""OpenAI's errors, each row provoked for real: llama.cpp, a live server, a socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from localai.dialects import openai_errors
from localai.errors import Cancelled, EngineError, LocalAIError
from localai.registry import Registry
from localai.reply import Failed, TextDelta
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import Answer, Live, eventually, serve
from tests.server.rows import EVIL, MAX_BODY, crowded, small_runtime, table
from tests.test_runtime import local_model

KEY = "s3cret"
SHOWN = {"Authorization": f"Bearer {KEY}"}
CHAT = "/v1/chat/completions"
COMPLETE = "/v1/completions"
UNDER_ACCOUNT = "/client/v4/accounts/a1/ai"


@dataclass(frozen=True)
class Row:
    status: int
    code: str = ""
    body: object = None
    path: str = CHAT
    method: str = "POST"
    param: str | None = None
    words: str = ""
    headers: Mapping[str, str] | None = None
    type: str = "invalid_request_error"


def chat(**more: object) -> dict[str, object]:
    messages = [{"role": "user", "content": "x"}]
    return {"model": "@local/chat", "messages": messages, **more}


def prompt(**more: object) -> dict[str, object]:
    return {"model": "@local/slow", "prompt": "x", **more}


def tool(name: str) -> dict[str, object]:
    parameters = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


SCHEMA = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, "strict": True}}
UNMET = {"max_tokens": 3, "response_format": FORMAT}
FORCED = {"max_tokens": 3, "tools": [tool("f")], "tool_choice": "required"}
ROWS = [
    Row(400, "", b"{", words="not valid JSON"),
    Row(400, "", b"", words="missing its body"),
    Row(400, "", b"[]", words="not a JSON object"),
    Row(400, "", {"messages": []}, param="model", words="`model` is missing"),
    Row(400, "", {"model": "@local/chat"}, param="messages"),
    Row(400, "", chat(messages=[]), param="messages"),
    Row(400, "", chat(messages=[{"role": "robot", "content": "x"}]), param="messages[0].role"),
    Row(400, "", chat(messages=[{"role": "user"}]), param="messages[0].content"),
    Row(400, "", chat(messages=[{"role": "user", "content": [{"type": "image_url"}]}]),
        param="messages[0].content[0].type", words="text alone"),
    Row(400, "", chat(temperature=2.1), param="temperature", words="allowed is 0 to 2"),
    Row(400, "", chat(top_p=1.1), param="top_p"),
    Row(400, "", chat(n=0), param="n"),
    Row(400, "", chat(max_tokens=0), param="max_tokens"),
    Row(400, "", chat(max_completion_tokens="9"), param="max_completion_tokens"),
    Row(400, "", chat(stop=[""]), param="stop[0]"),
    Row(400, "", chat(seed="x"), param="seed"),
    Row(400, "", chat(presence_penalty=3), param="presence_penalty"),
    Row(400, "", chat(frequency_penalty=-3), param="frequency_penalty"),
    Row(400, "", chat(logit_bias={"x": 1}), param="logit_bias"),
    Row(400, "", chat(top_logprobs=2), param="top_logprobs", words="needs `logprobs`"),
    Row(400, "", chat(logprobs=True, top_logprobs=21), param="top_logprobs"),
    Row(400, "", chat(response_format={"type": "yaml"}), param="response_format.type"),
    Row(400, "", chat(tools=[{"type": "web_search", "function": {}}]), param="tools[0].type"),
    Row(400, "", chat(tools=[tool("f"), tool("f")]), param="tools[1].name"),
    Row(400, "", chat(tool_choice="required"), param="tool_choice", words="there are no tools"),
    Row(400, "", chat(parallel_tool_calls=1), param="parallel_tool_calls"),
    Row(400, "", chat(lora="nobody"), param="lora", words="No such LoRA adapter"),
    Row(400, "", chat(functions=[]), param="functions", words="not supported"),
    Row(400, "", chat(stream_options={"include_usage": True}), param="stream_options"),
    Row(400, "", prompt(prompt=[1, 2]), COMPLETE, param="prompt", words="token ids"),
    Row(400, "", {"model": "@local/slow"}, COMPLETE, param="prompt"),
    Row(400, "", prompt(echo=True), COMPLETE, param="echo", words="not supported"),
    Row(400, "", prompt(logprobs=21), COMPLETE, param="logprobs"),
    Row(400, "context_length_exceeded", prompt(prompt="and " * 5000), COMPLETE, param="prompt",
        words="the context holds 4096"),
    Row(400, "context_length_exceeded", chat(max_tokens=5000), param="max_tokens"),
    Row(400, "json_mode_unmet", chat(**UNMET), words="JSON Mode couldn't be met"),
    Row(400, "tool_call_unmet", chat(**FORCED), words="A function call couldn't be completed"),
    Row(401, "invalid_api_key", chat(), headers={}, words="Authorization"),
    Row(401, "invalid_api_key", chat(), headers={"Authorization": "Bearer x"}),
    Row(401, "invalid_api_key", chat(), f"{UNDER_ACCOUNT}/v1/chat/completions", headers={}),
    Row(403, "", chat(), headers={**SHOWN, **EVIL}, words="--allow-origin"),
    Row(404, "model_not_found", chat(model="gpt-4o"), words="No such model: gpt-4o"),
    Row(404, "model_not_found", prompt(model="x/y"), COMPLETE, words="No such model: x/y"),
    Row(404, "model_not_found", None, "/v1/models/gpt-4o", "GET", words="No such model: gpt-4o"),
    Row(404, "unknown_url", None, "/v1/models/", "GET", words="There is no route /v1/models/."),
    Row(404, "model_not_found", chat(model="sqlcoder-7b"), words="localai pull qianfan:sqlcoder"),
    Row(404, "unknown_url", chat(), "/v1/responses", words="/v1/responses"),
    Row(404, "unknown_url", None, "/v1", "GET"),
    Row(405, "method_not_supported", None, CHAT, "GET", words="allowed is POST"),
    Row(413, "", prompt(prompt="x" * MAX_BODY), COMPLETE, words=str(MAX_BODY)),
    Row(500, "", chat(model="@local/broken"), words="broken", type="server_error"),
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
    body = {**row.body, **more} if isinstance(row.body, dict) else row.body
    return live.call(row.method, row.path, body, SHOWN if row.headers is None else row.headers)


def check(answer: Answer, row: Row) -> None:
    told = answer.json()
    assert set(told) == {"error"}, row
    error = told["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (answer.status, error["type"]) == (row.status, row.type), (row, error)
    assert (error["code"] or "", error["param"]) == (row.code, row.param), (row, error)
    assert row.words in error["message"] and error["message"]
    assert answer.headers["content-type"] == "application/json"


def test_every_row_has_its_status_object_and_type(live: Live) -> None:
    for row in ROWS:
        check(ask(live, row), row)


def test_a_stream_that_fails_at_once_is_told_the_same_way(live: Live) -> None:
    for row in ROWS:
        # The first words are on their way before it turns out that they will not be whole.
        if row.param != "stream_options" and not row.code.endswith("_unmet"):
            check(ask(live, row, stream=True), row)


@pytest.mark.parametrize("stream", [False, True])
def test_whoever_finds_no_place_is_told_429_and_when_to_come_back(live: Live, stream: bool) -> None:
    row = Row(429, "rate_limit_exceeded", chat(stream=stream), type="rate_limit_exceeded")
    answers: list[Answer] = []

    def refused() -> bool:
        answers.append(ask(live, row, max_tokens=1))
        return answers[-1].status == 429

    with crowded(live, CHAT, chat(max_tokens=500), SHOWN):
        eventually(refused, 30)
    check(answers[-1], row)
    assert answers[-1].headers["retry-after"] == "1"


def test_a_runtime_that_is_closed_says_so(live: Live, runtime: Runtime) -> None:
    runtime.close()
    row = Row(503, "", chat(), type="server_error")
    check(ask(live, row), row)


def test_a_model_that_is_larger_than_the_memory_says_so(slow_path: Path) -> None:
    local_model(slow_path, "chat", "chatml")
    row = Row(503, "", chat(), type="server_error")
    config = RuntimeConfig(threads=1, memory_budget=1_000_000)
    with (
        Runtime(Registry.load(), config=config) as runtime,
        serve(create_app(runtime)) as live,
    ):
        check(ask(live, row), row)


SCRIPTED: Mapping[tuple[int, str], LocalAIError] = {
    (408, "timeout"): Cancelled(),
    (500, "server_error"): EngineError("llama_decode failed."),
}


@pytest.mark.parametrize(("status", "type"), SCRIPTED)
def test_what_only_a_script_can_hold_still(status: int, type: str) -> None:
    row = Row(status, "", prompt(), COMPLETE, type=type)
    app = create_app(FakeRuntime({"x": play(Failed(SCRIPTED[status, type]))}))
    with serve(app) as live:
        check(ask(live, row), row)
        check(ask(live, row, stream=True), row)


def test_a_stream_that_fails_half_way_ends_with_the_error_and_no_done() -> None:
    half = play(TextDelta("SELECT"), Failed(EngineError("llama_decode failed.")))
    with serve(create_app(FakeRuntime({"x": half}))) as live:
        answer = live.post(prompt(stream=True), COMPLETE)
    *_, last, end = answer.body.split(b"\n\n")
    assert last.startswith(b'data: {"error":{"message":"llama_decode failed."')
    assert end == b"" and b"[DONE]" not in answer.body


def test_the_whole_table_is_provoked() -> None:
    provoked = {(row.status, row.type, row.code) for row in ROWS}
    provoked |= {(status, type, "") for status, type in SCRIPTED}
    provoked |= {(429, "rate_limit_exceeded", "rate_limit_exceeded"), (503, "server_error", "")}
    assert provoked == {(row["status"], row["type"], row["code"]) for row in table("openai")}


def test_no_error_is_told_by_a_row_that_the_table_lacks() -> None:
    rows = {(row["status"], row["type"], row["code"]) for row in table("openai")}
    told = {(row.status, row.kind, row.code or "") for row in openai_errors.TABLE.values()}
    assert told == rows
