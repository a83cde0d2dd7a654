"""Times what the server adds to a token: steps of a made-up engine, streamed to real clients.

    python scripts/server_cost.py [--streams 8] [--step MS] [--steps N]

Each step emits one token to every stream, as an engine would. Printed is the processor time that
the event loop's thread and the emitting thread took for a token, and the wake-ups of the loop for
a step; clients are a process of their own, which only reads. No model is needed.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from localai.reply import Event, Finished, TextDelta, Usage  # noqa: E402
from localai.request import Request  # noqa: E402
from localai.server import create_app, endpoint  # noqa: E402
from tests.server.fake_runtime import FakeRuntime  # noqa: E402

MODEL = "@cf/defog/sqlcoder-7b-2"
ROUTES = {
    "workers_ai": (f"/ai/run/{MODEL}", {"prompt": "x", "stream": True}),
    "openai chat": (
        "/v1/chat/completions",
        {"model": MODEL, "messages": [{"role": "user", "content": "x"}], "stream": True},
    ),
    "openai completion": (
        "/v1/completions",
        {"model": MODEL, "prompt": "x", "stream": True},
    ),
}


class Steps(FakeRuntime):
    """Emits to all streams in steps, on one thread, once so many have come."""

    def __init__(self, streams: int, steps: int, seconds: float) -> None:
        super().__init__()
        self._plan = streams, steps, seconds
        self._emits: list[Callable[[Event], None]] = []
        self.spent = self.loop_spent = 0.0
        self.loop_clock = 0

    def generate(self, request: Request, emit: Callable[[Event], None]) -> Any:
        self._emits.append(emit)
        if len(self._emits) == self._plan[0]:
            emits, self._emits = self._emits, []
            threading.Thread(target=self._run, args=(emits,), daemon=True).start()
        return Ticket()

    def _run(self, emits: list[Callable[[Event], None]]) -> None:
        _, steps, seconds = self._plan
        spent = 0.0
        before = time.clock_gettime(self.loop_clock)
        for number in range(steps):
            began = time.thread_time()
            for emit in emits:
                emit(TextDelta(f" word{number}"))
            spent += time.thread_time() - began
            time.sleep(seconds)
        self.spent = spent
        self.loop_spent = time.clock_gettime(self.loop_clock) - before
        for emit in emits:
            emit(Finished("length", Usage(10, steps)))


class Ticket:
    def cancel(self) -> None:
        """Nothing: a step is short."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--step", type=float, default=21.0, help="milliseconds")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--pause", type=float, help="milliseconds in which pieces gather")
    options = parser.parse_args()
    if options.pause is not None:
        endpoint.STREAM_PAUSE = options.pause / 1e3
    line = "{:<20}{:>16}{:>18}{:>18}"
    print(
        line.format("microseconds a token", "loop's thread", "engine's thread", "wake-ups a step")
    )
    for name, (path, body) in ROUTES.items():
        runtime = Steps(options.streams, options.steps, options.step / 1e3)
        wakes = measured(runtime, path, body, options.streams)
        tokens = options.streams * options.steps
        took = (runtime.loop_spent / tokens * 1e6, runtime.spent / tokens * 1e6)
        shown = (*took, wakes / options.steps)
        print(line.format(name, *(f"{value:.1f}" for value in shown)))


def measured(runtime: Steps, path: str, body: dict[str, Any], streams: int) -> int:
    """Have it all streamed; how often the loop was woken from other threads."""
    wakes = 0

    class Counting(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: Any, **more: Any) -> Any:  # type: ignore[override]
            nonlocal wakes
            wakes += 1
            return super().call_soon_threadsafe(*args, **more)

    config = uvicorn.Config(create_app(runtime), log_level="critical", ws="none")
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        loop = Counting()
        loop.run_until_complete(server.serve([listener]))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert thread.ident is not None
    runtime.loop_clock = time.pthread_getcpuclockid(thread.ident)
    while not server.started:
        time.sleep(0.01)
    port = listener.getsockname()[1]
    clients = multiprocessing.get_context("spawn").Process(
        target=read_all, args=(port, path, body, streams)
    )
    clients.start()
    clients.join()
    server.should_exit = True
    thread.join()
    listener.close()
    return wakes


def read_all(port: int, path: str, body: dict[str, Any], streams: int) -> None:
    """Clients that only read, a thread each."""
    import http.client
    import json

    def read() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        while response.read1(65536):
            pass
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(streams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
