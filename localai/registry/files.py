"""Where registry files lie and how they are merged; it must not know what a model's keys mean."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeGuard

from localai.errors import RegistryError
from localai.registry.entry import PACKAGE
from localai.registry.fault import shorten

NAME = "model_registry.toml"
# The tables that a file may hold, and the key that names one of them.
KINDS = {"model": "id", "adapter": "name"}
Table = dict[str, Any]
Layer = tuple[Path, dict[str, list[Table]]]


def config_dir() -> Path:
    """The user's configuration: LOCALAI_CONFIG_DIR, else the platform's own place."""
    if given := os.environ.get("LOCALAI_CONFIG_DIR"):
        return Path(given).expanduser()
    # Imported here: it takes 18 ms, and whoever sets the variable need not wait for it.
    from platformdirs import user_config_path

    return user_config_path("localai")


def packaged() -> Path:
    """The registry that came with the program: LOCALAI_REGISTRY, the wheel's, the checkout's."""
    if given := os.environ.get("LOCALAI_REGISTRY"):
        return Path(given).expanduser()
    wheel = PACKAGE / NAME
    return wheel if wheel.exists() else PACKAGE.parent / NAME


def layers(path: Path | None = None) -> list[Layer]:
    """What the packaged file (or `path`) holds, then the user's files, each with its name.

    Raises RegistryError for a file that cannot be read or is not lists of models and adapters.
    """
    config = config_dir()
    files = [path or packaged(), *sorted((config / "added").glob("*.toml"))]
    if (own := config / NAME).exists():
        files.append(own)
    return [(file, _read(file)) for file in files]


def merged(layers: Iterable[Layer], kind: str = "model") -> list[tuple[Table, str]]:
    """Every raw table of a kind with the name of the file that spoke last; later over earlier.

    Raises RegistryError for a file in which one stands twice.
    """
    identity = KINDS[kind]
    tables: dict[str, tuple[Table, str]] = {}
    for layer, content in layers:
        seen: set[str] = set()
        for number, table in enumerate(content[kind]):
            key = str(table.get(identity, f"{layer} {number}")).casefold()
            if key in seen:
                raise RegistryError(f"{layer}: {kind} {shorten(key)}: it stands there twice.")
            seen.add(key)
            under, source = tables.get(key, ({}, ""))
            source = f"{layer} (over {source})" if source else str(layer)
            tables[key] = (_over(under, table, identity), source)
    return list(tables.values())


def _read(path: Path) -> dict[str, list[Table]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "Install localai again, or let LOCALAI_REGISTRY name a registry file."
        raise RegistryError(f"{path}: {error.strerror}.", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise RegistryError(f"{path}: not a TOML file: {error}.", hint="Mend that line.") from error
    if unknown := [key for key in content if key not in KINDS]:
        allowed = " and ".join(f"[[{kind}]]" for kind in KINDS)
        raise RegistryError(
            f"{path}: unknown key {shorten(', '.join(unknown))}.",
            hint=f"Allowed: {allowed} tables.",
        )
    for kind, tables in content.items():
        if not _are_tables(tables):
            raise RegistryError(
                f"{path}: {kind} is not a list of tables.", hint=f"Write [[{kind}]]."
            )
    return {kind: content.get(kind, []) for kind in KINDS}


def _over(under: Table, table: Table, identity: str) -> Table:
    """`table` laid over `under`: values replace, tables merge key by key, files by their quant."""
    result = under | table
    for key, value in table.items():
        below = under.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            result[key] = below | value
        elif key == "files" and _are_tables(value) and _are_tables(below):
            # A file is replaced whole: the old one's size and hash would not fit the new one.
            given = [file.get("quant") for file in value]
            result[key] = [*(file for file in below if file.get("quant") not in given), *value]
    # The ID keeps the writing of the file that brought it.
    return result | {key: under[key] for key in (identity,) if key in under}


def _are_tables(value: Any) -> TypeGuard[list[Table]]:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
