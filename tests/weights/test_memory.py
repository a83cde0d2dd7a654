from __future__ import annotations

from dataclasses import replace

import pytest

from localai.model import Architecture
from localai.weights.memory import (
    AT_ONCE,
    Keeping,
    compute_bytes,
    kv_bytes,
    scores_at_once,
    stream_compute_bytes,
)
from tests.weights.test_fit import LLAMA3_8B, LLAMA_7B, MIB, TINY_1B


@pytest.mark.parametrize(
    ("architecture", "context", "reported"),
    [
        # "CPU compute buffer size" as llama.cpp logs it with flash attention and batches of 512.
        (LLAMA_7B, 2048, 98.51),
        (LLAMA_7B, 8192, 104.51),
        (LLAMA3_8B, 8192, 266.50),
        (TINY_1B, 4096, 70.50),
    ],
)
def test_work_buffers_with_flash_attention_are_what_llama_cpp_reports(
    architecture: Architecture, context: int, reported: float
) -> None:
    assert (compute_bytes(architecture, context, Keeping("q8_0")) / MIB - 64) == pytest.approx(
        reported, abs=0.1
    )


@pytest.mark.parametrize(
    ("architecture", "context", "reported"),
    [
        # As llama.cpp logs it without flash attention, by 128, 128 and 64 tokens at once.
        (LLAMA_7B, 2048, 47.0),
        (LLAMA_7B, 4096, 80.0),
        (LLAMA_7B, 8192, 73.0),
    ],
)
def test_work_buffers_without_it_too(
    architecture: Architecture, context: int, reported: float
) -> None:
    assert (compute_bytes(architecture, context) / MIB - 64) == pytest.approx(reported, abs=0.1)


def test_scores_have_their_bounds() -> None:
    assert [scores_at_once(LLAMA_7B, n) for n in (2048, 8192, 16_384, 65_536)] == [128, 64, 64, 0]
    assert scores_at_once(LLAMA_7B, 2048, Keeping("q8_0")) == 0, "that needs flash attention"
    for context in range(512, 40_000, 512):
        count = scores_at_once(LLAMA3_8B, context)
        assert not count or count * 4 * context * 33 <= AT_ONCE[count]


def test_q8_0_takes_little_more_than_half() -> None:
    whole, half = (kv_bytes(LLAMA3_8B, 1024, Keeping(kind)) for kind in ("f16", "q8_0"))
    assert half / whole == 34 / 64


@pytest.mark.parametrize("context, reported", [(1024, 4.56), (4096, 14.31)])
def test_compute_buffers_without_flash_attention(context: int, reported: float) -> None:
    architecture = replace(
        LLAMA3_8B, heads=12, kv_heads=12, embedding=768, feed_forward=2048, vocabulary=8000
    )
    found = stream_compute_bytes(architecture, context) / MIB - 64
    assert found == pytest.approx(reported, abs=0.1)
