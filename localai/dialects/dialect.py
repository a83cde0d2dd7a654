"""What a dialect is: wire dicts in, wire dicts out; it must not know HTTP libraries or engines.

A dialect states its routes, and for each what the call means: a generation (`Generate`) or a
question about the models (`Lookup`). Its errors are its own table. A door reads the body, calls
`parse`, runs the request, and hands the events to the responder.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from localai.errors import LocalAIError
from localai.model import ModelSpec
from localai.reply import (
    Embedding,
    Event,
    Failed,
    Finished,
    FinishReason,
    Notice,
    TextDelta,
    TokenScore,
    ToolCallDelta,
    Usage,
)
from localai.request import GenerateRequest, Request, ToolCall

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
    """One call: what the route's pattern, the query and the JSON body (if any) gave.

    headers: by lower-case names. method, target: the request line's, the query included.
    key: what the server asks its callers for, None where it is open.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    target: str = ""
    key: str | None = None


@dataclass(slots=True)
class Reply:
    """A whole answer, put together from its events by `add`."""

    pieces: list[str] = field(default_factory=list)
    scores: list[TokenScore] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    vectors: list[tuple[float, ...]] = field(default_factory=list)
    finished: Finished | None = None

    def add(self, event: Event) -> None:
        """Take the next event; raises the error of a `Failed`."""
        match event:
            case TextDelta(text=text, tokens=tokens):
                self.pieces.append(text)
                self.scores += tokens
            case ToolCallDelta():
                self._take(event)
            case Embedding(vector=vector):
                self.vectors.append(vector)
            case Notice(text=text):
                self.notices.append(text)
            case Failed(error=error):
                raise error
            case Finished():
                self.finished = event

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def reason(self) -> FinishReason:
        """Why it ended; only of a finished reply."""
        assert self.finished is not None, "the reply has not finished"
        return self.finished.reason

    def _take(self, delta: ToolCallDelta) -> None:
        if delta.index == len(self.calls):
            self.calls.append(ToolCall(delta.id, delta.name, delta.arguments))
        else:
            call = self.calls[delta.index]
            self.calls[delta.index] = replace(call, arguments=call.arguments + delta.arguments)


class Responder(Protocol):
    """Says one call's events in the dialect; made anew for each, so it may keep count.

    choice: which of the call's requests an event belongs to.
    """

    @property
    def terminator(self) -> str | None:
        """The data of a stream's last event after a `Finished`, or None where there is none."""

    def whole(self, replies: Sequence[Reply]) -> Wire:
        """The body of an answer that is not streamed; the replies are finished, one a request."""

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        """The stream's frames for one event, often one; a `Failed` gives an error frame."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A call understood: what to generate (at least one request), and who answers.

    headers: of the answer, besides those of every answer.
    """

    requests: tuple[Request, ...]
    responder: Responder
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def stream(self) -> bool:
        first = self.requests[0]
        return isinstance(first, GenerateRequest) and first.stream


@dataclass(frozen=True, slots=True)
class Item:
    """One call of a batch, understood or refused by itself; `result` says what it answered.

    result: of the finished reply, or of the error.
    """

    parsed: GenerateRequest | LocalAIError
    result: Callable[[Reply | LocalAIError], Wire]


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls to be answered later, behind all others. size: bytes of what was sent.

    queued: the answer to the call itself, by the batch's ID.
    """

    model: str
    items: tuple[Item, ...]
    size: int
    queued: Callable[[str], Wire]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collect:
    """A question after a batch. waiting: the answer while it is not done, `done`: after that.

    waiting: takes whether it is running yet. done: takes the items' results and the tokens used.
    """

    id: str
    model: str
    waiting: Callable[[bool], Wire]
    done: Callable[[Sequence[Wire], Usage], Wire]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generate:
    """An operation that runs a model. `parse` raises UnknownModel or InvalidRequest."""

    parse: Callable[[Call], Parsed | Batch | Collect]


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


def bearer(call: Call) -> None:
    """Raises NotAuthenticated where the header `Authorization` does not bear the key."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated("The header `Authorization: Bearer <key>` is missing.")
    # Constant time, so that the answer's delay tells nothing about the key.
    if not hmac.compare_digest(token.strip().encode("latin-1"), (call.key or "").encode()):
        raise NotAuthenticated("The key in `Authorization` is not this server's.")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A row of the table. `prefixes`: the paths whose errors this dialect words; in them,
    `{name}` is any one segment.

    authenticate: raises NotAuthenticated where a call does not show the server's key; it is asked
    only where there is one. pings: whether its clients bear comments in a silent stream.
    """

    name: str
    prefixes: tuple[str, ...]
    routes: tuple[Route, ...]
    error: Callable[[LocalAIError], ErrorReply]
    authenticate: Callable[[Call], None] = bearer
    pings: bool = True
