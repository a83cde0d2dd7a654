"""The strict shape of one `[[adapter]]` table; it must not know models, nor what is in its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from localai.model import AdapterSpec
from localai.registry.entry import PACKAGE, Count, Name, stays_below
from localai.registry.fault import explain, fault, shorten

# \Z, not $: a pattern that ends in $ also matches before a closing newline.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z"
NAMES = "letters, digits, '.', '_' and '-', a letter or a digit first, at most 100"
_ALLOWED = {
    "name": NAMES,
    "model": "the ID of a model, or another of its names",
    "rank": "a whole number from 1",
    "alpha": "a number above 0",
    "bytes": "the exact size in bytes, a whole number from 1",
}


class AdapterEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One adapter; its keys are those of `localai.model.AdapterSpec`, with `package` in place of
    `path` for a file within the package."""

    name: Annotated[str, Meta(pattern=_NAME)]
    model: Name
    path: str = ""
    package: str = ""
    description: str = ""
    rank: Count | None = None
    alpha: Annotated[float, Meta(gt=0)] | None = None
    bytes: Count | None = None
    created: str = ""


def is_name(name: str) -> bool:
    """Whether an adapter could be called so; one that could is safe as part of a file name."""
    return re.search(_NAME, name) is not None


def parse_adapter(table: Mapping[str, object], source: str) -> AdapterSpec:
    """An `[[adapter]]` table as an AdapterSpec; a RegistryError names `source`, it and the key."""
    try:
        entry = msgspec.convert(table, AdapterEntry)
    except msgspec.ValidationError as error:
        keys = {"": AdapterEntry.__struct_fields__}
        raise explain(
            error, table, source, keys, kind="adapter", identity="name", allowed=_ALLOWED
        ) from None
    if problem := _problem(entry):
        raise fault(source, entry.name, *problem, kind="adapter")
    values: dict[str, Any] = msgspec.structs.asdict(entry)
    package = values.pop("package")
    values["path"] = PACKAGE / package if package else Path(entry.path).expanduser()
    return AdapterSpec(**values)


def _problem(entry: AdapterEntry) -> tuple[str, str, str] | None:
    """Which key is wrong, what is wrong with it, and the way out."""
    if bool(entry.path) == bool(entry.package):
        return "path", "neither path nor package, or both", "Give one of them."
    if entry.path and not Path(entry.path).expanduser().is_absolute():
        return "path", f"{shorten(repr(entry.path))} is not absolute", "Begin it with / or ~."
    if not stays_below(entry.package):
        return "package", f"{shorten(repr(entry.package))} leaves its folder", "Write no '..'."
    return None
