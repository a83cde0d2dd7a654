"""Random weights in ggml's block formats, made fast; it must not know architectures or files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType
from numpy.typing import NDArray

Blocks = NDArray[np.uint8]

BLOCK = 32  # weights; F16 has no blocks, and is cut into as many weights to be like the others
# A prime number, so that rows of a tensor do not begin at the same place of the repeated noise.
POOL_BLOCKS = 30_011


@dataclass(frozen=True)
class Quant:
    """A way of storing weights: bytes of a block, and the largest number in it before scaling."""

    tensor_type: GGMLQuantizationType
    file_type: LlamaFileType
    block_bytes: int
    level: int


QUANTS = {
    "F16": Quant(GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16, 2 * BLOCK, 1),
    "Q8_0": Quant(GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0, 2 + BLOCK, 127),
    "Q4_0": Quant(GGMLQuantizationType.Q4_0, LlamaFileType.MOSTLY_Q4_0, 2 + BLOCK // 2, 7),
}


class Noise:
    """An endless run of random blocks: a pool of a million weights, repeated."""

    def __init__(self, quant: Quant, seed: int) -> None:
        self.quant = quant
        self._random = np.random.default_rng(seed)
        self._pools: dict[float, Blocks] = {}
        self._place = 0

    def row_bytes(self, columns: int) -> int:
        if columns % BLOCK:
            raise ValueError(f"A row of {columns} weights is not a multiple of {BLOCK}.")
        return columns // BLOCK * self.quant.block_bytes

    def take(self, count: int, deviation: float) -> Blocks:
        """The next blocks, at most POOL_BLOCKS, uniform with this standard deviation."""
        pool = self._pools.get(deviation)
        if pool is None:
            # Twice in a row: a run that starts anywhere is one slice.
            pool = self._pools[deviation] = np.tile(self._pool(deviation), (2, 1))
        start, self._place = self._place, (self._place + count) % POOL_BLOCKS
        return pool[start : start + count]

    def matrix(self, rows: int, columns: int, deviation: float) -> Blocks:
        """A whole matrix: rows x blocks of a row x bytes of a block."""
        across = columns // BLOCK
        parts = [
            self.take(min(POOL_BLOCKS, rows * across - done), deviation)
            for done in range(0, rows * across, POOL_BLOCKS)
        ]
        return np.concatenate(parts).reshape(rows, across, self.quant.block_bytes)

    def raise_first(self, matrix: Blocks, deviation: float) -> None:
        """Set the first weight of every row to the largest value."""
        level = self.quant.level
        if level == 1:
            matrix[:, 0, :2] = _bytes_of(math.sqrt(3) * deviation)
        elif level == 127:
            matrix[:, 0, 2] = level
        else:
            # The low half of the first byte, stored with 8 added.
            matrix[:, 0, 2] = (matrix[:, 0, 2] & 0xF0) | (level + 8)

    def one_weight_rows(self, matrix: Blocks, rows: Mapping[int, float]) -> None:
        """Make rows all zeros but for their first weight, which gets the value given."""
        level = self.quant.level
        for row, value in rows.items():
            matrix[row] = 0
            if level == 1:
                matrix[row, 0, :2] = _bytes_of(value)
            elif level == 127:
                matrix[row, 0, :3] = [*_bytes_of(value / level), level]
            else:
                matrix[row, 0, :2] = _bytes_of(value / level)
                matrix[row, 0, 2:] = 0x88
                matrix[row, 0, 2] = 0x80 | (level + 8)

    def _pool(self, deviation: float) -> Blocks:
        quant, top = self.quant, math.sqrt(3) * deviation
        if quant.level == 1:
            weights = self._random.uniform(-top, top, (POOL_BLOCKS, BLOCK)).astype("<f2")
            return weights.view(np.uint8)
        pool = np.empty((POOL_BLOCKS, quant.block_bytes), np.uint8)
        pool[:, :2] = _bytes_of(top / quant.level)
        shape = (POOL_BLOCKS, quant.block_bytes - 2)
        if quant.level == 127:
            pool[:, 2:] = self._random.integers(-127, 128, shape, np.int8).view(np.uint8)
        else:
            # Never 0, which stands for -8: a mean off zero would grow from layer to layer.
            low, high = self._random.integers(1, 16, (2, *shape), np.uint8)
            pool[:, 2:] = high << 4 | low
        return pool


def _bytes_of(value: float) -> Blocks:
    return np.array([value], "<f2").view(np.uint8)
