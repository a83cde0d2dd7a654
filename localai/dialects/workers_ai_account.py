"""What Workers AI clients ask of an account besides models: tasks, authors, adapters, the token.

It must not know HTTP or who may call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from localai.dialects.dialect import Call, Wire, WrongMethod
from localai.dialects.workers_ai_errors import envelope
from localai.dialects.workers_ai_models import (
    EMBEDDING,
    MAX_PAGE,
    MAX_PER_PAGE,
    WRITING,
    task_of,
    whole,
)
from localai.errors import InvalidRequest
from localai.model import AdapterSpec, ModelSpec

TOKEN: Final[Wire] = {"id": "00000000000000000000000000000001", "status": "active"}
MAX_OFFSET: Final = 10**9 - 1
_COLUMNS: Final = ("id", "name", "model", "description", "created_at", "modified_at")
_PAGING: Final = ("limit", "offset", "page", "per_page", "orderBy")


def tasks(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """The tasks of the models here."""
    found = [task_of(model) for model in models]
    return envelope([one for one in (WRITING, EMBEDDING) if one in found], messages=[])


def authors(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """The authors in the models' IDs, each once, with how many models are theirs."""
    counts: dict[str, int] = {}
    for model in models:
        parts = model.id.split("/")
        if len(parts) > 2:
            counts[parts[1]] = counts.get(parts[1], 0) + 1
    found = [{"name": name, "model_count": count} for name, count in sorted(counts.items())]
    return envelope(found, messages=[])


def finetunes(call: Call, models: Sequence[ModelSpec]) -> Wire:
    """The LoRA adapters known here, as a flat list: its clients read no other.

    On one machine none is more public than another, so both of upstream's lists are this one.
    `limit` and `offset`, or `page` and `per_page`, show a part; `orderBy` names a key.

    Raises InvalidRequest.
    """
    query = {name: value for name, value in call.query.items() if value}
    found = [_finetune(adapter) for model in models for adapter in model.adapters]
    order = query.get("orderBy", "name")
    if order not in _COLUMNS:
        raise InvalidRequest(
            f"`orderBy` is {order[:60]!r}; allowed: {', '.join(_COLUMNS)}.", field="orderBy"
        )
    found.sort(key=lambda one: str(one[order]).casefold())
    page = whole(query, "page", 1, MAX_PAGE)
    size = whole(query, "per_page", MAX_PER_PAGE, MAX_PER_PAGE)
    start = whole(query, "offset", (page - 1) * size, MAX_OFFSET, least=0)
    shown = found[start : start + whole(query, "limit", size, MAX_PER_PAGE)]
    info = {"page": page, "per_page": size, "count": len(shown), "total_count": len(found)}
    unknown = [name for name in query if name not in _PAGING]
    messages = [f"`{name[:60]}` is not a known filter; it was ignored." for name in unknown[:20]]
    return envelope(shown, messages=messages, result_info=info)


def _finetune(adapter: AdapterSpec) -> Wire:
    # Clients read a date: where none is known, the first there is.
    created = adapter.created or "1970-01-01T00:00:00+00:00"
    return {
        "id": adapter.id,
        "name": adapter.name,
        "model": adapter.model,
        "description": adapter.description,
        "public": True,
        "created_at": created,
        "modified_at": created,
    }


def token(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """A call that came this far has shown the server's key, if it asks for one."""
    return envelope(TOKEN, messages=[])


def no_list(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """Upstream has no OpenAI list of models under an account. Raises WrongMethod."""
    raise WrongMethod("GET", ())
