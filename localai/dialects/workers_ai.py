"""Cloudflare Workers AI: routes, envelope and stream frames; it must not know HTTP or engines.

In-process use needs no envelope: `parse_inputs`, then `result` for a whole answer or `pieces` for a
stream, which are the same dicts that go over the wire inside the envelope and the SSE frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from localai.dialects.dialect import Call, Dialect, Generate, Lookup, Parsed, Reply, Route, Wire
from localai.dialects.workers_ai_errors import entries, envelope, error_reply
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_models import search
from localai.errors import NotSupported
from localai.reply import Event, Failed, Finished, Notice, TextDelta, Usage


def usage(counts: Usage) -> Wire:
    """Token counts as upstream names them; the cached ones only where there are some."""
    wire: Wire = {
        "prompt_tokens": counts.prompt_tokens,
        "completion_tokens": counts.completion_tokens,
        "total_tokens": counts.total_tokens,
    }
    if counts.cached_tokens:
        wire["prompt_tokens_details"] = {"cached_tokens": counts.cached_tokens}
    return wire


def result(reply: Reply) -> Wire:
    """A finished answer without its envelope: {response, usage}."""
    assert reply.finished is not None, "the reply has not finished"
    return {"response": reply.text, "usage": usage(reply.finished.usage)}


def pieces(event: Event) -> Sequence[Wire]:
    """The stream's dicts for one event: {response} per text, {response: "", usage} at the end."""
    match event:
        case TextDelta(text=text):
            return ({"response": text},)
        case Finished(usage=counts):
            return ({"response": "", "usage": usage(counts)},)
    return ()


class WorkersAIResponder:
    """Answers one call; `notices` of parsing and of the runtime go into `messages`."""

    terminator = "[DONE]"

    def __init__(self, notices: Iterable[str] = ()) -> None:
        self._notices = list(notices)

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        return envelope(result(reply), messages=[*self._notices, *reply.notices])

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case Notice(text=text):
                self._notices.append(text)
            case Failed(error=error):
                # Some clients read `response` from every frame, so this one has it too.
                return ({"response": "", "success": False, "errors": entries(error)},)
            case Finished() if self._notices:
                # A stream has no envelope: its last frame carries what `messages` would hold.
                return tuple({**frame, "messages": self._notices} for frame in pieces(event))
        return pieces(event)


def parse(call: Call) -> Parsed:
    """A call of `run`. The query's `queueRequest` asks for the batch API, which is refused."""
    if call.query.get("queueRequest", "").lower() in ("true", "1"):
        raise NotSupported(
            "`queueRequest` is not supported by this version yet.", field="queueRequest"
        )
    request, notices = parse_inputs(call.path["model"], call.body)
    return Parsed((request,), WorkersAIResponder(notices))


# The documented calls name the account by a shell variable: unset, it leaves the segment empty.
_AI = ("/client/v4/accounts/{account_id}/ai", "/client/v4/accounts//ai")

DIALECT = Dialect(
    name="workers_ai",
    prefixes=("/client/v4", "/ai"),
    routes=(
        *(Route("POST", f"{ai}/run/{{model:path}}", Generate(parse)) for ai in (*_AI, "/ai")),
        *(Route("GET", f"{ai}/models/search", Lookup(search)) for ai in _AI),
    ),
    error=error_reply,
)
