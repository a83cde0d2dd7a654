"""Logits to log-probabilities; it must not know where they come from."""

from __future__ import annotations

import numpy as np

from localai.llama.candidates import Logits


def log_probabilities(logits: Logits, token: int, k: int) -> list[tuple[int, float]]:
    """The token and then the k likeliest, best first, each with its natural log-probability.

    Of the softmax over all of them, summed in double precision with the largest taken out.
    """
    largest = logits.max()
    total = float(largest) + float(np.log(np.exp(logits - largest).sum(dtype=np.float64)))
    # By number where they are level, so that the order is always the same.
    best = np.argpartition(-logits, min(k, len(logits)) - 1)[:k] if k > 0 else np.empty(0, int)
    best = best[np.lexsort((best, -logits[best]))]
    return [(int(each), float(logits[each]) - total) for each in (token, *best)]
