"""`localai doctor`: facts of this machine, and a remedy for each thing that is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from localai.cli import doctor
from tests.cli.conftest import Cli


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, Any]:
    """The facts of a machine with nothing wrong."""
    return {
        "cpu": {"flags": ["avx", "avx2"]},
        "memory": {"total": 16 * 10**9, "free": 8 * 10**9},
        "disk": {"path": "/models", "free": 90 * 10**9},
        "llama_cpp": {"features": "CPU : AVX = 1 | AVX2 = 1 | "},
        "folders": {"config": str(tmp_path), "data": str(tmp_path / "new")},
        "registry": {"models": 3, "error": None},
    }


def test_it_says_what_llama_cpp_was_built_with(cli: Cli) -> None:
    told = json.loads(cli("doctor", "--json").stdout)
    assert told["llama_cpp"]["llama_cpp_python"].startswith("0.3.")
    assert told["llama_cpp"]["devices"][0]["kind"] == "CPU"
    assert told["cpu"]["threads"] >= 1
    assert told["registry"]["models"] > 7
    assert told["problems"] == []


def test_people_get_lines_and_a_verdict(cli: Cli) -> None:
    told = cli("doctor")
    assert told.exit_code == 0
    for word in ("CPU", "cores", "memory", "llama.cpp", "Hub", "Nothing is wrong."):
        assert word in told.stdout


def test_a_wrong_build_cannot_kill_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
    monkeypatch.setattr(doctor, "ASK_LLAMA", suicide)
    told = cli("doctor")
    assert told.exit_code == 1
    assert "illegal instruction" in told.stdout
    assert "--no-binary" in told.stdout


def test_a_missing_library_is_a_problem(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ASK_LLAMA", "import no_such_module_anywhere")
    told = json.loads(cli("doctor", "--json").stdout)
    assert "no_such_module_anywhere" in told["problems"][0]["what"]


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        (("llama_cpp", "features"), "CPU : AVX = 1 | ", "without AVX2"),
        (("memory", "free"), 10**8, "100.0 MB of memory"),
        (("disk", "free"), 10**8, "LOCALAI_MODELS_DIR"),
        (("folders", "data"), f"{__file__}/nowhere", "LOCALAI_DATA_DIR"),
        (("registry", "error"), "x.toml: model @local/x: title: missing", "x.toml"),
    ],
)
def test_each_fault_comes_with_its_remedy(
    path: tuple[str, str], value: object, word: str, sound: dict[str, Any]
) -> None:
    assert list(doctor.diagnose(sound)) == []
    facts = copy.deepcopy(sound)
    facts[path[0]][path[1]] = value
    (problem,) = doctor.diagnose(facts)
    assert word in f"{problem.what} {problem.mend}"
    assert problem.mend


def test_certificates_that_are_not_there_are_found(
    sound: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    (problem,) = doctor.diagnose(sound)
    assert "gone.pem" in problem.what


def test_no_secret_is_shown(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy.example:3128")
    monkeypatch.setenv("HF_TOKEN", "hf_verysecret")
    told = cli("doctor", "--json").stdout + cli("doctor").stdout
    assert "proxy.example:3128" in told
    assert "hunter2" not in told
    assert "verysecret" not in told
    assert '"token": true' in told
