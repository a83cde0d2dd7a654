"""The wheel works where nothing is installed but what it declares.

A wheel is built and installed into a fresh virtual environment, and of the packages that run these
tests only those are linked into it that the wheel's metadata asks for, directly or through another:
so a missing dependency, a forgotten data file, or a use of a development tool fails here. What this
does not prove is that a package index has them, or that llama.cpp compiles; scripts/run does that.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from localai import __version__

ROOT = Path(__file__).parent.parent
MOST_WHEEL_BYTES = 24 * 2**20  # the embedded model may have 20 MB

# numpy is what llama-cpp-python returns arrays in: its version is that package's business.
COMES_WITH = {"numpy": "llama-cpp-python"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def described(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def bare(wheel: Path, described: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment with the wheel and what it declares."""
    home = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "-q", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*command, "--no-index", str(wheel)], check=True)
    (site,) = home.glob("lib/python*/site-packages")
    for distribution in closure(described.get_all("Requires-Dist") or []):
        for part in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            (site / part).symlink_to(Path(str(distribution.locate_file(part))))
    return home / "bin"


def needed(requirements: Iterable[str], extra: str = "") -> Iterator[str]:
    """The names of those that apply on this machine: without an extra, or for that one."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield canonicalize_name(requirement.name)


def closure(requirements: Iterable[str]) -> list[metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    wanted = list(needed(requirements))
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = metadata.distribution(name)
            wanted += needed(found[name].requires or ())
    return list(found.values())


def elsewhere(folder: Path, *command: str | Path) -> str:
    """Run a command in another folder and with hardly any environment; what it printed."""
    env = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_wheel_holds_what_a_user_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"localai"}
    for name in ("localai/py.typed", "localai/model_registry.toml", "localai/__main__.py"):
        assert name in names
    assert [name for name in names if name.startswith("localai/embedded/") and "LICENSE" in name]
    assert [name for name in names if name.startswith("localai/embedded/") and ".gguf" in name]
    page = {f"localai/playground/{file.name}" for file in (ROOT / "localai/playground").iterdir()}
    assert page <= set(names)
    assert wheel.stat().st_size < MOST_WHEEL_BYTES


def test_the_metadata_names_the_project(described: Message) -> None:
    assert described["Name"] == "localai-runtime"
    assert described["Version"] == __version__
    assert described["Requires-Python"] == ">=3.11"
    assert str(described["License-Expression"]).startswith("Apache-2.0")


def test_development_packages_are_absent(bare: Path, tmp_path: Path) -> None:
    code = "import importlib.util as u; print(*map(u.find_spec, ['pytest', 'mypy', 'gguf']))"
    assert elsewhere(tmp_path, bare / "python", "-c", code) == "None None None\n"


def test_the_command_works_from_anywhere(bare: Path, tmp_path: Path) -> None:
    assert __version__ in elsewhere(tmp_path, bare / "localai", "--version")
    assert "Commands:" in elsewhere(tmp_path, bare / "localai", "--help")
    listed = json.loads(elsewhere(tmp_path, bare / "localai", "models", "--json"))
    assert "@cf/defog/sqlcoder-7b-2" in {model["id"] for model in listed}


def test_every_module_finds_what_it_imports(bare: Path, tmp_path: Path) -> None:
    code = """
import importlib, pkgutil, localai
names = [module.name for module in pkgutil.walk_packages(localai.__path__, "localai.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(localai.__file__)
"""
    imported = elsewhere(tmp_path, bare / "python", "-c", code)
    assert imported.startswith(str(bare.parent))


def test_a_question_is_answered_without_anything_else(bare: Path, tmp_path: Path) -> None:
    shop = ROOT / "examples" / "shop.db"
    asked = ("sql", "--db", shop, "--json", "How many customers are there?")
    answer = json.loads(elsewhere(tmp_path, bare / "localai", *asked))
    assert answer["model"] == "@localai/sql-tiny"
    assert answer["rows"]


def test_every_import_is_declared(described: Message) -> None:
    imported = set()
    for path in (ROOT / "localai").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"localai"}
    provided = metadata.packages_distributions()
    # Only PostgreSQL's driver is an extra of users; what is missing there says so.
    declared = set(needed(described.get_all("Requires-Dist") or [], "postgres"))
    homes = {COMES_WITH.get(name, provided.get(name, [name])[0]) for name in foreign}
    assert {canonicalize_name(home) for home in homes} <= declared
