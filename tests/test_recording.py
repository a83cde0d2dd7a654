"""docs/recording.txt: what it shows being typed are commands that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from localai.cli import COMMANDS, localai
from localai.cli.chat.commands import COMMANDS as SLASHES

RECORDING = (Path(__file__).parent.parent / "docs" / "recording.txt").read_text("utf-8")


def test_its_commands_and_options_exist() -> None:
    typed = re.findall(r"^\$ localai (.+)$", RECORDING, re.MULTILINE)
    assert {line.split()[0] for line in typed} >= {"sql", "chat", "ps", "stop"}
    for line in typed:
        name, *arguments = shlex.split(line)
        command = localai.get_command(click.Context(localai), name)
        assert name in COMMANDS and command is not None
        context = command.make_context(name, arguments, resilient_parsing=False)
        context.close()


def test_its_slashes_exist() -> None:
    typed = re.findall(r"^(?:raw)?> (/\w+)", RECORDING, re.MULTILINE)
    assert typed
    assert set(typed) <= set(SLASHES)
