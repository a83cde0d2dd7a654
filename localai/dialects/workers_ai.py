"""Cloudflare Workers AI: routes, envelope and stream frames; it must not know HTTP or engines.

In-process use needs no envelope: `parse_inputs`, then `result` for a whole answer or `Pieces` for
a stream, which give the same dicts that go over the wire inside the envelope and the SSE frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from localai.dialects import workers_ai_account as account
from localai.dialects import workers_ai_batch as batch
from localai.dialects.dialect import (
    Batch,
    Call,
    Collect,
    Dialect,
    Generate,
    Lookup,
    Parsed,
    Reply,
    Route,
    Wire,
)
from localai.dialects.fields import text
from localai.dialects.workers_ai_errors import entries, envelope, error_reply
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_models import search
from localai.dialects.workers_ai_result import Pieces, result
from localai.dialects.workers_ai_schemas import schema
from localai.model import ModelSpec
from localai.reply import Event, Failed, Finished, Notice


class WorkersAIResponder:
    """Answers one call; `notices` of parsing and of the runtime go into `messages`."""

    terminator = "[DONE]"

    def __init__(self, notices: Iterable[str] = (), *, as_json: bool = False) -> None:
        self._notices = list(notices)
        self._pieces = Pieces()
        self.as_json = as_json

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        shown = result(reply, as_json=self.as_json)
        return envelope(shown, messages=[*self._notices, *reply.notices])

    def frames(self, event: Event, choice: int) -> Sequence[Wire]:
        match event:
            case Notice(text=text):
                self._notices.append(text)
            case Failed(error=error):
                # Some clients read `response` from every frame, so this one has it too.
                return ({"response": "", "success": False, "errors": entries(error)},)
            case Finished() if self._notices:
                # A stream has no envelope: its last frame carries what `messages` would hold.
                *calls, last = self._pieces.of(event)
                return [*calls, {**last, "messages": self._notices}]
        return self._pieces.of(event)


def parse(call: Call) -> Parsed | Batch | Collect:
    """A call of `run`. The query's `queueRequest` makes it a batch; the header
    `x-session-affinity` needs nothing, for there is one machine, and it reuses what it can."""
    model, inputs = called(call)
    queued = call.query.get("queueRequest", "").lower() in ("true", "1")
    if batch.is_later(inputs, queued):
        return batch.later(model, inputs, lambda shown: envelope(shown, messages=[]))
    request, notices = parse_inputs(model, inputs)
    as_json = request.json_schema is not None
    return Parsed((request,), WorkersAIResponder(notices, as_json=as_json))


def called(call: Call) -> tuple[str, Mapping[str, Any]]:
    """The model and its input; the body names the model, and may wrap its input, where the path
    does not. Raises InvalidRequest."""
    if "model" in call.path:
        return call.path["model"], call.body
    model = text("model", call.body.get("model"), 1, 200)
    inner = next((call.body[key] for key in ("input", "inputs") if key in call.body), None)
    if inner is not None:
        return model, inner
    return model, {key: value for key, value in call.body.items() if key != "model"}


# The documented calls name the account by a shell variable: unset, it leaves the segment empty.
_AI = ("/client/v4/accounts/{account_id}/ai", "/client/v4/accounts//ai")

_LOOKUPS: Mapping[str, Callable[[Call, Sequence[ModelSpec]], Wire]] = {
    "models/search": search,
    "models/schema": schema,
    "tasks/search": account.tasks,
    "authors/search": account.authors,
    "finetunes": account.finetunes,
    "finetunes/public": account.finetunes,
    "v1/models": account.no_list,
}

DIALECT = Dialect(
    name="workers_ai",
    prefixes=("/client/v4", "/ai"),
    routes=(
        *(Route("POST", f"{ai}/run/{{model:path}}", Generate(parse)) for ai in (*_AI, "/ai")),
        *(Route("POST", f"{ai}/run", Generate(parse)) for ai in (*_AI, "/ai")),
        *(
            Route("GET", f"{ai}/{path}", Lookup(answer))
            for ai in _AI
            for path, answer in _LOOKUPS.items()
        ),
        Route("GET", "/client/v4/user/tokens/verify", Lookup(account.token)),
    ),
    error=error_reply,
)
