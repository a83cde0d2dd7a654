"""docs/embedding.md: every Python block of it runs as it stands."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import localai
from localai.inprocess import AsyncLocalAI, LocalAI

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
BLOCKS = {
    title.strip(): code
    for section in re.split(r"^#+ ", GUIDE, flags=re.MULTILINE)[1:]
    for title in [section.partition("\n")[0]]
    for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL)
}


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """The environment of a screen, empty where this machine has none."""
    if not shutil.which("Xvfb"):
        yield {}
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        yield {"DISPLAY": f":{told.readline().strip()}"}
    server.terminate()
    server.wait(10)


def needs(code: str) -> str:
    """What a block cannot run without, and this machine has not."""
    windows = "tkinter" in code or "PySide6" in code
    if windows and not shutil.which("Xvfb"):
        return "a screen"
    modules = re.findall(r"^(?:import|from) (tkinter|PySide6)", code, re.MULTILINE)
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    return missing[0] if missing else ""


@pytest.mark.parametrize("title", BLOCKS)
def test_a_block_runs(title: str, tmp_path: Path, screen: dict[str, str]) -> None:
    code = BLOCKS[title]
    compile(code, title, "exec")
    if lacking := needs(code):
        pytest.skip(f"compiled, and not run: {lacking} is not here")
    shutil.copy(ROOT / "examples" / "shop.db", tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, **screen},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_block_is_lost() -> None:
    assert len(BLOCKS) == GUIDE.count("```python")


def test_what_the_guide_names_is_there() -> None:
    for name in re.findall(r"`(?:ai\.)(\w+)\(", GUIDE):
        assert hasattr(LocalAI, name), name
    for name in re.findall(r"`errors\.(\w+)`", GUIDE):
        assert hasattr(localai.errors, name), name
    for block in BLOCKS.values():
        for names in re.findall(r"^from localai import (.*)$", block, re.MULTILINE):
            assert set(names.split(", ")) <= set(localai.__all__)


def test_both_faces_have_the_same_calls() -> None:
    def calls(face: type) -> set[str]:
        return {name for name in vars(face) if not name.startswith("_")}

    # A question that can be cancelled is, on a loop, a task.
    assert calls(LocalAI) - calls(AsyncLocalAI) == {"inquiry"}
