"""No test sees the developer's own models, settings or the Hub."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.llama import LlamaModel
from tests.gguf_models import tiny_llama
from tests.json_grammar.walk import Walker

# A runner in the background hands down an ignored Ctrl-C, which programs under test would keep.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where Python keeps no bytecode, programs that tests start would each compile the package."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(autouse=True)
def own_directories(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Configuration, data and Hub cache in a place of this test's own."""
    root = tmp_path_factory.mktemp("home")
    for name in ("CONFIG_DIR", "DATA_DIR", "MODELS_DIR", "CACHE_DIR"):
        monkeypatch.setenv(f"LOCALAI_{name}", str(root / name.lower()))
    monkeypatch.setenv("HF_HOME", str(root / "hf"))
    for name in ("LOCALAI_REGISTRY", "HF_TOKEN", "HF_HUB_OFFLINE", "LOCALAI_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model with a SentencePiece vocabulary and ChatML's control tokens, context 512."""
    path = tmp_path_factory.mktemp("models") / "tiny.gguf"
    return tiny_llama(path, controls=("<|im_start|>", "<|im_end|>"))


@pytest.fixture(scope="session")
def tiny(tiny_path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(tiny_path)
    yield model
    model.close()


@pytest.fixture(scope="session")
def walker(tmp_path_factory: pytest.TempPathFactory) -> Walker:
    """Judges texts by llama.cpp's own grammar engine, and makes them."""
    return Walker(tmp_path_factory.mktemp("walker"))
