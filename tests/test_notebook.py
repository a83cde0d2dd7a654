"""examples/async_notebook.ipynb: its cells run one after the other, as a notebook runs them."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

NOTEBOOK = Path(__file__).parent.parent / "examples" / "async_notebook.ipynb"


def cells() -> list[str]:
    """The code of each cell."""
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    return ["".join(cell["source"]) for cell in code]


async def run(source: str, names: dict[str, Any]) -> Any:
    """The value of a cell's last expression, with `await` where it stands."""
    tree = ast.parse(source)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        assign = ast.Assign([ast.Name("_", ast.Store())], last.value)
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(assign, last))
    code = compile(tree, str(NOTEBOOK), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names["_"] = None
    outcome = eval(code, names)
    if inspect.iscoroutine(outcome):
        await outcome
    return names["_"]


def test_its_cells_run_and_leave_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    before = set(threading.enumerate())

    async def notebook() -> list[Any]:
        names: dict[str, Any] = {"__name__": "__main__"}
        return [await run(cell, names) for cell in cells()]

    models, rows, streamed, both, _, closed = asyncio.run(notebook())
    assert "@localai/sql-tiny" in models and len(rows) == 5 and streamed is closed is None
    assert len(both) == 2 and all(len(rows) == 1 for rows in both.values())
    told = capsys.readouterr().out
    assert "GROUP BY" in told and told.endswith("cancelled\n")
    # How long the answer in slots is, is the model's to say; it is no refusal, which has one token.
    streamed = re.search(r"(.*)\n(\d+) tokens, stop", told)
    assert streamed and "<t0>" in streamed[1] and int(streamed[2]) > 4
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) - before == set()
    assert psutil.Process().children() == []
