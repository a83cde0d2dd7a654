"""Tokens with their logits, as llama.cpp's samplers take them; it must not know requests."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from localai.llama.binding import lib

Logits = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int32]

_ROW = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data


class Candidates:
    """Room for up to `size` tokens, used again and again; samplers change and reorder them."""

    def __init__(self, size: int) -> None:
        self._rows = np.zeros(size, _ROW)
        self._all = np.arange(size, dtype=np.int32)
        self._data = self._rows.ctypes.data_as(ctypes.POINTER(lib.llama_token_data))
        self.struct = lib.llama_token_data_array()
        self._begin(0)

    def __len__(self) -> int:
        """The room."""
        return len(self._rows)

    @property
    def ids(self) -> Tokens:
        return self._rows["id"][: self.struct.size]

    @property
    def logits(self) -> Logits:
        return self._rows["logit"][: self.struct.size]

    def fill(self, logits: Logits, ids: Tokens | None = None) -> None:
        """Hold these logits: of the tokens `ids`, or of all in order."""
        count = len(logits)
        self._rows["id"][:count] = self._all[:count] if ids is None else ids
        self._rows["logit"][:count] = logits
        self._begin(count)

    def fill_one(self, token: int) -> None:
        """Hold one token, with logit 0."""
        self._rows[0] = (token, 0, 0)
        self._begin(1)

    def keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Drop all others; the order stays."""
        kept = self._rows[: self.struct.size][which]
        self._rows[: len(kept)] = kept
        self._begin(len(kept))

    def draw(self, sampler: Any) -> int:
        """The token that a sampler of llama.cpp selects. There must be one."""
        lib.llama_sampler_apply(sampler, ctypes.byref(self.struct))
        return int(self.struct.data[self.struct.selected].id)

    def _begin(self, count: int) -> None:
        # A sampler may have pointed it elsewhere.
        self.struct.data = self._data
        self.struct.size, self.struct.selected, self.struct.sorted = count, -1, False
