"""The web application: routes from the dialect table; it must not know any dialect by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from localai import __version__
from localai.dialects import DIALECTS, dialect_of
from localai.dialects.description import document
from localai.dialects.dialect import CallError, NoRoute, WrongMethod, bearer
from localai.errors import InvalidRequest, LocalAIError
from localai.server import catalogue, metrics, own, sql, status
from localai.server import playground as pages
from localai.server.batches import Batches
from localai.server.databases import Databases
from localai.server.endpoint import Limits, call_of, endpoint, json_response
from localai.server.entry import Entry
from localai.server.guard import OPEN_PATHS, Guard, Policy
from localai.server.health import Health
from localai.server.pulls import Pulls
from localai.server.served import Served
from localai.server.target import PathOfTarget
from localai.server.warming import WarmUp, WarmUps
from localai.weights.store import Store

MAX_BODY = 10 * 1024 * 1024
"""Bytes; the longest prompt that passes is far below it, in any encoding."""

PING = 15.0
"""Seconds; proxies give up on a silent stream after 30 or 60."""


def create_app(
    runtime: Served,
    *,
    preload: Sequence[str] = (),
    api_key: str | None = None,
    allow_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = (),
    loopback: bool = True,
    databases: Databases | None = None,
    playground: bool = True,
    warm: Sequence[WarmUp] = (),
    store: Store | None = None,
    enter: str | None = None,
    max_body: int = MAX_BODY,
    ping: float = PING,
) -> Starlette:
    """The server as an ASGI application; the caller runs it and closes the runtime after it.

    preload: models to load at start, `/health` is 503 until they are there. api_key: asked for as a
    bearer token. allow_origins: web origins that may call ("*" for all). allowed_hosts: names for
    the Host header besides this machine's own; it is checked where `loopback` is true.
    databases: what POST /sql answers questions about; they are closed with the application.
    warm: prompts to compute ahead, when the models are there; `/health` does not wait for them.
    playground: whether `/` is a page for people; its files need no key. store: the weights that
    `/localai/models` shows and `/localai/pull` adds to; None: where the settings say.
    enter: a code that `/localai/enter` gives the key for, once and within a minute.
    max_body: bytes. ping: seconds between comments in a silent stream.
    Raises InvalidRequest where the server would be open to the network, or its databases to any
    program on this machine, without a key.
    """
    if not api_key and (databases is not None or not loopback):
        what = "that others can reach" if databases is None else "with databases"
        raise InvalidRequest(
            f"A server {what} needs a key.", field="api_key", hint="Set --api-key."
        )
    health = Health(runtime, preload)
    batches = Batches(runtime)
    warm_ups = WarmUps(runtime, warm, health.loaded)
    page = pages.routes(key=bool(api_key), sql=databases is not None) if playground else []
    entry = Entry(enter, api_key).routes() if enter and api_key else []
    policy = Policy(
        api_key=api_key or None,
        allow_origins=frozenset(origin.rstrip("/") for origin in allow_origins),
        allowed_hosts=frozenset(host.lower() for host in allowed_hosts),
        loopback=loopback,
        open_paths=OPEN_PATHS | pages.paths([*page, *entry]),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        health.start()
        batches.start()
        warm_ups.start()
        try:
            yield
        finally:
            health.stop()
            warm_ups.stop()
            pulls.close()
            await asyncio.to_thread(batches.close)
            if databases is not None:
                await asyncio.to_thread(databases.close)

    limits = Limits(max_body, ping, api_key or None)
    weights = store or Store()
    pulls = Pulls(runtime, weights, limits)
    routes = _routes(runtime, health, limits, batches) + page + entry
    routes += [*catalogue.routes(runtime, weights), *pulls.routes()]
    routes += [*status.routes(runtime, limits, warm_ups), *metrics.routes(runtime)]
    if databases is not None:
        routes += sql.routes(databases, limits)
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(PathOfTarget),
            Middleware(Guard, policy, _authenticate, error_response),
        ],
        exception_handlers={
            LocalAIError: _on_error,
            HTTPException: _on_http_error,
            Exception: _on_crash,
        },
        lifespan=lifespan,
    )
    # A redirect would lose the body of a POST; a path is right or it is not.
    app.router.redirect_slashes = False
    return app


def error_response(path: str, error: LocalAIError) -> Response:
    """An error in the words of the dialect that claims the path."""
    reply = own.error_reply(error) if own.claims(path) else dialect_of(path).error(error)
    response = json_response(reply.body, reply.status)
    response.headers.update(reply.headers)
    return response


def _authenticate(scope: Scope, key: str) -> None:
    path: str = scope["path"]
    authenticate = bearer if own.claims(path) else dialect_of(path).authenticate
    authenticate(call_of(scope, key))


def _routes(runtime: Served, health: Health, limits: Limits, batches: Batches) -> list[Route]:
    async def on_health(_: Request) -> Response:
        status, body = health.report()
        return json_response(body, status)

    async def on_openapi(_: Request) -> Response:
        return Response(described(), media_type="application/json")

    routes = [
        Route("/health", on_health, methods=["GET"]),
        Route("/openapi.json", on_openapi, methods=["GET"]),
    ]
    for dialect in DIALECTS.values():
        for route in dialect.routes:
            own = limits if dialect.pings else replace(limits, ping=None)
            handler = endpoint(route.operation, runtime, own, batches)
            routes.append(Route(route.path, handler, methods=[route.method]))
    return routes


@cache
def described() -> bytes:
    """The OpenAPI document; made once, by the first who asks."""
    return msgspec.json.encode(document(__version__))


# Coroutines, for Starlette hands plain functions to a thread each.
async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LocalAIError)
    return error_response(request.scope["path"], error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    # The router knows two faults of its own: no such path, and not under this method.
    assert isinstance(error, HTTPException)
    path: str = request.scope["path"]
    fault: CallError = NoRoute(path)
    if error.status_code == 405:
        fault = WrongMethod(request.method, sorted(_methods(request)))
    return error_response(path, fault)


def _methods(request: Request) -> set[str]:
    """Those that the path is served under: each has a route of its own."""
    routes: Sequence[BaseRoute] = request.app.routes
    found = [one for one in routes if one.matches(request.scope)[0] is not Match.NONE]
    return {method for one in found for method in getattr(one, "methods", None) or ()}


async def _on_crash(request: Request, error: Exception) -> Response:
    return error_response(
        request.scope["path"], LocalAIError("The server failed inside; its log says more.")
    )
