"""The JSON Schemas that Workers AI published for its models; it must not know how input is checked.

They are data files, word for word; each names its source. What is accepted beyond them stands in
`workers_ai_input`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from localai.dialects.dialect import Call, Wire
from localai.dialects.workers_ai_errors import envelope
from localai.errors import InvalidRequest, UnknownModel
from localai.model import ModelSpec

GENERIC: Final = "text_generation"
FILES: Final = (GENERIC, "text_generation_2023")


@cache
def published(name: str = GENERIC) -> Mapping[str, Any]:
    """A file of schemas: {source, models, input, output}."""
    raw = files("localai.dialects").joinpath("published", f"{name}.json").read_bytes()
    found: dict[str, Any] = msgspec.json.decode(raw)
    return found


def schema(call: Call, models: Sequence[ModelSpec]) -> Wire:
    """{input, output} of the query's `model`. Raises InvalidRequest, UnknownModel."""
    wanted = call.query.get("model", "")
    if not wanted:
        raise InvalidRequest("`model` is missing in the query.", field="model")
    model = find(models, wanted)
    for name in FILES:
        if model.id in published(name)["models"]:
            return _shown(published(name))
    return _shown(published())


def find(models: Sequence[ModelSpec], wanted: str) -> ModelSpec:
    """The model of that ID, alias or spelling, in any case. Raises UnknownModel."""
    folded = wanted.strip().casefold()
    for model in models:
        names = (model.id, *model.aliases, *model.spellings.get("workers_ai", ()))
        if folded in map(str.casefold, names):
            return model
    raise UnknownModel(wanted[:100])


def _shown(file: Mapping[str, Any]) -> Wire:
    return envelope({"input": file["input"], "output": file["output"]}, messages=[])
