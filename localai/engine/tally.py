"""What a model's engine has done in all, as numbers that only grow; it must not know who reads.

One thread at a time writes, the one of the model's engine; whoever reads takes what stands there,
without a lock. The numbers belong to the model, not to its engine: they outlive an unloading.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import NamedTuple

BOUNDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
)  # fmt: skip
"""Seconds: a token of a tiny model takes one millisecond, a long prompt of a large one a minute."""


class Spread(NamedTuple):
    """below: how many lay at or below each of BOUNDS; number: of all; total: seconds together."""

    below: tuple[int, ...]
    number: int
    total: float


class Histogram:
    """Durations, counted by BOUNDS."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        # The sum first, and read last: it lacks nothing that is counted.
        self._sum += seconds
        self._counts[bisect_left(BOUNDS, seconds)] += 1

    def read(self) -> Spread:
        """How it stands; on any thread. The count is that of the buckets, whatever comes now."""
        *below, number = accumulate(tuple(self._counts))
        return Spread(tuple(below), number, self._sum)


class Tally:
    """prompt_tokens: of prompts that were computed whole, or of texts that became vectors;
    cached_tokens: those of them that were not computed again; generated_tokens: of answers.
    drafted_tokens: guessed at and computed on trial; accepted_draft_tokens: those that came true.
    preemptions: running requests that gave up their room to an older one, and went on later.
    disk_hits: prompts of which a beginning came from disk; restored_tokens: of those beginnings.

    first_token: seconds from a request's arrival to its first token, a load included;
    between_tokens: seconds from each of its tokens to the next.
    """

    __slots__ = (
        "accepted_draft_tokens", "between_tokens", "cached_tokens", "disk_hits", "drafted_tokens",
        "first_token", "generated_tokens", "preemptions", "prompt_tokens", "restored_tokens",
    )  # fmt: skip

    def __init__(self) -> None:
        self.prompt_tokens = 0
        self.cached_tokens = 0
        self.generated_tokens = 0
        self.drafted_tokens = 0
        self.accepted_draft_tokens = 0
        self.preemptions = 0
        self.disk_hits = 0
        self.restored_tokens = 0
        self.first_token = Histogram()
        self.between_tokens = Histogram()
