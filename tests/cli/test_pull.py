"""`localai pull` against a local Hub: licence first, then the bytes, then an answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import machine
from localai.model import FileSpec
from localai.registry import Registry, dump
from tests.cli.conftest import Cli, start
from tests.hub import Hub, running

HUBLESS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy",
           "HF_TOKEN", "HF_HUB_OFFLINE")  # fmt: skip
MODEL = "@local/on-the-hub"
FILE = ("someone/tiny-GGUF", "tiny.F16.gguf")


@pytest.fixture
def hub(cli: Cli, gguf: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub that has the tiny model, and a user whose own registry says so."""
    assert cli("add", str(gguf), "--id", MODEL).exit_code == 0
    spec = Registry.load().resolve(MODEL)
    assert cli("rm", MODEL).exit_code == 0
    file = FileSpec("F16", FILE[1], repository=FILE[0], bytes=gguf.stat().st_size)
    spec = dataclasses.replace(
        spec, files=(file,), licence="MIT", terms_url="https://example.org/t"
    )
    home.joinpath("config").mkdir(exist_ok=True)
    home.joinpath("config/model_registry.toml").write_text(dump(spec))
    for name in HUBLESS:
        monkeypatch.delenv(name, raising=False)
    with running() as hub:
        hub.files[FILE] = gguf.read_bytes()
        yield hub


def pull(hub: Hub, *args: str, **env: str) -> tuple[int, str, str]:
    child = start("pull", *args, HF_ENDPOINT=hub.endpoint, HF_HOME="/nonexistent", **env)
    out, err = child.communicate(timeout=60)
    return child.returncode, out.decode(), err.decode()


def test_licence_and_size_come_first_then_it_answers(hub: Hub, cli: Cli, home: Path) -> None:
    code, out, err = pull(hub, MODEL)
    assert code == 0, err
    size = err.index("size     ")
    assert err.index("licence  MIT") < err.index("terms    https://example.org/t")
    assert size < err.index(" of ")
    assert out.startswith(f"{MODEL} F16 is here: {home / 'models'}")
    assert cli("run", MODEL, "Hi", "--max-tokens", "2").exit_code == 0
    seen = len(hub.seen)
    code, out, err = pull(hub, MODEL)
    assert (code, err) == (0, "")
    assert len(hub.seen) == seen
    assert cli("rm", MODEL).exit_code == 0
    assert not list((home / "models").rglob("*.gguf"))


def test_a_size_that_the_registry_lacks_is_asked_of_the_hub(hub: Hub, home: Path) -> None:
    registry = home / "config/model_registry.toml"
    text = registry.read_text()
    size = len(hub.files[FILE])
    assert f"bytes = {size}" in text
    registry.write_text(text.replace(f", bytes = {size}", ""))
    code, _, err = pull(hub, MODEL)
    assert code == 0, err
    assert f"size     {size // 1000} kB" in err


def test_offline_makes_no_connection(hub: Hub) -> None:
    code, _, err = pull(hub, MODEL, HF_HUB_OFFLINE="1")
    assert code == 1
    assert "HF_HUB_OFFLINE" in err
    assert hub.seen == []


def test_run_pulls_only_when_it_is_told_to(hub: Hub) -> None:
    def run(*more: str) -> int:
        child = start("run", MODEL, "Hi", "--max-tokens", "2", *more, HF_ENDPOINT=hub.endpoint)
        child.communicate(timeout=60)
        return child.returncode

    assert run() == 1
    assert hub.seen == []
    assert run("--pull") == 0
    assert hub.seen != []


def test_a_file_that_is_none_of_the_models_is_refused(cli: Cli) -> None:
    refused = cli("pull", "@cf/defog/sqlcoder-7b-2", "--quant", "Q9_X")
    assert refused.exit_code == 1
    assert "no file Q9_X" in refused.stderr
    assert "Q4_K_M" in refused.stderr


def test_what_cannot_fit_is_refused_before_any_byte(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "memory", lambda: machine.Memory(2_000_000_000, 1_000_000_000))
    refused = cli("pull", "@cf/defog/sqlcoder-7b-2")
    assert refused.exit_code == 1
    assert "1.00 GB is free" in refused.stderr


def test_a_no_at_the_terminal_ends_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localai.cli.pull.is_terminal", lambda: True)
    fetched: list[object] = []
    monkeypatch.setattr("localai.cli.pull.fetch", lambda *args: fetched.append(args))
    refused = cli("pull", "@cf/qwen/qwen1.5-0.5b-chat", stdin="n\n")
    assert refused.exit_code == 1
    assert "Download 407.0 MB?" in refused.stderr
    assert fetched == []
