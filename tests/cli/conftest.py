from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from localai.cli import localai
from tests.gguf_models import tiny_llama

Cli = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with nothing on disk yet."""
    monkeypatch.setenv("LOCALAI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("LOCALAI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAI_MODELS_DIR", str(tmp_path / "models"))
    for name in ("LOCALAI_REGISTRY", "LOCALAI_API_KEY", "LOCALAI_DEBUG", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def cli() -> Cli:
    """Run a command in this process: cli("show", ID)."""

    def run(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(localai, args, input=stdin, prog_name="localai")

    return run


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that answers with nonsense, and does not stop by itself."""
    return tiny_llama(tmp_path_factory.mktemp("weights") / "tiny.gguf", context=32_768)


@pytest.fixture
def tiny(cli: Cli, gguf: Path) -> str:
    """The ID of that model, added to the user's registry."""
    added = cli("add", str(gguf), "--id", "@local/tiny")
    assert added.exit_code == 0, added.output
    return "@local/tiny"


def start(*args: str, **env: str) -> subprocess.Popen[bytes]:
    """`localai` in a process of its own, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "localai", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **env},
    )
