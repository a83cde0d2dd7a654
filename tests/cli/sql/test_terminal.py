"""A sitting in a real terminal: a prompt that edits and completes, widths, Ctrl-C at any time."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")

# A process with the terminal as its own, so that Ctrl-C comes from there.
START = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "localai", *sys.argv[1:]])
"""
# Longer than any of it takes on a busy machine: a limit against hangs.
PATIENCE = 30.0
SLOW = "SELECT COUNT(*) FROM sales a" + "".join(f" CROSS JOIN sales {n}" for n in "bcdefgh")
CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"


class Terminal:
    """A command in a terminal of so many columns and rows."""

    def __init__(
        self, *args: str, columns: int = 80, stdout: BinaryIO | None = None, **env: str
    ) -> None:
        import fcntl
        import pty
        import termios

        self._screen, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        known = {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "sql", *args],
            stdin=inner, stdout=stdout or inner, stderr=inner, env={**os.environ, **known, **env},
        )  # fmt: skip
        os.close(inner)
        self._raw = b""

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def shown(self, *, after: int = 0) -> str:
        """All that was shown, without what moves the cursor and colours."""
        text = self._raw.decode(errors="replace")[after:]
        text = re.sub(r"\x1b\][^\x07]*\x07|\x1b[\[\]()#][0-9;?]*[ -/]*[@-~]|\x1b[=>]", "", text)
        return text.replace("\r\n", "\n")

    def until(self, pattern: str, patience: float = PATIENCE) -> str:
        """Read until the pattern is shown; what was shown from the last time on."""
        import select

        begun, start = time.monotonic(), len(self._seen())
        while not re.search(pattern, self.shown()[start:]):
            left = patience - (time.monotonic() - begun)
            assert left > 0, f"{pattern!r} never came after: {self.shown()[start:]!r}"
            if select.select([self._screen], [], [], 0.1)[0]:
                try:
                    self._raw += os.read(self._screen, 65_536)
                except OSError:  # the other end is closed
                    assert re.search(pattern, self.shown()[start:]), self.shown()
        found = self.shown()[start:]
        self._mark = len(self.shown())
        return found

    _mark = 0

    def _seen(self) -> str:
        return self.shown()[: self._mark]

    def recall(self, text: str) -> None:
        """Go back through the lines of before, to the first of them, which has this text."""
        for _ in range(int(PATIENCE)):
            self.type(UP)
            with suppress(AssertionError):
                self.until(text, patience=1.0)
                return
        raise AssertionError(f"{text!r} was not kept: {self.shown()!r}")

    def ended(self) -> int:
        """The exit code, once it has ended."""
        import select

        begun = time.monotonic()
        while self.process.poll() is None and time.monotonic() - begun < PATIENCE:
            if select.select([self._screen], [], [], 0.1)[0]:
                try:
                    self._raw += os.read(self._screen, 65_536)
                except OSError:
                    break
        return self.process.wait(1)

    def close(self) -> None:
        if self.process.poll() is None:
            self.type(CTRL_C + CTRL_D)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(shop: str) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*args: str, **how: Any) -> Terminal:
        opened.append(Terminal("--db", shop, *args, **how))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_a_sitting(terminal: Open, tmp_path: Path) -> None:
    sitting = terminal()
    sitting.until("sqlite>")
    sitting.type("how many sales are there?\r")
    assert "SELECT COUNT(*) FROM sales" in sitting.until(r"120[\s\S]*sqlite>")
    sitting.type("\\plo")
    sitting.until(r"\\plot")  # offered
    sitting.type("t\r")
    sitting.until("Nothing to plot[\\s\\S]*sqlite>")
    sitting.type(f"\\csv {tmp_path}/rows.csv\r")
    sitting.until("Wrote 1 row")
    sitting.type(CTRL_C)  # at the prompt it only clears the line
    sitting.until("sqlite>")
    sitting.recall("how many sales")
    sitting.type("\r")
    sitting.until(r"120[\s\S]*sqlite>")
    sitting.type(CTRL_D)
    assert sitting.ended() == 0


def test_lines_are_kept_for_the_next_sitting(terminal: Open) -> None:
    first = terminal()
    first.until("sqlite>")
    first.type("how many sales are there?\r")
    first.until(r"120[\s\S]*sqlite>")
    first.type("\\q\r")
    assert first.ended() == 0
    second = terminal()
    second.until("sqlite>")
    second.recall("how many sales")
    second.type("\r")
    second.until(r"120[\s\S]*sqlite>")


def test_ctrl_c_ends_a_query_and_stays(terminal: Open) -> None:
    sitting = terminal("--timeout", "300")
    sitting.until("sqlite>")
    sitting.type(SLOW + "\r")
    sitting.until("Looking into the database")
    sitting.type(CTRL_C)
    sitting.until(r"Stopped\.[\s\S]*sqlite>")
    sitting.type("SELECT COUNT(*) AS n FROM sales\r")
    sitting.until(r"120[\s\S]*sqlite>")


def test_ctrl_c_leaves_a_single_question(terminal: Open, tiny: str) -> None:
    asked = terminal("--model", tiny, "--no-grammar", "--best-of", "8", "how many?")
    asked.until(r"thinking|reads|Reading|Loading|SELECT|\S")
    asked.type(CTRL_C)
    assert asked.ended() in (130, 1)
    assert "Traceback" not in asked.shown()


def test_a_prompt_stays_out_of_a_file(terminal: Open, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    with file.open("wb") as stdout:
        sitting = terminal("--format", "csv", stdout=stdout)
        sitting.until("sqlite>")
        sitting.type("SELECT COUNT(*) AS n FROM sales\r")
        sitting.until(r"Counts the sales[\s\S]*sqlite>")
        sitting.type(CTRL_D)
        assert sitting.ended() == 0
    assert file.read_text() == "n\n120\n"


def test_pasted_lines_are_one_question(terminal: Open) -> None:
    sitting = terminal()
    sitting.until("sqlite>")
    sitting.type("\x1b[200~SELECT COUNT(*) AS n\nFROM sales\x1b[201~\r")
    sitting.until(r"120[\s\S]*sqlite>")


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_rows_fit_the_terminal(terminal: Open, columns: int) -> None:
    sitting = terminal(columns=columns)
    sitting.until("sqlite>")
    sitting.type("SELECT p.name, p.price, s.* FROM products p CROSS JOIN sales s LIMIT 3\r")
    shown = sitting.until(r"paired with[\s\S]*sqlite>")
    rows = shown[shown.index("Lists") : shown.index("Every row")]
    assert max(map(len, rows.split("\n"))) <= columns
    assert "\x07" not in rows and "\x1b" not in rows


def test_a_terminal_shows_the_first_rows_and_says_so(terminal: Open) -> None:
    sitting = terminal()
    sitting.until("sqlite>")
    sitting.type("SELECT id, amount FROM sales\r")
    assert "40 of 120 rows are shown" in sitting.until("are shown[\\s\\S]*sqlite>")
    sitting.type("\\all\r")
    assert len(sitting.until(r"120 +119[\s\S]*sqlite>").split("\n")) > 120


def test_without_unicode_there_is_only_ascii(terminal: Open) -> None:
    told = terminal("--plot", "how many sales are there in each city?", PYTHONIOENCODING="ascii")
    assert told.ended() == 0
    assert "####" in told.shown()
    assert told.shown().isascii()
