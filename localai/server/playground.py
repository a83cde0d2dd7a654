"""The page for people: its packaged files over HTTP; it must not know models, dialects or keys.

The files hold nothing secret and need no key. They may load nothing from elsewhere, and no other
page may frame them. What the page needs before it has a key is in `/playground/server.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai import __version__
from localai.server.endpoint import json_response

PREFIX = "/playground"
SERVER = f"{PREFIX}/server.json"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept, and asked about each time: a page must never be older than its server.
    "Cache-Control": "no-cache",
}
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    kind: str
    tag: str

    def answer(self, request: Request) -> Response:
        headers = {**HEADERS, "ETag": self.tag}
        known = request.headers.get("if-none-match", "")
        if self.tag in (one.strip().removeprefix("W/") for one in known.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.kind)


def routes(*, key: bool, sql: bool) -> list[Route]:
    """`/` and everything below `/playground/`, of which nothing else exists.

    key: whether callers need one; sql: whether there are databases to ask.
    """
    about = {"name": "localai", "version": __version__, "key": key, "sql": sql}

    async def server(_: Request) -> Response:
        return json_response(about, headers={"Cache-Control": "no-store"})

    found = {f"{PREFIX}/{name}": file for name, file in _packaged().items()}
    found["/"] = found.pop(f"{PREFIX}/index.html")
    return [
        Route(SERVER, server, methods=["GET"]),
        *(Route(path, _endpoint(file), methods=["GET"]) for path, file in found.items()),
    ]


def paths(found: Sequence[Route]) -> frozenset[str]:
    """The paths of these routes, all of them open."""
    return frozenset(route.path for route in found)


def _endpoint(file: _File) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return file.answer(request)

    return endpoint


def _packaged() -> dict[str, _File]:
    """The page's files by name, read once for each application."""
    read = {}
    for entry in files("localai").joinpath("playground").iterdir():
        kind = KINDS.get(entry.name[entry.name.rfind(".") :])
        if kind is not None:
            body = entry.read_bytes()
            read[entry.name] = _File(body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    return read
