"""Workers AI's batches: {requests} and {request_id}; it must not know how they are kept or run.

`wrap` makes a result what the caller reads: in an envelope, or bare as the Workers binding has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from localai.dialects.dialect import Batch, BodyTooLarge, Collect, Item, Reply, Wire
from localai.dialects.fields import refuse, text
from localai.dialects.workers_ai_errors import entries
from localai.dialects.workers_ai_input import parse_inputs
from localai.dialects.workers_ai_result import result, usage
from localai.errors import InvalidRequest, LocalAIError
from localai.reply import Usage

MAX_REQUESTS: Final = 10_000
MAX_BYTES: Final = 10_000_000
MAX_REFERENCE: Final = 1_000

Wrap = Callable[[object], Wire]


def is_later(inputs: Mapping[str, Any], queued: bool) -> bool:
    """Whether it is a batch or a question after one."""
    if not isinstance(inputs, Mapping):
        return False
    asks = isinstance(inputs.get("request_id"), str) and not {"prompt", "messages"} & set(inputs)
    return queued or asks


def later(model: str, inputs: Mapping[str, Any], wrap: Wrap) -> Batch | Collect:
    """A batch, or the question after one. Raises InvalidRequest, BodyTooLarge."""
    if inputs.get("request_id") is not None:
        return _collect(model, text("request_id", inputs["request_id"], 1, 100), wrap)
    requests = inputs.get("requests")
    if not isinstance(requests, list | tuple) or not 1 <= len(requests) <= MAX_REQUESTS:
        refuse("requests", requests, f"a list of 1 to {MAX_REQUESTS} inputs")
    size = len(msgspec.json.encode(inputs))
    if size > MAX_BYTES:
        raise BodyTooLarge(MAX_BYTES)
    items = tuple(_item(model, number, one) for number, one in enumerate(requests))

    def queued(name: str) -> Wire:
        return wrap({"status": "queued", "request_id": name, "model": model})

    return Batch(model, items, size, queued)


def _collect(model: str, name: str, wrap: Wrap) -> Collect:
    def waiting(running: bool) -> Wire:
        status = "running" if running else "queued"
        return wrap({"status": status, "request_id": name, "model": model})

    def done(results: Sequence[Wire], counts: Usage) -> Wire:
        return wrap({"responses": list(results), "usage": usage(counts)})

    return Collect(name, model, waiting, done)


def _item(model: str, number: int, given: Any) -> Item:
    reference = given.get("external_reference") if isinstance(given, Mapping) else None
    head: Wire = {"id": number}
    if isinstance(reference, str) and len(reference) <= MAX_REFERENCE:
        head["external_reference"] = reference
    as_json = False
    notices: tuple[str, ...] = ()

    def told(outcome: Reply | LocalAIError) -> Wire:
        if isinstance(outcome, LocalAIError):
            return {**head, "result": {}, "success": False, "errors": entries(outcome)}
        remarks = [*notices, *outcome.notices]
        more = {"messages": remarks} if remarks else {}
        return {**head, "result": result(outcome, as_json=as_json), "success": True, **more}

    try:
        request, notices = parse_inputs(model, _inputs(given))
    except LocalAIError as error:
        return Item(error, told)
    as_json = request.json_schema is not None
    return Item(request, told)


def _inputs(given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    if given.get("stream"):
        raise InvalidRequest("`stream` is true; a batch has no streams.", field="stream")
    reference = given.get("external_reference")
    if reference is not None:
        text("external_reference", reference, 0, MAX_REFERENCE)
    return {key: value for key, value in given.items() if key != "external_reference"}
