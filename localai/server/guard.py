"""Who may speak to the server: Host, Origin and key; it must not know routes or dialects.

On loopback the Host header must name this machine, else any web page could rebind its own name to
127.0.0.1 and read the answers. Pages of other origins are refused unless they are allowed by name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from localai.dialects.dialect import Forbidden, NotAuthenticated
from localai.errors import LocalAIError

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")

OPEN_PATHS = frozenset({"/health", "/openapi.json"})
"""What anybody may see who reaches the server: it holds nothing of models, prompts or answers."""

Authenticate = Callable[[Scope, str], None]
Refuse = Callable[[str, LocalAIError], Response]


@dataclass(frozen=True, slots=True)
class Policy:
    """api_key None asks for none. allow_origins may hold "*". open_paths need no key."""

    api_key: str | None = None
    allow_origins: frozenset[str] = frozenset()
    allowed_hosts: frozenset[str] = frozenset()
    loopback: bool = True
    open_paths: frozenset[str] = OPEN_PATHS


class Guard:
    """ASGI middleware; `authenticate` asks for the key, `refuse(path, error)` words a refusal."""

    def __init__(
        self, app: ASGIApp, policy: Policy, authenticate: Authenticate, refuse: Refuse
    ) -> None:
        self.app = app
        self._policy = policy
        self._authenticate = authenticate
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        try:
            check_host(headers, self._policy)
            foreign = is_foreign(origin, headers, self._policy)
        except Forbidden as error:
            return await self._refuse(scope["path"], error)(scope, receive, send)
        if foreign and origin is not None:
            send = _with_cors(send, origin)
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                return await _preflight(headers)(scope, receive, send)
        try:
            if self._policy.api_key is not None and scope["path"] not in self._policy.open_paths:
                self._authenticate(scope, self._policy.api_key)
        except NotAuthenticated as error:
            return await self._refuse(scope["path"], error)(scope, receive, send)
        await self.app(scope, receive, send)


def check_host(headers: Headers, policy: Policy) -> None:
    """Raises Forbidden where the Host header names another machine (checked on loopback only)."""
    if not policy.loopback:
        return
    host = headers.get("host", "").lower()
    parts = _HOST.fullmatch(host)
    name = parts["name"].rstrip(".") if parts else ""
    if not (_is_loopback(name) or name in policy.allowed_hosts):
        raise Forbidden(
            f"The Host header is {host[:100]!r}, and this server answers on this machine only.",
            hint="Call it as http://127.0.0.1 or http://localhost with its port.",
        )


def is_foreign(origin: str | None, headers: Headers, policy: Policy) -> bool:
    """Whether an allowed page of another origin calls. Raises Forbidden where it is not allowed."""
    if origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower():
        return False
    if policy.allow_origins.isdisjoint((origin, "*")):
        raise Forbidden(
            f"Pages of the origin {origin[:100]!r} may not call this server.",
            hint=f"Start it with --allow-origin {origin[:100]} to let them.",
        )
    return True


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _with_cors(send: Send, origin: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            headers["Access-Control-Allow-Origin"] = origin
            headers.add_vary_header("Origin")
            message["headers"] = headers.raw
        await send(message)

    return wrapped


def _preflight(headers: Headers) -> Response:
    answer = {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": headers.get(
            "access-control-request-headers", "authorization, content-type"
        ),
        "Access-Control-Max-Age": "600",
    }
    # Chrome asks this before a public page may call a private address.
    if headers.get("access-control-request-private-network") == "true":
        answer["Access-Control-Allow-Private-Network"] = "true"
    return Response(status_code=204, headers=answer)
