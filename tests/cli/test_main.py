"""The group: help, exit codes, and errors as people and programs meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from localai.cli import COMMANDS, main
from localai.cli import localai as group
from localai.cli.output import printable, size
from localai.registry import Registry
from tests.cli.conftest import Cli

README = Path(__file__).parents[2] / "README.md"
MISSING = "@cf/tinyllama/tinyllama-1.1b-chat-v1.0"


def test_help_lists_every_command(cli: Cli) -> None:
    shown = cli("--help")
    assert shown.exit_code == 0
    assert all(f"  {name} " in shown.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_that_parse(name: str, cli: Cli) -> None:
    shown = cli(name, "--help")
    assert shown.exit_code == 0
    examples = [line for line in shown.stdout.splitlines() if line.startswith("    localai ")]
    assert examples
    assert mistakes(examples) == []


def test_the_readme_shows_commands_as_they_are() -> None:
    lines = [line.strip() for line in README.read_text(encoding="utf-8").splitlines()]
    shown = [line for line in lines if line.startswith("localai ")]
    assert shown
    assert mistakes(shown) == []


def mistakes(lines: list[str]) -> list[str]:
    """The options and model IDs in lines such as `localai run ID --seed 1` that do not exist."""
    known_ids = {spec.id for spec in Registry.load().models}
    wrong = []
    for words in map(str.split, lines):
        command = group.get_command(click.Context(group), words[1])
        if isinstance(command, click.Group):
            _, command, _ = command.resolve_command(click.Context(command), words[2:])
        known = {option for param in command.params for option in param.opts} if command else set()
        wrong += [word for word in words if word.startswith("--") and word not in known]
        ids = [word for word in words if word.startswith("@") and not word.startswith("@local/")]
        wrong += [word for word in ids if word not in known_ids]
    return wrong


def test_an_error_says_the_way_out_on_stderr(cli: Cli) -> None:
    failed = cli("run", MISSING, "hello")
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert f"The weights of {MISSING} are not on this machine." in failed.stderr
    assert f"localai pull {MISSING}" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_with_json_an_error_is_an_object_on_stdout(cli: Cli) -> None:
    failed = cli("run", MISSING, "hello", "--json")
    assert failed.exit_code == 1
    assert failed.stderr == ""
    error = json.loads(failed.stdout)["error"]
    assert error["type"] == "NotDownloaded"
    assert "localai pull" in error["hint"]


def test_debugging_shows_the_trace(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAI_DEBUG", "1")
    failed = cli("show", "nothing-like-it")
    assert failed.exit_code == 1
    assert "Traceback" in failed.stderr
    assert "UnknownModel" in failed.stderr


@pytest.mark.parametrize(
    "args", [("fly",), ("run",), ("run", MISSING, "x", "--top-k", "99"), ("--port", "1")]
)
def test_wrong_usage_is_exit_code_2(args: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", "localai", *args], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Usage: localai" in done.stderr


def test_a_defect_of_ours_is_no_trace_for_the_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken inside")

    monkeypatch.setattr("localai.registry.Registry.load", broken)
    with pytest.raises(SystemExit) as ended:
        main(["models"])
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert "broken inside" in shown
    assert "LOCALAI_DEBUG=1" in shown
    assert "Traceback" not in shown


def test_a_closed_pipe_is_quiet() -> None:
    # The reader is gone before the first byte: `localai models | true`.
    child = subprocess.Popen(
        [sys.executable, "-m", "localai", "models"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(20) == 1


def test_version(cli: Cli) -> None:
    assert cli("--version").stdout.startswith("localai, version 0.")


def test_control_characters_never_reach_a_terminal() -> None:
    assert printable("a\x1b[31mb\tc\nd\x07\x9b") == "a\ufffd[31mb\tc\nd\ufffd\ufffd"


@pytest.mark.parametrize(
    ("count", "said"),
    [(None, "unknown"), (12, "12 bytes"), (499_680, "500 kB"), (807_700_000, "807.7 MB"),
     (4_783_256_288, "4.78 GB")],
)  # fmt: skip
def test_sizes_are_said_as_the_hub_says_them(count: int | None, said: str) -> None:
    assert size(count) == said
