"""Reads the files of `serve --warm`: which prompts are computed ahead; it must not know servers.

A file is text, the beginning of raw prompts for the one model that is loaded; or JSON, one object
of Workers AI inputs (with `model` where more than one is loaded) or a list of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from localai.cli.output import note, printable
from localai.dialects.workers_ai_input import parse_inputs
from localai.errors import InvalidRequest, LocalAIError
from localai.registry import Registry
from localai.request import GenerateRequest

# "[INST] ..." is how prompts of a well-known format begin.
LIKE_JSON = re.compile(r"\s*(\{|\[\s*[\[{\]])")
RAW = 'A prompt that begins like JSON goes into JSON itself: {"prompt": "...", "raw": true}.'
EXAMPLE = 'For example {"messages": [{"role": "system", "content": "..."}]}.'


def prompts(
    file: Path, registry: Registry, models: Sequence[str]
) -> Iterator[tuple[str, GenerateRequest]]:
    """Each prompt of a file, for one of `models` (IDs) where it names none, with a name for it.

    Raises LocalAIError, which names the file, the field and its value.
    """
    text = _read(file)
    if file.suffix.lower() != ".json" and not LIKE_JSON.match(text):
        yield str(file), _request(str(file), {"prompt": text, "raw": True}, registry, models)
        return
    found = _parsed(file, text)
    if isinstance(found, Mapping):
        yield str(file), _request(str(file), found, registry, models)
        return
    for place, one in enumerate(found, 1):
        name = f"{file}, number {place}"
        if not isinstance(one, Mapping):
            _refuse(name, f"it is {_short(one)}, no object of inputs.", EXAMPLE)
        yield name, _request(name, one, registry, models)


def _read(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        _refuse(str(file), f"it cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        _refuse(
            str(file),
            f"it is no UTF-8 text: byte {error.start} is 0x{error.object[error.start]:02x}.",
        )
    if not text.strip():
        _refuse(str(file), "it is empty.", "It holds the beginning of a prompt, or JSON inputs.")
    return text


def _parsed(file: Path, text: str) -> Mapping[str, Any] | list[Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        hint = RAW if file.suffix.lower() != ".json" else ""
        _refuse(str(file), f"it is no JSON: {error}.", hint)
    except RecursionError:
        _refuse(str(file), "its JSON is nested too deeply.")
    if not isinstance(found, dict | list) or not found:
        _refuse(str(file), f"it is {_short(found)}, no object of inputs or list of them.", EXAMPLE)
    return found


def _request(
    name: str, given: Mapping[str, Any], registry: Registry, models: Sequence[str]
) -> GenerateRequest:
    """The request to warm up. Raises LocalAIError."""
    inputs = {key: value for key, value in given.items() if key != "model"}
    model = given.get("model") or _only(name, models)
    if not isinstance(model, str):
        _refuse(name, f"`model` is {_short(model)}; a model's ID is needed.", field="model")
    try:
        spec = registry.resolve(model)
        request, remarks = parse_inputs(spec.id, inputs)
        if request.adapter:
            registry.adapter(request.adapter, spec)
    except LocalAIError as error:
        field = getattr(error, "field", "")
        _refuse(name, error.message, error.hint, field)
    if spec.embeds:
        _refuse(name, f"{spec.id} makes embeddings, and reads no prompts.", field="model")
    for remark in remarks:
        note(printable(f"--warm {name}: {remark}"))
    return replace(request, model=spec.id, dialect=None, queue=True)


def _only(name: str, models: Sequence[str]) -> str:
    if len(models) != 1:
        told = f"{len(models)} are" if models else "none is"
        _refuse(
            name,
            f"it names no model, and {told} given with --model.",
            'Give one with --model, or write {"model": "@cf/...", "messages": [...]}.',
            "model",
        )
    return models[0]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]} ..."


def _refuse(name: str, said: str, hint: str = "", field: str = "warm") -> NoReturn:
    raise InvalidRequest(f"--warm {name}: {said}", field=field or "warm", hint=hint)
