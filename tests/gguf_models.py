"""Random weights in true architectures, as GGUF files; it must not know localai's rooms.

llama.cpp computes with them as with trained ones, and as fast. They speak varied nonsense: control
tokens and single bytes hardly ever come out, and the end token only where `eos_logit` asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter

from localai.model import Architecture
from tests.gguf_vocabularies import Kind, make
from tests.gguf_weights import QUANTS, Noise

NEVER = -20.0  # a logit; the others spread by LOGIT_SPREAD around 0
LOGIT_SPREAD = 3.0
PICKY = 2.25
PAD = 32  # GGUF's default alignment


@dataclass(frozen=True)
class Tensor:
    """A matrix of random weights with this standard deviation; a vector where columns is 0.

    The first number of a hidden state is left alone by all layers: every token sets it to the same
    value, and the output reads it as a bias. `silent` matrices do not write to it. `finer` ones are
    Q6_K in a file of Q4_K_M.
    """

    name: str
    rows: int
    columns: int = 0
    deviation: float = 0.0
    silent: bool = False
    finer: bool = False


class Mixture:
    """The noise of a whole file: one kind of blocks, or in Q4_K_M a second for what is finer."""

    def __init__(self, quant: str, seed: int) -> None:
        mixed = quant == "Q4_K_M"
        self.plain = Noise(QUANTS["Q4_K" if mixed else quant], seed)
        self._finer = Noise(QUANTS["Q6_K"], seed) if mixed else self.plain

    def of(self, tensor: Tensor) -> Noise:
        return self._finer if tensor.finer else self.plain


def tiny_llama(
    path: Path,
    *,
    vocabulary: Kind = "spm",
    vocabulary_size: int = 1000,
    layers: int = 2,
    heads: int = 4,
    kv_heads: int = 2,
    embedding: int = 64,
    feed_forward: int = 128,
    context: int = 512,
    rope_theta: float = 10_000.0,
    quant: str = "F16",
    **options: Any,
) -> Path:
    """A model of about 400 kB that loads and answers at once. options: those of `model_like`."""
    architecture = Architecture(
        name="llama",
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=embedding // heads,
        embedding=embedding,
        feed_forward=feed_forward,
        vocabulary=vocabulary_size,
        context=context,
        rope_theta=rope_theta,
    )
    return model_like(path, architecture, quant, vocabulary=vocabulary, **options)


def bench_100m(path: Path) -> Path:
    """110 million weights to compute for each token, Q8_0, a vocabulary of 32,000: 143 MB."""
    architecture = Architecture(
        name="llama",
        layers=12,
        heads=12,
        kv_heads=12,
        head_dim=64,
        embedding=768,
        feed_forward=2048,
        vocabulary=32_000,
        context=4096,
        rope_theta=10_000.0,
    )
    return model_like(path, architecture, "Q8_0")


def model_like(
    path: Path,
    architecture: Architecture,
    quant: str = "Q8_0",
    *,
    layers: int | None = None,
    sparse: bool = False,
    vocabulary: Kind = "spm",
    controls: tuple[str, ...] = (),
    chat_template: str | None = None,
    eos_logit: float = NEVER,
    byte_logit: float = NEVER,
    seed: int = 0,
    tokenizer: Mapping[str, Any] | None = None,
    metadata: Mapping[str, str | int | float | bool] | None = None,
) -> Path:
    """Random weights of the given architecture ("llama" or "qwen2"), every header number as there.

    quant: F16, Q8_0, Q4_0, Q6_K or Q4_K_M (as files of that name, Q6_K in places); rows of the
    K-quants are multiples of 256. layers: fewer than the architecture has. sparse: from the second
    layer on the weights are zeros that take no room on the disk (a hole in the file), at full cost
    when computing. controls: texts of further control tokens. eos_logit: how readily the end token
    comes (in tiny models 8: after some 150 tokens, 9: 25, 10: 5, 20: at once), byte_logit the same
    for the 256 single bytes. chat_template: Jinja source.
    tokenizer: fields of Vocabulary to set. metadata: further keys of the header.
    """
    if layers is not None:
        architecture = replace(architecture, layers=layers)
    words = make(vocabulary, architecture.vocabulary, controls, **(tokenizer or {}))
    noise = Mixture(quant, seed)
    writer = GGUFWriter(path, architecture.name)
    _describe(writer, architecture, noise.plain.quant.file_type)
    words.write(writer)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    for key, value in (metadata or {}).items():
        writer.add_key_value(key, value, GGUFValueType.get_type(value))
    logits = dict.fromkeys(words.controls, NEVER) | dict.fromkeys(words.bytes, byte_logit)
    _write(writer, path, architecture, noise, logits | {words.eos: eos_logit}, sparse)
    return path


def _describe(writer: GGUFWriter, architecture: Architecture, file_type: int) -> None:
    writer.add_name("random weights")
    writer.add_file_type(file_type)
    writer.add_quantization_version(2)
    writer.add_context_length(architecture.context)
    writer.add_embedding_length(architecture.embedding)
    writer.add_block_count(architecture.layers)
    writer.add_feed_forward_length(architecture.feed_forward)
    writer.add_head_count(architecture.heads)
    writer.add_head_count_kv(architecture.kv_heads)
    writer.add_key_length(architecture.head_dim)
    writer.add_value_length(architecture.head_dim)
    writer.add_rope_dimension_count(architecture.head_dim)
    writer.add_rope_freq_base(architecture.rope_theta)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(architecture.vocabulary)
    if architecture.sliding_window is not None:
        writer.add_sliding_window(architecture.sliding_window)


def _layers(architecture: Architecture) -> Iterator[Tensor]:
    """The layers' tensors, scaled so that together they add some more than what a token brings."""
    wide, inner = architecture.embedding, architecture.feed_forward
    query = architecture.heads * architecture.head_dim
    key = architecture.kv_heads * architecture.head_dim
    plain, share = 1 / math.sqrt(wide), 2 / math.sqrt(architecture.layers)
    for layer in range(architecture.layers):
        finer = _more_bits(layer, architecture.layers)
        # Queries and keys above unit size: attention then picks tokens and does not average them,
        # and greedy text does not run into a loop (200 tokens: over 100 different ones).
        matrices = [
            Tensor("attn_q", query, wide, PICKY * plain),
            Tensor("attn_k", key, wide, PICKY * plain),
            Tensor("attn_v", key, wide, plain, finer=finer),
            Tensor("attn_output", wide, query, share / math.sqrt(query), silent=True),
            Tensor("ffn_gate", inner, wide, plain),
            Tensor("ffn_up", inner, wide, plain),
            Tensor("ffn_down", wide, inner, share / math.sqrt(inner), silent=True, finer=finer),
        ]
        if architecture.name == "qwen2":
            matrices += [
                Tensor(f"attn_{n}.bias", r) for n, r in zip("qkv", (query, key, key), strict=True)
            ]
        for tensor in (Tensor("attn_norm", wide), *matrices, Tensor("ffn_norm", wide)):
            name = tensor.name if "." in tensor.name else f"{tensor.name}.weight"
            yield replace(tensor, name=f"blk.{layer}.{name}")


