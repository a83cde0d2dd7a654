"""Random weights in ggml's block formats, made fast; it must not know architectures or files."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType
from numpy.typing import NDArray

Blocks = NDArray[np.uint8]

BLOCK = 32  # weights; F16 has no blocks, and is cut into as many weights to be like the others
SUPER = 256  # weights of a block in the K-quants

# Blocks of a pool, about a million weights. Prime numbers, so that rows of a tensor do not begin at
# the same place of the repeated noise.
POOL_BLOCKS = {BLOCK: 30_011, SUPER: 3_761}


@dataclass(frozen=True)
class Quant:
    """A way of storing weights: bytes of a block, and the largest number in it before scaling."""

    tensor_type: GGMLQuantizationType
    file_type: LlamaFileType
    block_bytes: int
    level: int
    block: int = BLOCK


QUANTS = {
    "F16": Quant(GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16, 2 * BLOCK, 1),
    "Q8_0": Quant(GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0, 2 + BLOCK, 127),
    "Q4_0": Quant(GGMLQuantizationType.Q4_0, LlamaFileType.MOSTLY_Q4_0, 2 + BLOCK // 2, 7),
    "Q4_K": Quant(GGMLQuantizationType.Q4_K, LlamaFileType.MOSTLY_Q4_K_M, 144, 7, SUPER),
    "Q6_K": Quant(GGMLQuantizationType.Q6_K, LlamaFileType.MOSTLY_Q6_K, 210, 31, SUPER),
}


class Noise:
    """An endless run of random blocks: a pool of a million weights, repeated."""

    def __init__(self, quant: Quant, seed: int) -> None:
        self.quant = quant
        self.pool_blocks = POOL_BLOCKS[quant.block]
        self._coding = _CODINGS[quant.tensor_type]
        self._random = np.random.default_rng(seed)
        self._pools: dict[float, Blocks] = {}
        self._place = 0

    def row_bytes(self, columns: int) -> int:
        if columns % self.quant.block:
            raise ValueError(f"A row of {columns} weights is not a multiple of {self.quant.block}.")
        return columns // self.quant.block * self.quant.block_bytes

    def take(self, count: int, deviation: float) -> Blocks:
        """The next blocks, at most `pool_blocks`, uniform with this standard deviation."""
        pool = self._pools.get(deviation)
        if pool is None:
            made = self._coding.pool(self._random, self.pool_blocks, math.sqrt(3) * deviation)
            # Twice in a row: a run that starts anywhere is one slice.
            pool = self._pools[deviation] = np.tile(made, (2, 1))
        start, self._place = self._place, (self._place + count) % self.pool_blocks
        return pool[start : start + count]

    def matrix(self, rows: int, columns: int, deviation: float) -> Blocks:
        """A whole matrix: rows x blocks of a row x bytes of a block."""
        across = columns // self.quant.block
        parts = [
            self.take(min(self.pool_blocks, rows * across - done), deviation)
            for done in range(0, rows * across, self.pool_blocks)
        ]
        return np.concatenate(parts).reshape(rows, across, self.quant.block_bytes)

    def raise_first(self, matrix: Blocks, deviation: float) -> None:
        """Set the first weight of every row to the largest value."""
        self._coding.raise_first(matrix[:, 0], math.sqrt(3) * deviation)

    def one_weight_rows(self, matrix: Blocks, rows: Mapping[int, float]) -> None:
        """Make rows all zeros but for their first weight, which gets the value given."""
        for row, value in rows.items():
            matrix[row] = 0
            self._coding.alone(matrix[row, 0], value)


class Coding(Protocol):
    """Blocks as ggml-quants.h lays them out, over bytes: what Noise needs of one."""

    def pool(self, random: np.random.Generator, blocks: int, top: float) -> Blocks:
        """Blocks of weights uniform from -top to top, their mean 0: one off zero would grow from
        layer to layer."""
        ...

    def raise_first(self, blocks: Blocks, top: float) -> None:
        """Set each block's first weight to `top`, the largest of its pool."""
        ...

    def alone(self, block: Blocks, value: float) -> None:
        """In a block of zero bytes: make the first weight `value`, all others 0."""
        ...


