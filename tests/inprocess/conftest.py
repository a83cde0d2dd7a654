from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import LocalAI, RuntimeConfig
from tests.gguf_models import tiny_llama
from tests.test_runtime import local_model

MODEL = "@local/tiny"
CONFIG = RuntimeConfig(threads=1, context=32_768)
LONG = {"prompt": "hello", "max_tokens": 30_000}


@pytest.fixture
def model(tiny_path: Path) -> str:
    """A model that answers with nonsense, and does not stop by itself."""
    local_model(tiny_path)
    return MODEL


@pytest.fixture(scope="session")
def patient_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("models") / "patient.gguf", context=32_768)


@pytest.fixture
def patient(patient_path: Path) -> str:
    """One with room for an answer that nobody waits out; ask it for LONG."""
    return local_model(patient_path, "patient").id


@pytest.fixture
def ai(model: str, patient: str) -> Iterator[LocalAI]:
    with LocalAI(config=CONFIG) as ai:
        yield ai


@pytest.fixture
def threads() -> Iterator[None]:
    """No thread is left that was not there before."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) - before == set()
