"""The house rules of ARCHITECTURE.md that a machine can hold: floors, owners, names and sizes.

Imports are read with `ast`, so one inside a function or under TYPE_CHECKING counts like any other.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "localai"

VOCABULARY = {"errors", "request", "reply", "model", "schema"}
ROOMS = {
    "registry", "weights", "prompt", "dialects", "engine", "llama", "linking", "sql", "machine",
    "json_grammar", "prefixes",
}  # fmt: skip
JOIN = {
    "runtime", "belonging", "ticket", "loading", "residency", "preference", "inquiry", "forms",
    "tallies", "entering", "warming", "shelving", "reproducing",
}  # fmt: skip
DOORS = {"inprocess", "server", "cli"}

ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(VOCABULARY, VOCABULARY),
    **{room: VOCABULARY | {room} for room in ROOMS},
    "sql": VOCABULARY | {"sql", "linking"},
    **dict.fromkeys(JOIN, VOCABULARY | ROOMS | JOIN),
    **{door: VOCABULARY | ROOMS | JOIN | {door} for door in DOORS},
    "cli": VOCABULARY | ROOMS | JOIN | DOORS,
    "__init__": VOCABULARY | {"inprocess"},
    "__main__": {"cli"},
}

OWNERS: dict[str, set[str]] = {
    "llama_cpp": {"llama"},
    "numpy": {"llama"},
    "huggingface_hub": {"weights"},
    "httpx2": {"weights"},
    "filelock": {"weights"},
    "starlette": {"server"},
    "click": {"cli"},
    "rich": {"cli"},
    "uvicorn": {"cli"},
    "jinja2": {"prompt"},
    "msgspec": {"dialects", "registry", "weights", "server"},
    "platformdirs": {"registry", "weights", "prefixes"},
    "sqlglot": {"sql", "linking"},
    "duckdb": {"sql"},
    "openpyxl": {"sql"},
    "psycopg": {"sql"},
    "prompt_toolkit": {"cli"},
    "jsonschema": {"json_grammar"},
    "psutil": {"machine"},
}

NAMELESS = {"util", "utils", "common", "types", "base", "helpers", "misc", "core", "lib"}


def modules(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(package: Path, path: Path) -> str:
    return path.relative_to(package).with_suffix("").parts[0]


def imports(package: Path, path: Path) -> Iterator[str]:
    """Dotted names that a file imports, relative ones made absolute, `from a import b` as `a.b`."""
    here = (package.name, *path.relative_to(package).parent.parts)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else ()
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def breaches(package: Path) -> Iterator[str]:
    """Every import that the two tables forbid, with the file that has it."""
    for path in modules(package):
        room, name = room_of(package, path), path.relative_to(package)
        for imported in imports(package, path):
            top, _, rest = imported.partition(".")
            inner = rest.partition(".")[0]
            if top == package.name:
                if inner not in ALLOWED[room] and inner != "__version__":
                    yield f"{name}: {room} may not import {imported}"
            elif top not in sys.stdlib_module_names and room not in OWNERS.get(top, set()):
                yield f"{name}: {top} belongs to {sorted(OWNERS.get(top, ()))}, not to {room}"


def functions() -> Iterator[tuple[str, int]]:
    """Each function of the package and its length in lines."""
    for path in modules(PACKAGE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_floors_and_owners_hold() -> None:
    assert list(breaches(PACKAGE)) == []


def test_every_module_stands_on_a_floor() -> None:
    assert {room_of(PACKAGE, path) for path in modules(PACKAGE)} <= set(ALLOWED)


@pytest.mark.parametrize(
    ("file", "source", "word"),
    [
        ("engine/engine.py", "def f():\n    import llama_cpp\n", "llama_cpp belongs"),
        ("engine/engine.py", "from ..llama import model\n", "may not import localai.llama"),
        ("prompt/__init__.py", "from localai import registry\n", "may not import localai.registry"),
        ("request.py", "from localai.runtime import Runtime\n", "may not import localai.runtime"),
        ("server/app.py", "from localai.cli import main\n", "may not import localai.cli"),
        (
            "weights/pull.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\n",
            "requests belongs",
        ),
    ],
)
def test_a_breach_cannot_hide(tmp_path: Path, file: str, source: str, word: str) -> None:
    path = tmp_path / "localai" / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    found = list(breaches(tmp_path / "localai"))
    assert len(found) == 1
    assert word in found[0]


def test_names_say_what_a_file_owns() -> None:
    names = [path for path in PACKAGE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert [str(path) for path in names if path.stem.strip("_") in NAMELESS] == []


def test_files_stay_readable() -> None:
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(PACKAGE)
    }
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_nine_functions_in_ten_are_short() -> None:
    every = list(functions())
    long = [f"{name} ({length} lines)" for name, length in every if length >= 27]
    assert len(long) <= 0.1 * len(every), sorted(long)


def test_every_module_says_what_it_owns() -> None:
    found = modules(PACKAGE)
    assert [str(path) for path in found if not ast.get_docstring(parsed(path))] == []
