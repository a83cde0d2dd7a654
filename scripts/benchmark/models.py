"""The models that scripts/bench.py makes for itself; it must not know who runs them.

Random weights cost what trained ones cost. They are kept in a folder, for the largest takes 4 GB.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from localai.model import Architecture
from localai.registry import Registry
from tests.gguf_models import model_like

FOLDER = Path(tempfile.gettempdir()) / "localai-bench-models"

SQLCODER = "@cf/defog/sqlcoder-7b-2"


@dataclass(frozen=True)
class Recipe:
    """A model's numbers, how its weights are stored, and what it is in a few words."""

    told: str
    quant: str
    architecture: Architecture


def _llama(
    layers: int, heads: int, kv_heads: int, embedding: int, feed_forward: int, context: int
) -> Architecture:
    return Architecture(
        name="llama",
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=embedding // heads,
        embedding=embedding,
        feed_forward=feed_forward,
        vocabulary=32_000,
        context=context,
        rope_theta=10_000.0,
    )


RECIPES = {
    "2m": Recipe("2M, a vocabulary of 32,000", "F16", _llama(4, 4, 4, 64, 192, 4096)),
    "100m": Recipe("110M", "Q8_0", _llama(12, 12, 12, 768, 2048, 4096)),
    "1.1b": Recipe("1.1B as TinyLlama, GQA", "Q4_K_M", _llama(22, 32, 4, 2048, 5632, 2048)),
    "7b": Recipe(
        "7B as sqlcoder-7b-2, MHA", "Q4_K_M", Registry.load().resolve(SQLCODER).architecture
    ),
}


def made(name: str, folder: Path = FOLDER) -> Path:
    """The model's file, written if it is not there yet (the 7B in some seconds)."""
    recipe = RECIPES[name]
    path = folder / f"{name}-{recipe.quant.lower()}.gguf"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        model_like(part, recipe.architecture, recipe.quant).rename(path)
    return path
