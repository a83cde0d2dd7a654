"""Which models exist, by every name they go by; it must not know whether their weights are here.

`model_registry.toml` (packaged), then `<config_dir>/added/*.toml` (written by `localai add`), then
`<config_dir>/model_registry.toml` (the user's own) are merged, later over earlier. They hold models
(`[[model]]`) and LoRA adapters (`[[adapter]]`, written by `localai lora add`).
"""

from __future__ import annotations

from localai.registry.added import add_adapter, add_local, remove_adapter, remove_local
from localai.registry.dump import dump
from localai.registry.files import config_dir
from localai.registry.registry import Registry

__all__ = [
    "Registry",
    "add_adapter",
    "add_local",
    "config_dir",
    "dump",
    "remove_adapter",
    "remove_local",
]
