"""The server over llama.cpp itself: clients that go away, many at once, and who stays untouched."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.gguf_models import tiny_llama
from tests.server.live import Live, eventually, serve
from tests.server.test_bad_requests import bad_requests
from tests.test_runtime import local_model

RUN = "/ai/run/@local/slow"
LONG = "select the name of the customer from the city and " * 150


@pytest.fixture(scope="module")
def slow_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slow enough (some ms a token) for a client to go away in the middle."""
    path = tmp_path_factory.mktemp("slow") / "slow.gguf"
    return tiny_llama(path, layers=6, embedding=256, feed_forward=1024, context=4096)


@pytest.fixture
def runtime(slow_path: Path) -> Iterator[Runtime]:
    local_model(slow_path, "slow")
    with Runtime(config=RuntimeConfig(slots=2, max_queue=8, threads=1, context=4096)) as runtime:
        yield runtime


@pytest.fixture
def live(runtime: Runtime) -> Iterator[Live]:
    with serve(create_app(runtime, preload=["@local/slow"])) as live:
        eventually(lambda: live.call("GET", "/health").status == 200)
        yield live


def body(stream: bool, prompt: str = "hello world", max_tokens: int = 500) -> dict[str, object]:
    return {"prompt": prompt, "stream": stream, "max_tokens": max_tokens, "temperature": 0}


def at_rest(runtime: Runtime) -> bool:
    return all(r.users == 0 for r in runtime.status())


def text(answer: bytes) -> str:
    frames = [line.removeprefix("data: ") for line in answer.decode().splitlines() if line]
    assert frames[-1] == "[DONE]"
    return "".join(json.loads(frame)["response"] for frame in frames[:-1])


def test_eight_streams_at_once_are_all_whole(live: Live) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(live.post(body(True, max_tokens=60), RUN).body)
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 8 and all(text(answer) for answer in answers)
    usages = [json.loads(a.decode().splitlines()[-4].removeprefix("data: ")) for a in answers]
    assert {usage["usage"]["completion_tokens"] for usage in usages} == {60}


def test_200_clients_that_go_leave_slots_memory_and_threads_as_before(
    live: Live, runtime: Runtime
) -> None:
    alone = text(live.post(body(True, max_tokens=40), RUN).body)
    process = psutil.Process()
    for client in [live.open_raw(body(True), RUN) for _ in range(20)]:
        client.close()  # warm-up: buffers and pools grow to their size once
    eventually(lambda: at_rest(runtime))
    before, memory = threading.active_count(), process.memory_info().rss
    for number in range(200):
        prompt = LONG if number % 3 == 0 else "hello world"
        client = live.open_raw(body(number % 2 == 0, prompt), RUN)
        if number % 3 == 1 and number % 2 == 0:
            client.recv(1)  # it decodes
        elif number % 4:
            time.sleep(0.01)  # in prefill, in decode or still in the queue
        client.close()
    eventually(lambda: at_rest(runtime), 30)
    # The second of the two threads that prepare prompts starts when it is needed.
    eventually(lambda: threading.active_count() <= before + 1)
    assert process.memory_info().rss - memory < 32 * 2**20
    assert text(live.post(body(True, max_tokens=40), RUN).body) == alone


def test_who_goes_frees_the_slot_for_who_waits(live: Live, runtime: Runtime) -> None:
    going = [live.open_raw(body(True, max_tokens=1500), RUN) for _ in range(2)]
    for client in going:
        client.recv(1)
    waiting: list[bytes] = []
    thread = threading.Thread(
        target=lambda: waiting.append(live.post(body(True, max_tokens=10), RUN).body)
    )
    thread.start()
    for client in going:
        client.close()
    thread.join(30)
    assert waiting and text(waiting[0])


def test_health_answers_during_a_long_prefill(live: Live) -> None:
    client = live.open_raw(body(False, LONG), RUN)
    for _ in range(5):
        assert live.call("GET", "/health").status == 200
    client.close()


def test_too_long_and_too_many_are_refused_and_bystanders_are_whole(live: Live) -> None:
    bystander: list[bytes] = []
    thread = threading.Thread(
        target=lambda: bystander.append(live.post(body(True, max_tokens=300), RUN).body)
    )
    thread.start()
    refused = live.post(body(False, LONG * 3), RUN)
    assert refused.status == 413
    assert refused.json()["errors"][0]["code"] == 5021
    many = [live.open_raw(body(False, max_tokens=300), RUN) for _ in range(30)]
    statuses = [client.recv(100).split(b" ")[1] for client in many]
    for client in many:
        client.close()
    assert {b"200", b"429"} == set(statuses)
    thread.join(60)
    assert text(bystander[0])


def test_300_bad_requests_leave_the_real_server_answering(live: Live) -> None:
    for bad in bad_requests(300):
        answer = live.call(bad.method, bad.path, bad.body, bad.headers)
        assert 400 <= answer.status < 500, bad
        told = answer.json()
        assert told["success"] is False and told["errors"][0]["message"], bad
    assert text(live.post(body(True, max_tokens=5), RUN).body)
