"""One of many logits, the likeliest or drawn; it must not know tokens, grammars or requests' ends.

The same as llama.cpp's samplers top_k, top_p, temperature and dist one after the other, to the draw
of the same random number (tests/llama/test_drawing.py holds them side by side), but their work over
the whole vocabulary is done by numpy, four to thirty times as fast, and llama.cpp's dist, which
keeps the random numbers, sees some hundred candidates. Equal logits count in order of their ids,
and sums are exact where llama.cpp's, in single precision, miss the place of a flat top_p.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

import numpy as np
import numpy.typing as npt

from localai.errors import EngineError
from localai.llama.binding import lib
from localai.llama.candidates import Candidates, Logits
from localai.request import Sampling

Places = npt.NDArray[np.intp]

# llama.cpp draws a fresh seed for this value (LLAMA_DEFAULT_SEED).
_RANDOM_SEED = 0xFFFFFFFF

# llama.cpp takes 7 ns for a candidate; more than so many are drawn by blocks, then in one block.
_DIRECT, _BLOCK = 1024, 256

_LEAST = 1e-37  # of a weight whose logarithm is taken


class Draw:
    """One answer's choices. Free it with `close`."""

    def __init__(self, sampling: Sampling) -> None:
        self._top_k, self._top_p = sampling.top_k, sampling.top_p
        self._temperature = np.float32(max(sampling.temperature, 1e-30))
        best = sampling.temperature <= 0 or sampling.top_p <= 0 or sampling.top_k == 1
        self._dist = None if best else lib.llama_sampler_init_dist(_seed(sampling))
        self._room = Candidates(_DIRECT)

    def __call__(self, logits: Logits) -> int:
        """The place of the chosen one: the first of the greatest, or drawn.

        Raises EngineError where the logits are no numbers.
        """
        best = int(logits.argmax())
        if not math.isfinite(logits[best]):
            raise EngineError(
                "The model computed no numbers.",
                hint="Its file may be damaged: `localai pull` fetches it anew.",
            )
        if self._dist is None:
            return best
        places = self._cut(logits, logits[best])
        if places is None:
            return self._drawn((logits - logits[best]) / self._temperature)
        return int(places[self._drawn((logits[places] - logits[best]) / self._temperature)])

    def close(self) -> None:
        """Free the random numbers; idempotent."""
        dist, self._dist = self._dist, None
        if dist:
            lib.llama_sampler_free(dist)

    def _cut(self, logits: Logits, largest: np.float32) -> Places | None:
        """What top_k and top_p leave, best first; None where that is everything."""
        places = likeliest(logits, self._top_k) if self._top_k > 0 else None
        if self._top_p >= 1:
            return places
        if places is None:
            return nucleus(logits, largest, self._top_p)
        sums = np.cumsum(np.exp(logits[places] - largest), dtype=np.float64)
        return places[: _reach(sums, self._top_p * sums[-1])]

    def _drawn(self, scaled: Logits) -> int:
        """A place, as likely as the exponential of what stands there; nothing is above 0."""
        count = len(scaled)
        if count <= _DIRECT:
            return self._dist_of(scaled, self._dist)
        weights = np.exp(scaled)
        sums = _block_sums(weights)
        block = self._block(np.log(np.maximum(sums, _LEAST)))
        # The same random number again, now with all other blocks as one candidate on each side.
        inside = slice(block * _BLOCK, min((block + 1) * _BLOCK, count))
        around = (sums[:block].sum(), sums[block + 1 :].sum())
        before, after = (math.log(max(float(each), _LEAST)) for each in around)
        place = self._dist_of(np.r_[before, scaled[inside], after], self._dist) - 1
        # Rounding may point just beside the block.
        there = np.flatnonzero(weights[inside])
        return inside.start + int(np.clip(place, there[0], there[-1]) if len(there) else 0)

    def _block(self, logits: Logits) -> int:
        copy = lib.llama_sampler_clone(self._dist)
        try:
            return self._dist_of(logits, copy)
        finally:
            lib.llama_sampler_free(copy)

    def _dist_of(self, logits: npt.NDArray[np.floating], dist: object) -> int:
        if len(logits) > len(self._room):
            self._room = Candidates(len(logits))
        self._room.fill(logits)
        return self._room.draw(dist)


def likeliest(logits: Logits, count: int) -> Places:
    """The places of the greatest, best first; the lower one of equals first."""
    places: Places | None = None
    if count < len(logits):
        # Not below the least that is wanted, and not much: the rest need not be sorted.
        places = np.flatnonzero(logits >= _floor(logits, count))
    among = logits if places is None else logits[places]
    order = np.argsort(-among, kind="stable")[:count]
    return order if places is None else places[order]


def nucleus(logits: Logits, largest: np.float32, share: float) -> Places:
    """The greatest that together hold `share` of the softmax, best first."""
    weights = np.exp(logits - largest)
    target = share * float(weights.sum())
    for count in (256, 4096):
        if count * 4 < len(logits):
            places = likeliest(logits, count)
            sums = np.cumsum(weights[places], dtype=np.float64)
            if sums[-1] >= target:
                return places[: _reach(sums, target)]
    # Values sort four times as fast as places do.
    sums = np.cumsum(np.sort(weights)[::-1], dtype=np.float64)
    return likeliest(logits, _reach(sums, target))


def fold_seed(seed: int) -> int:
    """A seed of up to 64 bits as llama.cpp's 32, never its "random" value.

    Seeds that fit are kept as they are; larger ones are mixed (Fibonacci hashing), so that seeds
    next to each other, or 2^32 apart, do not meet.
    """
    if seed < _RANDOM_SEED:
        return seed
    return (seed * 0x9E3779B97F4A7C15 % 2**64 >> 32) % _RANDOM_SEED


def _seed(sampling: Sampling) -> int:
    return secrets.randbelow(_RANDOM_SEED) if sampling.seed is None else fold_seed(sampling.seed)


def _floor(logits: Logits, count: int) -> Any:
    """A number that at least `count` of them reach, and few more."""
    columns = max(512, 8 * count)
    rows = len(logits) // columns
    if rows < 2:
        return np.partition(logits, len(logits) - count)[len(logits) - count]
    # Of that many columns' greatest, each stands for another place. Down a column numpy is fast.
    tops = logits[: rows * columns].reshape(rows, columns).max(axis=0)
    return np.partition(tops, columns - count)[columns - count]


def _reach(sums: npt.NDArray[np.float64], target: float) -> int:
    """How many are needed to come to the target; all, where rounding keeps it out of reach."""
    return min(int(np.searchsorted(sums, target)) + 1, len(sums))


def _block_sums(weights: Logits) -> Logits:
    whole = len(weights) // _BLOCK
    sums = np.einsum("ij->i", weights[: whole * _BLOCK].reshape(whole, _BLOCK))
    rest = weights[whole * _BLOCK :]
    return np.append(sums, rest.sum()) if len(rest) else sums
