"""Owns the network: a small decoder of llama.cpp's `llama` architecture, in torch.

It must not know data, files or SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

THETA = 10_000.0
EPSILON = 1e-5


@dataclass(frozen=True)
class Shape:
    """The model's numbers; the head size is width / heads."""

    vocabulary: int
    layers: int = 4
    width: int = 160
    heads: int = 5
    feed_forward: int = 448
    context: int = 2048


def rotation(length: int, size: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines (length, size / 2) for the rotary positions."""
    rates = THETA ** (-torch.arange(0, size, 2).float() / size)
    angles = torch.arange(length).float()[:, None] * rates
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns neighbouring pairs (llama.cpp's own order, so that export permutes nothing)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Block(nn.Module):
    """One layer: attention, then SwiGLU, each after an RMS norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn_norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.gate_up = nn.Linear(shape.width, 2 * shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        rows, length, width = x.shape
        qkv = self.qkv(self.attn_norm(x)).view(rows, length, 3, self.heads, -1).transpose(1, 3)
        q, k, v = qkv.unbind(2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(rows, length, width))
        gate, up = self.gate_up(self.ffn_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Model(nn.Module):
    """Ids (rows, length) to logits; the output matrix is the embedding."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=EPSILON)
        cos, sin = rotation(shape.context, shape.width // shape.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                scale = 0.02 if "embed" in name else weight.shape[1] ** -0.5
                nn.init.normal_(weight, std=scale)

    def hidden(self, ids: Tensor) -> Tensor:
        x = self.embed(ids)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, cos, sin)
        return self.norm(x)

    def forward(self, ids: Tensor) -> Tensor:
        return self.hidden(ids) @ self.embed.weight.T

    def loss(self, ids: Tensor, weights: Tensor) -> Tensor:
        """Cross entropy of ids[:, 1:], weighted; rows of weight 0 are never multiplied out."""
        x = self.hidden(ids[:, :-1])
        wanted = weights[:, 1:] > 0
        logits = (x[wanted] @ self.embed.weight.T).float()
        losses = F.cross_entropy(logits, ids[:, 1:][wanted], reduction="none")
        chosen = weights[:, 1:][wanted]
        return (losses * chosen).sum() / chosen.sum()
