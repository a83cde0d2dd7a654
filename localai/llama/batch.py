"""A llama_batch, filled with chunks of tokens; it must not know what they are for."""

from __future__ import annotations

from collections import abc

import numpy as np

from localai.llama.binding import lib


class Batch:
    """A llama_batch: long chunks are written through numpy views (ctypes, element by element, is
    ten times slower), single tokens without their overhead."""

    def __init__(self, size: int) -> None:
        self.struct = lib.llama_batch_init(size, 0, 1)
        view = np.ctypeslib.as_array
        self._token = view(self.struct.token, (size,))
        self._position = view(self.struct.pos, (size,))
        self._logits = view(self.struct.logits, (size,))
        view(self.struct.n_seq_id, (size,))[:] = 1
        # Each row points to its own one-element array of sequence ids.
        self._slot = [self.struct.seq_id[row] for row in range(size)]

    def fill(self, chunks: abc.Sequence[tuple[int, int, list[int], int]]) -> None:
        row = 0
        struct = self.struct
        for slot, start, tokens, outputs in chunks:
            end = row + len(tokens)
            if end == row + 1:
                struct.token[row], struct.pos[row] = tokens[0], start
                struct.logits[row] = outputs
                self._slot[row][0] = slot
                row = end
                continue
            self._token[row:end] = tokens
            self._position[row:end] = range(start, start + len(tokens))
            self._logits[row:end] = 0
            self._logits[end - outputs : end] = 1
            for ids in self._slot[row:end]:
                ids[0] = slot
            row = end
        self.struct.n_tokens = row

    def want_all(self) -> None:
        """Mark every row as an output, as poolings need it."""
        self._logits[: self.struct.n_tokens] = 1

    def close(self) -> None:
        lib.llama_batch_free(self.struct)