class _F16:
    def pool(self, random: np.random.Generator, blocks: int, top: float) -> Blocks:
        return random.uniform(-top, top, (blocks, BLOCK)).astype("<f2").view(np.uint8)

    def raise_first(self, blocks: Blocks, top: float) -> None:
        blocks[:, :2] = _bytes_of(top)

    def alone(self, block: Blocks, value: float) -> None:
        block[:2] = _bytes_of(value)


class _Q8:
    """A scale, then 32 bytes."""

    def pool(self, random: np.random.Generator, blocks: int, top: float) -> Blocks:
        pool = np.empty((blocks, 2 + BLOCK), np.uint8)
        pool[:, :2] = _bytes_of(top / 127)
        pool[:, 2:] = random.integers(-127, 128, (blocks, BLOCK), np.int8).view(np.uint8)
        return pool

    def raise_first(self, blocks: Blocks, top: float) -> None:
        blocks[:, 2] = 127

    def alone(self, block: Blocks, value: float) -> None:
        block[:3] = [*_bytes_of(value / 127), 127]


@dataclass(frozen=True)
class _Halves:
    """Two weights a byte, stored with 8 added, behind a head that says the scale."""

    bytes: int
    head: Callable[[float], Blocks]

    def pool(self, random: np.random.Generator, blocks: int, top: float) -> Blocks:
        head = self.head(top / 7)
        pool = np.empty((blocks, self.bytes), np.uint8)
        pool[:, : len(head)] = head
        # Never 0, which stands for -8.
        shape = (blocks, self.bytes - len(head))
        low, high = random.integers(1, 16, (2, *shape), np.uint8)
        pool[:, len(head) :] = high << 4 | low
        return pool

    def raise_first(self, blocks: Blocks, top: float) -> None:
        first = len(self.head(0))
        blocks[:, first] = (blocks[:, first] & 0xF0) | 0x0F

    def alone(self, block: Blocks, value: float) -> None:
        head = self.head(value / 7)
        block[: len(head)] = head
        block[len(head) :] = 0x88
        block[len(head)] = 0x8F


def _q4_k_head(scale: float) -> Blocks:
    """Two scales of scales, then eight scales and minima of 6 bits, all of them 32: a weight is
    32 d q - 32 (8 d), which is Q4_0's."""
    sixes = np.array([0xA0] * 8 + [0] * 4, np.uint8)
    return np.concatenate([_bytes_of(scale / 32), _bytes_of(8 * scale / 32), sixes])


class _Q6K:
    """128 bytes of low halves, 64 of upper bits, 16 scales (all 64 here), the scale of scales."""

    def pool(self, random: np.random.Generator, blocks: int, top: float) -> Blocks:
        # Never 0, which stands for -32. 64 weights at a time go into 2 bits each of the same bytes.
        weights = random.integers(1, 64, (blocks, 2, 4, 32), np.uint8)
        low = (weights[:, :, :2] & 15) | (weights[:, :, 2:] & 15) << 4
        high = weights >> 4
        bits = high[:, :, 0] | high[:, :, 1] << 2 | high[:, :, 2] << 4 | high[:, :, 3] << 6
        parts = [low.reshape(blocks, 128), bits.reshape(blocks, 64)]
        return np.concatenate([*parts, np.tile(self._tail(top), (blocks, 1))], axis=1)

    def raise_first(self, blocks: Blocks, top: float) -> None:
        blocks[:, 0] |= 15
        blocks[:, 128] |= 3

    def alone(self, block: Blocks, value: float) -> None:
        block[128:192] = 0xAA  # 2 in every upper pair of bits: 32, which stands for 0
        block[0], block[128] = 15, 0xAB
        block[192:] = self._tail(value)

    def _tail(self, top: float) -> Blocks:
        return np.concatenate([np.full(16, 64, np.uint8), _bytes_of(top / 31 / 64)])


_CODINGS: dict[GGMLQuantizationType, Coding] = {
    GGMLQuantizationType.F16: _F16(),
    GGMLQuantizationType.Q8_0: _Q8(),
    GGMLQuantizationType.Q4_0: _Halves(18, lambda scale: _bytes_of(scale)),
    GGMLQuantizationType.Q4_K: _Halves(144, _q4_k_head),
    GGMLQuantizationType.Q6_K: _Q6K(),
}


def _bytes_of(value: float) -> Blocks:
    return np.array([value], "<f2").view(np.uint8)
