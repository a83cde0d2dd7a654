"""`GET /localai/models`: what can be known of every model before it is asked; it knows no wires.

Files are looked at on a thread, never on the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai import machine
from localai.dialects.dialect import Wire
from localai.errors import ChecksumMismatch, DoesNotFit, InvalidGGUF
from localai.model import ModelSpec
from localai.prompt.calls import frame_of, is_native
from localai.server.endpoint import json_response
from localai.server.own import PREFIX
from localai.server.served import Served
from localai.weights.fit import choose, fit
from localai.weights.gguf import read_header
from localai.weights.store import Installed, Store


def routes(served: Served, store: Store) -> list[Route]:
    """The one route."""

    async def models(_: Request) -> Response:
        return json_response(await asyncio.to_thread(catalogue, served, store))

    return [Route(f"{PREFIX}/models", models, methods=["GET"])]


def catalogue(served: Served, store: Store) -> Wire:
    """{"memory": {"total", "free"}, "models": [...]} in the registry's order; sizes in bytes."""
    memory = machine.memory()
    states = dict.fromkeys(served.loading(), "loading")
    states |= {one.spec.id: "loaded" for one in served.status()}
    shown = [_shown(spec, store, memory.free, states) for spec in served.registry.models]
    return {"memory": {"total": memory.total, "free": memory.free}, "models": shown}


def _shown(spec: ModelSpec, store: Store, free: int, states: Mapping[str, str]) -> Wire:
    installed = _installed(spec, store)
    here = next(iter(installed), None)
    state = states.get(spec.id) or ("downloaded" if here else "absent")
    is_loaded = state == "loaded"
    return {
        "id": spec.id,
        "name": spec.title,
        "description": spec.description,
        "task": "embeddings" if spec.embeds else "text-generation",
        "aliases": list(spec.aliases),
        "spellings": {name: list(names) for name, names in spec.spellings.items()},
        "made_from": spec.base_model,
        "beta": spec.beta,
        "licence": spec.licence,
        "terms": spec.terms_url,
        "downloaded": here is not None,
        "quant": here.quant if here else None,
        "bytes": here.bytes if here else None,
        "context": spec.architecture.context,
        "limits": {
            "context": spec.limits.context_tokens,
            "sequence": spec.limits.sequence_tokens,
            "max_tokens": spec.limits.max_tokens,
            "max_tokens_stream": spec.limits.max_tokens_stream,
        },
        "lora": bool(spec.adapters),
        "adapters": [
            {"name": one.name, "description": one.description, "rank": one.rank, "bytes": one.bytes}
            for one in spec.adapters
        ],
        "tools": _tools(spec, here),
        "loaded": is_loaded,
        "state": state,
        **_memory(spec, installed, free, is_loaded),
    }


def _installed(spec: ModelSpec, store: Store) -> tuple[Installed, ...]:
    try:
        return store.installed(spec)
    except ChecksumMismatch:
        return ()  # asked for, it says so itself; the list goes on without it


def _memory(spec: ModelSpec, installed: tuple[Installed, ...], free: int, is_loaded: bool) -> Wire:
    """The files, the one that would be taken, and whether it fits; null where nobody knows."""
    sizes = {one.quant: one.bytes for one in installed}
    rows = fit(spec, free=free, installed=sizes)
    wire: Wire = {
        "quants": [
            {
                "name": row.quant,
                "bytes": row.weights,
                "memory": row.total,
                "fits": row.fits,
                "downloaded": row.installed,
            }
            for row in rows
        ]
    }
    try:
        choice = choose(spec, free=free, installed=sizes, quants=sizes or None)
    except DoesNotFit as error:
        # One that is in memory fits, whatever is left beside it.
        why = {"fits": is_loaded, "chosen": None, "why": error.message, "hint": error.hint}
        return {**wire, "memory": {"needed": error.needed, "free": free}, **why}
    fits = None if choice.needed is None else True
    return {
        **wire,
        "memory": {"needed": choice.needed, "free": free},
        "fits": fits,
        "chosen": {"quant": choice.quant, "context": choice.context},
    }


def _tools(spec: ModelSpec, here: Installed | None) -> str:
    """ "native" where the model was made for calls, else "instruction": it is told how in words."""
    template = None
    if spec.prompt == "gguf" and here is not None:
        template = _template(here.path, here.path.stat().st_mtime_ns)
    trained = spec.prompt != "gguf" and frame_of(spec.prompt) != frame_of("")
    return "native" if trained or is_native(spec.prompt, template) else "instruction"


@lru_cache(maxsize=64)
def _template(path: Path, _changed: int) -> str | None:
    try:
        found = read_header(path).metadata.get("tokenizer.chat_template")
    except InvalidGGUF:
        return None  # loading it says why
    return found if isinstance(found, str) else None
