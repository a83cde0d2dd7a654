"""AsyncLocalAI: LocalAI on an event loop; it must not know how a request is answered."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from localai.dialects.dialect import Reply
from localai.errors import Closed
from localai.inprocess.blocking import LocalAI
from localai.inprocess.known import KnownModel
from localai.inprocess.requests import InPieces, Piece, Whole, eventful, parsed, texts_of
from localai.reply import Event, Failed, Finished, Usage
from localai.runtime import RuntimeConfig
from localai.ticket import Ticket

if TYPE_CHECKING:
    from localai.inquiry import Database
    from localai.schema import Schema
    from localai.sql import Answer, Options

T = TypeVar("T")


class AsyncEventStream:
    """As EventStream, for `async for`; made and read on one event loop."""

    def __init__(self, generate: Callable[[Callable[[Event], None]], Ticket]) -> None:
        loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        self._done = False
        self._ticket = generate(lambda e: _post(loop, self._queue, e))

    def __aiter__(self) -> AsyncEventStream:
        return self

    async def __anext__(self) -> Event:
        if self._done:
            raise StopAsyncIteration
        event = await self._queue.get()
        self._done = isinstance(event, Finished | Failed)
        return event

    def cancel(self) -> None:
        """Cancel the request; its end is still to be read, and says what had been used."""
        self._ticket.cancel()

    def close(self) -> None:
        """Cancel the request and read nothing more; idempotent."""
        self._done = True
        self._ticket.cancel()

    async def aclose(self) -> None:
        self.close()

    async def __aenter__(self) -> AsyncEventStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_ticket"):
            self.close()


class AsyncStream:
    """As Stream, for `async for`."""

    def __init__(self, events: AsyncEventStream) -> None:
        self._events = events
        self._ready: deque[Piece] = deque()
        self._pieces = InPieces()

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Piece:
        while not self._ready:
            self._ready.extend(self._pieces.of(await anext(self._events)))
        return self._ready.popleft()

    async def aclose(self) -> None:
        self._events.close()

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._events.close()


class AsyncLocalAI:
    """LocalAI for asyncio: the same options and inputs; a cancelled task cancels what it awaits.

    prompt = "<question> how many <t0> for each <c0><sql>"
    async with AsyncLocalAI() as ai:
        answer = await ai.run("@localai/sql-tiny", {"prompt": prompt})
        async for piece in await ai.run(model, {"prompt": prompt, "stream": True}): ...

    Callbacks are called on the event loop, before the call that they belong to returns.
    """

    def __init__(
        self,
        *,
        models_dir: Path | str | None = None,
        registry: Path | str | None = None,
        offline: bool = False,
        config: RuntimeConfig | None = None,
    ) -> None:
        self._sync = LocalAI(
            models_dir=models_dir, registry=registry, offline=offline, config=config
        )
        self.runtime = self._sync.runtime

    async def run(self, model: str, inputs: Mapping[str, Any]) -> Any:
        """As LocalAI.run; with "stream" an AsyncStream."""
        request = parsed(model, inputs)
        events = AsyncEventStream(lambda emit: self.runtime.generate(request, emit))
        if request.stream:
            return AsyncStream(events)
        whole = Whole(request)
        async with events:
            async for event in events:
                whole.take(event)
        return whole.result()

    def stream(self, model: str, inputs: Mapping[str, Any]) -> AsyncEventStream:
        """As LocalAI.stream; called on the event loop, without `await`."""
        request = eventful(model, inputs)
        return AsyncEventStream(lambda emit: self.runtime.generate(request, emit))

    async def embed(self, model: str, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """As LocalAI.embed."""
        request = texts_of(model, texts)
        vectors = Reply()
        async with AsyncEventStream(lambda emit: self.runtime.generate(request, emit)) as events:
            async for event in events:
                vectors.add(event)
        return vectors.vectors

    async def load(
        self, model: str, *, on_progress: Callable[[float], object] | None = None
    ) -> KnownModel:
        """As LocalAI.load; a cancelled task gives the load up."""
        cancel, tell = threading.Event(), _on_loop(on_progress)
        try:
            return await _apart(lambda: self._sync.load(model, on_progress=tell, cancel=cancel))
        finally:
            cancel.set()

    async def warm(
        self,
        model: str,
        inputs: Mapping[str, Any],
        *,
        on_progress: Callable[[float], object] | None = None,
    ) -> Usage:
        """As LocalAI.warm; a cancelled task gives the warm-up up."""
        cancel, tell = threading.Event(), _on_loop(on_progress)
        try:
            return await _apart(
                lambda: self._sync.warm(model, inputs, on_progress=tell, cancel=cancel)
            )
        finally:
            cancel.set()

    async def unload(self, model: str) -> bool:
        """As LocalAI.unload."""
        return await _apart(lambda: self._sync.unload(model))

    async def models(self) -> tuple[KnownModel, ...]:
        """As LocalAI.models."""
        return await _apart(self._sync.models)

    async def pull(
        self,
        model: str,
        quant: str | None = None,
        *,
        on_progress: Callable[[int, int | None], object] | None = None,
    ) -> KnownModel:
        """As LocalAI.pull; a cancelled task ends the download."""
        cancel, tell = threading.Event(), _on_loop(on_progress)
        try:
            return await _apart(
                lambda: self._sync.pull(model, quant, on_progress=tell, cancel=cancel)
            )
        finally:
            cancel.set()

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
        """As LocalAI.sql. A cancelled task ends generation and query."""
        inquiry = self._sync.inquiry(
            db, question, model=model, options=options, on_event=_on_loop(on_event), **changes
        )
        try:
            return await _apart(inquiry.answer)
        finally:
            inquiry.cancel()

    async def schema(self, db: Database) -> Schema:
        """As LocalAI.schema."""
        return await _apart(lambda: self._sync.schema(db))

    async def close(self) -> None:
        """As LocalAI.close."""
        await _apart(self._sync.close)

    async def __aenter__(self) -> AsyncLocalAI:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def _apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises, on a thread of its own: the loop's few could all be busy with
    questions, and then none would be left to close with."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome.set_result(context.run(work))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="localai-call", daemon=True).start()
    return await asyncio.wrap_future(outcome)


def _on_loop(callback: Callable[..., object] | None) -> Callable[..., None] | None:
    """The callback, to be called from other threads; its answer, were there one, goes nowhere."""
    if callback is None:
        return None
    loop, known = asyncio.get_running_loop(), callback
    return lambda *arguments: _call(loop, known, *arguments)


def _call(
    loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *arguments: object
) -> None:
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError as error:  # the loop is closed: nobody is there to be told
        raise Closed("The event loop of the request has been closed.") from error


def _post(loop: asyncio.AbstractEventLoop, events: asyncio.Queue[Event], event: Event) -> None:
    try:
        _call(loop, events.put_nowait, event)
    except Closed:
        if not isinstance(event, Finished | Failed):
            raise
