"""A client that goes away, streaming or not: its work stops, once, and nobody else's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from localai.errors import EngineError
from localai.reply import Event, Failed, Finished, Notice, TextDelta, Usage
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, FakeTicket, play, talk_on, wait_after
from tests.server.live import Live, eventually, serve

PHASES = {
    "queue": wait_after(),
    "prefill": wait_after(Notice("The system message was folded.")),
    "decode": talk_on,
}


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime(dict(PHASES))


@pytest.fixture
def live(runtime: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(runtime, ping=0.05)) as live:
        yield live


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("phase", list(PHASES))
def test_its_work_stops_once(live: Live, runtime: FakeRuntime, phase: str, stream: bool) -> None:
    client = live.open_raw({"prompt": phase, "stream": stream})
    eventually(lambda: len(runtime.requests) == 1)
    if stream and phase == "decode":
        assert b"200 OK" in client.recv(1000)
    client.close()
    eventually(lambda: runtime.cancels[phase] == 1)
    eventually(lambda: not any(thread.is_alive() for thread in runtime.threads))
    assert live.post({"prompt": "x"}).status == 200
    assert runtime.cancels == {phase: 1}


def test_200_that_go_leave_nothing_behind(live: Live, runtime: FakeRuntime) -> None:
    before = threading.active_count()
    for number in range(200):
        body = {"prompt": list(PHASES)[number % 3], "stream": number % 2 == 0}
        client = live.open_raw(body)
        eventually(lambda seen=number + 1: len(runtime.requests) == seen)  # type: ignore[misc]
        client.close()
    eventually(lambda: sum(runtime.cancels.values()) == 200)
    eventually(lambda: threading.active_count() <= before)
    assert live.post({"prompt": "x"}).status == 200


def test_an_answer_that_ended_is_never_cancelled(live: Live, runtime: FakeRuntime) -> None:
    assert live.post({"prompt": "x"}).status == 200
    assert live.post({"prompt": "x", "stream": True}).body.endswith(b"data: [DONE]\n\n")
    runtime.scripts["bad"] = play(Failed(EngineError("x")))
    assert live.post({"prompt": "bad"}).status == 500
    assert not runtime.cancels


def test_a_client_that_goes_while_sending_its_body_starts_nothing(
    live: Live, runtime: FakeRuntime
) -> None:
    client = socket.create_connection(("127.0.0.1", live.port))
    client.sendall(b"POST /ai/run/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{")
    client.close()
    assert live.post({"prompt": "x"}).status == 200
    assert len(runtime.requests) == 1


def test_a_client_that_stops_reading_is_dropped(live: Live, runtime: FakeRuntime) -> None:
    sent = 0

    def flood(ticket: FakeTicket) -> Iterator[Event]:
        nonlocal sent
        while not ticket.stopped.wait(0.00001):
            sent += 1
            yield TextDelta("x" * 2000)

    runtime.scripts["flood"] = flood
    client = live.open_raw({"prompt": "flood", "stream": True})
    assert client.recv(100)
    eventually(lambda: runtime.cancels["flood"] == 1, seconds=20)
    # What was emitted is what the sockets' buffers took and the pending bound, not more and more.
    assert sent < 50_000
    assert live.post({"prompt": "x"}).status == 200
    client.close()
    assert runtime.cancels == {"flood": 1}


def test_a_burst_is_not_taken_for_a_client_that_stopped(live: Live, runtime: FakeRuntime) -> None:
    end = Finished("length", Usage(1, 20_000))
    runtime.scripts["burst"] = play(*[TextDelta("x")] * 20_000, end)
    body = live.post({"prompt": "burst", "stream": True}).body
    assert body.count(b'{"response":"x"}') == 20_000
    assert body.endswith(b"data: [DONE]\n\n")


def test_stopping_the_server_stops_its_work() -> None:
    runtime = FakeRuntime(dict(PHASES))
    with serve(create_app(runtime, ping=0.05)) as live:
        clients = [live.open_raw({"prompt": p, "stream": s}) for p in PHASES for s in (True, False)]
        eventually(lambda: len(runtime.requests) == 6)
    assert runtime.cancels == {"queue": 2, "prefill": 2, "decode": 2}
    for client in clients:
        client.close()
