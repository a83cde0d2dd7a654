"""A runtime that follows a script on threads of its own and counts what is cancelled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from localai.errors import Cancelled, LocalAIError, UnknownModel
from localai.loading import ModelStatus
from localai.model import Architecture, ModelSpec
from localai.reply import Embedding, Event, Failed, Finished, TextDelta, Usage
from localai.request import EmbedRequest, GenerateRequest, Request
from localai.tallies import Tallies

ARCHITECTURE = Architecture("llama", 2, 2, 2, 4, 8, 16, 32, 4096, 10_000.0)
END = Finished("stop", Usage(3, 2))
HELLO: tuple[Event, ...] = (TextDelta("Hello"), TextDelta(" world"), END)


def spec(model_id: str, *, description: str = "", beta: bool = False) -> ModelSpec:
    title = model_id.rpartition("/")[2]
    return ModelSpec(
        model_id,
        title,
        ARCHITECTURE,
        (),
        "Q8_0",
        "chatml",
        "MIT",
        terms_url="https://example.org/terms",
        description=description,
        beta=beta,
    )


@dataclass
class FakeRegistry:
    models: Sequence[ModelSpec] = (
        spec("@cf/defog/sqlcoder-7b-2", description="Writes SQL", beta=True),
        spec("@cf/meta/llama-2-7b-chat-int8"),
        spec("@hf/thebloke/deepseek-coder-6.7b-instruct-awq"),
    )

    def resolve(self, name: str, dialect: str | None = None) -> ModelSpec:
        for one in self.models:
            if one.id == name:
                return one
        raise UnknownModel(name)


@dataclass
class FakeLoaded:
    spec: ModelSpec


class FakeTicket:
    def __init__(self, runtime: FakeRuntime, key: str) -> None:
        self.stopped = threading.Event()
        self._runtime = runtime
        self._key = key

    def cancel(self) -> None:
        self._runtime.cancels[self._key] += 1
        self.stopped.set()


Script = Callable[[FakeTicket], Iterator[Event]]


def play(*events: Event) -> Script:
    return lambda ticket: iter(events)


def vectors(request: EmbedRequest) -> tuple[Event, ...]:
    """Two numbers for each text: one, and nothing."""
    found = (Embedding(place, (1.0, 0.0)) for place in range(len(request.texts)))
    return (*found, Finished("stop", Usage(3, 0)))


def wait_after(*events: Event) -> Script:
    """Emit these, then nothing until the request is cancelled: a queue, or a long prefill."""

    def script(ticket: FakeTicket) -> Iterator[Event]:
        yield from events
        ticket.stopped.wait(30)
        yield Failed(Cancelled())

    return script


def talk_on(ticket: FakeTicket) -> Iterator[Event]:
    """A text that goes on until the request is cancelled."""
    while not ticket.stopped.wait(0.002):
        yield TextDelta("word ")
    yield Failed(Cancelled())


@dataclass
class FakeRuntime:
    """`scripts` by prompt; any other prompt says Hello world. Loads wait for `may_load`."""

    scripts: dict[str, Script] = field(default_factory=dict)
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    requests: list[GenerateRequest] = field(default_factory=list)
    embeds: list[EmbedRequest] = field(default_factory=list)
    cancels: Counter[str] = field(default_factory=Counter)
    loaded: list[FakeLoaded] = field(default_factory=list)
    may_load: threading.Event = field(default_factory=threading.Event)
    load_error: LocalAIError | None = None
    threads: list[threading.Thread] = field(default_factory=list)
    reported: list[ModelStatus] = field(default_factory=list)
    loads: dict[str, float] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=Tallies)

    def generate(self, request: Request, emit: Callable[[Event], None]) -> FakeTicket:
        if isinstance(request, EmbedRequest):
            self.embeds.append(request)
            key, usual = request.texts[0], vectors(request)
        else:
            self.requests.append(request)
            key, usual = request.prompt or "", HELLO
        ticket = FakeTicket(self, key)
        script = self.scripts.get(key, play(*usual))

        def run() -> None:
            for event in script(ticket):
                emit(event)

        thread = threading.Thread(target=run, daemon=True)
        self.threads.append(thread)
        thread.start()
        return ticket

    def load(self, model: str, on_progress: Callable[[float], None] | None = None) -> ModelSpec:
        if on_progress is not None:
            on_progress(0.5)
        assert self.may_load.wait(30)
        if self.load_error is not None:
            raise self.load_error
        found = next(m for m in self.registry.models if m.id == model)
        self.loaded.append(FakeLoaded(found))
        return found

    def status(self) -> Sequence[FakeLoaded]:
        return tuple(self.loaded)

    def report(self) -> Sequence[ModelStatus]:
        return tuple(self.reported)

    def loading(self) -> dict[str, float]:
        return dict(self.loads)

    def unload(self, model: str) -> bool:
        before = len(self.reported)
        self.reported[:] = [one for one in self.reported if one.id != model]
        return len(self.reported) < before
