"""OpenAI's list of models over the registry's; it must not know what is downloaded."""

from __future__ import annotations

from collections.abc import Sequence

from localai.dialects.dialect import Call, NoRoute, Wire
from localai.errors import UnknownModel
from localai.model import ModelSpec


def list_models(_: Call, models: Sequence[ModelSpec]) -> Wire:
    """Every model of the registry, downloaded or not."""
    return {"object": "list", "data": [_model(model) for model in models]}


def one_model(call: Call, models: Sequence[ModelSpec]) -> Wire:
    """A model by its ID or one of its names. Raises UnknownModel, NoRoute without a name."""
    if not call.path["model"]:
        raise NoRoute(call.target.partition("?")[0])
    wanted = call.path["model"].casefold()
    # What another dialect calls a model will do, but where it means two, ours comes first.
    for scopes in (("openai",), ("workers_ai", "qianfan")):
        for model in models:
            spellings = [name for scope in scopes for name in model.spellings.get(scope, ())]
            if wanted in map(str.casefold, (model.id, *model.aliases, *spellings)):
                return _model(model)
    raise UnknownModel(call.path["model"][:100])


def _model(model: ModelSpec) -> Wire:
    return {"id": model.id, "object": "model", "created": 0, "owned_by": _owner(model.id)}


def _owner(model: str) -> str:
    parts = model.replace(":", "/").split("/")
    return parts[1] if len(parts) > 2 else parts[0].removeprefix("@")
