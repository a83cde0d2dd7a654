"""`GET /localai/status` and `POST /localai/unload`: what is in memory; it must not know engines."""

from __future__ import annotations

import asyncio
import os
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localai import __version__
from localai.dialects.dialect import Wire
from localai.errors import Busy, InvalidRequest
from localai.loading import ModelStatus
from localai.server.endpoint import CLIENT_CLOSED, Limits, json_object, json_response
from localai.server.job import ClientGone
from localai.server.own import PREFIX
from localai.server.served import Served
from localai.server.warming import WarmUps


def routes(served: Served, limits: Limits, warm_ups: WarmUps) -> list[Route]:
    """Both routes; the server's uptime counts from here."""
    begun = time.monotonic()

    async def status(_: Request) -> Response:
        # Counters alone: no lock is held for longer than a copy, so it answers in any load.
        now = told(served, time.monotonic() - begun)
        return json_response({**now, "warm": warm_ups.report()})

    async def unload(request: Request) -> Response:
        try:
            body = await json_object(request, limits.max_body)
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED)
        model = body.get("model")
        if not isinstance(model, str) or not model:
            raise InvalidRequest(f"model is {model!r}; a model's ID is needed.", field="model")
        done = await asyncio.to_thread(unloaded, served, model)
        return json_response({"unloaded": done})

    return [
        Route(f"{PREFIX}/status", status, methods=["GET"]),
        Route(f"{PREFIX}/unload", unload, methods=["POST"]),
    ]


def told(served: Served, uptime: float) -> Wire:
    """{"version", "pid", "uptime_seconds", "models": [...], "loading": [{"id", "progress"}]}."""
    return {
        "version": __version__,
        "pid": os.getpid(),
        "uptime_seconds": round(uptime, 1),
        "models": [_model(one) for one in served.report()],
        "loading": [
            {"id": name, "progress": round(progress, 3)}
            for name, progress in served.loading().items()
        ],
    }


def _model(one: ModelStatus) -> Wire:
    """bytes of memory; tokens of context, KV and cache; rates in tokens per second of the last ten
    seconds' work, null where there was none; reproducible: answers of one step, null in the usual
    mode."""
    engine = one.engine
    return {
        "id": one.id,
        "quant": one.quant,
        "context": one.context,
        "bytes": one.bytes,
        "running": engine.running,
        "slots": engine.slots,
        "waiting": engine.waiting,
        "cached_tokens": engine.cached_tokens,
        "kv_used": engine.kv_used,
        "kv_size": engine.kv_size,
        "prefilled_tokens": engine.prefilled_tokens,
        "decoded_tokens": engine.decoded_tokens,
        "prefill_tokens_per_second": _rounded(engine.prefill_rate),
        "decode_tokens_per_second": _rounded(engine.decode_rate),
        "idle_seconds": _rounded(one.idle),
        "reproducible": None if one.together is None else {"together": one.together},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def unloaded(served: Served, model: str) -> bool:
    """Unload a model; false where it is not in memory. Raises UnknownModel, Busy."""
    name = served.registry.resolve(model).id
    if name in served.loading():
        raise Busy(f"{name} is being loaded.", hint="Try again when it is there.")
    _refuse_busy(served, name)
    if served.unload(name):
        return True
    # It may have been taken into use in between.
    _refuse_busy(served, name)
    return False


def _refuse_busy(served: Served, name: str) -> None:
    users = next((one.users for one in served.report() if one.id == name), 0)
    if users:
        requests = "1 request" if users == 1 else f"{users} requests"
        raise Busy(f"{name} is answering {requests}.", hint="Try again when they have ended.")
