"""What a dialect is: wire dicts in, wire dicts out; it must not know HTTP libraries or engines.

A dialect states its routes, and for each what the call means: a generation (`Generate`) or a
question about the models (`Lookup`). Its errors are its own table. A door reads the body, calls
`parse`, runs the request, and hands the events to the responder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from localai.errors import LocalAIError
from localai.model import ModelSpec
from localai.reply import Event, Failed, Finished, Notice, TextDelta
from localai.request import GenerateRequest

Wire = dict[str, Any]


class CallError(LocalAIError):
    """The call is wrong before any field of its body is read; each dialect words it its own way."""


class NoRoute(CallError):
    """No dialect has a route of that path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no route {path[:200]}.")
        self.path = path[:200]


class WrongMethod(CallError):
    """The route exists under other methods; `allowed` lists them."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{method} is not allowed here; allowed is {', '.join(allowed)}.")
        self.method = method
        self.allowed = tuple(allowed)


class BadBody(CallError):
    """The body is not a JSON object."""


class NoBody(BadBody):
    """The body is empty."""


class BodyTooLarge(CallError):
    """The body is longer than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes, which is the limit.")
        self.limit = limit


class NotAuthenticated(CallError):
    """The key is missing or wrong."""


class Forbidden(CallError):
    """The caller may not use this server: its Host or its Origin is not on the list."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what the route's pattern, the query and the JSON body (if any) gave."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Reply:
    """A whole answer, put together from its events by `add`."""

    pieces: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    finished: Finished | None = None

    def add(self, event: Event) -> None:
        """Take the next event; raises the error of a `Failed`."""
        match event:
            case TextDelta(text=text):
                self.pieces.append(text)
            case Notice(text=text):
                self.notices.append(text)
            case Failed(error=error):
                raise error
            case Finished():
                self.finished = event

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class Responder(Protocol):
    """Says one request's events in the dialect; made anew for each, so it may keep count."""

    @property
    def terminator(self) -> str | None:
        """The data of a stream's last event after a `Finished`, or None where there is none."""

    def whole(self, reply: Reply) -> Wire:
        """The body of an answer that is not streamed; `reply` is finished."""

    def frames(self, event: Event) -> Sequence[Wire]:
        """The stream's frames for one event, often one; a `Failed` gives an error frame."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A call understood: what to generate, and who answers."""

    request: GenerateRequest
    responder: Responder


@dataclass(frozen=True, slots=True)
class Generate:
    """An operation that runs a model. `parse` raises UnknownModel or InvalidRequest."""

    parse: Callable[[Call], Parsed]


@dataclass(frozen=True, slots=True)
class Lookup:
    """An operation answered from the registry alone."""

    answer: Callable[[Call, Sequence[ModelSpec]], Wire]


@dataclass(frozen=True, slots=True)
class Route:
    """In `path`, `{name}` is one segment and `{name:path}` any rest, slashes included."""

    method: str
    path: str
    operation: Generate | Lookup


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error in the dialect's words: HTTP status, body, further headers."""

    status: int
    body: Wire
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A row of the table. `prefixes`: the paths whose errors this dialect words."""

    name: str
    prefixes: tuple[str, ...]
    routes: tuple[Route, ...]
    error: Callable[[LocalAIError], ErrorReply]
