"""Markdown that comes in pieces -> lines on a terminal; it must not know where the text is from.

Line by line: what a line is shows in its first characters, and then its words are written as they
come. A table is written when it is whole. Line breaks stay as the model made them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from localai.cli.chat.code import Code
from localai.cli.chat.inline import runs
from localai.cli.chat.table import drawn, is_table
from localai.cli.chat.wrapping import Style, Wrapper, paint
from localai.cli.output import printable

Write = Callable[[str], object]
Width = Callable[[], int]

_STEERING = re.compile(r"[\x1b\x80-\x9f]")
_BLANKS = re.compile(r"[ \t]*")
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
_RULE = re.compile(r"([-*_])[ \t]*(\1[ \t]*){2,}$|={3,}\s*$")
_HEADING = re.compile(r"(#{1,6})[ \t]+")
_BULLET = re.compile(r"[-*+][ \t]+(\[[ xX]\][ \t]+)?")
_NUMBER = re.compile(r"\d{1,9}[.)][ \t]+")
_QUOTE = re.compile(r"(>[ \t]?)+")
# Beginnings of a line that may still become something else.
_UNDECIDED = re.compile(
    r"$|`{1,2}$|`{3}|~{1,2}$|~{3}|#{1,6}$|[-*_=+][-*_= \t]*$|[-*+][ \t]+\[[ xX]?\]?$|"
    r"\d{1,9}[.)]?$|(>[ \t]?)+$|\|"
)
_HEADINGS: dict[int, Style] = {1: ("bold", "underline", "magenta"), 2: ("bold", "magenta")}
_RULE_LENGTH = 40


class Shown(Protocol):
    """Where an answer's text goes."""

    def feed(self, text: str) -> None:
        """Show what has come."""

    def finish(self) -> None:
        """Show the rest, and end the line."""

    @property
    def pending(self) -> str:
        """What is held back until it is whole, in a word or two; empty where nothing is."""


class Verbatim:
    """Text as it is, for a file or a pipe; but many a pipe ends at a terminal, so what would steer
    one is taken out."""

    pending = ""

    def __init__(self, write: Write) -> None:
        self._write, self._last = write, "\n"

    def feed(self, text: str) -> None:
        if text:
            self._write(_STEERING.sub("\N{REPLACEMENT CHARACTER}", text))
            self._last = text[-1]

    def finish(self) -> None:
        if self._last != "\n":
            self._write("\n")


class Plain:
    """Text without marks, wrapped for a terminal."""

    pending = ""

    def __init__(self, write: Write, width: Width) -> None:
        self._wrapper = Wrapper(write, width)
        self._begun = False

    def feed(self, text: str) -> None:
        first, *others = printable(text.replace("\r", "")).split("\n")
        self._put(first)
        for line in others:
            self._wrapper.end()
            self._begun = False
            self._put(line)

    def finish(self) -> None:
        if self._begun:
            self._wrapper.end()
        self._begun = False

    def _put(self, text: str) -> None:
        if text:
            self._wrapper.put(text)
            self._begun = True


class Markdown:
    """Markdown with colours, wrapped for a terminal. width: its columns as they are now."""

    def __init__(self, write: Write, width: Width) -> None:
        self._write, self._width = write, width
        self._wrapper = Wrapper(write, width)
        self._line = ""
        # How much of the line is written; None before it is known what the line is.
        self._done: int | None = None
        self._style: Style = ()
        self._code: Code | None = None
        self._table: list[str] = []
        self._blank = True

    @property
    def pending(self) -> str:
        return f"a table, {len(self._table)} lines so far" if self._table else ""

    def feed(self, text: str) -> None:
        first, *others = printable(text.replace("\r", "")).split("\n")
        self._line += first
        for line in others:
            self._end_line()
            self._line = line
        if self._line and not self._code:
            self._go_on()

    def finish(self) -> None:
        if self._line:
            self._end_line()
        self._end_table()
        if self._code is not None:
            self._code = None

    def _go_on(self) -> None:
        """Write what is sure of a line that is not whole."""
        if self._done is None:
            if _UNDECIDED.match(self._line.lstrip(" \t")):
                return
            self._begin()
        self._inline(final=False)

    def _end_line(self) -> None:
        line, stripped = self._line, self._line.strip()
        if self._code is not None:
            self._code_line(line)
        elif self._done is not None:
            self._inline(final=True)
            self._wrapper.end()
        elif stripped.startswith("|"):
            self._table.append(stripped)
            self._blank = False
        else:
            self._whole_line(line, stripped)
        self._line, self._done = "", None

    def _whole_line(self, line: str, stripped: str) -> None:
        self._end_table()
        if not stripped:
            if not self._blank:
                self._write("\n")
            self._blank = True
            return
        self._blank = False
        if _FENCE.match(stripped):
            self._code = Code(line)
            self._write(paint(stripped, ("dim",)) + "\n")
        elif _RULE.match(stripped):
            cells = min(_RULE_LENGTH, self._width() - 1)
            self._write(paint("\N{BOX DRAWINGS LIGHT HORIZONTAL}" * cells, ("dim",)) + "\n")
        else:
            self._begin()
            self._inline(final=True)
            self._wrapper.end()

    def _code_line(self, line: str) -> None:
        assert self._code is not None
        if self._code.ends_at(line):
            self._write(paint(line.strip(), ("dim",)) + "\n")
            self._code = None
        else:
            # Whole and without an indent: so it can be copied. The terminal breaks what is long.
            self._write(self._code.painted(line) + "\n")

    def _begin(self) -> None:
        """Write what a line begins with, and note in what style it goes on."""
        self._end_table()
        self._blank, self._style = False, ()
        line = self._line
        blanks = _BLANKS.match(line)
        assert blanks is not None
        at = blanks.end()
        lead = " " * min(len(blanks.group().expandtabs(4)), self._width() // 2)
        if quote := _QUOTE.match(line, at):
            bar = "\N{BOX DRAWINGS LIGHT VERTICAL} " * quote.group().count(">")
            self._wrapper.start(lead + bar, lead + bar, ("dim",), ("dim",))
            self._done = quote.end()
        elif heading := _HEADING.match(line, at):
            self._style = _HEADINGS.get(len(heading.group(1)), ("bold",))
            self._wrapper.start(lead, lead)
            self._done = heading.end()
        elif bullet := _BULLET.match(line, at):
            box = bullet.group(1)
            sign = "\N{BULLET} " if box is None else f"{box.strip()} "
            self._wrapper.start(lead + sign, lead + " " * len(sign), ("cyan",))
            self._done = bullet.end()
        elif number := _NUMBER.match(line, at):
            sign = number.group().rstrip() + " "
            self._wrapper.start(lead + sign, lead + " " * len(sign), ("cyan",))
            self._done = number.end()
        else:
            self._wrapper.start(lead, lead)
            self._done = at

    def _inline(self, *, final: bool) -> None:
        assert self._done is not None
        found, self._done = runs(self._line, self._done, final=final, style=self._style)
        for text, style in found:
            self._wrapper.put(text, style)

    def _end_table(self) -> None:
        lines, self._table = self._table, []
        if is_table(lines):
            self._write(drawn(lines, self._width() - 1))
            return
        for line in lines:
            self._wrapper.start("", "")
            for text, style in runs(line, final=True)[0]:
                self._wrapper.put(text, style)
            self._wrapper.end()
