"""Importing costs little, loads neither llama.cpp nor a web framework, and says nothing."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest


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


def test_every_module_can_be_imported_first() -> None:
    # A cycle between modules shows only where the wrong one of them comes first.
    code = """
import pkgutil, sys, localai
names = [m.name for m in pkgutil.walk_packages(localai.__path__, "localai.")]
names = [n for n in names if not n.endswith("__main__")]
half = int(sys.argv[1])
for name in names[half::2]:
    for loaded in [m for m in sys.modules if m == "localai" or m.startswith("localai.")]:
        del sys.modules[loaded]
    __import__(name)
print(len(names))
"""
    with ThreadPoolExecutor(2) as halves:
        counts = list(halves.map(lambda half: python("-c", code, half).stdout, "01"))
    assert int(counts[0]) == int(counts[1]) > 50
