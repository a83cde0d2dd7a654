"""The `env.AI` binding as a Worker's runtime calls it: bare answers, streams, errors, models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from localai.errors import Overloaded, UnknownModel
from localai.reply import Failed, Finished, TextDelta, Usage
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import Answer, Live, eventually, serve

MODEL = "@cf/defog/sqlcoder-7b-2"
RUN_URL = "https://workers-binding.ai/run?version=3"
MODELS_URL = "https://workers-binding.ai/ai-api/models/search?per_page=1000"


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture
def live(runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime)) as live:
        yield live


def run(live: Live, inputs: object, options: object = None, path: str = "/binding") -> Answer:
    headers = {"MF-Binding": "AI", "MF-URL": RUN_URL, "MF-Header-cf-consn-model-id": MODEL}
    return live.call("POST", path, {"inputs": inputs, "options": options or {}}, headers)


def test_an_answer_is_bare_json_of_exactly_that_type(live: Live, runtime: FakeRuntime) -> None:
    answer = run(live, {"prompt": "x", "max_tokens": 5})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cf-ai-req-id"]
    counts = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert answer.json() == {"response": "Hello world", "usage": counts}
    assert (runtime.requests[0].model, runtime.requests[0].max_tokens) == (MODEL, 5)


def test_a_stream_is_the_same_as_over_rest(live: Live) -> None:
    answer = run(live, {"prompt": "x", "stream": True})
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cf-ai-req-id"]
    rest = live.post({"prompt": "x", "stream": True})
    assert answer.body == rest.body and answer.body.endswith(b"data: [DONE]\n\n")


def test_json_is_a_value(live: Live, runtime: FakeRuntime) -> None:
    runtime.scripts["json"] = play(TextDelta('{"a": 1}'), Finished("stop", Usage(4, 3)))
    told = run(live, {"prompt": "json", "response_format": {"type": "json_object"}}).json()
    assert told["response"] == {"a": 1}


def test_options_are_honoured(live: Live, runtime: FakeRuntime) -> None:
    assert run(live, {"prompt": "x"}, {"rejectIfBusy": True, "gateway": {"id": "g"}}).status == 200
    assert not runtime.requests[0].queue
    told = run(live, {"requests": [{"prompt": "x"}]}, {"queueRequest": True}).json()
    assert (told["status"], told["model"]) == ("queued", MODEL)

    def poll() -> Any:
        return run(live, {"request_id": told["request_id"]}).json()

    eventually(lambda: "responses" in poll())
    assert poll()["responses"][0]["result"]["response"] == "Hello world"


@pytest.mark.parametrize(
    ("inputs", "status", "code"),
    [
        ({"prompt": "x", "temperature": 9}, 400, 5006),
        ({}, 400, 5006),
        ("x", 400, 5006),
        ({"prompt": "lost"}, 400, 5007),
        ({"prompt": "full"}, 429, 3040),
    ],
)
def test_an_error_is_what_the_workers_runtime_reads(
    live: Live, runtime: FakeRuntime, inputs: object, status: int, code: int
) -> None:
    runtime.scripts["lost"] = play(Failed(UnknownModel("@cf/x")))
    runtime.scripts["full"] = play(Failed(Overloaded(3)))
    answer = run(live, inputs)
    told = answer.json()
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    assert set(told) == {"internalCode", "message", "name", "description"}
    assert (told["internalCode"], told["name"]) == (code, "AiError")
    assert told["description"] in told["message"]


def test_models_are_listed_with_their_envelope(live: Live) -> None:
    told = live.call("GET", "/binding", headers={"MF-URL": MODELS_URL}).json()
    assert told["success"] is True
    assert MODEL in [model["name"] for model in told["result"]]
    one = MODELS_URL.replace("per_page=1000", "search=sqlcoder")
    assert len(live.call("GET", "/binding", headers={"MF-URL": one}).json()["result"]) == 1


@pytest.mark.parametrize("url", ["", "https://workers-binding.ai/to-markdown", "http://[", "x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_served_is_said_so(live: Live, method: str, url: str) -> None:
    answer = live.call(method, "/binding", {"inputs": {}}, {"MF-URL": url})
    assert (answer.status, answer.json()["internalCode"]) == (404, 7003)


def test_a_model_must_be_named(live: Live) -> None:
    answer = live.call("POST", "/binding", {"inputs": {"prompt": "x"}}, {"MF-URL": RUN_URL})
    assert (answer.status, "model" in answer.json()["description"]) == (400, True)


def test_a_key_may_stand_in_the_url(runtime: FakeRuntime) -> None:
    with serve(create_app(runtime, api_key="s3cret")) as live:
        for path in ("/binding", "/binding?key=wrong", "/binding?key=%C3%A4"):
            answer = run(live, {"prompt": "x"}, path=path)
            assert (answer.status, answer.json()["internalCode"]) == (401, 10000)
        assert run(live, {"prompt": "x"}, path="/binding?key=s3cret").status == 200
        # The key opens this path so, and no other.
        assert live.post({"prompt": "x"}, f"/ai/run/{MODEL}?key=s3cret").status == 401
        assert json.loads(run(live, {"prompt": "x"}, path="/binding?key=s3cret").body)["response"]
