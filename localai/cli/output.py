"""How commands speak: JSON for programs, tables and notes for people, errors for both.

It must not know any command. Notes and errors go to stderr, so that stdout holds only the answer.
With `--json` an error is the object {"error": {"type", "message", "hint"}} on stdout, exit code 1.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from localai.errors import LocalAIError

DEBUG = "LOCALAI_DEBUG"
_AS_JSON = "localai.json"
# Control characters but tab and newline, and those that turn the direction of writing or end a line
# unseen: what a model or a database says must not steer a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option --json, as the parameter `as_json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        is_eager=True,
        callback=_remember,
        help="Print one line of JSON, errors too.",
    )(command)


def _remember(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[_AS_JSON] = value
    return value


def report(error: LocalAIError, ctx: click.Context) -> None:
    """Show an error in the form that the command was asked for."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if ctx.meta.get(_AS_JSON):
        kind = type(error).__name__
        emit({"error": {"type": kind, "message": error.message, "hint": error.hint}})
    else:
        note(f"Error: {printable(error.message)}")
        if error.hint:
            note(printable(error.hint))


def emit(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def note(text: str) -> None:
    """Tell the user something beside the answer."""
    click.echo(text, err=True)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table; None shows as NULL.

    right: the columns, by number, that are aligned right; whole: those that are never wrapped.
    """
    # Imported here: most commands print no table.
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, name in enumerate(columns):
        drawn.add_column(
            Text(printable(name)),
            justify="right" if index in right else "left",
            overflow="fold",
            no_wrap=index in whole,
        )
    for row in rows:
        # Text, not str: rich would read "[red]" in a cell as its own markup.
        drawn.add_row(*(Text("NULL" if cell is None else printable(str(cell))) for cell in row))
    # A pipe has no width: what reads it wants each row on its line.
    Console(width=None if sys.stdout.isatty() else 1_000_000).print(drawn)


def printable(text: str) -> str:
    """The text without control characters, which may come from a model, a file or a database."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def size(count: int | None) -> str:
    """Bytes as people say them (10^9: the unit of the Hub's listings)."""
    if count is None:
        return "unknown"
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.{1 if unit == 'MB' else 2 if unit == 'GB' else 0}f} {unit}"
    return f"{count} bytes"


class Waiting:
    """A line on a terminal's stderr that says what is awaited, and goes away when it has come."""

    def __init__(self, text: str) -> None:
        self._shown = sys.stderr.isatty()
        if self._shown:
            click.echo(text, nl=False, err=True)

    def end(self) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
        self._shown = False
