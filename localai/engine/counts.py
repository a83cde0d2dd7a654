"""How much an engine computes, as plain numbers for other threads; it must not know requests.

The engine's thread alone writes; whoever reads takes what stands there, without a lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

WINDOW = 10
"""Seconds that rates look back."""


class _Second(NamedTuple):
    """Tokens, and seconds of the steps that computed some, which began in one second."""

    number: int = -1
    prefilled: int = 0
    decoded: int = 0
    prefilling: float = 0.0
    decoding: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """running, waiting: requests. slots: how many may run at once.

    kv_size, kv_used: cells of the KV cache, a token each, shared ones counted once. cached_tokens:
    tokens that idle slots keep for prompts that begin alike. prefilled_tokens, decoded_tokens: of
    prompts and of answers, computed since the model was loaded. prefill_rate, decode_rate: tokens
    per second of the steps that computed such, in the last WINDOW seconds; None without any.
    disk_bytes: what all prefixes on disk take, those of other models too.
    """

    running: int
    waiting: int
    slots: int
    kv_used: int = 0
    kv_size: int = 0
    cached_tokens: int = 0
    prefilled_tokens: int = 0
    decoded_tokens: int = 0
    prefill_rate: float | None = None
    decode_rate: float | None = None
    disk_bytes: int = 0


class Counts:
    """Tokens computed, in all and second by second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.prefilled = 0
        self.decoded = 0
        self._clock = clock
        self._seconds = [_Second()] * (WINDOW + 1)

    def add(self, prefilled: int, decoded: int, seconds: float) -> None:
        """Note a step: so many tokens of prompts and of answers, computed together."""
        self.prefilled += prefilled
        self.decoded += decoded
        number = int(self._clock() - seconds)
        held = self._seconds[number % len(self._seconds)]
        if held.number != number:
            held = _Second(number)
        # One assignment of a whole value: a reader finds the one before or this one.
        self._seconds[number % len(self._seconds)] = _Second(
            number,
            held.prefilled + prefilled,
            held.decoded + decoded,
            held.prefilling + (seconds if prefilled else 0.0),
            held.decoding + (seconds if decoded else 0.0),
        )

    def rates(self) -> tuple[float | None, float | None]:
        """Tokens per second of prefill and of decoding, each None where there was none of late."""
        oldest = self._clock() - WINDOW
        late = [one for one in tuple(self._seconds) if one.number >= oldest]
        prefilling = sum(one.prefilling for one in late)
        decoding = sum(one.decoding for one in late)
        return (
            sum(one.prefilled for one in late) / prefilling if prefilling else None,
            sum(one.decoded for one in late) / decoding if decoding else None,
        )
