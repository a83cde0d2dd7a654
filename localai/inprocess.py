"""The Workers AI dialect without HTTP: LocalAI and its async face; it must not know sockets.

Both take the inputs that Workers AI documents and answer with its unwrapped result.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localai.dialects.dialect import Reply
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_result import Pieces, result
from localai.errors import Closed
from localai.registry import Registry
from localai.reply import Event, Failed, Finished, Notice
from localai.request import GenerateRequest
from localai.runtime import Runtime, RuntimeConfig
from localai.ticket import EventStream, Ticket
from localai.weights.store import Store

if TYPE_CHECKING:
    from localai.inquiry import Database, Inquiries, Inquiry
    from localai.sql import Answer, Options

logger = logging.getLogger("localai")

Piece = dict[str, Any]


class Stream:
    """An answer as it comes: dicts {response}, usage in the last. Closing it cancels the rest."""

    def __init__(self, events: EventStream) -> None:
        self._events = events
        self._ready: deque[Piece] = deque()
        self._pieces = Pieces()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Piece:
        """The next piece. Raises the request's LocalAIError."""
        while not self._ready:
            self._ready.extend(_pieces(self._pieces, next(self._events)))
        return self._ready.popleft()

    def close(self) -> None:
        self._events.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LocalAI:
    """Models in this process, for any number of threads.

        with LocalAI() as ai:
            answer = ai.run("@localai/sql-tiny", {"prompt": "SELECT"})
            for piece in ai.run("@localai/sql-tiny", {"prompt": "SELECT", "stream": True}):
                print(piece["response"], end="")

    models_dir: where pulled weights are, in place of huggingface_hub's cache. registry: a file in
    place of the packaged one. The rest is RuntimeConfig's; nothing is ever downloaded.
    """

    def __init__(
        self,
        *,
        models_dir: Path | str | None = None,
        registry: Path | str | None = None,
        config: RuntimeConfig | None = None,
    ) -> None:
        self.runtime = Runtime(
            Registry.load(Path(registry) if registry else None),
            Store(Path(models_dir) if models_dir else None),
            config,
        )
        self._opening = threading.Lock()
        self._inquiries: Inquiries | None = None
        self._closed = False

    def run(self, model: str, inputs: Mapping[str, Any]) -> Any:
        """The answer to Workers AI inputs: {response, tool_calls?, usage}, or with "stream" a
        Stream of pieces.

        Raises InvalidRequest for inputs that Workers AI refuses, and any other LocalAIError.
        """
        request = _parse(model, inputs)
        events = self.runtime.stream(request)
        if request.stream:
            return Stream(events)
        reply = Reply()
        try:
            for event in events:
                _take(reply, event)
        finally:
            events.close()
        return result(reply, as_json=request.json_schema is not None)

    def sql(
        self,
        db: Database,
        question: str,
        *,
        model: str | None = None,
        options: Options | None = None,
        on_event: Callable[[Event], None] | None = None,
        **changes: Any,
    ) -> Answer:
        """The answer to a question in words about a database: its SQL and rows.

            ai.sql("shop.db", "How many orders were placed last week?", max_rows=10).rows

        db: a file, a folder of files, a URL, or a Source; what is opened here stays open for the
        next question. model: None is the best that is on this disk. changes: single fields of the
        options (and of their limits and reading) by name, such as run, best_of, today, max_rows.

        Raises InvalidRequest, DatabaseError, SQLTimeout, and what the model's engine raises.
        """
        return self._inquiry(db, question, model, options, on_event, changes).answer()

    def close(self) -> None:
        """End what runs, close databases and free all memory; idempotent."""
        with self._opening:
            self._closed = True
            inquiries = self._inquiries
        if inquiries is not None:
            inquiries.close()
        self.runtime.close()

    def _inquiry(
        self,
        db: Database,
        question: str,
        model: str | None,
        options: Options | None,
        on_event: Callable[[Event], None] | None,
        changes: Mapping[str, Any],
    ) -> Inquiry:
        # Imported here: who only talks to models need not wait for it.
        from localai.inquiry import Inquiries, options_with

        with self._opening:
            if self._closed:
                raise Closed()
            self._inquiries = self._inquiries or Inquiries(self.runtime)
        return self._inquiries.start(
            db, question, model=model, options=options_with(options, changes), on_event=on_event
        )

    def __enter__(self) -> LocalAI:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStream:
    """As Stream, for `async for`."""

    def __init__(self, events: _AsyncEvents) -> None:
        self._events = events
        self._ready: deque[Piece] = deque()
        self._pieces = Pieces()

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Piece:
        while not self._ready:
            event = await self._events.next()
            if event is None:
                raise StopAsyncIteration
            self._ready.extend(_pieces(self._pieces, event))
        return self._ready.popleft()

    async def aclose(self) -> None:
        self._events.close()

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._events.close()


