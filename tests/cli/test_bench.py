"""`localai bench`: which figures it gives and for which model; never how fast that is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from localai import machine
from localai.cli import bench
from localai.cli.bench import recommended, tried
from tests.cli.conftest import Cli
from tests.gguf_embedders import tiny_bert

HERE = machine.Cpu("A processor", frozenset(), 2, 2, None)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "QUICK", 0.0)
    monkeypatch.setattr(bench, "SECONDS", 0.0)
    monkeypatch.setattr(machine, "cpu", lambda *_: HERE)


def told(cli: Cli, *args: str) -> dict[str, Any]:
    result = cli("bench", *args, "--json")
    assert result.exit_code == 0, result.output
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


def test_every_figure_is_there_and_adds_up(cli: Cli, tiny: str) -> None:
    facts = told(cli, tiny, "--threads", "1")
    assert (facts["model"], facts["quant"], facts["threads"]) == (tiny, "F16", 1)
    assert facts["cpu"]["name"] == "A processor"
    assert facts["kv_bytes_per_token"] > 0
    assert facts["load_seconds"] > 0
    assert facts["prefill"]["tokens"] == 512
    assert [one["sequences"] for one in facts["decode"]] == [1, 2, 4, 8]
    for one in facts["decode"]:
        made = one["tokens_per_second"] * one["step_seconds"]
        assert made == pytest.approx(one["sequences"])
    assert [one["tokens"] for one in facts["batch"]] == [1, 2, 4, 8, 16, 32]
    assert facts["batch"][0]["relative"] == 1
    assert [one["threads"] for one in facts["by_threads"]] == [1, 2]
    assert facts["recommended_threads"] in (1, 2)


def test_a_quick_one_reads_less_and_says_the_same(cli: Cli, tiny: str) -> None:
    facts = told(cli, tiny, "--quick")
    assert facts["prefill"]["tokens"] == 128
    assert facts.keys() == told(cli, tiny).keys()


def test_people_see_tables_the_machine_and_a_recommendation(cli: Cli, tiny: str) -> None:
    shown = cli("bench", tiny, "--quick").stdout
    for words in (tiny, "A processor", "2 of 2 CPUs", "8 answers at once", "cost of one",
                  "writes tokens/s", "Recommended: --threads", "bytes a token"):  # fmt: skip
        assert words in shown


def test_without_a_name_it_is_the_chat_model_here_or_the_one_that_comes_along(
    cli: Cli, gguf: Path
) -> None:
    assert told(cli)["model"] == "@localai/sql-tiny"
    chat = "@cf/qwen/qwen1.5-0.5b-chat"
    assert cli("add", str(gguf), "--id", chat, "--force").exit_code == 0
    assert told(cli)["model"] == chat


def test_what_cannot_be_measured_is_said(
    cli: Cli, tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = cli("bench", "@cf/defog/sqlcoder-7b-2")
    assert absent.exit_code == 1
    assert "localai pull @cf/defog/sqlcoder-7b-2" in absent.stderr
    unknown = cli("bench", "@cf/none", "--json")
    assert unknown.exit_code == 1
    assert json.loads(unknown.stdout)["error"]["type"] == "UnknownModel"
    bert = tiny_bert(tmp_path / "bert.gguf").path
    assert cli("add", str(bert), "--id", "@local/bert").exit_code == 0
    vectors = cli("bench", "@local/bert")
    assert vectors.exit_code == 1
    assert "makes embeddings" in vectors.stderr
    monkeypatch.setattr(machine, "memory", lambda *_: machine.Memory(2**20, 2**20))
    large = cli("bench", tiny)
    assert large.exit_code == 1
    assert "does not fit" in large.stderr


@pytest.mark.parametrize(("load", "said"), [(1.5, True), (0.2, False), (None, False)])
def test_a_busy_machine_is_named(
    cli: Cli, tiny: str, monkeypatch: pytest.MonkeyPatch, load: float | None, said: bool
) -> None:
    monkeypatch.setattr(machine, "load", lambda: load)
    assert ("Other programs compute" in cli("bench", tiny, "--quick").stderr) is said


@pytest.mark.parametrize(
    ("cores", "quota", "asked", "numbers"),
    [
        (1, None, 1, [1]),
        (4, None, 4, [1, 2, 3, 4]),
        (4, 2.5, 2, [1, 2]),
        (4, 0.5, 1, [1]),
        (2, None, 6, [1, 2, 6]),
        (20, None, 20, [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20]),
    ],
)
def test_numbers_of_threads_to_try(
    cores: int, quota: float | None, asked: int, numbers: list[int]
) -> None:
    processor = machine.Cpu("", frozenset(), 2 * cores, cores, quota)
    assert tried(processor, asked) == numbers


@pytest.mark.parametrize(
    ("rates", "best"),
    [
        ([(100, 10), (200, 20)], 2),
        ([(100, 10), (101, 10.1)], 1),
        ([(100, 10), (200, 20), (190, 15)], 2),
        ([(100, 10), (400, 9)], 2),
    ],
)
def test_the_fewest_threads_that_are_about_as_fast_are_recommended(
    rates: list[tuple[float, float]], best: int
) -> None:
    found = [
        {"threads": count, "prefill_tokens_per_second": reads, "decode_tokens_per_second": writes}
        for count, (reads, writes) in enumerate(rates, 1)
    ]
    assert recommended(found) == best


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_ctrl_c_ends_it_at_once() -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "localai", "bench", "@localai/sql-tiny"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    try:
        heard = b""
        while b"a prompt of" not in heard:
            heard += os.read(ours, 1000)
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
        assert time.monotonic() - begun < 10
    finally:
        child.kill()
        child.wait(30)
        os.close(ours)


def test_a_file_that_cannot_be_loaded_is_named(cli: Cli, tiny: str, gguf: Path) -> None:
    kept = gguf.read_bytes()
    try:
        gguf.write_bytes(kept[: len(kept) // 2])
        failed = cli("bench", tiny)
    finally:
        gguf.write_bytes(kept)
    assert failed.exit_code == 1
    assert "could not load" in failed.stderr
