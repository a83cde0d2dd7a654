"""The strict shape of one `[[model]]` table; it must not know which file the table came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from localai.model import Architecture, FileSpec, Limits, ModelSpec
from localai.registry.fault import explain, fault, shorten

# The folder of the `localai` package. importlib.resources says the same, and takes 17 ms to import.
PACKAGE = Path(__file__).parents[1]
MAX_NAME = 200

# \Z, not $: a pattern that ends in $ also matches before a closing newline.
_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_ID = rf"^(@(cf|hf|local|localai)/|qianfan:){_SEGMENT}(/{_SEGMENT})*\Z"
_NAME = rf"^@?{_SEGMENT}([/:]{_SEGMENT})*\Z"
_QUANT = r"^((UD-)?[IT]?Q[1-8](_[A-Z0-9]+)*|B?F16|F32|F64|(MX|NV)FP4(_MOE)?)\Z"

Id = Annotated[str, Meta(pattern=_ID, max_length=MAX_NAME)]
Name = Annotated[str, Meta(pattern=_NAME, max_length=MAX_NAME)]
Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=1)]
Dialect = Literal["workers_ai", "qianfan", "openai"]


class FileEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One file: on the Hub (`repository`), on this machine (`path`) or in the package."""

    quant: Annotated[str, Meta(pattern=_QUANT)]
    name: str = ""
    repository: Annotated[str, Meta(pattern=rf"^{_SEGMENT}/{_SEGMENT}\Z")] = ""
    revision: Annotated[str, Meta(pattern=rf"^{_SEGMENT}(/{_SEGMENT})*\Z")] = "main"
    bytes: Count | None = None
    gigabytes: Annotated[float, Meta(gt=0)] | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None
    path: str = ""
    package: str = ""


class ArchitectureEntry(msgspec.Struct, forbid_unknown_fields=True):
    """The numbers of the GGUF header; rope_theta 0 means that no rotary position is used."""

    name: Text
    layers: Count
    heads: Count
    kv_heads: Count
    head_dim: Count
    embedding: Count
    feed_forward: Count
    vocabulary: Count
    context: Count
    rope_theta: Annotated[float, Meta(ge=0)]
    sliding_window: Count | None = None


class LimitsEntry(msgspec.Struct, forbid_unknown_fields=True):
    """Limits as documented upstream, in tokens."""

    context_tokens: Count | None = None
    sequence_tokens: Count | None = None
    max_tokens: Count = 256
    max_tokens_stream: Count = 256


class ModelEntry(msgspec.Struct, forbid_unknown_fields=True):
    """One model; its keys are those of `localai.model.ModelSpec`."""

    id: Id
    title: Text
    architecture: ArchitectureEntry
    files: Annotated[list[FileEntry], Meta(min_length=1)]
    default_quant: str
    prompt: Text
    licence: Text
    terms_url: Annotated[str, Meta(pattern=r"^https?://\S+\Z")] = ""
    description: str = ""
    base_model: str = ""
    stop: tuple[Text, ...] = ()
    aliases: tuple[Name, ...] = ()
    spellings: dict[Dialect, tuple[Name, ...]] = {}
    limits: LimitsEntry = msgspec.field(default_factory=LimitsEntry)
    beta: bool = False
    embeds: bool = False


_KEYS = {
    "": ModelEntry.__struct_fields__,
    "files": FileEntry.__struct_fields__,
    "architecture": ArchitectureEntry.__struct_fields__,
    "limits": LimitsEntry.__struct_fields__,
}


def is_id(name: str) -> bool:
    """Whether this could be a model's ID; one that could is safe as part of a file name."""
    return len(name) <= MAX_NAME and re.search(_ID, name) is not None


def parse(table: Mapping[str, object], source: str) -> ModelSpec:
    """A `[[model]]` table as a ModelSpec; a RegistryError names `source`, the model and the key."""
    try:
        entry = msgspec.convert(table, ModelEntry)
    except msgspec.ValidationError as error:
        raise explain(error, table, source, _KEYS) from None
    quants = [file.quant for file in entry.files]
    if len(set(quants)) < len(quants):
        twice = next(quant for quant in quants if quants.count(quant) > 1)
        raise fault(source, entry.id, "files", f"two files have the quant {twice}")
    if entry.default_quant not in quants:
        problem = f"{shorten(repr(entry.default_quant))} is the quant of no file"
        raise fault(source, entry.id, "default_quant", problem, f"Allowed: {', '.join(quants)}.")
    values: dict[str, Any] = msgspec.structs.asdict(entry)
    values["architecture"] = Architecture(**msgspec.structs.asdict(entry.architecture))
    values["limits"] = Limits(**msgspec.structs.asdict(entry.limits))
    values["files"] = tuple(_file(file, entry.id, source) for file in entry.files)
    return ModelSpec(**values)


def _file(entry: FileEntry, model: str, source: str) -> FileSpec:
    if problem := _problem(entry):
        raise fault(source, model, f"files ({entry.quant})", *problem)
    path = Path(entry.path).expanduser() if entry.path else None
    if entry.package:
        path = PACKAGE / entry.package
    return FileSpec(
        quant=entry.quant,
        name=entry.name or (path.name if path else ""),
        repository=entry.repository,
        revision=entry.revision,
        bytes=entry.bytes,
        gigabytes=entry.gigabytes,
        sha256=entry.sha256,
        path=path,
    )


def _problem(entry: FileEntry) -> tuple[str, str] | None:
    """What is wrong between the keys of one file, and the way out."""
    if not (entry.repository or entry.path or entry.package):
        return "no repository and no path", "Give a repository and a name, or a path."
    if entry.repository and not entry.name:
        return "name: missing", "It is the file's name in the repository."
    if entry.path and entry.package:
        return "both path and package", "Give one of them."
    if entry.path and not Path(entry.path).expanduser().is_absolute():
        return f"path: {shorten(repr(entry.path))} is not absolute", "Begin it with / or ~."
    for key in ("name", "package"):
        if not stays_below(value := getattr(entry, key)):
            return f"{key}: {shorten(repr(value))} leaves its folder", "Give a path without '..'."
    return None


def stays_below(relative: str) -> bool:
    """Whether a relative path leads nowhere above its beginning."""
    path = PurePosixPath(relative)
    return not (path.is_absolute() or ".." in path.parts or "\\" in relative or "\0" in relative)