class AsyncLocalAI:
    """LocalAI for asyncio: the same options and inputs; a cancelled task cancels its request.

    async with AsyncLocalAI() as ai:
        answer = await ai.run("@localai/sql-tiny", {"prompt": "SELECT"})
        async for piece in await ai.run(model, {"prompt": "SELECT", "stream": True}): ...
    """

    def __init__(self, **options: Any) -> None:
        self._sync = LocalAI(**options)
        self.runtime = self._sync.runtime

    async def run(self, model: str, inputs: Mapping[str, Any]) -> Any:
        """As LocalAI.run; with "stream" an AsyncStream."""
        request = _parse(model, inputs)
        events = _AsyncEvents(lambda emit: self.runtime.generate(request, emit))
        if request.stream:
            return AsyncStream(events)
        reply = Reply()
        try:
            while (event := await events.next()) is not None:
                _take(reply, event)
        finally:
            events.close()
        return result(reply, as_json=request.json_schema is not None)

    async def sql(
        self,
        db: Database,
        question: str,
        *,
        model: str | None = None,
        options: Options | None = None,
        on_event: Callable[[Event], None] | None = None,
        **changes: Any,
    ) -> Answer:
        """As LocalAI.sql; on_event is called on another thread. A cancelled task ends the query."""
        inquiry = self._sync._inquiry(db, question, model, options, on_event, changes)
        try:
            return await asyncio.to_thread(inquiry.answer)
        finally:
            inquiry.cancel()

    async def close(self) -> None:
        await asyncio.to_thread(self._sync.close)

    async def __aenter__(self) -> AsyncLocalAI:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _AsyncEvents:
    """One request's events on the running loop."""

    def __init__(self, generate: Callable[[Callable[[Event], None]], Ticket]) -> None:
        loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self._done = False
        self._ticket = generate(lambda e: _post(loop, self._queue, e))

    async def next(self) -> Event | None:
        if self._done:
            return None
        event = await self._queue.get()
        self._done = isinstance(event, Finished | Failed)
        return event

    def close(self) -> None:
        self._done = True
        self._ticket.cancel()

    def __del__(self) -> None:
        self.close()


def _post(loop: asyncio.AbstractEventLoop, events: asyncio.Queue[Event], event: Event) -> None:
    try:
        loop.call_soon_threadsafe(events.put_nowait, event)
    except RuntimeError as error:  # the loop is closed: nobody is there to read
        if not isinstance(event, Finished | Failed):
            raise Closed("The event loop of the request has been closed.") from error


def _parse(model: str, inputs: Mapping[str, Any]) -> GenerateRequest:
    request, notices = parse_inputs(model, inputs)
    for notice in notices:
        logger.warning("%s", notice)
    return request


def _take(reply: Reply, event: Event) -> None:
    if isinstance(event, Notice):
        logger.warning("%s", event.text)
    reply.add(event)


def _pieces(made: Pieces, event: Event) -> list[Piece]:
    if isinstance(event, Failed):
        raise event.error
    if isinstance(event, Notice):
        logger.warning("%s", event.text)
    return made.of(event)
