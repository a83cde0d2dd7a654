"""`localai models`, `show`, `fit`: what people and programs learn of a model before a pull."""

from __future__ import annotations

import json

import pytest

from localai import machine
from tests.cli.conftest import Cli

SQLCODER = "@cf/defog/sqlcoder-7b-2"
GIB = 1 << 30


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory", lambda: machine.Memory(8 * GIB, 4 * GIB))


def test_models_lists_what_is_on_this_disk(cli: Cli, tiny: str) -> None:
    lines = cli("models").stdout.splitlines()
    mine = next(line for line in lines if line.startswith(tiny))
    assert mine.split()[-1] == "F16"
    assert any(line.startswith(SQLCODER) for line in lines)
    listed = {one["id"]: one for one in json.loads(cli("models", "--json").stdout)}
    assert listed[tiny]["installed"] == ["F16"]
    assert listed[SQLCODER]["installed"] == []


def test_show_takes_any_spelling_and_names_every_file(cli: Cli) -> None:
    shown = json.loads(cli("show", "SQLCoder-7B-2", "--json").stdout)
    assert shown["id"] == SQLCODER
    assert shown["licence"] == "CC-BY-SA-4.0"
    assert {file["quant"] for file in shown["files"]} == {
        row["quant"] for row in shown["fit"]["rows"]
    }
    told = cli("show", SQLCODER).stdout
    for fact in ("10000 tokens of context", "CC-BY-SA-4.0", "Q5_K_M *", "4.78 GB", "16384 tokens"):
        assert fact in told


def test_fit_chooses_for_the_memory_that_is_free(cli: Cli, small_machine: None) -> None:
    told = json.loads(cli("fit", SQLCODER, "--json").stdout)
    rows = {row["quant"]: row for row in told["rows"]}
    assert rows["Q5_K_M"]["fits"] is False
    assert rows["Q2_K"]["weights"] < told["choice"]["needed"] <= 4 * GIB
    assert told["choice"]["quant"] != "Q5_K_M"
    assert f"Chosen: {told['choice']['quant']}" in cli("fit", SQLCODER).stdout


def test_fit_says_what_would_where_nothing_does(cli: Cli, small_machine: None) -> None:
    refused = cli("fit", SQLCODER, "--ctx", "16384")
    assert refused.exit_code == 1
    assert "does not fit" in refused.stderr
    assert "would fit: localai pull" in refused.stderr
    told = json.loads(cli("fit", SQLCODER, "--ctx", "16384", "--json").stdout)
    assert told["choice"] is None
    assert "does not fit" in told["reason"]


def test_an_unknown_model_brings_suggestions(cli: Cli) -> None:
    failed = cli("show", "@cf/defog/sqlcoder-7b")
    assert failed.exit_code == 1
    assert SQLCODER in failed.stderr
