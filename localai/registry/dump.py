"""A ModelSpec as the TOML text that `entry.parse` reads back; it must not know where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import msgspec

from localai.errors import RegistryError
from localai.model import AdapterSpec, FileSpec, ModelSpec
from localai.registry.entry import PACKAGE

_ORDER = (
    "id", "title", "description", "base_model", "licence", "terms_url", "beta", "embeds",
    "aliases", "spellings", "prompt", "stop", "limits", "architecture", "default_quant",
)  # fmt: skip


def dump(spec: ModelSpec) -> str:
    """One model as a `[[model]]` table; keys at their defaults are left out, one line a file."""
    given = _given(spec)
    lines = ["[[model]]"]
    lines += [f"{key} = {_toml(given[key])}" for key in _ORDER if key in given]
    lines += ["files = [", *(f"  {_toml(_file(file))}," for file in spec.files), "]"]
    return "\n".join(lines) + "\n"


def dump_adapter(spec: AdapterSpec) -> str:
    """One adapter as an `[[adapter]]` table; keys at their defaults are left out."""
    given = _file(spec)
    return "\n".join(["[[adapter]]", *(f"{key} = {_toml(given[key])}" for key in given)]) + "\n"


def _given(value: Any) -> dict[str, Any]:
    """The fields of a dataclass value that differ from their defaults."""
    given = {}
    for field in fields(value):
        factory = field.default_factory
        default = field.default if factory is MISSING else factory()
        if getattr(value, field.name) != default:
            given[field.name] = getattr(value, field.name)
    return given


def _file(file: FileSpec | AdapterSpec) -> dict[str, Any]:
    given = _given(file)
    if file.path is not None and file.path.is_relative_to(PACKAGE):
        del given["path"]
        given["package"] = file.path.relative_to(PACKAGE).as_posix()
    order = ("quant", "repository", "revision", "package", "path")
    return {key: given[key] for key in order if key in given} | given


def _toml(value: Any) -> str:
    if isinstance(value, str | Path):
        return _text(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return _toml(_given(value))


def _text(value: str) -> str:
    try:
        # JSON's escapes are TOML's, but TOML wants DEL escaped too.
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    except UnicodeEncodeError as error:
        problem = f"{value!r} cannot be written to a registry file: it is not Unicode text."
        raise RegistryError(problem, hint="Give the file or model another name.") from error
