from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from localai.llama import build_info
from localai.llama.binding import log


def spin_count(before: str | None) -> str:
    """GOMP_SPINCOUNT in a process that has loaded llama.cpp."""
    env = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    env |= {} if before is None else {"GOMP_SPINCOUNT": before}
    code = "import os, localai.llama; print(os.environ.get('GOMP_SPINCOUNT'))"
    return subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_hosts_environment_is_left_as_it_was() -> None:
    assert spin_count(None) == "None"
    assert spin_count("5000") == "5000"


def test_build_info_names_version_and_features() -> None:
    info = build_info()
    assert info["llama_cpp_python"].startswith("0.3.")
    assert "CPU" in info["features"] and isinstance(info["gpu_offload"], bool)


@pytest.fixture(autouse=True)
def not_hushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decodes in other tests hush the thread that all of them run on."""
    monkeypatch.setattr(log, "_hushed", set())


def test_lines_in_pieces_become_one_record(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "localai.llama"):
        log.write(3, b"half a ", None)
        log.write(5, "line \u20ac\n".encode(), None)
        log.write(2, b"a page of information\n", None)
    assert [r.getMessage() for r in caplog.records] == ["half a line \u20ac"]