def _more_bits(layer: int, layers: int) -> bool:
    """Whether Q4_K_M stores a layer's values and its way down in Q6_K: the first and the last
    eighth, and every third between (llama-quant.cpp:use_more_bits)."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def _write(
    writer: GGUFWriter,
    path: Path,
    architecture: Architecture,
    mixture: Mixture,
    logits: Mapping[int, float],
    sparse: bool,
) -> None:
    """The header, then each tensor's data at its place; what `sparse` leaves out is a hole."""
    wide, words = architecture.embedding, architecture.vocabulary
    head = Tensor("output.weight", words, wide, LOGIT_SPREAD / math.sqrt(wide), finer=True)
    embedding = Tensor("token_embd.weight", words, wide, 1.0)
    tensors = [embedding, *_layers(architecture), Tensor("output_norm.weight", wide), head]
    for tensor in tensors:
        _announce(writer, tensor, mixture.of(tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("r+b") as file:
        file.seek(0, 2)
        for tensor in tensors:
            noise = mixture.of(tensor)
            place = file.seek(-(-file.tell() // PAD) * PAD)
            if tensor is head or tensor is embedding:
                file.write(_ends(tensor, noise, logits if tensor is head else None))
            elif not (sparse and tensor.columns) or tensor.name.startswith("blk.0."):
                _write_layer_tensor(file, tensor, noise)
            file.seek(place + _size(tensor, noise))
        file.truncate(-(-file.tell() // PAD) * PAD)


def _announce(writer: GGUFWriter, tensor: Tensor, noise: Noise) -> None:
    shape = (tensor.rows, tensor.columns) if tensor.columns else (tensor.rows,)
    kind = noise.quant.tensor_type if tensor.columns else GGMLQuantizationType.F32
    size = _size(tensor, noise)
    writer.add_tensor_info(tensor.name, shape, np.dtype(np.float32), size, raw_dtype=kind)


def _size(tensor: Tensor, noise: Noise) -> int:
    return tensor.rows * (noise.row_bytes(tensor.columns) if tensor.columns else 4)


def _ends(tensor: Tensor, noise: Noise, logits: Mapping[int, float] | None) -> bytes:
    """The embedding, or (with logits) the output matrix: the two that know the bias."""
    matrix = noise.matrix(tensor.rows, tensor.columns, tensor.deviation)
    if logits is None:
        noise.raise_first(matrix, tensor.deviation)
    else:
        noise.one_weight_rows(matrix, logits)
    return matrix.tobytes()


def _write_layer_tensor(file: BinaryIO, tensor: Tensor, noise: Noise) -> None:
    if not tensor.columns:
        file.write(np.full(tensor.rows, not tensor.name.endswith("bias"), "<f4").tobytes())
        return
    start, row = file.tell(), noise.row_bytes(tensor.columns)
    blocks = tensor.rows * tensor.columns // noise.quant.block
    for done in range(0, blocks, noise.pool_blocks):
        file.write(noise.take(min(noise.pool_blocks, blocks - done), tensor.deviation).tobytes())
    if tensor.silent:
        end = file.tell()
        file.seek(start)
        file.write(bytes(row))
        file.seek(end)
