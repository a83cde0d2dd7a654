"""What a model costs on this machine: seconds of prefill and of decoding, bytes of KV memory.

It must not know where weights come from, nor how figures are shown.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from localai.llama.binding import lib
from localai.llama.context import LlamaContext
from localai.llama.model import LlamaModel
from localai.request import Sampling

SLOTS = 8
CONTEXT = 1024
"""Tokens of KV memory: a prefill of 512, or 8 sequences of 128."""

SCORES = 128
"""Tokens whose attention is computed at once, as for answers at contexts of usual length."""

DEPTH = 32
"""Tokens that each sequence holds before its decoding is measured."""

LEAST = 3
"""Runs of each figure after a first one, however long they take; the figure is their median."""

Run = Callable[[], Iterator[None]]
"""What comes before its `yield` is not timed, what comes behind it is."""

# A saved state has the position, the number of owners and the owner of each cell, 4 bytes each.
_CELL = 12


class Bench:
    """A context for measurements on a loaded model, for one thread; close it before the model.

    context_length: tokens, CONTEXT or what the model allows. seconds: how long each figure is
    measured; least: and how often, however long that takes. Raises ModelLoadError.
    """

    def __init__(
        self,
        model: LlamaModel,
        *,
        threads: int,
        seconds: float,
        least: int = LEAST,
        context_length: int = CONTEXT,
    ) -> None:
        self._context = LlamaContext(
            model,
            context_length=context_length,
            slots=SLOTS,
            threads=threads,
            scores=0 if model.on_gpu else SCORES,
        )
        self._seconds, self._least = seconds, least
        self._length = min(model.context_length, context_length // SLOTS)
        self.longest = min(self._context.sequence_length, self._context.batch_size)
        self._sampler = self._context.sampler(Sampling(temperature=0), [])
        # Any words do: time does not depend on them, save a little in mixtures of experts.
        chance = random.Random(0)
        self._tokens = [chance.randrange(model.vocabulary) for _ in range(self.longest)]

    def use_threads(self, threads: int) -> None:
        """Compute with so many from now on."""
        self._context.use_threads(threads)

    def warm(self) -> None:
        """Touch all weights once, as the first request does: a page not yet read is no figure."""
        self._run(self._fill([0], min(DEPTH, self.longest)))

    def prefill(self, tokens: int) -> float:
        """Seconds for a prompt of so many tokens (at most `longest`), with its first sample."""

        def once() -> Iterator[None]:
            self._clear()
            yield
            self._run(self._fill([0], tokens))

        return self._medians([once])[0]

    def decode(self, sequences: int) -> float:
        """Seconds of one step of so many sequences, a token of each sampled."""
        slots, place = list(range(sequences)), self._length

        def once() -> Iterator[None]:
            nonlocal place
            if place >= self._length:
                place = self._begin(slots)
            yield
            token = self._tokens[place % self.longest]
            self._run([(slot, place, [token], 1) for slot in slots])
            place += 1

        return self._medians([once])[0]

    def batches(self, sizes: Sequence[int]) -> list[float]:
        """Seconds of one decode of so many tokens of one sequence, with the logits of each.

        The sizes take turns, for their ratios are the point: what slows the machine slows all.
        """
        return self._medians([self._batch(tokens) for tokens in sizes])

    def kv_bytes_per_token(self) -> int:
        """Bytes of memory that one more token of a sequence takes."""
        count = max(1, self.longest // 4)
        sizes = []
        for tokens in (count, 2 * count):
            self._clear()
            self._run(self._fill([0], tokens))
            sizes.append(int(lib.llama_state_seq_get_size(self._context.handle, 0)))
        return max(0, round((sizes[1] - sizes[0]) / count) - _CELL)

    def close(self) -> None:
        """Free the context; idempotent."""
        self._sampler.close()
        self._context.close()

    def _begin(self, slots: list[int], room: int = 1) -> int:
        """Give each slot its first tokens; how many."""
        depth = max(1, min(DEPTH, self._length - room))
        self._clear()
        for slot in slots:
            self._run(self._fill([slot], depth))
        return depth

    def _fill(self, slots: list[int], tokens: int) -> list[tuple[int, int, list[int], int]]:
        return [(slot, 0, self._tokens[:tokens], 1) for slot in slots]

    def _run(self, chunks: list[tuple[int, int, list[int], int]]) -> None:
        """Decode, and sample after each chunk, as the engine does."""
        self._context.decode(chunks)
        row = -1
        for _, _, tokens, _ in chunks:
            row += len(tokens)
            self._context.sample(row, self._sampler)

    def _clear(self) -> None:
        for slot in range(SLOTS):
            self._context.trim(slot, 0)

    def _batch(self, tokens: int) -> Run:
        def once() -> Iterator[None]:
            place = self._begin([0], room=tokens)
            yield
            parts = enumerate(self._tokens[:tokens], place)
            self._context.decode([(0, at, [token], 1) for at, token in parts])
            lib.llama_synchronize(self._context.handle)

        return once

    def _medians(self, runs: Sequence[Run]) -> list[float]:
        """Median seconds of each, over rounds after a first one."""
        taken: list[list[float]] = [[] for _ in runs]
        end = time.monotonic() + self._seconds * len(runs)
        while len(taken[-1]) <= self._least or time.monotonic() < end:
            for run, each in zip(runs, taken, strict=True):
                steps = run()
                next(steps)
                begun = time.perf_counter()
                next(steps, None)
                each.append(time.perf_counter() - begun)
        return [statistics.median(each[1:]) for each in taken]
