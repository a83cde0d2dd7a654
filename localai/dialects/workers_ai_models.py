"""Workers AI's model search over the registry's models; it must not know what is downloaded."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from localai.dialects.dialect import Call, Wire
from localai.dialects.workers_ai_errors import envelope
from localai.errors import InvalidRequest, NotSupported
from localai.model import ModelSpec

WRITING: Final[Wire] = {
    # The id is upstream's own, so that clients which filter by it find the same task.
    "id": "c329a1f9-323d-4e91-b2aa-582dd4188d34",
    "name": "Text Generation",
    "description": "Models that write text: chat, completion, code and SQL.",
}
EMBEDDING: Final[Wire] = {
    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "localai:text-embeddings")),
    "name": "Text Embeddings",
    "description": "Models that make vectors of texts.",
}
SOURCE: Final = 1
PER_PAGE: Final = 50
MAX_PER_PAGE: Final = 1000
MAX_PAGE: Final = 1_000_000


def search(call: Call, models: Sequence[ModelSpec]) -> Wire:
    """One page of the models that match; an empty `result` after the last, as SDKs wait for one.

    Raises InvalidRequest for a page that is no number or out of range.
    """
    query = {name: value for name, value in call.query.items() if value}
    if "format" in query:
        message = "`format` is not supported: models are listed in the default format only."
        raise NotSupported(message, field="format")
    page = whole(query, "page", 1, MAX_PAGE)
    per_page = whole(query, "per_page", PER_PAGE, MAX_PER_PAGE)
    found = [model for model in models if _matches(model, query)]
    shown = found[(page - 1) * per_page : page * per_page]
    info = {"page": page, "per_page": per_page, "count": len(shown), "total_count": len(found)}
    unknown = [name for name in query if name not in (*_FILTERS, "page", "per_page")]
    messages = [f"`{name[:60]}` is not a known filter; it was ignored." for name in unknown[:20]]
    return envelope([_wire(m) for m in shown], messages=messages, result_info=info)


def task_of(model: ModelSpec) -> Wire:
    """What the model is for."""
    return EMBEDDING if model.embeds else WRITING


def _text(model: ModelSpec, wanted: str) -> bool:
    texts = (model.id, model.title, model.description, *model.aliases)
    return any(wanted.lower() in text.lower() for text in texts)


def _author(model: ModelSpec, wanted: str) -> bool:
    parts = model.id.split("/")
    return len(parts) > 2 and parts[1].lower() == wanted.lower()


def _task(model: ModelSpec, wanted: str) -> bool:
    task = task_of(model)
    return wanted.lower() in (task["id"], task["name"].lower())


def _source(model: ModelSpec, wanted: str) -> bool:
    return wanted in (str(SOURCE), str(float(SOURCE)))


def _hide_experimental(model: ModelSpec, wanted: str) -> bool:
    return wanted.lower() not in ("true", "1") or not model.beta


def _include_deprecated(model: ModelSpec, wanted: str) -> bool:
    return True  # nothing is ever withdrawn from a machine, so there is nothing to add


_FILTERS: Final[Mapping[str, Callable[[ModelSpec, str], bool]]] = {
    "search": _text,
    "author": _author,
    "task": _task,
    "source": _source,
    "hide_experimental": _hide_experimental,
    "include_deprecated": _include_deprecated,
}


def _matches(model: ModelSpec, query: Mapping[str, str]) -> bool:
    return all(test(model, query[name]) for name, test in _FILTERS.items() if name in query)


def whole(query: Mapping[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    """A number of the query, or the default. Raises InvalidRequest."""
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise InvalidRequest(
            f"`{name}` is {text[:60]!r}; allowed is a whole number from {least} to {most}.",
            field=name,
        )
    return int(text)


def _wire(model: ModelSpec) -> Wire:
    context = model.limits.context_tokens or model.architecture.context
    properties = {"context_window": str(context), "terms": model.terms_url}
    if model.beta:
        properties["beta"] = "true"
    if model.adapters:
        properties["lora"] = "true"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"localai:{model.id}")),
        "source": SOURCE,
        "name": model.id,
        "description": model.description or model.title,
        "task": task_of(model),
        "tags": [],
        "properties": [
            {"property_id": name, "value": value} for name, value in properties.items() if value
        ],
    }
