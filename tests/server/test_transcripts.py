"""The golden transcripts, over a real socket, byte for byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from localai.reply import Event
from localai.request import Request
from localai.server import create_app
from localai.server.app import PING
from tests.server.fake_runtime import FakeRegistry, FakeRuntime, FakeTicket, spec
from tests.server.live import Answer, Live, serve
from tests.transcripts.cases import IDS, Case, Silence, cases, masked

DIALECTS = ("workers_ai", "workers_binding", "openai", "qianfan")
CASES = [(name, case) for name in DIALECTS for case in cases(name)]
SQLCODER = replace(
    spec("qianfan:sqlcoder_7b"), spellings={"qianfan": ("sqlcoder_7b", "SQLCoder-7B")}
)
LLAMA = replace(spec("@cf/meta/llama-2-7b-chat-int8"), aliases=("llama-2-7b-chat",),
                spellings={"qianfan": ("llama_2_7b", "Llama-2-7B-Chat")})  # fmt: skip
MODELS = (FakeRegistry().models[0], LLAMA, FakeRegistry().models[2], SQLCODER)


class Performance:
    """A case's events in the order of time, whichever of its answers they belong to."""

    def __init__(self, case: Case) -> None:
        self._turns = case.turns
        self._place = 0
        self._turn = threading.Condition()

    def of(self, number: int) -> Iterator[Event]:
        """The events of one answer, each when its turn has come."""
        for place, (choice, event) in enumerate(self._turns):
            if choice == number:
                self._await(place)
                if isinstance(event, Silence):
                    time.sleep(event.seconds)
                else:
                    yield event
                with self._turn:
                    self._place = place + 1
                    self._turn.notify_all()

    def _await(self, place: int) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self._place == place, 20)


@dataclass
class Performer(FakeRuntime):
    """Performs one case after the other; a call's answers are numbered as they are asked for."""

    performance: Performance | None = None
    started: int = 0

    def perform(self, case: Case) -> None:
        self.performance, self.started = Performance(case), 0

    def generate(self, request: Request, emit: Callable[[Event], None]) -> FakeTicket:
        number, performance = self.started, self.performance
        assert performance is not None
        self.started += 1
        self.scripts[getattr(request, "prompt", "") or ""] = lambda ticket: performance.of(number)
        return super().generate(request, emit)


@pytest.fixture(scope="module")
def runtime() -> Performer:
    return Performer(registry=FakeRegistry(MODELS))


Server = Callable[[Case], Live]


@pytest.fixture(scope="module")
def server(runtime: Performer) -> Iterator[Server]:
    """The server that a case asks for: with its key, and with pings as often as it says."""
    running: dict[tuple[str | None, float], Live] = {}
    with ExitStack() as stack:

        def of(case: Case) -> Live:
            key = case.request.get("key"), case.request.get("ping", PING)
            if key not in running:
                app = create_app(runtime, api_key=key[0], ping=key[1])
                running[key] = stack.enter_context(serve(app))
            return running[key]

        yield of


def asked(live: Live, case: Case) -> Answer:
    """What the server answers to a case; a body that is text goes as it is."""
    body = case.request.get("body")
    raw = body.encode() if isinstance(body, str) else body
    headers = case.request.get("headers", {})
    return live.call(case.request["method"], case.request["path"], raw, headers)


@pytest.mark.parametrize(
    ("dialect", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES]
)
def test_the_server_answers_as_recorded(
    server: Server, runtime: Performer, dialect: str, case: Case
) -> None:
    runtime.perform(case)
    answer = asked(server(case), case)
    if case.stream is not None:
        text = answer.body.decode()
        assert masked(text) == case.stream
        assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
        assert len(set(IDS.findall(text))) <= 1
        return
    assert case.reply is not None
    shown = replace(answer, body=masked(answer.body.decode()).encode())
    assert shown.json() == case.reply["body"]
    assert answer.status == case.reply["status"]
    for name, value in case.reply.get("headers", {}).items():
        assert answer.headers[name] and value in ("*", answer.headers[name])
    assert answer.headers["content-type"] == "application/json"


def test_what_streams_end_with() -> None:
    """[DONE] after a whole answer in all but Qianfan's, whose clients know neither it nor pings."""
    for dialect, case in CASES:
        if case.stream is not None:
            failed = '"error' in case.stream.rpartition("data: ")[2]
            done = dialect != "qianfan" and not failed
            assert case.stream.endswith("data: [DONE]\n\n") is done, case.name
            assert ": ping" not in case.stream or dialect != "qianfan"
