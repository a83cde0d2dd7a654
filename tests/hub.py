"""A local Hugging Face Hub: the endpoints that a download uses, with faults to switch on.

`Hub` serves HEAD and GET of /<repository>/resolve/<revision>/<file> with the headers of the real
one; with `redirect` the bytes come from a second origin, as from the real one's CDN.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["drop", "truncate", "corrupt", "refuse", "stall", "ignore_range", "larger"]
CHUNK = 16_384


@dataclass(slots=True)
class Fault:
    """Something that goes wrong in the next `times` requests of `method` (-1: in all).

    drop: the connection breaks after `after` bytes; truncate: the answer announces and holds only
    `after` bytes; corrupt: the byte at `after` is another one; stall: after `after` bytes nothing
    more comes; ignore_range: the whole file, from its start; larger: `after` bytes more than
    announced; refuse: `status` with `headers`.
    """

    kind: Kind
    after: int = 0
    method: str = "GET"
    times: int = 1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request, with lower-case header names; `at_cdn`: it came to the second origin."""

    method: str
    path: str
    headers: Mapping[str, str]
    at_cdn: bool


@dataclass(slots=True)
class Hub:
    """The state of a running server. `gated` asks for this token with 401 GatedRepo."""

    endpoint: str = ""
    cdn: str = ""
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    commit: str = "7e5b6f7981c0aa7d143f6bec6fa26625bdfcbe66"
    redirect: bool = False
    gated: str = ""
    delay: float = 0.0
    announced: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    served: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, repository: str, name: str, content: bytes) -> None:
        self.files[repository, name] = content

    def gets(self) -> list[Seen]:
        """The requests for bytes (a redirected one counts once at each origin)."""
        return [one for one in self.seen if one.method == "GET"]

    def fault(self, method: str) -> Fault | None:
        """The next fault for a request, used up by it."""
        with self._lock:
            for fault in self.faults:
                if fault.method == method and fault.times:
                    fault.times -= 1
                    return fault
        return None

    def count(self, size: int) -> None:
        with self._lock:
            self.served += size


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        at_cdn = self.connection.getsockname()[1] == urlsplit(self.hub.cdn).port
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.seen.append(Seen(self.command, self.path, headers, at_cdn))
        path = unquote(urlsplit(self.path).path)
        match = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if not match:
            return self._refuse(404, {"X-Error-Code": "RepoNotFound"})
        if self.hub.redirect and not at_cdn:
            fault = None
        else:
            fault = self.hub.fault(self.command)
        if fault and fault.kind == "refuse":
            return self._refuse(fault.status, fault.headers)
        if self.hub.gated and not at_cdn:
            if headers.get("authorization") != f"Bearer {self.hub.gated}":
                return self._refuse(401, {"X-Error-Code": "GatedRepo"})
        content = self.hub.files.get((match[1], match[3]))
        if content is None:
            known = any(repository == match[1] for repository, _ in self.hub.files)
            return self._refuse(404, {"X-Error-Code": "EntryNotFound" if known else "RepoNotFound"})
        if self.hub.redirect and not at_cdn:
            return self._redirect(content)
        self._serve(content, fault)

    def _metadata(self, content: bytes) -> dict[str, str]:
        return {
            "X-Repo-Commit": self.hub.commit,
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
            "X-Linked-Size": str(len(content)),
            "Accept-Ranges": "bytes",
        } | self.hub.announced

    def _redirect(self, content: bytes) -> None:
        self.send_response(302)
        for name, value in self._metadata(content).items():
            self.send_header(name, value)
        self.send_header("Location", self.hub.cdn + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _refuse(self, status: int, headers: Mapping[str, str]) -> None:
        body = b"" if self.command == "HEAD" else b'{"error": "as the test wants it"}'
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _serve(self, content: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault else None
        after = fault.after if fault else 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and kind != "ignore_range" else 0
        if start >= len(content) > 0:
            return self._refuse(416, {"Content-Range": f"bytes */{len(content)}"})
        body = content[start:]
        if kind == "corrupt":
            body = body[:after] + bytes([body[after] ^ 1]) + body[after + 1 :]
        if kind == "truncate":
            body = body[:after]
        extra = bytes(after) if kind == "larger" else b""
        self.send_response(206 if asked and kind != "ignore_range" else 200)
        for name, value in self._metadata(content).items():
            self.send_header(name, value)
        if asked and kind != "ignore_range" and "Content-Range" not in self.hub.announced:
            end = f"{len(content) - 1}/{len(content)}"
            self.send_header("Content-Range", f"bytes {start}-{end}")
        self.send_header("Content-Length", str(len(body) + len(extra)))
        self.end_headers()
        if self.command == "GET":
            self._send(body + extra, after if kind in ("drop", "stall") else None, kind)

    def _send(self, body: bytes, stop: int | None, kind: Kind | None) -> None:
        for position in range(0, len(body), CHUNK):
            chunk = body[position : position + CHUNK]
            if stop is not None:
                chunk = chunk[: max(stop - position, 0)]
            self.wfile.write(chunk)
            self.hub.count(len(chunk))
            if stop is not None and position + CHUNK > stop:
                break
            if self.hub.delay:
                time.sleep(self.hub.delay)
        if kind == "stall":
            self.hub.closing.wait(30)
        if stop is not None:
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A killed client is what some tests are about.


@contextmanager
def running() -> Iterator[Hub]:
    """A Hub on two loopback ports for the length of a `with`."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    servers = [_Server(("127.0.0.1", 0), handler) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers]
    for thread in threads:
        thread.start()
    hub.endpoint = f"http://127.0.0.1:{servers[0].server_port}"
    # Another name as well as another port: as far as a token is concerned, a stranger.
    hub.cdn = f"http://localhost:{servers[1].server_port}"
    try:
        yield hub
    finally:
        hub.closing.set()
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
