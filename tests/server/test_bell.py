"""Events from other threads: none is lost, whatever their timing; a step wakes the loop once."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from localai.reply import Event, Finished, TextDelta, Usage
from localai.request import GenerateRequest, Request
from localai.server.bell import bell
from localai.server.job import Job
from tests.server.fake_runtime import FakeRuntime, FakeTicket

END = Finished("stop", Usage(1, 1))


class Held(FakeRuntime):
    """Keeps what it is to emit to."""

    def __init__(self) -> None:
        super().__init__()
        self.emits: list[Callable[[Event], None]] = []

    def generate(self, request: Request, emit: Callable[[Event], None]) -> FakeTicket:
        self.emits.append(emit)
        return FakeTicket(self, "")


async def silence() -> dict[str, Any]:
    """A client that sends nothing more and stays."""
    await asyncio.Event().wait()
    return {}


def job(runtime: Held, pause: float = 0.01) -> Job:
    return Job(runtime, [GenerateRequest("m", prompt="x")], silence, pause=pause)


def test_rings_before_the_loop_comes_cost_one_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        loop, woken = asyncio.get_running_loop(), 0
        heard: list[int] = []
        wake = loop.call_soon_threadsafe

        def count(*args: Any, **more: Any) -> Any:
            nonlocal woken
            woken += 1
            return wake(*args, **more)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        ring = bell().ring
        assert bell() is bell()
        for number in range(8):
            ring(partial(heard.append, number))
        await asyncio.sleep(0)
        assert heard == list(range(8)) and woken == 1
        ring(lambda: heard.append(8))
        await asyncio.sleep(0)
        assert heard[-1] == 8 and woken == 2

    asyncio.run(run())


def test_a_step_for_eight_streams_wakes_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        runtime, woken = Held(), 0
        jobs = [job(runtime, pause=0) for _ in range(8)]
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe

        def count(*args: Any, **more: Any) -> Any:
            nonlocal woken
            woken += 1
            return wake(*args, **more)

        for number in range(5):
            taking = [asyncio.ensure_future(each.take()) for each in jobs]
            await asyncio.sleep(0.01)
            monkeypatch.setattr(loop, "call_soon_threadsafe", count)
            for emit in runtime.emits:
                emit(TextDelta(str(number)))
            monkeypatch.undo()
            assert await asyncio.gather(*taking) == [[(0, TextDelta(str(number)))]] * 8
        assert woken == 5
        for each in jobs:
            each.close()

    asyncio.run(run())


@pytest.mark.parametrize("pause", [0.0, 0.002, 0.01])
def test_every_event_comes_whatever_the_timing(pause: float) -> None:
    count = 150

    def speak(emit: Callable[[Event], None], chance: random.Random) -> None:
        for number in range(count):
            emit(TextDelta(str(number)))
            if chance.random() < 0.5:
                time.sleep(chance.choice((0.0, 0.0001, 0.001, pause, pause * 2)))
        emit(END)

    async def read(runtime: Held) -> list[Event]:
        mine, events = job(runtime, pause), []
        emit = runtime.emits[-1]
        chance = random.Random(len(runtime.emits))
        threading.Thread(target=speak, args=(emit, chance), daemon=True).start()
        while not mine.ended:
            events += [event for _, event in await mine.take()]
        mine.close()
        return events

    async def run() -> list[list[Event]]:
        runtime = Held()
        # Nothing else wakes this loop: an event that came unheard would stay so.
        return await asyncio.wait_for(asyncio.gather(*(read(runtime) for _ in range(8))), 30)

    for events in asyncio.run(run()):
        assert events == [*(TextDelta(str(number)) for number in range(count)), END]
