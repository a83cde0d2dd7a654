"""A configuration directory of its own for every registry test, and a small model to write down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from localai.model import Architecture, FileSpec, ModelSpec


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration directory, empty."""
    directory = tmp_path / "config"
    directory.mkdir()
    monkeypatch.setenv("LOCALAI_CONFIG_DIR", str(directory))
    monkeypatch.delenv("LOCALAI_REGISTRY", raising=False)
    return directory


@pytest.fixture
def own(config: Path) -> Callable[[str], Path]:
    """Writes the user's own registry file."""

    def write(text: str) -> Path:
        path = config / "model_registry.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def spec() -> ModelSpec:
    """A model of the user's, in a file on this machine."""
    return ModelSpec(
        id="@local/mine",
        title="Mine",
        architecture=Architecture("llama", 2, 4, 2, 16, 64, 128, 300, 512, 10000.0),
        files=(FileSpec("Q8_0", "mine.gguf", path=Path("/models/mine.gguf").absolute()),),
        default_quant="Q8_0",
        prompt="gguf",
        licence="unknown",
    )
