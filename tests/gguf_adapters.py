"""LoRA adapters whose effect is exact, and the weights with it merged in; for tiny models alone.

All numbers are small multiples of powers of two: B x A x alpha / rank has no rounding, and neither
has its sum with weights of 16 bits when that is stored in 32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Factors = Mapping[str, tuple[Matrix, Matrix]]

USUAL = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


def factors(
    model: Path, rank: int = 4, seed: int = 1, matrices: tuple[str, ...] = USUAL
) -> Factors:
    """(A, B) for each of these matrices of a model: A is rank x columns, B rows x rank.

    matrices: ends of their names (behind a dot), without `.weight`.
    """
    rng = np.random.default_rng(seed)

    def some(rows: int, columns: int) -> Matrix:
        return (rng.integers(-2, 3, (rows, columns)) / 16).astype(np.float32)

    made = {}
    for tensor in GGUFReader(model).tensors:
        name = tensor.name.removesuffix(".weight")
        if f".{name}".endswith(matrices):
            columns, rows = (int(size) for size in tensor.shape)
            made[tensor.name] = (some(rank, columns), some(rows, rank))
    return made


def adapter(
    path: Path,
    pairs: Factors,
    *,
    alpha: float | None = 8.0,
    architecture: str = "llama",
    change: Callable[[GGUFWriter], None] = lambda _: None,
    **metadata: Any,
) -> Path:
    """An adapter's GGUF. metadata: keys to add or replace, `__` for a dot; None leaves one out."""
    writer = GGUFWriter(path, architecture)
    said = {"general.type": "adapter", "adapter.type": "lora"}
    said |= {key.replace("__", "."): value for key, value in metadata.items()}
    for key, value in said.items():
        if value is not None:
            writer.add_key_value(key, value, GGUFValueType.get_type(value))
    if alpha is not None:
        writer.add_float32("adapter.lora.alpha", alpha)
    for name, (a, b) in pairs.items():
        writer.add_tensor(f"{name}.lora_a", a)
        writer.add_tensor(f"{name}.lora_b", b)
    change(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def merged(
    path: Path,
    model: Path,
    pairs: Factors | None = None,
    alpha: float = 8.0,
    without: str = "",
) -> Path:
    """The model in 32 bits, with an adapter's effect in its weights (or without any).

    without: a tensor to leave out.
    """
    pairs = pairs or {}
    reader = GGUFReader(model)
    writer = GGUFWriter(path, "llama")
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type"):
            continue
        kind, *inner = field.types
        writer.add_key_value(key, field.contents(), kind, inner[-1] if inner else None)
    writer.add_file_type(0)
    for tensor in reader.tensors:
        if tensor.name == without:
            continue
        weights = tensor.data.astype(np.float32)
        if tensor.name in pairs:
            a, b = pairs[tensor.name]
            change = (b @ a) * np.float32(alpha / len(a))
            assert np.array_equal(weights + change - change, weights), "rounded"
            weights = weights + change
        writer.add_tensor(tensor.name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
