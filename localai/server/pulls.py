"""`POST /localai/pull`: downloads with their progress as events, one at a time for each model.

A client that goes away stops its download; what came stays, and the next one goes on from there.
This must not know the Hub, nor what a page shows.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from localai import machine
from localai.dialects.dialect import Wire
from localai.errors import InvalidRequest, LocalAIError
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.server.endpoint import CLIENT_CLOSED, Limits, json_object
from localai.server.event_stream import HEADERS, PING, frame
from localai.server.job import ClientGone
from localai.server.own import PREFIX, told
from localai.server.served import Served
from localai.weights.fit import file_to_take
from localai.weights.pull import pull
from localai.weights.store import Store

logger = logging.getLogger(__name__)

FIELDS = ("model", "quant")

NOTICE = 1.0
"""Seconds in which the end of a client's connection is noticed even on a busy machine."""


class Pulls:
    """The downloads under way. Use it on one event loop."""

    def __init__(self, served: Served, store: Store, limits: Limits) -> None:
        self._served, self._store, self._limits = served, store, limits
        self._running: dict[str, threading.Event] = {}

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route(f"{PREFIX}/pull", self._pull, methods=["POST"])]

    def close(self) -> None:
        """Stop every download; what came of them stays."""
        for cancel in self._running.values():
            cancel.set()

    async def _pull(self, request: Request) -> Response:
        try:
            body = await json_object(request, self._limits.max_body)
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED)
        spec = Registry(self._served.registry.models).resolve(_text(body, "model"))
        quant = _text(body, "quant") if body.get("quant") is not None else None
        file = file_to_take(spec, quant, machine.memory().free)
        if not await self._is_free(spec):
            raise InvalidRequest(
                f"{spec.id} is being downloaded already.",
                field="model",
                hint="It goes on as long as the page that began it is open.",
            )
        return PullStream(self, spec, file, self._store, self._limits.ping)

    async def _is_free(self, spec: ModelSpec) -> bool:
        """Whether no other download of it runs; a client that just left may not be noticed yet."""
        end = asyncio.get_running_loop().time() + NOTICE
        while spec.id in self._running:
            if asyncio.get_running_loop().time() > end:
                return False
            await asyncio.sleep(0.05)
        return True

    def begin(self, spec: ModelSpec) -> threading.Event:
        """Note a download; the event stops it."""
        return self._running.setdefault(spec.id, threading.Event())

    def end(self, spec: ModelSpec) -> None:
        """Stop it unless it has ended. What still writes holds the file's lock: the next waits."""
        cancel = self._running.pop(spec.id, None)
        if cancel is not None:
            cancel.set()


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    unknown = [key for key in body if key not in FIELDS]
    if unknown:
        raise InvalidRequest(
            f"{unknown[0]}: no such field.", field=unknown[0], hint="There are model and quant."
        )
    if not isinstance(value, str) or not value:
        raise InvalidRequest(
            f"{name} must be a text.", field=name, hint='For example {"model": "@cf/..."}.'
        )
    return value


class PullStream(Response):
    """Frames {"bytes", "total", "file", "quant"}, then {"done": true, ...} or {"error"}."""

    def __init__(
        self, pulls: Pulls, spec: ModelSpec, file: FileSpec, store: Store, ping: float | None
    ):
        self.status_code = 200
        self.background = None
        self.raw_headers = list(HEADERS)
        self._pulls, self._spec, self._file, self._store, self._ping = (
            pulls,
            spec,
            file,
            store,
            ping,
        )
        self._loop = asyncio.get_running_loop()
        self._frames: asyncio.Queue[Wire] = asyncio.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cancel = self._pulls.begin(self._spec)
        # A daemon: a network that hangs must not keep a stopped server alive.
        name = "localai-pull"
        threading.Thread(target=self._work, args=(cancel,), name=name, daemon=True).start()
        gone = self._loop.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            more = True
            while more:
                wire = await self._next(gone)
                more = wire is None or "bytes" in wire
                body = PING if wire is None else frame(wire)
                await send({"type": "http.response.body", "body": body, "more_body": more})
        except ClientGone:
            logger.info("the download of %s was stopped by its client", self._spec.id)
        finally:
            gone.cancel()
            self._pulls.end(self._spec)

    async def _next(self, gone: asyncio.Task[None]) -> Wire | None:
        """The next frame; None where nothing came for a while. Raises ClientGone."""
        taking = self._loop.create_task(self._frames.get())
        try:
            awaited: set[asyncio.Future[Any]] = {taking, gone}
            await asyncio.wait(awaited, timeout=self._ping, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ClientGone
            return taking.result() if taking.done() else None
        finally:
            taking.cancel()

    def _work(self, cancel: threading.Event) -> None:
        # On a thread of its own.
        try:
            self._progress(0, self._file.size)
            have = pull(
                self._spec, self._file, self._store, on_progress=self._progress, cancel=cancel
            )
            last: Wire = {"done": True, "quant": have.quant, "size": have.bytes}
            self._post({**last, "notes": list(have.notes)})
        except LocalAIError as error:
            self._post(told(error))
        except Exception as error:
            logger.exception("the download of %s failed", self._spec.id)
            self._post(told(LocalAIError(f"The download failed inside: {error!r}.")))

    def _progress(self, done: int, total: int | None) -> None:
        named = {"file": self._file.name, "quant": self._file.quant}
        self._post({"bytes": done, "total": total, **named})

    def _post(self, wire: Wire) -> None:
        # A loop that has closed has no client either.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._frames.put_nowait, wire)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
