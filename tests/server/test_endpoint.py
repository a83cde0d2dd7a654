"""The endpoint: bodies of any content type, many at once, pings, and late failures."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from localai.errors import ModelLoadError, Overloaded
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import Message
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, FakeTicket, play
from tests.server.live import RUN, Live, eventually, serve

SEED_BODY = (
    b'{ "messages": [{ "role": "system", "content": "You are a friendly assistant" }, '
    b'{ "role": "user", "content": "Why is pizza so good" }]}'
)


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture
def live(runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime, ping=0.1)) as live:
        yield live


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "application/json", "application/json;", "text/plain"],
)
def test_the_documented_curl_call_works_whatever_type_it_names(
    live: Live, runtime: FakeRuntime, content_type: str
) -> None:
    headers = {"Content-Type": content_type, "Authorization": "Bearer any"}
    answer = live.call("POST", RUN, SEED_BODY, headers)
    assert answer.json() == {
        "result": {
            "response": "Hello world",
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        },
        "success": True,
        "errors": [],
        "messages": [],
    }
    asked = runtime.requests[0]
    assert asked.model == "@cf/defog/sqlcoder-7b-2"
    assert asked.messages == (
        Message("system", "You are a friendly assistant"),
        Message("user", "Why is pizza so good"),
    )


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/client/v4/accounts/x/ai/run/@cf/a/b", "@cf/a/b"),
        ("/client/v4/accounts/x/ai/run/@cf%2Fa%2Fb", "@cf/a/b"),
        ("/client/v4/accounts/x/ai/run/%40cf%2fa%2fb", "@cf/a/b"),
        ("/client/v4/accounts//ai/run/@cf/a/b", "@cf/a/b"),
        ("/ai/run/qianfan:sqlcoder_7b", "qianfan:sqlcoder_7b"),
        ("/ai/run/qianfan%3Asqlcoder_7b", "qianfan:sqlcoder_7b"),
        ("/ai/run/sql-tiny?tags=a", "sql-tiny"),
    ],
)
def test_model_ids_arrive_whole(live: Live, runtime: FakeRuntime, path: str, model: str) -> None:
    assert live.post({"prompt": "x"}, path).status == 200
    assert runtime.requests[0].model == model


def test_a_packed_body_is_refused_by_name_and_a_marked_one_is_read(
    live: Live, runtime: FakeRuntime
) -> None:
    answer = live.post(gzip.compress(SEED_BODY), Content_Encoding="gzip")
    assert answer.status == 400
    assert "'gzip'" in answer.json()["errors"][0]["message"]
    assert live.post(SEED_BODY, Content_Encoding="identity").status == 200
    # As Windows' editors write files.
    assert live.post(b"\xef\xbb\xbf" + SEED_BODY).status == 200


def test_many_at_once_each_get_their_own(live: Live, runtime: FakeRuntime) -> None:
    for n in range(40):
        runtime.scripts[f"p{n}"] = play(
            *(TextDelta(f"{n},") for _ in range(50)), Finished("stop", Usage(1, 50))
        )

    def ask(n: int) -> str:
        answer = live.post({"prompt": f"p{n}", "stream": n % 2 == 0})
        if n % 2:
            return str(answer.json()["result"]["response"])
        lines = [line[6:] for line in answer.body.split(b"\n\n")]
        assert lines[-2:] == [b"[DONE]", b""]
        return "".join(json.loads(line)["response"] for line in lines[:-2])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [f"{n}," * 50 for n in range(40)]


def test_a_silent_stream_is_kept_alive_by_comments(live: Live, runtime: FakeRuntime) -> None:
    def script(ticket: FakeTicket) -> Iterator[Event]:
        time.sleep(0.35)
        yield TextDelta("late")
        yield Finished("stop", Usage(1, 1))

    runtime.scripts["slow"] = script
    body = live.post({"prompt": "slow", "stream": True}).body
    head, _, rest = body.partition(b"data: ")
    assert head.count(b": ping\n\n") >= 2
    assert head.replace(b": ping\n\n", b"") == b""
    assert rest.startswith(b'{"response":"late"}')
    assert rest.endswith(b"data: [DONE]\n\n")


def test_a_whole_answer_may_take_its_time(live: Live, runtime: FakeRuntime) -> None:
    def script(ticket: FakeTicket) -> Iterator[Event]:
        time.sleep(0.3)
        yield Finished("stop", Usage(1, 0))

    runtime.scripts["slow"] = script
    assert live.post({"prompt": "slow"}).json()["result"]["response"] == ""


def test_a_stream_that_fails_after_its_headers_says_so_and_has_no_done(
    live: Live, runtime: FakeRuntime
) -> None:
    def script(ticket: FakeTicket) -> Iterator[Event]:
        time.sleep(0.25)
        yield Failed(ModelLoadError("llama.cpp refused the file.", model="@cf/x"))

    runtime.scripts["slow"] = script
    answer = live.post({"prompt": "slow", "stream": True})
    assert answer.status == 200
    assert b"[DONE]" not in answer.body
    assert b"llama.cpp refused the file." in answer.body


@pytest.mark.parametrize("stream", [True, False])
def test_a_full_queue_is_429_and_says_when_to_come_back(
    live: Live, runtime: FakeRuntime, stream: bool
) -> None:
    runtime.scripts["busy"] = play(Failed(Overloaded(64, retry_after=3)))
    answer = live.post({"prompt": "busy", "stream": stream})
    assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    assert answer.json()["errors"][0]["code"] == 3040


def test_a_runtime_that_breaks_gives_an_envelope_too(
    live: Live, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(runtime, "generate", broken)
        answer = live.post({"prompt": "x"})
    assert (answer.status, answer.json()["errors"][0]["code"]) == (500, 5900)
    assert live.post({"prompt": "x"}).status == 200


def test_text_reaches_the_client_while_it_is_written(live: Live, runtime: FakeRuntime) -> None:
    def script(ticket: FakeTicket) -> Iterator[Event]:
        yield TextDelta("first")
        ticket.stopped.wait(20)

    runtime.scripts["first"] = script
    client = live.open_raw({"prompt": "first", "stream": True})
    seen = b""
    while b'data: {"response":"first"}\n\n' not in seen:
        seen += client.recv(1000)
    client.close()
    eventually(lambda: runtime.cancels["first"] == 1)
