"""The join: a request -> model, prompt, engine -> events; it must not know wires or HTTP."""

from __future__ import annotations

import atexit
import logging
import queue
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from localai import machine, prompt
from localai.engine import Sequence
from localai.errors import (
    Closed,
    ContextExceeded,
    InvalidRequest,
    LocalAIError,
    NotSupported,
)
from localai.forms import form_of
from localai.loading import LoadedModel, Loader, RuntimeConfig
from localai.model import ModelSpec
from localai.registry import Registry
from localai.reply import Event, Failed, Notice
from localai.request import GenerateRequest
from localai.residency import Residency, Resident
from localai.ticket import Emit, EventStream, Ticket
from localai.weights.store import Store

__all__ = ["Runtime", "RuntimeConfig", "Ticket"]

logger = logging.getLogger(__name__)

MAX_TOP_LOGPROBS = 20  # as OpenAI's API has it


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
        loader = Loader(self.store, self.config)
        self._residency = Residency(
            loader, budget=self._memory_budget, keep_alive=self.config.keep_alive
        )
        # Templates and tokenizing stay off the callers' threads, a server's event loop above all.
        self._pool = ThreadPoolExecutor(2, "localai-prepare")
        self._closed = False
        self._tickets: set[Ticket] = set()
        _open_runtimes.add(self)

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def generate(self, request: GenerateRequest, emit: Emit) -> Ticket:
        """Start a request and return at once; a fault of the request arrives as Failed.

        emit gets the events in order on other threads, the last one Finished or Failed; it must not
        block.
        """
        ticket = Ticket(request, emit, self._end)
        self._tickets.add(ticket)
        try:
            self._pool.submit(self._guard, ticket, lambda: self._resolve(ticket))
        except RuntimeError:  # the pool takes nothing after shutdown
            ticket.send(Failed(Closed()))
        return ticket

    def stream(self, request: GenerateRequest) -> EventStream:
        """Start a request; its events as an iterator, and closing that cancels the request."""
        return EventStream(lambda emit: self.generate(request, emit))

    def load(self, model: str, on_progress: Callable[[float], None] | None = None) -> ModelSpec:
        """Load a model and wait for it. on_progress gets 0..1. Raises LocalAIError."""
        spec = self.registry.resolve(model)
        answer: queue.SimpleQueue[Resident | LocalAIError] = queue.SimpleQueue()

        def arrived(outcome: Resident | LocalAIError) -> None:
            if isinstance(outcome, Resident):
                self._residency.release(outcome)
            answer.put(outcome)

        self._residency.acquire(spec, arrived)
        outcome: Resident | LocalAIError | None = None
        while outcome is None:
            try:
                outcome = answer.get(timeout=0.05)
            except queue.Empty:
                if on_progress:
                    on_progress(self._residency.loading().get(spec.id, 1.0))
        if isinstance(outcome, LocalAIError):
            raise outcome
        return spec

    def unload(self, model: str) -> bool:
        """Unload an idle model; false where it is not loaded or busy."""
        return self._residency.unload(self.registry.resolve(model).id)

    def status(self) -> tuple[Resident, ...]:
        """The loaded models."""
        return self._residency.residents()

    def loading(self) -> dict[str, float]:
        """Model ID -> progress (0..1) of each load under way."""
        return self._residency.loading()

    def close(self) -> None:
        """End all requests with Closed, unload all models; idempotent."""
        if self._closed:
            return
        self._closed = True
        _open_runtimes.discard(self)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._residency.close()
        self._pool.shutdown(wait=True)
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
            self._residency.acquire(spec, lambda outcome: self._ready(ticket, outcome))

    def _ready(self, ticket: Ticket, outcome: Resident | LocalAIError) -> None:
        if isinstance(outcome, LocalAIError):
            ticket.send(Failed(outcome))
        elif ticket.hold(outcome):
            self._guard(ticket, lambda: self._enter(ticket, outcome))
        else:
            self._residency.release(outcome)

    def _enter(self, ticket: Ticket, resident: Resident) -> None:
        loaded = cast(LoadedModel, resident.engine)
        request = ticket.request
        _refuse_unserved(request)
        form = form_of(request, resident.spec.prompt, loaded.model.chat_template)

        def emit(event: Event) -> None:
            for one in form.read(event):
                ticket.send(one)

        rendered = prompt.render(
            form.request,
            family=resident.spec.prompt,
            bos=loaded.model.bos,
            eos=loaded.model.eos,
            template=loaded.model.chat_template,
        )
        for notice in rendered.notices:
            ticket.send(Notice(notice))
        tokens = loaded.model.tokenize(rendered)
        # Text that goes on from the caller's own keeps the space before its first word.
        completion = rendered.text == request.prompt
        sequence = Sequence(
            tokens,
            max_tokens=_max_tokens(request, resident.spec, len(tokens), loaded.limit),
            sampling=request.sampling,
            emit=emit,
            stop=request.stop + resident.spec.stop,
            strip_leading_space=loaded.model.is_sentencepiece and not completion,
            grammar=None
            if form.grammar is None
            else loaded.model.grammar(form.grammar, form.json_after),
            top_logprobs=_top_logprobs(request),
            progress=request.progress,
            queue=request.queue,
        )
        ticket.enter(loaded.thread, sequence)

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


def _max_tokens(request: GenerateRequest, spec: ModelSpec, prompt_tokens: int, limit: int) -> int:
    """The caller's number as it is, or the model's default clamped to the room that is left."""
    if request.max_tokens is not None:
        return request.max_tokens  # what does not fit is refused when it is submitted
    default = request.usual_tokens
    if default is None:
        default = spec.limits.max_tokens_stream if request.stream else spec.limits.max_tokens
    if prompt_tokens >= limit:
        raise ContextExceeded(prompt_tokens, default, limit)
    return min(default, limit - prompt_tokens)


def _refuse_unserved(request: GenerateRequest) -> None:
    for name, value in (("lora", request.adapter), ("logit_bias", request.logit_bias)):
        if value:
            raise NotSupported(f"`{name}` is not supported by this version yet.", field=name)


def _top_logprobs(request: GenerateRequest) -> int | None:
    count = request.top_logprobs
    if count is not None and not 0 <= count <= MAX_TOP_LOGPROBS:
        raise InvalidRequest(
            f"top_logprobs is {count}; 0 to {MAX_TOP_LOGPROBS} are allowed.", field="top_logprobs"
        )
    return count


_open_runtimes: weakref.WeakSet[Runtime] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    # C memory must go before the interpreter does: a thread inside llama.cpp would crash at exit.
    for runtime in list(_open_runtimes):
        runtime.close()
