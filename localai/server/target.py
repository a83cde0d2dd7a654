"""A request line that names a whole URL, as to a proxy; it must not know routes or who may call.

`GET http://localhost:8642/health HTTP/1.1` is legal to any server. The URL's host then counts, and
the Host header does not (RFC 9112, 3.2.2).
"""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

SCHEMES = (b"http://", b"https://")


class PathOfTarget:
    """ASGI middleware: inside it a path is a path, and Host is who was called."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        target: bytes = scope.get("raw_path") or b""
        if target.lower().startswith(SCHEMES):
            scope = _inside(scope, target.partition(b"://")[2])
        await self.app(scope, receive, send)


def _inside(scope: Scope, rest: bytes) -> Scope:
    host, _, path = rest.partition(b"/")
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {
        **scope,
        "raw_path": b"/" + path,
        "path": "/" + unquote(path.decode("latin-1")),
        "headers": [*headers, (b"host", host)],
    }
