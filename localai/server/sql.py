"""`POST /sql`, `POST /sql/run`, `GET /sql/databases` and `GET /sql/schema`.

They must not know prompts, models or kinds of databases.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from localai.dialects.dialect import Wire
from localai.errors import LocalAIError
from localai.inquiry import Inquiry
from localai.reply import Event, Progress, TextDelta
from localai.server.databases import Databases
from localai.server.endpoint import CLIENT_CLOSED, Limits, json_object, json_response
from localai.server.event_stream import HEADERS, PING, frame
from localai.server.job import ClientGone
from localai.server.own import SQL, told
from localai.server.sql_wire import Body, Typed, body_of

logger = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]
OnEvent = Callable[[Event], None]

DONE = b"data: [DONE]\n\n"


def routes(databases: Databases, limits: Limits) -> list[Route]:
    """The four routes over these databases."""

    async def ask(request: Request) -> Response:
        body = body_of(await json_object(request, limits.max_body), Body)

        def start(on_event: OnEvent) -> Inquiry:
            return databases.start(
                databases.name(body.database),
                body.question,
                model=body.model,
                options=body.options(databases.reading),
                on_event=on_event if body.stream else None,
            )

        asking = Asking(databases, start, request.receive)
        return await (_streamed(asking, limits.ping) if body.stream else _whole(asking))

    async def run(request: Request) -> Response:
        body = body_of(await json_object(request, limits.max_body), Typed)
        options = body.options(databases.reading)
        name = databases.name(body.database)
        start = partial(databases.typed, name, body.sql, options)
        return await _whole(Asking(databases, lambda _: start(), request.receive))

    async def schema(request: Request) -> Response:
        name = databases.name(request.query_params.get("database"))
        found = await asyncio.wrap_future(databases.submit(lambda: databases.schema(name)))
        return json_response({"database": name, "databases": databases.names, **asdict(found)})

    async def names(_: Request) -> Response:
        return json_response({"databases": databases.names})

    return [
        Route(f"{SQL}/databases", names, methods=["GET"]),
        Route(SQL, _forgiving(ask), methods=["POST"]),
        Route(f"{SQL}/run", _forgiving(run), methods=["POST"]),
        Route(f"{SQL}/schema", schema, methods=["GET"]),
    ]


def _forgiving(handler: Handler) -> Handler:
    """The handler, for which a client that goes away is no fault."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED)

    return handle


class Asking:
    """One question on the event loop: frames come while it is answered, then the answer.

    It ends with its client: a question that nobody waits for is taken back.
    """

    def __init__(
        self, databases: Databases, start: Callable[[OnEvent], Inquiry], receive: Receive
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._frames: asyncio.Queue[Wire] = asyncio.Queue()
        self._writing = False
        self._inquiry = start(self._post)
        self.answer = asyncio.wrap_future(databases.submit(self._inquiry.answer))
        # Without a reader its error would be logged as one that was never looked at.
        self.answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._watcher = self._loop.create_task(_gone(receive))

    async def next(self, patience: float | None) -> Wire | None:
        """The next frame; None where the answer has come, or nothing in `patience` seconds.

        Raises ClientGone.
        """
        if not self._frames.empty():
            return self._frames.get_nowait()
        taking = self._loop.create_task(self._frames.get())
        awaited: set[asyncio.Future[Any]] = {taking, self.answer, self._watcher}
        try:
            await asyncio.wait(awaited, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if self._watcher.done():
                raise ClientGone
            return taking.result() if taking.done() else None
        finally:
            taking.cancel()

    def close(self) -> None:
        """Take the question back unless it is answered; idempotent."""
        self._watcher.cancel()
        if not self.answer.done():
            self._inquiry.cancel()
            self.answer.cancel()

    def _post(self, event: Event) -> None:
        # On the thread that asks. A prompt that is read after some text is a second try's.
        if isinstance(event, Progress):
            if self._writing:
                self._put({"restart": True})
            self._writing = False
            self._put({"progress": {"computed": event.computed, "total": event.total}})
        elif isinstance(event, TextDelta) and event.text:
            self._writing = True
            self._put({"delta": event.text})

    def _put(self, wire: Wire) -> None:
        self._loop.call_soon_threadsafe(self._frames.put_nowait, wire)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _whole(asking: Asking) -> Response:
    try:
        while not asking.answer.done():
            await asking.next(None)
        return json_response(asking.answer.result().to_dict())
    finally:
        asking.close()


async def _streamed(asking: Asking, ping: float | None) -> Response:
    """A stream, once it is known to begin well: an early error keeps its status."""
    try:
        first = await asking.next(ping)
        if first is None and asking.answer.done():
            asking.answer.result()
        return AnswerStream(asking, first, ping)
    except BaseException:
        asking.close()
        raise


class AnswerStream(Response):
    """Frames {"delta"}, {"progress"}, {"restart"}, then {"answer"} and [DONE]; or {"error"}."""

    def __init__(self, asking: Asking, first: Wire | None, ping: float | None) -> None:
        self.status_code = 200
        self.background = None
        self.raw_headers = list(HEADERS)
        self._asking, self._first, self._ping = asking, first, ping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def write(body: bytes, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": more})

        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            await send(start)
            wire = self._first
            while wire is not None or not self._asking.answer.done():
                await write(PING if wire is None else frame(wire))
                wire = await self._asking.next(self._ping)
            await write(self._last(), more=False)
        except ClientGone:
            logger.info("the client went away in mid-stream")
        finally:
            self._asking.close()

    def _last(self) -> bytes:
        try:
            answer = self._asking.answer.result()
        except LocalAIError as error:
            # Without [DONE]: nobody must take it for an answer.
            return frame(told(error))
        return frame({"answer": answer.to_dict()}) + DONE
