"""One endpoint for every dialect: parse, submit, answer or stream; it must not know any by name."""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from localai.dialects.dialect import (
    BadBody,
    Batch,
    BodyTooLarge,
    Call,
    Collect,
    Generate,
    Lookup,
    NoBody,
    Parsed,
    Reply,
    Wire,
)
from localai.errors import NotSupported
from localai.reply import Failed, Notice
from localai.server.batches import Batches
from localai.server.event_stream import EventStream
from localai.server.job import Choices, ClientGone, Job
from localai.server.served import Served

Endpoint = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")

# One thread: more would fight over the interpreter, and the loop with them.
_beside = ThreadPoolExecutor(1, "localai-bodies")

# What is said to a client that has gone; the number is nginx's, and nobody reads it.
CLIENT_CLOSED = 499

STREAM_PAUSE = 0.004
"""Seconds in which pieces gather for one send: no eye sees it, and at 1,000 tokens/s it saves three
of four wake-ups, sends and system calls. A model whose steps take longer sends each token at once,
so that none waits for the next (scripts/server_cost.py times what that costs)."""

SHORT_BODY = 64 * 1024
"""Bytes. A megabyte of messages takes 25 ms to read and check, and all that time nobody else would
be answered."""

WHOLE_PAUSE = 0.25
"""Seconds between looks at the pieces of an answer that is sent as a whole."""


@dataclass(frozen=True, slots=True)
class Limits:
    """max_body: bytes; ping: seconds between comments in a silent stream, None for none.

    key: what callers are asked for, None for nothing.
    """

    max_body: int
    ping: float | None
    key: str | None = None


def endpoint(
    operation: Generate | Lookup,
    served: Served,
    limits: Limits,
    batches: Batches | None = None,
) -> Endpoint:
    """An operation of a dialect as an endpoint. It raises LocalAIError; the app words that.

    batches: None where none are taken.
    """

    async def lookup(request: Request) -> Response:
        assert isinstance(operation, Lookup)
        call = call_of(request.scope, limits.key)
        return json_response(operation.answer(call, served.registry.models))

    async def generate(request: Request) -> Response:
        assert isinstance(operation, Generate)
        try:
            parse = partial(_parsed, operation, request.scope, limits.key)
            parsed = await _fairly(parse, await _read(request, limits.max_body))
            if isinstance(parsed, Parsed):
                return await _run(parsed, request, served, limits)
            return _later(parsed, batches)
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED)

    return lookup if isinstance(operation, Lookup) else generate


def json_response(
    body: Wire, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON with exactly `application/json`: the Workers binding takes nothing else for JSON."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def _parsed(
    operation: Generate, scope: Scope, key: str | None, raw: bytes
) -> Parsed | Batch | Collect:
    return operation.parse(call_of(scope, key, _object(raw)))


async def _fairly(work: Callable[[bytes], T], raw: bytes) -> T:
    """Work on a body where it holds nobody up: a long one on a thread, beside the loop."""
    if len(raw) <= SHORT_BODY:
        return work(raw)
    return await asyncio.get_running_loop().run_in_executor(_beside, work, raw)


def _later(asked: Batch | Collect, batches: Batches | None) -> Response:
    if batches is None:
        raise NotSupported("This server takes no batches.", field="requests")
    answer = batches.submit(asked) if isinstance(asked, Batch) else batches.collect(asked)
    return json_response(answer, headers=asked.headers)


async def _run(parsed: Parsed, request: Request, served: Served, limits: Limits) -> Response:
    pause = STREAM_PAUSE if parsed.stream else WHOLE_PAUSE
    job = Job(served, parsed.requests, request.receive, pause=pause)
    try:
        if parsed.stream:
            first = await _first_events(job, limits.ping)
            stream = EventStream(job, parsed.responder, first, ping=limits.ping)
            stream.headers.update(parsed.headers)
            return stream
        replies = [Reply() for _ in parsed.requests]
        while not job.ended:
            for choice, event in await job.take():
                replies[choice].add(event)
        job.close()
        return json_response(parsed.responder.whole(replies), headers=parsed.headers)
    except BaseException:
        job.close()
        raise


async def _first_events(job: Job, patience: float | None) -> Choices:
    """Events up to the first that says how it goes, so that an early error keeps its status.

    After `patience` seconds of silence the stream begins all the same, to be kept alive by pings.
    """
    first: Choices = []
    while True:
        events = await job.take(patience)
        for choice, event in events:
            if isinstance(event, Failed) and _only_notices(first):
                raise event.error
            first.append((choice, event))
        if not events or not _only_notices(first):
            return first


def _only_notices(events: Choices) -> bool:
    return all(isinstance(event, Notice) for _, event in events)


def call_of(scope: Scope, key: str | None, body: dict[str, Any] | None = None) -> Call:
    """A request line, its headers and its body (if any) as a dialect reads them."""
    request = Request(scope)
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", b"").decode("latin-1") or scope["path"]
    return Call(
        path=scope.get("path_params", {}),
        query=request.query_params,
        body=body or {},
        headers=request.headers,
        method=scope["method"],
        target=f"{path}?{query}" if query else path,
        key=key,
    )


async def json_object(request: Request, limit: int) -> dict[str, Any]:
    """The body as a JSON object, whatever its Content-Type says: plain `curl -d` says "form"."""
    return await _fairly(_object, await _read(request, limit))


def _object(raw: bytes) -> dict[str, Any]:
    # Windows' tools begin text with a mark of its encoding, which readers of JSON may pass over.
    raw = raw.removeprefix(BOM_UTF8)
    if not raw.strip():
        raise NoBody("The request is missing its body: a JSON object.")
    try:
        body = msgspec.json.decode(raw)
    except RecursionError:
        raise BadBody("The body is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise BadBody(f"The body is not UTF-8: {error.reason}.") from None
    except msgspec.DecodeError as error:
        raise BadBody(f"The body is not valid JSON: {error}.") from None
    if not isinstance(body, dict):
        raise BadBody("The body is not a JSON object.", hint='Send {"prompt": "..."} or the like.')
    return body


async def _read(request: Request, limit: int) -> bytes:
    packed = request.headers.get("content-encoding", "identity")
    if packed.lower() != "identity":
        raise BadBody(
            f"The body is packed ({packed[:40]!r}), and this server unpacks none.",
            hint="Send it without Content-Encoding.",
        )
    # The length that is announced is only a shortcut: a chunked body has none, and others lie.
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise BodyTooLarge(limit)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size, more = size + len(part), message.get("more_body", False)
        if size > limit:
            raise BodyTooLarge(limit)
        parts.append(part)
    return b"".join(parts)
