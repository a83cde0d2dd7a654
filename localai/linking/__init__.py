"""Owns the embedded model's family: `link` writes its prompt, `unlink` turns its answer into SQL.

It must not know engines, databases or other models' prompts.
"""

from __future__ import annotations

from localai.linking.prompt import Link, Linker, Slots, link
from localai.linking.unlink import unlink

__all__ = ["Link", "Linker", "Slots", "link", "unlink"]
