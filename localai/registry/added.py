"""Models and adapters that the user added, a file each; it must not know where weights lie."""

from __future__ import annotations

import os
import threading
import tomllib
from pathlib import Path

from localai.errors import RegistryError
from localai.model import AdapterSpec, ModelSpec
from localai.registry.adapter import is_name, parse_adapter
from localai.registry.dump import dump, dump_adapter
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
    return _write(path, text)


def remove_local(model_id: str) -> bool:
    """Take back what `add_local` wrote; False where nothing was."""
    path = _path(model_id)
    if not is_id(model_id.casefold()) or not path.is_file():
        return False
    path.unlink()
    return True


def add_adapter(spec: AdapterSpec) -> Path:
    """Write `spec` to `<config_dir>/added/`; its file.

    Raises RegistryError, before anything is written, for a name that is taken or cannot be one.
    """
    path = _adapter_path(spec.name)
    text = dump_adapter(spec)
    parse_adapter(tomllib.loads(text)["adapter"][0], "the new entry")
    for other in Registry.load().adapters:
        if other.name.casefold() == spec.name.casefold():
            raise RegistryError(
                f"{other.name} is the name of an adapter for {other.model} already.",
                hint=f"Take another name, or remove that one: localai lora rm {other.name}",
            )
    return _write(path, text)


def remove_adapter(name: str) -> bool:
    """Take back what `add_adapter` wrote; False where nothing was."""
    path = _adapter_path(name)
    if not is_name(name) or not path.is_file():
        return False
    path.unlink()
    return True


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
    return path


def _path(model_id: str) -> Path:
    # No ID holds a "+", so that two IDs never share a file; IDs are equal whatever their case.
    slug = model_id.lstrip("@").replace("/", "+").replace(":", "+").casefold()
    return config_dir() / "added" / f"{slug}.toml"


def _adapter_path(name: str) -> Path:
    # An ID begins with one of five words, and "adapter" is none of them.
    return config_dir() / "added" / f"adapter+{name.casefold()}.toml"
