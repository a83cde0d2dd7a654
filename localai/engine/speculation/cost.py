"""What a step of so many tokens costs, learnt from steps; it must not know what they compute."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from math import inf
from statistics import median_low

KEPT = 9
"""Latest steps of one size that count. Their median is the cost: what else the machine does hits
single steps. Of fewer than three the least is."""

FORGOTTEN, DOUBTED = 512, 256
"""Steps after which a size that was not met again counts as unknown: what was slow may be no more.
The second is for a size that was met less than three times, for one may have been held up.
"""

FIXED = 2 / 3
"""A step of n tokens takes n + FIXED shares where nothing is known: two 1.6 times as long as one.
On two cores that was 1.0 (2 million weights, f16), 1.6 (7 billion, Q4_K) and 1.9 times (1.1
billion, Q4_K)."""

CHANGED = 0.03
"""A cost that moves by less than this share is left as it is."""


class StepCost:
    """Seconds by tokens of a step. beside: other steps' costs, for sizes that were not met here."""

    def __init__(self, beside: StepCost | None = None) -> None:
        self._beside = beside
        self._samples: dict[int, deque[float]] = {}
        self._met: dict[int, int] = {}
        self._looked = 0
        self._once: dict[int, float] = {}
        self._version = 0
        self._costs: dict[int, float] = {}
        self._known: dict[int, float] = {}
        self._sizes: list[int] = []
        self._read = -1

    @property
    def version(self) -> int:
        """A number that changes with the costs."""
        return self._version + (self._beside.version if self._beside is not None else 0)

    def note(self, rows: int, seconds: float, now: int) -> None:
        """Hear how long a step of so many tokens took; now: the number of the step."""
        self._met[rows] = now
        samples = self._samples.get(rows)
        if samples is None:
            samples = self._samples[rows] = deque(maxlen=KEPT)
        samples.append(seconds)
        cost = min(samples) if len(samples) < 3 else median_low(samples)
        old = self._costs.get(rows)
        if old is None or abs(cost - old) > CHANGED * old:
            self._costs[rows] = cost
            self._version += 1

    def of(self, rows: int) -> float:
        """Seconds of such a step: measured, or by the sizes next to it; 0 where none was met."""
        version = self.version
        if version != self._read:
            beside = {} if self._beside is None else self._beside._costs
            self._known, self._read = {**beside, **self._costs}, version
            self._sizes = sorted(self._known)
        cost = self._known.get(rows)
        return self._between(rows) if cost is None else cost

    def likely_least(self, rows: int) -> float:
        """What such a step may cost at best: less than `of` says where none was met, so that it is
        tried."""
        seconds = self.of(rows)
        if rows in self._known or not self._sizes:
            return seconds
        below = self._sizes[bisect_left(self._sizes, rows) - 1]
        return (
            seconds if below > rows else self._known[below] + 0.25 * (seconds - self._known[below])
        )

    def likely_most(self, rows: int) -> float:
        """What such a step may cost at worst: what it once did, where it is unknown again; without
        bound where it is larger by two than any that was met, so that leaps are short."""
        seconds = self.of(rows)
        if rows in self._known:
            return seconds
        if not self._sizes or rows > self._sizes[-1] + 1:
            return inf
        return max(seconds, self._once.get(rows, 0.0))

    def _between(self, rows: int) -> float:
        known, sizes = self._known, self._sizes
        if not sizes:
            return 0.0
        place = bisect_left(sizes, rows)
        if 0 < place < len(sizes):
            low, high = sizes[place - 1], sizes[place]
            share = (rows - low) / (high - low)
            return known[low] + share * (known[high] - known[low])
        nearest = sizes[min(place, len(sizes) - 1)]
        return known[nearest] * (rows + FIXED) / (nearest + FIXED)

    def forget(self, now: int) -> None:
        """Let go of what was not met for long; now: the number of the step."""
        if now - self._looked < DOUBTED:
            return
        self._looked = now
        for rows, met in list(self._met.items()):
            if now - met >= (FORGOTTEN if len(self._samples[rows]) > 2 else DOUBTED):
                del self._met[rows], self._samples[rows]
                self._once[rows] = self._costs.pop(rows)
                self._version += 1
