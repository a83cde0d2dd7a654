"""Wire dicts as server-sent events; it must not know any dialect by name."""

from __future__ import annotations

import asyncio
import logging

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from localai.dialects.dialect import Responder, Wire
from localai.reply import Failed
from localai.server.job import Choices, ClientGone, Job

logger = logging.getLogger(__name__)

PING = b": ping\n\n"
HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    # Proxies that buffer would turn a stream into one late block.
    (b"x-accel-buffering", b"no"),
)

_encode = msgspec.json.Encoder().encode


def frame(wire: Wire) -> bytes:
    """One event of the stream."""
    return b"data: %b\n\n" % _encode(wire)


class EventStream(Response):
    """Streams a job whose first events (maybe none yet) have been taken; it closes the job.

    While nothing comes, a comment is sent every `ping` seconds, so that no proxy gives up; None
    sends none.
    """

    def __init__(
        self, job: Job, responder: Responder, first: Choices, *, ping: float | None
    ) -> None:
        self.status_code = 200
        self.background = None
        self._failed = False
        self.raw_headers = list(HEADERS)
        self._job, self._responder, self._first, self._ping = job, responder, first, ping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        stalled = False

        def stop() -> None:
            # The client reads nothing, so this task sits in `send` and only a cancel ends it.
            nonlocal stalled
            stalled = True
            task.cancel()

        self._job.on_overflow = stop
        try:
            await self._send_all(send)
        except ClientGone:
            logger.info("the client went away in mid-stream")
        except asyncio.CancelledError:
            if not stalled:
                raise
            task.uncancel()
            logger.warning("dropped a client that stopped reading its stream")
        finally:
            self._job.close()

    async def _send_all(self, send: Send) -> None:
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        events = self._first
        while True:
            ended = self._job.ended
            body = self._bytes(events) if events else PING
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": not ended})
            if ended:
                return
            events = await self._job.take(self._ping)

    def _bytes(self, events: Choices) -> bytes:
        out: list[bytes] = []
        for choice, event in events:
            out.extend(map(frame, self._responder.frames(event, choice)))
            self._failed = self._failed or isinstance(event, Failed)
        # After a failure there is no terminator: clients must not take the text for whole.
        if self._job.ended and not self._failed and self._responder.terminator is not None:
            out.append(b"data: %b\n\n" % self._responder.terminator.encode())
        return b"".join(out)
