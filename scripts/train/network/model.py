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
    layers: int = 6
    width: int = 256
    heads: int = 4
    feed_forward: int = 704
    context: int = 2048


def rotation(length: int, size: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines (length, 1, size / 2) for the rotary positions."""
    rates = THETA ** (-torch.arange(0, size, 2).float() / size)
    angles = torch.arange(length).float()[:, None] * rates
    return angles.cos()[:, None], angles.sin()[:, None]


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns the first half of each head with the second: far fewer copies on a CPU than turning
    neighbours, as llama.cpp does; the export reorders the rows."""
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


class Norm(nn.Module):
    """RMS norm: reckoned in F32, given in the type of the products."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor, kind: torch.dtype) -> Tensor:
        x = x.float()
        scale = torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON)
        return (x * scale * self.weight).to(kind)


def times(x: Tensor, weight: Tensor) -> Tensor:
    """x @ weight.T in x's type: with BF16 that is ten times F32's speed where the CPU has AMX."""
    return F.linear(x, weight.to(x.dtype))


class Block(nn.Module):
    """One layer: attention, then SwiGLU, each after an RMS norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn_norm = Norm(shape.width)
        self.ffn_norm = Norm(shape.width)
        self.q, self.k, self.v = (_matrix(shape.width, shape.width) for _ in range(3))
        self.out = _matrix(shape.width, shape.width, shape.layers)
        self.gate, self.up = (_matrix(shape.feed_forward, shape.width) for _ in range(2))
        self.down = _matrix(shape.width, shape.feed_forward, shape.layers)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """x: (rows, length, width). mask: (length, length), added to the scores."""
        kind = cos.dtype
        rows, length, width = x.shape
        wide = times(self.attn_norm(x, kind), torch.cat((self.q, self.k, self.v)))
        q, k, v = wide.view(rows, length, 3, self.heads, -1).unbind(2)
        q, k = rotate(q, cos, sin).transpose(1, 2), rotate(k, cos, sin).transpose(1, 2)
        # Written out: torch's own fused attention is slow on its way back on CPUs.
        scores = (q @ k.transpose(-1, -2)).float() * (width // self.heads) ** -0.5 + mask
        mixed = torch.softmax(scores, -1).to(kind) @ v.transpose(1, 2)
        x = x + times(mixed.transpose(1, 2).reshape(rows, length, width), self.out)
        gate, up = times(self.ffn_norm(x, kind), torch.cat((self.gate, self.up))).chunk(2, -1)
        return x + times(F.silu(gate) * up, self.down)


class Model(nn.Module):
    """Ids (rows, length) to logits; the output matrix is the embedding."""

    def __init__(self, shape: Shape, kind: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.shape, self.kind = shape, kind
        self.embed = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.02)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width)
        cos, sin = rotation(shape.context, shape.width // shape.heads)
        self.register_buffer("cos", cos.to(kind), persistent=False)
        self.register_buffer("sin", sin.to(kind), persistent=False)

    def hidden(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        x = F.embedding(ids, self.embed).to(self.kind)
        mask = torch.full((length, length), -1e9).triu(1)
        for block in self.blocks:
            x = block(x, self.cos[:length], self.sin[:length], mask)
        return self.norm(x, self.kind)

    def logits(self, hidden: Tensor) -> Tensor:
        return times(hidden, self.embed).float()

    def forward(self, ids: Tensor) -> Tensor:
        return self.logits(self.hidden(ids))

    def loss(self, ids: Tensor, wanted: Tensor) -> Tensor:
        """Mean cross entropy of ids[:, 1:] where `wanted`; no other row is multiplied out."""
        chosen = wanted[:, 1:]
        logits = self.logits(self.hidden(ids[:, :-1])[chosen])
        return F.cross_entropy(logits, ids[:, 1:][chosen])


def _matrix(rows: int, columns: int, layers: int | None = None) -> nn.Parameter:
    """A random matrix; what adds to the stream is the smaller, the more layers add to it."""
    scale = columns**-0.5 * (1.0 if layers is None else (2 * layers) ** -0.5)
    return nn.Parameter(torch.randn(rows, columns) * scale)
