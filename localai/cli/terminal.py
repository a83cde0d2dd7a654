"""What commands share of a terminal: prompts, kept lines, a line that says how far something is.

It must not know what is asked or awaited.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import click

from localai.cli.output import printable

LEAST_WIDTH = 20
# Columns in which a sentence can be read.
LEAST_ROOM = 34


def is_styled(stream: TextIO) -> bool:
    """Whether colours may go there (https://no-color.org)."""
    dumb = os.environ.get("TERM") == "dumb"
    return stream.isatty() and not os.environ.get("NO_COLOR") and not dumb


def width(stream: TextIO) -> int:
    """The columns of a terminal as they are now; COLUMNS would miss a change of size."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = shutil.get_terminal_size().columns
    return max(LEAST_WIDTH, columns or shutil.get_terminal_size().columns)


def say(text: str) -> None:
    """Tell something beside the answer, on stderr; on a terminal no word is broken."""
    click.echo(fitted(printable(text)), err=True)


def dim(text: str) -> None:
    """Say something that few will read."""
    text = fitted(printable(text))
    click.echo(f"\x1b[2m{text}\x1b[0m" if is_styled(sys.stderr) else text, err=True)


def explain(rows: Sequence[tuple[str, str]]) -> None:
    """Say names and beside them what they mean; below them, where the terminal is narrow."""
    beside = max(len(name) for name, _ in rows) + 4
    room = width(sys.stderr) - beside if sys.stderr.isatty() else 1_000
    for name, what in rows:
        if room >= LEAST_ROOM:
            lines = textwrap.wrap(printable(what), room - 1) or [""]
            text = f"  {name.ljust(beside - 2)}" + f"\n{' ' * beside}".join(lines)
        else:
            text = fitted(f"  {name}") + "\n" + fitted(printable(what), "      ")
        click.echo(text, err=True)


def fitted(text: str, indent: str = "") -> str:
    """The text with line breaks between words, so that it fits the terminal of stderr."""
    if not sys.stderr.isatty():
        return indent + text
    return "\n".join(
        textwrap.fill(
            line, width(sys.stderr) - 1, initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )
        for line in text.split("\n")
    )  # fmt: skip


def beside_stdout() -> Any:
    """Where a prompt is shown: on stderr, for stdout may go to a file."""
    from prompt_toolkit.output import create_output

    return create_output(sys.stderr)


def kept_lines(file: Path | None) -> Any:
    """The lines of earlier sittings, in a file for this user alone; else those of this one."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    if file is not None:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            return FileHistory(str(file))
    return InMemoryHistory()


class StatusLine:
    """A line on a terminal's stderr that is written over, and goes away at the end."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = ""

    def show(self, text: str) -> None:
        """Say this in place of what was said, cut to one line."""
        if not self._terminal:
            return
        text = _tail(printable(text).replace("\n", " "), width(sys.stderr) - 1)
        if text != self._shown:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)
            self._shown = text

    def end(self) -> None:
        """Take it away; idempotent."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._shown = ""


def _tail(text: str, cells: int) -> str:
    from rich.cells import cell_len

    if cell_len(text) <= cells:
        return text
    while cell_len(text) > cells - 3:
        text = text[1:]
    return "..." + text


@contextmanager
def interruptible() -> Iterator[Callable[[], int]]:
    """Counts Ctrl-C, so that it cannot tear what is being written; from the third on it is raised.

    Yields how often it was pressed.
    """
    pressed = 0

    def note_it(*_: Any) -> None:
        nonlocal pressed
        pressed += 1
        if pressed > 2:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield lambda: pressed
        return
    before = signal.signal(signal.SIGINT, note_it)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def unechoed() -> Iterator[None]:
    """Keeps what is typed meanwhile off the screen; whoever reads next gets it all the same."""
    try:
        import termios
    except ImportError:  # Windows echoes only what is read
        yield
        return
    try:
        handle = sys.stdin.fileno()
        before = termios.tcgetattr(handle)
    except (OSError, ValueError, termios.error):  # no terminal there
        yield
        return
    silent = list(before)
    # As they are typed, for the prompt that follows: a line's end is not to be turned into another.
    silent[0] &= ~termios.ICRNL
    silent[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(handle, termios.TCSANOW, silent)
    # A kill must not leave the user's shell without an echo.
    killed = _on_kill(lambda: termios.tcsetattr(handle, termios.TCSANOW, before))
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)
        killed()


def _on_kill(restore: Callable[[], None]) -> Callable[[], None]:
    """Restore before SIGTERM or SIGHUP ends the process; returns what takes that back."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    signals = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]

    def end(number: int, _: Any) -> None:
        restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    before = {one: signal.signal(one, end) for one in signals}

    def undo() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    return undo


@contextmanager
def interrupt_raises() -> Iterator[None]:
    """Within `interrupt_is_a_key`: Ctrl-C raises KeyboardInterrupt here, as it usually does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def interrupt_is_a_key() -> Iterator[None]:
    """While a prompt stands, Ctrl-C is a key like others, and the signal does nothing.

    The signal comes where Ctrl-C is pressed in the moments before or after, and a handler that
    raises would then tear the prompt's event loop apart. Only the main thread has signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
