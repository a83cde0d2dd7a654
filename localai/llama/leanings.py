"""What a request adds to logits and takes from them; it must not know how a token is chosen then.

A bias or a penalty touches some of 32,000 tokens or more: only those are computed, where
llama.cpp's samplers look each of them up (0.1 ms a token of an answer).
"""

from __future__ import annotations

from collections import abc, deque

import numpy as np

from localai.errors import InvalidRequest
from localai.llama.candidates import Logits
from localai.request import Sampling

PENALTY_WINDOW = 64
"""The penalties look back so far, prompt included: llama.cpp's own default window."""


class Leanings:
    """One answer's biases and penalties, over its last tokens.

    Raises InvalidRequest (field `logit_bias.ID`) for a token that the vocabulary does not have.
    """

    def __init__(self, sampling: Sampling, prompt: abc.Sequence[int], vocabulary: int) -> None:
        biases = _biases(sampling, vocabulary)
        self._biased = np.array(list(biases), np.int64)
        self._biases = np.array(list(biases.values()), np.float32)
        repeat = sampling.repetition_penalty or 1.0  # 0 means off: nothing can be divided by it
        self._repeat = np.float32(repeat)
        self._frequency = np.float32(sampling.frequency_penalty)
        self._presence = np.float32(sampling.presence_penalty)
        self._penalizes = bool(repeat != 1 or self._frequency or self._presence)
        self._window: deque[int] = deque(prompt[-PENALTY_WINDOW:], PENALTY_WINDOW)

    def __call__(self, logits: Logits) -> Logits:
        """The logits with all that: a copy, or where nothing leans themselves."""
        if not (self._penalizes or len(self._biased)):
            return logits
        leaning = logits.copy()
        leaning[self._biased] += self._biases
        if self._penalizes and self._window:
            self._penalize(leaning)
        return leaning

    def accept(self, token: int) -> None:
        self._window.append(token)

    def _penalize(self, logits: Logits) -> None:
        # As llama.cpp does it: dividing a negative logit would make its token likelier.
        seen, counts = np.unique(np.fromiter(self._window, np.int64), return_counts=True)
        before = logits[seen]
        after = np.where(before <= 0, before * self._repeat, before / self._repeat)
        logits[seen] = after - (counts.astype(np.float32) * self._frequency + self._presence)


def _biases(sampling: Sampling, vocabulary: int) -> dict[int, float]:
    biases: dict[int, float] = {}
    for token, bias in sampling.logit_bias:
        if not 0 <= token < vocabulary:
            raise InvalidRequest(
                f"`logit_bias` names the token {token}, and this model's tokens "
                f"are 0 to {vocabulary - 1}.",
                field=f"logit_bias.{token}",
            )
        biases[token] = biases.get(token, 0.0) + bias
    return biases
