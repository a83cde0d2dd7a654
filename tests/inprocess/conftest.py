from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import LocalAI, RuntimeConfig
from tests.test_runtime import local_model

MODEL = "@local/tiny"
CONFIG = RuntimeConfig(threads=1)


@pytest.fixture
def model(tiny_path: Path) -> str:
    """A model that answers with nonsense, and does not stop by itself."""
    local_model(tiny_path)
    return MODEL


@pytest.fixture
def ai(model: str) -> Iterator[LocalAI]:
    with LocalAI(config=CONFIG) as ai:
        yield ai


@pytest.fixture
def threads() -> Iterator[None]:
    """No thread is left that was not there before."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()
