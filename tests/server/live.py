"""A real uvicorn on loopback around an application, and a bare client for it."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette

RUN = "/client/v4/accounts/a1/ai/run/@cf/defog/sqlcoder-7b-2"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Live:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own; `body` that is no bytes goes as JSON."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, raw, dict(headers or {}))
            reply = connection.getresponse()
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, named, reply.read())
        finally:
            connection.close()

    def post(self, body: object, path: str = RUN, **headers: str) -> Answer:
        return self.call("POST", path, body, {k.replace("_", "-"): v for k, v in headers.items()})

    def open_raw(self, body: object, path: str = RUN) -> socket.socket:
        """Send a request and leave the connection open, for a client that goes away."""
        raw = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(raw)}\r\n\r\n"
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        client.sendall(head.encode() + raw)
        return client


@contextmanager
def serve(app: Starlette) -> Iterator[Live]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield Live(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive(), stands_at(thread)


def stands_at(thread: threading.Thread) -> str:
    """Where a thread is that should have ended."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(["The server did not stop:\n", *traceback.format_stack(frame)])


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until it holds; an assertion error after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.005)
