"""The documents say what is there: trees, commands, pointers, names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from localai import __version__
from localai.cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("scripts/**/*.md"),
    *ROOT.glob("localai/**/*.md"),
]


def tree() -> dict[str, list[str]]:
    """The README's tree: folder -> the names on its lines."""
    (block,) = re.findall(r"## The tree\n+```\n(.*?)```", README, re.DOTALL)
    folders: dict[str, list[str]] = {}
    for line in block.splitlines():
        if not line.startswith(" "):
            folder = line.split()[0]
            folders[folder] = []
        else:
            names = re.split(r"\s{2,}", line.strip())[0]
            folders[folder] += names.split()
    return folders


def test_the_readmes_tree_is_the_tree() -> None:
    folders = tree()
    for folder in folders:
        assert (ROOT / folder).is_dir(), folder
    here = {
        path.name + ("/" if path.is_dir() else "")
        for path in (ROOT / "localai").iterdir()
        if not path.name.startswith(("_", ".")) and path.name not in ("py.typed",)
    }
    assert set(folders["localai/"]) == here


def test_every_command_is_in_the_readme_and_the_other_way_round() -> None:
    named = set(re.findall(r"^\| `localai ([a-z]+)`", README, re.MULTILINE))
    assert named == set(COMMANDS)


def test_every_script_is_named() -> None:
    (line,) = (line for line in README.splitlines() if line.startswith("scripts/ "))
    here = {path.name for path in (ROOT / "scripts").iterdir() if not path.name.startswith("_")}
    missing = {name for name in here if name not in line and name not in ("README.md",)}
    assert missing == set()


@pytest.mark.parametrize(
    "pointer", sorted(set(re.findall(r"`([\w/.]+\.py):([\w.]+)`", ARCHITECTURE)))
)
def test_architecture_points_at_what_exists(pointer: tuple[str, str]) -> None:
    file, dotted = pointer
    nodes: list[ast.stmt] = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    for name in dotted.split("."):
        (found,) = (n for n in nodes if getattr(n, "name", None) == name)
        nodes = getattr(found, "body", [])


def test_architecture_names_every_room() -> None:
    rooms = {p.name.removesuffix(".py") for p in (ROOT / "localai").iterdir()}
    rooms -= {"__init__", "__main__", "__pycache__", "py.typed", "embedded"}
    assert {room for room in rooms if room not in ARCHITECTURE} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_that_documents_name_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:localai|tests|scripts|examples|docs)/[\w/.-]+?)(?::[\w.]+)?`", text)
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_pictures_that_documents_show_exist() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert shown
    assert [name for name in shown if not (ROOT / name).is_file()] == []


def test_the_changelog_has_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__}" in changelog


def test_every_dependency_has_its_reason() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (block,) = re.findall(r"^dependencies = \[(.*?)\]", pyproject, re.DOTALL | re.MULTILINE)
    packages = re.findall(r'"([\w-]+)', block)
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [package for package in packages if package not in reasons] == []


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_readmes_python_compiles() -> None:
    for block in python_blocks():
        compile(block, "README.md", "exec")
