"""A small BERT with random weights as a GGUF file, and the same sums in numpy to hold it against.

It must not know localai's rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFWriter, PoolingType, TokenType
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

HEADS = 4
WIDE = 32
INNER = 64
EPSILON = 1e-12
WORDS = (
    "the a of and to in is it that was for on are with as his they be at one have this "
    "red blue green apple pear plum cat dog bird runs sings eats where who what order customer"
).split()
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@dataclass(frozen=True)
class TinyBert:
    """The file and its weights by their GGUF names."""

    path: Path
    weights: dict[str, Matrix]
    tokens: list[str]
    layers: int

    def vector(self, words: str) -> Matrix:
        """The unit vector of a text of known words: the mean of all its tokens."""
        ids = [self.tokens.index(f"▁{word}") for word in words.split()]
        ids = [self.tokens.index("[CLS]"), *ids, self.tokens.index("[SEP]")]
        w = self.weights
        x = w["token_embd.weight"][ids] + w["token_types.weight"][0]
        x = _norm(x + w["position_embd.weight"][: len(ids)], w, "token_embd_norm")
        for layer in range(self.layers):
            b = f"blk.{layer}"
            x = _norm(x + _attention(x, w, b), w, f"{b}.attn_output_norm")
            inner = _gelu(_linear(x, w, f"{b}.ffn_up"))
            x = _norm(x + _linear(inner, w, f"{b}.ffn_down"), w, f"{b}.layer_output_norm")
        mean = x.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


def tiny_bert(path: Path, *, layers: int = 2, context: int = 64, seed: int = 0) -> TinyBert:
    """A WordPiece vocabulary of whole words and single letters, mean pooling, all in f32."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?!"
    tokens = [*TOKENS, *(f"▁{w}" for w in [*WORDS, *letters] if w not in ("a",)), "▁a"]
    tokens = list(dict.fromkeys([*tokens, *letters]))
    weights = _weights(layers, context, len(tokens), np.random.default_rng(seed))
    writer = GGUFWriter(path, "bert")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDE)
    writer.add_feed_forward_length(INNER)
    writer.add_block_count(layers)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(EPSILON)
    writer.add_causal_attention(False)
    writer.add_pooling_type(PoolingType.MEAN)
    _vocabulary(writer, tokens)
    for name, values in weights.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return TinyBert(path, weights, tokens, layers)


def _vocabulary(writer: GGUFWriter, tokens: list[str]) -> None:
    control = len(TOKENS)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(tokens)
    kinds = [TokenType.CONTROL] * control + [TokenType.NORMAL] * (len(tokens) - control)
    writer.add_token_types(kinds)
    writer.add_token_type_count(2)
    writer.add_bos_token_id(tokens.index("[CLS]"))
    writer.add_eos_token_id(tokens.index("[SEP]"))
    writer.add_sep_token_id(tokens.index("[SEP]"))
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(1)
    writer.add_mask_token_id(4)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def _weights(layers: int, context: int, words: int, random: Any) -> dict[str, Matrix]:
    found: dict[str, Matrix] = {}

    def matrix(name: str, rows: int, columns: int, bias: bool = True) -> None:
        found[f"{name}.weight"] = random.normal(0, 0.3, (rows, columns)).astype(np.float32)
        if bias:
            found[f"{name}.bias"] = random.normal(0, 0.1, rows).astype(np.float32)

    def norm(name: str) -> None:
        found[f"{name}.weight"] = random.normal(1, 0.1, WIDE).astype(np.float32)
        found[f"{name}.bias"] = random.normal(0, 0.1, WIDE).astype(np.float32)

    matrix("token_embd", words, WIDE, bias=False)
    matrix("position_embd", context, WIDE, bias=False)
    matrix("token_types", 2, WIDE, bias=False)
    norm("token_embd_norm")
    for layer in range(layers):
        b = f"blk.{layer}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"{b}.{name}", WIDE, WIDE)
        norm(f"{b}.attn_output_norm")
        matrix(f"{b}.ffn_up", INNER, WIDE)
        matrix(f"{b}.ffn_down", WIDE, INNER)
        norm(f"{b}.layer_output_norm")
    return found


def _linear(x: Matrix, w: dict[str, Matrix], name: str) -> Matrix:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def _norm(x: Matrix, w: dict[str, Matrix], name: str) -> Matrix:
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + EPSILON)
    return np.asarray(scaled * w[f"{name}.weight"] + w[f"{name}.bias"], np.float32)


def _gelu(x: Matrix) -> Matrix:
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return np.asarray(0.5 * x * (1 + np.tanh(inner)), np.float32)


def _attention(x: Matrix, w: dict[str, Matrix], block: str) -> Matrix:
    size = WIDE // HEADS
    q, k, v = (
        _linear(x, w, f"{block}.attn_{name}").reshape(len(x), HEADS, size).swapaxes(0, 1)
        for name in "qkv"
    )
    scores = q @ k.swapaxes(1, 2) / np.sqrt(size)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ v
    return _linear(mixed.swapaxes(0, 1).reshape(len(x), WIDE), w, f"{block}.attn_output")
