"""What Workers AI clients ask of an account besides models: tasks, authors, adapters, the token.

It must not know HTTP or who may call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from localai.dialects.dialect import Call, Wire, WrongMethod
from localai.dialects.workers_ai_errors import envelope
from localai.dialects.workers_ai_models import EMBEDDING, WRITING, task_of
from localai.model import ModelSpec

TOKEN: Final[Wire] = {"id": "00000000000000000000000000000001", "status": "active"}


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


def finetunes(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """The LoRA adapters known here, as a flat list: its clients read no other."""
    return envelope([], messages=[])


def token(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """A call that came this far has shown the server's key, if it asks for one."""
    return envelope(TOKEN, messages=[])


def no_list(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """Upstream has no OpenAI list of models under an account. Raises WrongMethod."""
    raise WrongMethod("GET", ())
