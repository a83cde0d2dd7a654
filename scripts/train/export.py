"""Writes a checkpoint as GGUF: `python export.py RUN FILE.gguf` (see README.md).

It must not know training or SQL.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import gguf
import numpy as np
import torch
from network.model import EPSILON, THETA, Model, Shape
from network.tokenizer import Tokenizer, user_defined
from torch import Tensor


def load(run: Path) -> Model:
    """The averaged weights of a training run."""
    saved = torch.load(run / "checkpoint.pt")
    model = Model(Shape(**saved["shape"]))
    model.load_state_dict(saved["mean"])
    return model.eval()


def write(model: Model, tokenizer: Tokenizer, path: Path) -> None:
    """One GGUF of the `llama` architecture: matrices in F16, norms in F32."""
    writer = gguf.GGUFWriter(path, "llama")
    _facts(writer, model.shape)
    _vocabulary(writer, tokenizer)
    for name, weight in _tensors(model):
        wide = weight.dim() == 2
        writer.add_tensor(name, weight.detach().numpy().astype(np.float16 if wide else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _facts(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_name("localai sql-tiny")
    writer.add_description("Writes SQL over slots for localai's linking; trained from scratch.")
    writer.add_license("CC-BY-SA-4.0")
    writer.add_author("The localai authors")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(THETA)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def _vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    special = set(user_defined())
    kinds = []
    for number, piece in enumerate(tokenizer.pieces):
        control = number in (tokenizer.bos, tokenizer.eos)
        kind = gguf.TokenType.USER_DEFINED if piece in special else gguf.TokenType.NORMAL
        kinds.append(gguf.TokenType.CONTROL if control else kind)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokenizer.pieces)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{a} {b}" for a, b in tokenizer.merges])
    writer.add_bos_token_id(tokenizer.bos)
    writer.add_eos_token_id(tokenizer.eos)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)


def _tensors(model: Model) -> list[tuple[str, Tensor]]:
    out = [("token_embd.weight", model.embed), ("output_norm.weight", model.norm.weight)]
    for number, block in enumerate(model.blocks):
        named = {
            "attn_norm": block.attn_norm.weight,
            "attn_q": _neighbours(block.q, model.shape.heads),
            "attn_k": _neighbours(block.k, model.shape.heads),
            "attn_v": block.v,
            "attn_output": block.out,
            "ffn_norm": block.ffn_norm.weight,
            "ffn_gate": block.gate,
            "ffn_up": block.up,
            "ffn_down": block.down,
        }
        out += [(f"blk.{number}.{name}.weight", weight) for name, weight in named.items()]
    return out


def _neighbours(weight: Tensor, heads: int) -> Tensor:
    """The rows in llama.cpp's order: it turns neighbours where the training turns halves."""
    rows, columns = weight.shape
    return weight.view(heads, 2, -1, columns).transpose(1, 2).reshape(rows, columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    write(load(options.run), Tokenizer.load(options.run / "tokenizer.json"), options.file)
    content = options.file.read_bytes()
    print(f"{options.file}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
