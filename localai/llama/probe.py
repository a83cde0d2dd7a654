"""Which shapes of a decode give the same bits as a token computed alone; it must not know policy.

llama.cpp takes other kernels for other numbers of rows, and these round differently: which, depends
on the weights' quantization, the processor and the build. So the loaded model itself is asked.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from localai.llama.candidates import Logits
from localai.llama.context import LlamaContext

GRID = 64
"""Tokens of a chunk of a prompt. A prefix is reused in whole chunks: with 256 (1.1 times as fast,
100 million weights on two cores) a prompt would on average compute 128 tokens of it again, with 64
they are 32."""

# Keys and values are looked at in steps of so many cells (llama_kv_cache::get_n_kv).
_CELLS = 256
_DEEP = _CELLS + GRID

# Weights, and tokens on whose logits all must agree. In small models two kernels may agree on some
# of them by chance; and they have the time. Large ones are asked no prompt beyond _CELLS either.
_TRIALS = ((50_000_000, 12), (500_000_000, 4))
_LEAST = 2
_LARGE = 500_000_000


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found. together: so many answers may get their next tokens in one decode. reuses:
    whether a prompt that goes on behind whole chunks, in place or in another slot, comes out as one
    that was computed anew. depth: tokens of the longest prompt tried. seconds: what asking took.
    """

    together: int
    reuses: bool
    depth: int
    seconds: float


def probe(context: LlamaContext, most: int) -> Probe:
    """Ask an empty context, of slots that share nothing, about up to `most` rows; it is empty again
    at the end.

    All rows are compared with the same token decoded alone, over all logits; so are fewer rows than
    the answer says. Recurrent and sliding-window memories, which cannot go back, are not asked:
    their answers take turns.
    """
    begun = time.monotonic()
    if not context.can_trim or context.sequence_length < GRID + 8:
        return Probe(1, False, 0, 0.0)
    asked = _Asked(context, min(most, context.slots))
    try:
        reuses = asked.reuses()
        together = asked.together() if asked.rows > 1 else 1
    finally:
        for slot in range(context.slots):
            context.trim(slot, 0)
    return Probe(together, reuses, asked.depth, time.monotonic() - begun)


class _Asked:
    """A context with one prompt in it, in many lengths."""

    def __init__(self, context: LlamaContext, rows: int) -> None:
        self._context = context
        self.rows = rows
        weights, chance = context.weights, random.Random(0)
        self._tokens = [chance.randrange(context.vocabulary) for _ in range(_DEEP)]
        trials = next((count for below, count in _TRIALS if weights < below), _LEAST)
        self._trials = [chance.randrange(context.vocabulary) for _ in range(trials)]
        deep = _DEEP if weights < _LARGE else GRID + 8
        self.depth = min(deep, context.sequence_length - 1)
        self._expected = self._fill(0, 0, self.depth)

    def reuses(self) -> bool:
        """Whether the rest of the prompt gives the same logits in place and in a copy."""
        context, whole = self._context, (self.depth - 1) // GRID * GRID
        found = [self._fill(0, whole, self.depth)]
        if context.slots > 1:
            if not context.copy_prefix(0, context.slots - 1, whole):
                return False
            found.append(self._fill(context.slots - 1, whole, self.depth))
        return all(_same(each, self._expected) for each in found)

    def together(self) -> int:
        """The largest number of rows up to which all of them agree with each alone."""
        lengths = self._spread()
        best = self.rows
        for token in self._trials:
            alone = self._rows([0], lengths, token)
            for rows in range(2, best + 1):
                alone += self._rows([rows - 1], lengths, token)
                found = self._rows(list(range(rows)), lengths, token)
                if not all(map(_same, found, alone)):
                    best = rows - 1
                    break
        return best

    def _spread(self) -> list[int]:
        """Give each slot its own length of the prompt: short ones beside long ones."""
        lengths = []
        for slot in range(self.rows):
            length = self.depth - slot if slot % 2 == 0 else max(1, GRID - slot)
            lengths.append(max(1, length))
            if slot:
                self._context.copy_prefix(0, slot, lengths[-1])
        return lengths

    def _rows(self, slots: list[int], lengths: list[int], token: int) -> list[Logits]:
        for slot in slots:
            self._context.trim(slot, lengths[slot])
        self._context.decode([(slot, lengths[slot], [token], 1) for slot in slots])
        return [self._context.logits(row) for row in range(len(slots))]

    def _fill(self, slot: int, start: int, end: int) -> Logits:
        """Compute tokens of the prompt on the grid; the logits after the last."""
        self._context.trim(slot, start)
        for at in range(start, end, GRID):
            part = self._tokens[at : min(at + GRID, end)]
            self._context.decode([(slot, at, part, 1)])
        return self._context.logits(len(part) - 1)


def _same(one: Logits, other: Logits) -> bool:
    return one.tobytes() == other.tobytes()
