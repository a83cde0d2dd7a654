"""What the server asks of a runtime, and nothing more; it must not know how that is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from localai.loading import ModelStatus
from localai.model import ModelSpec
from localai.reply import Event
from localai.request import Request
from localai.tallies import Tallies


class Ticket(Protocol):
    """One request on its way."""

    def cancel(self) -> None:
        """Stop its work; callable from any thread, without effect after its end."""


class Models(Protocol):
    """The registry, as far as a server shows it."""

    @property
    def models(self) -> Sequence[ModelSpec]: ...

    def resolve(self, name: str, dialect: str | None = None) -> ModelSpec:
        """The model of that name. Raises UnknownModel."""


class Loaded(Protocol):
    """A model in memory."""

    @property
    def spec(self) -> ModelSpec: ...


class Served(Protocol):
    """The runtime behind the server; `localai.runtime.Runtime` is one."""

    @property
    def registry(self) -> Models: ...

    @property
    def tallies(self) -> Tallies:
        """What has been done in all."""

    def generate(self, request: Request, emit: Callable[[Event], None]) -> Ticket:
        """Start a request and return at once; `emit` is called on other threads, in order."""

    def load(self, model: str, on_progress: Callable[[float], None] | None = None) -> ModelSpec:
        """Load a model and wait for it; progress is 0..1. Raises LocalAIError."""

    def status(self) -> Sequence[Loaded]:
        """The models in memory."""

    def report(self) -> Sequence[ModelStatus]:
        """The models in memory, at work."""

    def loading(self) -> Mapping[str, float]:
        """Model ID -> progress (0..1) of each load under way."""

    def unload(self, model: str) -> bool:
        """Unload an idle model; false where it is not loaded or busy. May wait for a load."""
