"""Times what a person waits for before anything happens: import, help, a first answer.

    python scripts/startup.py [--json]

Each is a process of its own, several times over; `scripts/bench.py` prints these figures too.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUESTION = "How many customers are there in Berlin?"
LOCALAI = ("-m", "localai")

COMMANDS: dict[str, tuple[str, ...]] = {
    "localai --help": (*LOCALAI, "--help"),
    "localai sql, first rows": (
        *(*LOCALAI, "sql", "--db", str(ROOT / "examples/shop.db")),
        *("--model", "@localai/sql-tiny", QUESTION),
    ),
}


def start_up(tries: int = 5) -> dict[str, list[float]]:
    """Name -> seconds: median, least, greatest. The import is what Python itself says of it."""
    figures = {"import localai": [_imported() for _ in range(tries)]}
    for name, arguments in COMMANDS.items():
        figures[name] = [_whole(arguments) for _ in range(tries)]
    return {name: [statistics.median(s), min(s), max(s)] for name, s in figures.items()}


def show(figures: dict[str, list[float]]) -> None:
    for name, seconds in figures.items():
        print("{:<26}{:>8.0f} ms ({:.0f} to {:.0f})".format(name, *(s * 1e3 for s in seconds)))


def _imported() -> float:
    command = [sys.executable, "-X", "importtime", "-c", "import localai"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stderr
    line = next(line for line in told.splitlines() if line.split("|")[-1].strip() == "localai")
    return int(line.split("|")[1]) / 1e6


def _whole(arguments: tuple[str, ...]) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True, cwd=ROOT)
    return time.monotonic() - began


if __name__ == "__main__":
    told = start_up()
    print(json.dumps(told)) if "--json" in sys.argv else show(told)
