"""A terminal whose screen can be read: tmux on a socket of its own; it must not know commands."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence

# Seconds: longer than anything takes on a busy machine, a limit against hangs.
PATIENCE = 30.0
_NUMBERS = itertools.count()


class Tmux:
    """One command in a terminal of so many columns and rows. `close` ends it and all it started."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        self._socket = f"localai-{os.getpid()}-{next(_NUMBERS)}"
        line = shlex.join(["env", *(f"{k}={v}" for k, v in (env or {}).items()), *command])
        # What is left of the command can be read until the terminal is closed.
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, f"{line}; echo left=$?; sleep 90")

    def type(self, text: str, *keys: str) -> None:
        """Type text, then keys by tmux's names, such as Enter, Tab, Up, C-c, M-Enter."""
        if text:
            self._tmux("send-keys", "-l", "--", text)
        if keys:
            self._tmux("send-keys", *keys)

    def paste(self, text: str) -> None:
        """Paste, in brackets where the program asked for them, as terminals do."""
        self._tmux("set-buffer", "--", text)
        self._tmux("paste-buffer", "-p")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, *, styled: bool = False, all_lines: bool = False) -> str:
        """What is shown, or all that was; with escape sequences where styled."""
        options = [*(["-e"] if styled else []), *(["-S", "-"] if all_lines else [])]
        text = self._tmux("capture-pane", "-p", *options)
        return "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n")).rstrip()

    def until(self, pattern: str, patience: float = PATIENCE, *, all_lines: bool = False) -> str:
        """The screen, once the pattern is on it."""
        end = time.monotonic() + patience
        while not re.search(pattern, shown := self.screen(all_lines=all_lines)):
            assert time.monotonic() < end, f"{pattern!r} never came:\n{shown}"
            time.sleep(0.03)
        return shown

    def close(self) -> None:
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], stderr=subprocess.DEVNULL, check=False
        )

    def _tmux(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *args],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"tmux {args}: {done.stderr}"
        return done.stdout
