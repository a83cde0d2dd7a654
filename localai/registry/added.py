"""Models that the user added, a file each; it must not know where their weights are kept."""

from __future__ import annotations

import os
import threading
import tomllib
from pathlib import Path

from localai.model import ModelSpec
from localai.registry.dump import dump
from localai.registry.entry import is_id, parse
from localai.registry.files import config_dir
from localai.registry.registry import Registry


def add_local(spec: ModelSpec) -> Path:
    """Write `spec` to `<config_dir>/added/`, over an older entry of the same ID; its file.

    Raises RegistryError, before anything is written, for an entry that would not load again.
    """
    path = _path(spec.id)
    text = dump(spec)
    parse(tomllib.loads(text)["model"][0], str(path))
    others = (model for model in Registry.load().models if _path(model.id) != path)
    Registry([*others, spec], {spec.id: str(path)})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
    return path


def remove_local(model_id: str) -> bool:
    """Take back what `add_local` wrote; False where nothing was."""
    path = _path(model_id)
    if not is_id(model_id.casefold()) or not path.is_file():
        return False
    path.unlink()
    return True


def _path(model_id: str) -> Path:
    # No ID holds a "+", so that two IDs never share a file; IDs are equal whatever their case.
    slug = model_id.lstrip("@").replace("/", "+").replace(":", "+").casefold()
    return config_dir() / "added" / f"{slug}.toml"
