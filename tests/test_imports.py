"""Importing costs little, loads neither llama.cpp nor a web framework, and says nothing."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "localai"


def python(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import localai", "llama_cpp starlette click rich jinja2 sqlglot huggingface_hub psutil"),
        ("from localai import LocalAI", "llama_cpp starlette click rich huggingface_hub"),
        ("import localai.cli", "llama_cpp starlette rich sqlglot huggingface_hub jinja2 msgspec"),
        ("import localai.cli.generate", "starlette huggingface_hub llama_cpp"),
    ],
)
def test_an_import_loads_only_what_it_needs(code: str, absent: str) -> None:
    told = python("-c", f"import sys; {code}; print(*sys.modules)").stdout
    assert set(told.split()).isdisjoint(absent.split())


def test_using_the_library_prints_nothing() -> None:
    code = """
from localai import LocalAI, LocalAIError
with LocalAI() as ai:
    answer = ai.run("@localai/sql-tiny", {"prompt": "SELECT", "max_tokens": 4})
    assert isinstance(answer["response"], str), answer
    for wrong in ("@cf/defog/sqlcoder-7b-2", "@local/none"):
        try:
            ai.run(wrong, {"prompt": "SELECT"})
        except LocalAIError:
            pass
"""
    done = python("-c", code)
    assert (done.stdout, done.stderr) == ("", "")


# A module's packages are imported before it in any case. So what came with a package is kept for
# the modules in it, and each finds the state that it would find in a process of its own.
FIRST = """
import importlib, pkgutil, sys

def first(name):
    before = set(sys.modules)
    packages = {m: dict(vars(m)) for k, m in sys.modules.items() if k.startswith(top)
                and hasattr(m, "__path__")}
    importlib.import_module(name)
    count = 1 + sum(map(first, inner(name)))
    for new in set(sys.modules) - before:
        if new.startswith(top):
            del sys.modules[new]
    for package, names in packages.items():
        vars(package).clear()
        vars(package).update(names)
    return count

def inner(name):
    found = pkgutil.iter_modules(getattr(sys.modules[name], "__path__", ()))
    return [f"{name}.{module.name}" for module in found if module.name != "__main__"]

top, half = sys.argv[1], int(sys.argv[2])
importlib.import_module(top)
print(sum(map(first, inner(top)[half::2])))
"""


def test_every_module_can_be_imported_first() -> None:
    # A cycle between modules shows only where the wrong one of them comes first.
    with ThreadPoolExecutor(2) as halves:
        counts = list(halves.map(lambda half: python("-c", FIRST, "localai", half).stdout, "01"))
    modules = [path for path in PACKAGE.rglob("*.py") if path.name != "__main__.py"]
    assert sum(map(int, counts)) == len(modules) - 1 > 300


def test_a_cycle_is_found_by_the_module_that_cannot_come_first(tmp_path: Path) -> None:
    inner = tmp_path / "cyclic" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "cyclic" / "__init__.py").touch()
    (inner / "__init__.py").touch()
    (inner / "one.py").write_text("first = 1\nfrom cyclic.inner.two import second\n")
    (inner / "two.py").write_text("from cyclic.inner.one import first\nsecond = first + 1\n")
    alone = [sys.executable, "-c", "import cyclic.inner.one"]
    assert subprocess.run(alone, cwd=tmp_path).returncode == 0
    found = subprocess.run(
        [sys.executable, "-c", FIRST, "cyclic", "0"], cwd=tmp_path, capture_output=True, text=True
    )
    assert found.returncode == 1 and "cyclic.inner.two" in found.stderr
