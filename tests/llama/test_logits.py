from __future__ import annotations

import math

import numpy as np
import pytest

from localai.llama.logits import log_probabilities


def test_log_probabilities_are_those_of_the_softmax() -> None:
    logits = np.log(np.array([1, 5, 2, 2], np.float32))
    found = log_probabilities(logits, 0, 3)
    assert [token for token, _ in found] == [0, 1, 2, 3], "level ones in the order of their numbers"
    assert [value for _, value in found] == pytest.approx(
        [math.log(p) for p in (0.1, 0.5, 0.2, 0.2)]
    )


@pytest.mark.parametrize("shift", [0, 1e4, -1e4])
def test_large_logits_neither_overflow_nor_vanish(shift: float) -> None:
    logits = np.array([0, 1, 2], np.float32) + np.float32(shift)
    ((_, value),) = log_probabilities(logits, 2, 0)
    assert value == pytest.approx(-math.log(1 + math.exp(-1) + math.exp(-2)), abs=1e-3)


def test_a_small_share_of_a_large_vocabulary_is_not_lost() -> None:
    logits = np.zeros(128_000, np.float32)
    ((_, value),) = log_probabilities(logits, 5, 0)
    assert value == pytest.approx(-math.log(128_000), rel=1e-7)


def test_more_than_there_are_is_all_of_them() -> None:
    assert len(log_probabilities(np.zeros(3, np.float32), 0, 20)) == 4
