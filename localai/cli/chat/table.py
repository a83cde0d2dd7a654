"""A Markdown table as lines of a terminal; it must not know what stands around it."""

from __future__ import annotations

import re
from io import StringIO
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from localai.cli.chat.inline import runs

_SEPARATOR = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?$")
_BAR = re.compile(r"(?<!\\)\|")
# Columns of terminal that a column of the table needs to be read at all.
_LEAST_CELLS = 6

Side = Literal["left", "center", "right"]


def is_table(lines: list[str]) -> bool:
    """Whether lines with bars are a table: its second one says so."""
    return len(lines) > 1 and _SEPARATOR.match(lines[1]) is not None


def drawn(lines: list[str], width: int) -> str:
    """The table's lines, each ended; where it is too wide, cells are wrapped, and where that would
    not be readable, each row becomes a list."""
    heads = _cells(lines[0])
    rows = [_cells(line) for line in lines[2:]]
    columns = max(map(len, [heads, *rows]))
    heads += [""] * (columns - len(heads))
    if columns * (_LEAST_CELLS + 2) > width:
        return _listed(heads, rows, width)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    sides = [_side(cell) for cell in _cells(lines[1])] + ["left"] * columns
    for head, side in zip(heads, sides, strict=False):
        table.add_column(_text(head), justify=side, overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row + [""] * (columns - len(row))))
    return _printed(table, width)


def _listed(heads: list[str], rows: list[list[str]], width: int) -> str:
    whole = Text()
    for row in rows:
        for head, cell in zip(heads, row, strict=False):
            whole.append_text(Text("", "bold").append_text(_text(head))).append(": ", "bold")
            whole.append_text(_text(cell)).append("\n")
        whole.append("\n")
    return _printed(whole, width)


def _printed(what: Table | Text, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, force_terminal=True, color_system="standard").print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n")) + "\n"


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(line)]


def _side(cell: str) -> Side:
    if cell.endswith(":"):
        return "center" if cell.startswith(":") else "right"
    return "left"


def _text(cell: str) -> Text:
    text = Text()
    for part, style in runs(cell, final=True)[0]:
        text.append(part, " ".join(style))
    return text
