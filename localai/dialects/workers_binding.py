"""What the `env.AI` of an unmodified Worker calls through miniflare; it must not know HTTP.

Everything comes to one path, in headers: MF-URL is what the Worker's runtime asked for, the model
stands in MF-Header-cf-consn-model-id. Answers are bare JSON or a stream. Where the server has a
key, it is taken as a bearer token or, because miniflare can send no header, as `?key=`.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from localai.dialects import workers_ai_batch as batch
from localai.dialects.dialect import (
    Batch,
    Call,
    Collect,
    Dialect,
    ErrorReply,
    Generate,
    Lookup,
    NoRoute,
    NotAuthenticated,
    Parsed,
    Reply,
    Route,
    Wire,
    bearer,
)
from localai.dialects.fields import boolean, refuse, text
from localai.dialects.workers_ai import WorkersAIResponder
from localai.dialects.workers_ai_errors import entries
from localai.dialects.workers_ai_errors import error_reply as enveloped
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_models import search
from localai.dialects.workers_ai_result import result
from localai.errors import LocalAIError
from localai.model import ModelSpec

PATH = "/binding"
NAME = "AiError"
"""The `name` of the error that a Worker catches."""


class BareResponder(WorkersAIResponder):
    """Answers without an envelope; a stream is the same as over REST."""

    def whole(self, replies: Sequence[Reply]) -> Wire:
        (reply,) = replies
        return result(reply, as_json=self.as_json)


def parse(call: Call) -> Parsed | Batch | Collect:
    """{inputs, options} of `env.AI.run`. Raises NoRoute, InvalidRequest, UnknownModel."""
    path, _ = _asked(call)
    if path != "/run":
        raise NoRoute(path)
    model = text("MF-Header-cf-consn-model-id", call.headers.get(_MODEL), 1, 200)
    inputs, options = call.body.get("inputs"), call.body.get("options") or {}
    if not isinstance(inputs, Mapping):
        refuse("inputs", inputs, "an object with `prompt` or `messages`")
    if not isinstance(options, Mapping):
        refuse("options", options, 'an object such as {"queueRequest": true}')
    headers = {"cf-ai-req-id": str(uuid.uuid4())}
    queued = boolean("options.queueRequest", options.get("queueRequest") or False)
    if batch.is_later(inputs, queued):
        return replace(batch.later(model, inputs, _bare), headers=headers)
    busy = {key: options[key] for key in ("rejectIfBusy",) if key in options}
    request, notices = parse_inputs(model, {**inputs, "options": busy} if busy else inputs)
    responder = BareResponder(notices, as_json=request.json_schema is not None)
    return Parsed((request,), responder, headers)


def models(call: Call, found: Sequence[ModelSpec]) -> Wire:
    """`env.AI.models()`: the search, which has its envelope here too. Raises NoRoute."""
    path, query = _asked(call)
    if path != "/ai-api/models/search":
        raise NoRoute(path)
    return search(replace(call, query=query), found)


def error_reply(error: LocalAIError) -> ErrorReply:
    """{internalCode, message, name, description}: the Worker's error says code and description."""
    first, *_ = entries(error)
    body = {
        "internalCode": first["code"],
        "message": first["message"],
        "name": NAME,
        "description": str(error),
    }
    known = enveloped(error)
    headers = {**known.headers, "cf-ai-req-id": str(uuid.uuid4())}
    return ErrorReply(known.status, body, headers)


def authenticate(call: Call) -> None:
    """Raises NotAuthenticated where neither the header nor the query bears the key."""
    given = call.query.get("key")
    if given is None:
        bearer(call)
    elif not hmac.compare_digest(given.encode(), (call.key or "").encode()):
        raise NotAuthenticated("The `key` in the URL of the binding is not this server's.")


_MODEL = "mf-header-cf-consn-model-id"


def _bare(shown: object) -> Any:
    return shown


def _asked(call: Call) -> tuple[str, dict[str, str]]:
    """Path and query of the URL that the Worker's runtime asked for."""
    try:
        url = urlsplit(call.headers.get("mf-url", ""))
    except ValueError:
        return "", {}
    return url.path, dict(parse_qsl(url.query))


DIALECT = Dialect(
    name="workers_binding",
    prefixes=(PATH,),
    routes=(Route("POST", PATH, Generate(parse)), Route("GET", PATH, Lookup(models))),
    error=error_reply,
    authenticate=authenticate,
)
