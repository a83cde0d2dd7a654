"""The join: a request -> model, prompt, engine -> events; it must not know wires or HTTP."""

from __future__ import annotations

import atexit
import logging
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from localai import machine
from localai.belonging import Belonging
from localai.entering import enter
from localai.errors import Closed, LocalAIError
from localai.loading import Loader, ModelStatus, RuntimeConfig, load, status_of
from localai.model import AdapterSpec, ModelSpec
from localai.registry import Registry
from localai.reply import Failed, Usage
from localai.request import GenerateRequest, Request
from localai.residency import Residency, Resident
from localai.tallies import Tallies
from localai.ticket import Emit, EventStream, Ticket
from localai.warming import warmed
from localai.weights.adapters import check_adapter
from localai.weights.store import Store

__all__ = ["Runtime", "RuntimeConfig", "Ticket"]

logger = logging.getLogger(__name__)


class Runtime:
    """Answers requests with the models of a registry, loading them on demand. Thread-safe.

    Close it, or use it as a context manager; what is left open is closed at interpreter exit.
    """

    def __init__(
        self,
        registry: Registry | None = None,
        store: Store | None = None,
        config: RuntimeConfig | None = None,
    ) -> None:
        self.registry = registry or Registry.load()
        self.store = store or Store()
        self.config = config or RuntimeConfig()
        self._free_memory = 0
        self.tallies = Tallies()
        loader = Loader(self.store, self.config, self.tallies)
        self._residency = Residency(
            loader, budget=self._memory_budget, keep_alive=self.config.keep_alive
        )
        # Templates and tokenizing stay off the callers' threads, a server's event loop above all.
        self._pool = ThreadPoolExecutor(2, "localai-prepare")
        self._closed = False
        self._closing = threading.RLock()
        self._belonging = Belonging()
        self._tickets: set[Ticket] = set()
        _open_runtimes.add(self)

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def generate(self, request: Request, emit: Emit) -> Ticket:
        """Start a request and return at once; a fault of the request arrives as Failed.

        emit gets the events in order on other threads, the last one Finished or Failed; it must not
        block, nor close the runtime.
        """
        ticket = Ticket(request, self._belonging.marked(emit), self._end, self.tallies.count)
        self._tickets.add(ticket)
        try:
            self._belonging.refuse_fork()
            self._pool.submit(self._guard, ticket, lambda: self._resolve(ticket))
        except Closed as error:
            ticket.send(Failed(error))
        except RuntimeError:  # the pool takes nothing after shutdown
            ticket.send(Failed(Closed()))
        return ticket

    def stream(self, request: Request) -> EventStream:
        """Start a request; its events as an iterator, and closing that cancels the request."""
        return EventStream(lambda emit: self.generate(request, emit))

    def warm(
        self,
        request: GenerateRequest,
        on_progress: Callable[[float], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> Usage:
        """Compute a request's prompt, wait for that, and keep it: requests that begin alike compute
        only what is their own. A conversation that ends before a user's turn is kept as far as it
        is the same for every turn. on_progress, cancel: as for `load`, of the prompt.

        The usage says how many tokens are kept now, and how many of them were there already.
        Raises Cancelled, LocalAIError.
        """
        return warmed(self.generate, request, on_progress, cancel)

    def load(
        self,
        model: str,
        on_progress: Callable[[float], object] | None = None,
        cancel: threading.Event | None = None,
    ) -> ModelSpec:
        """Load a model and wait for it. on_progress gets 0..1 on this thread; where it answers
        False, or `cancel` is set, the load is given up. Raises Cancelled, LocalAIError."""
        self._belonging.refuse_fork()
        spec = self.registry.resolve(model)
        load(self._residency, spec, on_progress, cancel)
        return spec

    def unload(self, model: str) -> bool:
        """Unload an idle model; false where it is not loaded or busy."""
        return self._residency.unload(self.registry.resolve(model).id)

    def status(self) -> tuple[Resident, ...]:
        """The loaded models."""
        return self._residency.residents()

    def report(self) -> tuple[ModelStatus, ...]:
        """The loaded models at work."""
        return tuple(status_of(resident) for resident in self.status())

    def loading(self) -> dict[str, float]:
        """Model ID -> progress (0..1) of each load under way."""
        return self._residency.loading()

    def close(self) -> None:
        """End all requests with Closed, unload all models; idempotent, from any thread.

        Raises LocalAIError in an `emit`, for whose end it would wait.
        """
        if self._belonging.is_forked or (self._closed and self._belonging.in_callback):
            return
        self._belonging.refuse_callback()
        # Whoever comes second waits: after a close nothing is left.
        with self._closing:
            if self._closed:
                return
            self._closed = True
            _open_runtimes.discard(self)
            # Before the models, with which the pool's threads are tokenizing.
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._residency.close()
            for ticket in list(self._tickets):
                ticket.send(Failed(Closed()))

    def _guard(self, ticket: Ticket, work: Callable[[], None]) -> None:
        """Run a part of a request's way; whatever goes wrong there ends this request alone."""
        try:
            work()
        except LocalAIError as error:
            ticket.send(Failed(error))
        except Exception as error:
            logger.exception("a request failed unexpectedly")
            ticket.send(Failed(LocalAIError(f"Internal error: {error!r}.")))

    def _resolve(self, ticket: Ticket) -> None:
        if not ticket.ended:
            spec = self.registry.resolve(ticket.request.model, ticket.request.dialect)
            ticket.model = spec.id
            self._adapter_of(ticket, spec)  # refused before a model is loaded for nothing
            self._residency.acquire(spec, lambda outcome: self._ready(ticket, outcome))

    def _ready(self, ticket: Ticket, outcome: Resident | LocalAIError) -> None:
        if isinstance(outcome, LocalAIError):
            ticket.send(Failed(outcome))
            return
        # Held twice: where the request ends meanwhile, its prompt is still being tokenized.
        self._residency.hold(outcome)
        try:
            if ticket.hold(outcome):
                self._guard(ticket, lambda: enter(ticket, outcome, self._adapter(ticket, outcome)))
            else:
                self._residency.release(outcome)
        finally:
            self._residency.release(outcome)

    def _adapter_of(self, ticket: Ticket, spec: ModelSpec) -> AdapterSpec | None:
        name = ticket.request.adapter if isinstance(ticket.request, GenerateRequest) else None
        return self.registry.adapter(name, spec) if name else None

    def _adapter(self, ticket: Ticket, resident: Resident) -> AdapterSpec | None:
        """The adapter that a request asks for, looked at and given room. Raises LocalAIError."""
        adapter = self._adapter_of(ticket, resident.spec)
        if adapter is not None and adapter.name not in resident.beside:
            found = check_adapter(adapter.path, resident.spec, resident.plan.path)
            self._residency.grow(resident, adapter.name, found.bytes)
        return adapter

    def _end(self, ticket: Ticket) -> None:
        self._tickets.discard(ticket)
        if ticket.resident is not None:
            self._residency.release(ticket.resident)

    def _memory_budget(self) -> int:
        if self.config.memory_budget is not None:
            return self.config.memory_budget
        # Mapped weights hardly lower what the system calls free: measure while nothing is loaded.
        if not self.status():
            self._free_memory = machine.memory().free
        return self._free_memory


_open_runtimes: weakref.WeakSet[Runtime] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    # C memory must go before the interpreter does: a thread inside llama.cpp would crash at exit.
    for runtime in list(_open_runtimes):
        runtime.close()
