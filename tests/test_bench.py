"""scripts/bench.py measures every contender that is here and names the others; never how fast."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.gguf_models import tiny_llama

ROOT = Path(__file__).parent.parent


def bench(*options: str) -> str:
    command = [sys.executable, "scripts/bench.py", *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return ran.stdout


def test_every_line_of_what_it_must_show_is_a_workload() -> None:
    named = {line.split()[0] for line in bench("--list").splitlines()}
    shown = {"streams", "first", "schema", "together", "sql", "cancel", "stall", "health"}
    assert named >= shown | {"drafting", "reproducible", "memory"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("bench")
    model = tiny_llama(folder / "tiny.gguf", context=4096)
    options = ["--models", str(model), "--rounds", "1", "--streams", "2", "--tokens", "9"]
    options += ["--threads", "1", "--json", str(folder / "report.json"), "--markdown"]
    options += ["--contenders", "localai", "llama-server", "bare llama_decode"]
    shown = bench(*options, "--workload", "streams", "schema")
    told = json.loads((folder / "report.json").read_text())
    assert told["command"] and told["hardware"] and told["software"]
    assert "| tiny, streams: 2 streams, rate, tokens/s |" in shown
    return list(told["results"])


def test_streams_are_measured_against_those_that_are_here(report: list[dict[str, Any]]) -> None:
    streams, _ = report
    peers = ["llama-server"] if importlib.util.find_spec("xllamacpp") else []
    rates = {f["contender"]: f for f in streams["figures"] if f["what"] == "2 streams, rate"}
    assert set(rates) == {"localai", "bare llama_decode", *peers}
    assert set(rates["localai"]["ratios"]) == {"bare llama_decode", *peers}
    assert all(len(one["rounds"]) == 1 and one["median"] > 0 for one in rates.values())
    assert {"llama_cpp.server", "LocalAI.run"} <= set(streams["left_out"])
    assert set(streams["built"]) == set(rates)
    assert any("answers of 9" in text for text in streams["told"])


def test_a_schema_is_asked_cold_warm_back_and_after_a_restart(report: list[dict[str, Any]]) -> None:
    _, schema = report
    mine = {f["what"]: f for f in schema["figures"] if f["contender"] == "localai"}
    asked = {"warm", "warm, few", "back after others", "after a restart", "questions one by one"}
    assert set(mine) == {"cold", "restart, until it is ready", *asked}
    for what in asked:
        assert set(mine[what]["ratios"]) == {"alone", "cold"}
        assert mine[what]["ratios"]["cold"]["median"] > 0
