"""Batches over a live server: queued, running, done; bounded, kept for a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from localai.dialects import workers_ai
from localai.dialects.dialect import Batch, Call, Collect, Wire
from localai.errors import Busy, Closed, EngineError, InvalidRequest, Overloaded
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.server import create_app
from localai.server.batches import Batches, Bounds
from tests.server.fake_runtime import FakeRuntime, FakeTicket, play, wait_after
from tests.server.live import RUN, Live, eventually, serve

QUEUE = f"{RUN}?queueRequest=true"


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture
def live(runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime)) as live:
        yield live


def submit(live: Live, *requests: object, path: str = QUEUE) -> str:
    answer = live.post({"requests": requests}, path)
    told = answer.json()
    assert (answer.status, told["success"]) == (200, True), told
    assert (told["result"]["status"], told["result"]["model"]) == ("queued", RUN.split("/run/")[1])
    return str(told["result"]["request_id"])


def poll(live: Live, name: str) -> Any:
    return live.post({"request_id": name}, QUEUE).json()["result"]  # {} where it is not known


def done(live: Live, name: str) -> Any:
    eventually(lambda: "responses" in poll(live, name))
    return poll(live, name)


def test_each_request_has_its_own_result_or_error(live: Live, runtime: FakeRuntime) -> None:
    runtime.scripts["fails"] = play(Failed(EngineError("llama_decode failed.")))
    runtime.scripts["json"] = play(TextDelta('{"a": 1}'), Finished("stop", Usage(4, 3)))
    name = submit(
        live,
        {"prompt": "x", "external_reference": "first"},
        {"prompt": "x", "temperature": 9, "external_reference": "second"},
        {"prompt": "fails"},
        {"prompt": "json", "response_format": {"type": "json_object"}, "top_n": 3},
        {"prompt": "x", "stream": True},
        "not an input",
    )
    result = done(live, name)
    assert result["usage"] == {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    first, second, third, fourth, fifth, sixth = result["responses"]
    assert first == {
        "id": 0,
        "external_reference": "first",
        "result": {
            "response": "Hello world",
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        },
        "success": True,
    }
    assert (second["external_reference"], second["success"], second["result"]) == (
        "second",
        False,
        {},
    )
    assert "temperature" in second["errors"][0]["message"]
    assert third["errors"] == [{"code": 5903, "message": "AiError: llama_decode failed."}]
    assert fourth["result"]["response"] == {"a": 1}
    assert fourth["messages"] == ["`top_n` is not a known option; it was ignored."]
    assert "stream" in fifth["errors"][0]["message"]
    assert [one["errors"][0]["code"] for one in (second, fifth, sixth)] == [5006] * 3


def test_it_waits_its_turn_then_runs_then_is_done(live: Live, runtime: FakeRuntime) -> None:
    free = threading.Event()

    def script(ticket: FakeTicket) -> Iterator[Event]:
        assert free.wait(20)
        yield Finished("stop", Usage(1, 1))

    runtime.scripts["slow"] = script
    first, second = submit(live, {"prompt": "slow"}), submit(live, {"prompt": "slow"})
    eventually(lambda: poll(live, first)["status"] == "running")
    assert poll(live, second) == {
        "status": "queued",
        "request_id": second,
        "model": RUN.split("/run/")[1],
    }
    # The connections that brought them are long gone; who comes now is answered at once.
    assert live.post({"prompt": "x"}).status == 200
    free.set()
    assert len(done(live, first)["responses"]) == len(done(live, second)["responses"]) == 1


def test_it_never_waits_in_the_models_own_queue(live: Live, runtime: FakeRuntime) -> None:
    outcomes: list[Event] = [Failed(Busy()), Failed(Busy()), Finished("stop", Usage(1, 1))]
    runtime.scripts["busy"] = lambda _: iter([outcomes.pop(0)])
    name = submit(live, {"prompt": "busy", "options": {"rejectIfBusy": False}})
    assert done(live, name)["responses"][0]["success"] is True
    asked = [one for one in runtime.requests if one.prompt == "busy"]
    assert [one.queue for one in asked] == [False] * 3


def test_the_poll_needs_no_query_and_the_body_may_name_the_model(live: Live) -> None:
    model = RUN.split("/run/")[1]
    name = submit(live, {"prompt": "x"}, path=QUEUE)
    done(live, name)
    assert "responses" in live.post({"request_id": name}).json()["result"]
    by_body = live.post({"model": model, "request_id": name}, "/client/v4/accounts/a1/ai/run")
    assert "responses" in by_body.json()["result"]


@pytest.mark.parametrize(
    ("body", "status", "code", "word"),
    [
        ({"requests": []}, 400, 5006, "requests"),
        ({"requests": {"prompt": "x"}}, 400, 5006, "requests"),
        ({"prompt": "x"}, 400, 5006, "requests"),
        ({"request_id": "nope"}, 400, 5006, "nope"),
        ({"request_id": 5}, 400, 5006, "request_id"),
        ({"requests": [{"prompt": "x" * 130_000}] * 78}, 413, 3006, "10000000 bytes"),
    ],
)
def test_a_wrong_batch_is_refused(
    live: Live, body: object, status: int, code: int, word: str
) -> None:
    answer = live.post(body, QUEUE)
    told = answer.json()
    assert (answer.status, told["errors"][0]["code"], told["success"]) == (status, code, False)
    assert word in told["errors"][0]["message"]


def test_a_batch_is_known_under_its_own_model_only(live: Live) -> None:
    name = submit(live, {"prompt": "x"})
    answer = live.post({"request_id": name}, QUEUE.replace("defog/sqlcoder-7b-2", "a/b"))
    assert (answer.status, name in answer.json()["errors"][0]["message"]) == (400, True)


def test_the_end_of_the_server_ends_the_work(runtime: FakeRuntime) -> None:
    runtime.scripts["endless"] = wait_after()
    with serve(create_app(runtime)) as live:
        submit(live, {"prompt": "endless"}, {"prompt": "never"})
        eventually(lambda: bool(runtime.requests))
    assert runtime.cancels["endless"] == 1
    assert [one.prompt for one in runtime.requests] == ["endless"]


def test_a_server_that_starts_again_takes_batches_again(runtime: FakeRuntime) -> None:
    app = create_app(runtime)
    names = []
    for _ in range(2):
        with serve(app) as live:
            names.append(submit(live, {"prompt": "x"}))
            done(live, names[-1])
            assert (names[0] == names[-1]) is ("responses" in (poll(live, names[0]) or {}))


def batch_of(count: int, model: str = "@cf/a/b") -> Batch:
    body = {"requests": [{"prompt": "x"}] * count}
    parsed = workers_ai.parse(Call({"model": model}, {"queueRequest": "1"}, body))
    assert isinstance(parsed, Batch)
    return parsed


def ask(batches: Batches, told: Wire) -> Any:
    asked = workers_ai.parse(Call({"model": "@cf/a/b"}, {}, {"request_id": told["request_id"]}))
    assert isinstance(asked, Collect)
    return batches.collect(asked)["result"]


def finish(batches: Batches, told: Wire) -> None:
    eventually(lambda: "responses" in ask(batches, told))


def test_what_waits_is_bounded_in_number_requests_and_bytes(runtime: FakeRuntime) -> None:
    runtime.scripts["x"] = wait_after()
    batches = Batches(runtime, Bounds(waiting=2, requests=5))
    try:
        batches.submit(batch_of(3))
        with pytest.raises(Overloaded):
            batches.submit(batch_of(3))
        batches.submit(batch_of(2))
        with pytest.raises(Overloaded):
            batches.submit(batch_of(1))
    finally:
        batches.close()
    batches.close()
    with pytest.raises(Closed):
        batches.submit(batch_of(1))
    with pytest.raises(Overloaded):
        Batches(runtime, Bounds(bytes=batch_of(2).size - 1)).submit(batch_of(2))


def test_results_are_kept_in_number_and_for_a_time(runtime: FakeRuntime) -> None:
    now = [0.0]
    batches = Batches(runtime, Bounds(requests=6, kept=2, seconds=60), clock=lambda: now[0])
    try:
        told = []
        for _ in range(3):
            told.append(batches.submit(batch_of(1))["result"])
            finish(batches, told[-1])
            now[0] += 10
        with pytest.raises(InvalidRequest, match="no longer kept"):
            ask(batches, told[0])
        finish(batches, told[1])
        # The oldest results make room for new work.
        batches.submit(batch_of(5))
        with pytest.raises(InvalidRequest):
            ask(batches, told[1])
        finish(batches, told[2])
        now[0] += 61
        with pytest.raises(InvalidRequest):
            ask(batches, told[2])
    finally:
        batches.close()
