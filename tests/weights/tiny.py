"""Small sound GGUF files, byte by byte, and the registry entries that describe them."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from localai.model import Architecture, FileSpec, ModelSpec

REPOSITORY = "defog/sqlcoder-7b-2"
NAME = "sqlcoder-7b-q5_k_m.gguf"
COMMIT = "7e5b6f7981c0aa7d143f6bec6fa26625bdfcbe66"

ARCHITECTURE = Architecture(
    name="llama",
    layers=2,
    heads=4,
    kv_heads=2,
    head_dim=16,
    embedding=64,
    feed_forward=128,
    vocabulary=300,
    context=2048,
    rope_theta=1_000_000.0,
)

METADATA: dict[str, object] = {
    "general.architecture": "llama",
    "general.file_type": 17,
    "llama.block_count": 2,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "llama.embedding_length": 64,
    "llama.feed_forward_length": 128,
    "llama.context_length": 2048,
    "llama.rope.freq_base": 1_000_000.0,
    "tokenizer.ggml.tokens": [f"token {number}" for number in range(300)],
}


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _entry(key: str, value: object) -> bytes:
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, float):
        return text(key) + struct.pack("<If", 6, value)
    if isinstance(value, int):
        return text(key) + struct.pack("<II", 4, value)
    assert isinstance(value, Sequence)
    if value and isinstance(value[0], int):
        body = struct.pack("<IQ", 4, len(value)) + struct.pack(f"<{len(value)}I", *value)
    else:
        body = struct.pack("<IQ", 8, len(value)) + b"".join(text(str(item)) for item in value)
    return text(key) + struct.pack("<I", 9) + body


def gguf(
    changes: Mapping[str, object] | None = None,
    *,
    without: Sequence[str] = (),
    rows: int = 1000,
    version: int = 3,
    seed: int = 1,
) -> bytes:
    """A GGUF with two F32 tensors of 64 x `rows` seeded random numbers: 512 bytes a row."""
    metadata = {**METADATA, **(changes or {})}
    for key in without:
        del metadata[key]
    body = b"".join(_entry(key, value) for key, value in metadata.items())
    infos = b""
    for index, name in enumerate(("token_embd.weight", "output.weight")):
        infos += text(name) + struct.pack("<IQQIQ", 2, 64, rows, 0, index * 64 * rows * 4)
    head = struct.pack("<4sIQQ", b"GGUF", version, 2, len(metadata)) + body + infos
    head += bytes(-len(head) % 32)
    return head + random.Random(seed).randbytes(2 * 64 * rows * 4)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_spec(
    content: bytes | None = None, *, quant: str = "Q5_K_M", name: str = NAME, **more: object
) -> FileSpec:
    """A registry's file; with `content` its size and sha256 are known."""
    known: dict[str, object] = {"repository": REPOSITORY}
    if content is not None:
        known |= {"bytes": len(content), "sha256": sha256(content)}
    return FileSpec(quant, name, **(known | more))  # type: ignore[arg-type]


def spec(
    *files: FileSpec,
    architecture: Architecture = ARCHITECTURE,
    model_id: str = "@cf/defog/sqlcoder-7b-2",
) -> ModelSpec:
    files = files or (file_spec(),)
    return ModelSpec(
        id=model_id,
        title="SQLCoder-7B-2",
        architecture=architecture,
        files=files,
        default_quant=files[0].quant,
        prompt="sqlcoder",
        licence="CC-BY-SA-4.0",
    )


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
