"""Runs a first session in a real terminal (tmux) and writes what it shows to docs/recording.txt.

The commands and their output are the true ones; only what differs from run to run (times, seeds,
the folder) is as it was on the machine that ran it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.screens.tmux import Tmux  # noqa: E402

OUT = ROOT / "docs" / "recording.txt"
COLUMNS, ROWS = 90, 40

COMMANDS = (
    'localai sql --db examples/shop.db "How many customers are there in Berlin?"',
    'localai sql --db examples/shop.db "How many orders were placed in each city?" --plot',
    "localai chat @localai/sql-tiny --raw --max-tokens 12",
    "localai ps",
    "localai stop @localai/sql-tiny",
)
"""What is typed at the shell; `localai chat` is then given SITTING."""

SITTING = ("SELECT", "/set temperature 0.2", "/retry", "/exit")
HEAD = """\
A first session, as scripts/recording.py has recorded it. Only the embedded model is used, which
writes SQL and cannot talk: the chat shows how it looks, not what a chat model says.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        places = {f"LOCALAI_{name}_DIR": f"{home}/{name}" for name in ("CONFIG", "DATA", "MODELS")}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        env = {**places, "PATH": path, "PS1": "$ "}
        server = _server({**os.environ, **env})
        time.sleep(5)
        if server.poll() is not None:
            raise SystemExit("`localai serve` did not start: is its port taken?")
        shell = Tmux(["sh", "-i"], env, columns=COLUMNS, rows=ROWS)
        try:
            OUT.parent.mkdir(exist_ok=True)
            OUT.write_text(f"{HEAD}\n{_recorded(shell, home)}\n", "utf-8")
        finally:
            shell.close()
            server.terminate()
            server.wait(10)
    print(f"Wrote {OUT.relative_to(ROOT)}.")


def _server(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """What `localai ps` asks, with the model loaded."""
    command = [sys.executable, "-m", "localai", "serve", "--model", "@localai/sql-tiny"]
    return subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
    )


def _recorded(shell: Tmux, home: str) -> str:
    shell.type(f"cd {ROOT}; clear", "Enter")
    time.sleep(1)
    for command in COMMANDS:
        shell.type(command, "Enter")
        if command.startswith("localai chat"):
            _talk(shell)
        shell.until(r"(?m)^\$\Z")
        time.sleep(0.2)
    lines = shell.screen(all_lines=True).split("\n")
    begin = next(at for at, line in enumerate(lines) if line.startswith(f"$ {COMMANDS[0][:20]}"))
    return "\n".join(lines[begin:-1]).replace(home, "~").rstrip()


def _talk(shell: Tmux) -> None:
    for line in SITTING:
        shell.until(r"(?m)^raw>\Z")
        shell.type(line, "Enter")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
