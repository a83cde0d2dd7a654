"""Models that several tests of the server share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gguf_models import tiny_llama


@pytest.fixture(scope="session")
def slow_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slow enough (some ms a token) for a second request to find it busy."""
    path = tmp_path_factory.mktemp("slow") / "slow.gguf"
    return tiny_llama(
        path, layers=6, embedding=256, feed_forward=1024, context=4096,
        controls=("<|im_start|>", "<|im_end|>"),
    )  # fmt: skip
