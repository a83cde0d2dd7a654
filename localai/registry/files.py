"""Where registry files lie and how they are merged; it must not know what a model's keys mean."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, TypeGuard

from localai.errors import RegistryError
from localai.registry.entry import PACKAGE
from localai.registry.fault import shorten

NAME = "model_registry.toml"
Table = dict[str, Any]


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


def merged(path: Path | None = None) -> list[tuple[Table, str]]:
    """Every model's raw table with the name of the file that spoke last; later files over earlier.

    Raises RegistryError for a file that cannot be read or is not a list of models.
    """
    config = config_dir()
    layers = [path or packaged(), *sorted((config / "added").glob("*.toml"))]
    if (own := config / NAME).exists():
        layers.append(own)
    tables: dict[str, tuple[Table, str]] = {}
    for layer in layers:
        seen: set[str] = set()
        for number, table in enumerate(_read(layer)):
            key = str(table.get("id", f"{layer} {number}")).casefold()
            if key in seen:
                raise RegistryError(f"{layer}: model {shorten(key)}: it stands there twice.")
            seen.add(key)
            under, source = tables.get(key, ({}, ""))
            source = f"{layer} (over {source})" if source else str(layer)
            tables[key] = (_over(under, table), source)
    return list(tables.values())


def _read(path: Path) -> list[Table]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "Install localai again, or let LOCALAI_REGISTRY name a registry file."
        raise RegistryError(f"{path}: {error.strerror}.", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise RegistryError(f"{path}: not a TOML file: {error}.", hint="Mend that line.") from error
    models = content.pop("model", [])
    if content:
        unknown = shorten(", ".join(content))
        raise RegistryError(f"{path}: unknown key {unknown}.", hint="Allowed: [[model]] tables.")
    if not _are_tables(models):
        raise RegistryError(f"{path}: model is not a list of tables.", hint="Write [[model]].")
    return models


def _over(under: Table, table: Table) -> Table:
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
    return result | {key: under[key] for key in ("id",) if key in under}


def _are_tables(value: Any) -> TypeGuard[list[Table]]:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
