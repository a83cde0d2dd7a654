"""Workloads that are scripts of their own: run here, their words passed on, and not understood."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Script:
    """A file of scripts/, its sentence, and what it is given, also with --quick."""

    file: str
    told: str
    options: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


SCRIPTS = {
    "drafting": Script(
        "drafting.py",
        "Guessed tokens, by replay of real SQL over real prompts.",
        quick=("--quick",),
    ),
    "reproducible": Script(
        "reproducible.py",
        "--reproducible: differences among seeded requests, and its price.",
        quick=("--requests", "40", "--quants", "F16", "--alone", "3", "--rounds", "1"),
    ),
    "memory": Script(
        "memory.py",
        "Memory over that of a bare process, and over 2,000 requests.",
        quick=("--requests", "100"),
    ),
    "server-cost": Script("server_cost.py", "What the server adds to a token, without a model."),
    "start-up": Script("startup.py", "What a person waits for before anything happens."),
}


def run(script: Script, *, quick: bool) -> tuple[str, str]:
    """What it printed, and why it failed or nothing."""
    if not (FOLDER / script.file).exists():
        return "", f"scripts/{script.file} is not there"
    options = script.quick if quick else script.options
    command = [sys.executable, str(FOLDER / script.file), *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout, f"it ended with {done.returncode}" if done.returncode else ""
