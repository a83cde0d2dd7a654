"""Reads the comments that stand in the text of CREATE TABLE; it must not know SQL dialects.

CREATE TABLE products ( -- what the shop sells
  price REAL, -- euros
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

COMMENT = r"(?P<comment> --[^\n]* | /\*.*?\*/)"
MYSQL_COMMENT = r"(?P<comment> --[^\n]* | /\*.*?\*/ | \#[^\n]*)"
TEXT, MYSQL_TEXT = r"'(?:[^']|'')*'", r"'(?:[^'\\]|''|\\.)*'"
REST = r"""
  | (?P<name> "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] | [^\W\d][\w$]*)
  | (?P<other> {text} | [(),] | \n | [\d.]+ | \S)
"""
TOKEN = re.compile(COMMENT + REST.format(text=TEXT), re.VERBOSE | re.DOTALL)
MYSQL_TOKEN = re.compile(MYSQL_COMMENT + REST.format(text=MYSQL_TEXT), re.VERBOSE | re.DOTALL)
# A definition that somebody has taken out is no remark about the next one.
TAKEN_OUT = re.compile(
    r"[\w\"`\[\]]+\s+(?:\w*int|\w*char|text|\w*serial|bool|num|dec|real|float|double|date|time)"
    r"(?:\w*|\s*\(.*|\s+.*),?|.*;",
    re.IGNORECASE,
)

# What begins a part of CREATE TABLE that is no column.
CONSTRAINTS = {
    "constraint", "primary", "foreign", "unique", "check", "exclude", "key", "index", "fulltext",
    "spatial", "like", "period",
}  # fmt: skip


@dataclass
class Comments:
    """table: what stands before the first column; columns: by name in lower case."""

    table: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def comments(create: str, *, mysql: bool = False) -> Comments:
    """The comments of one CREATE TABLE, each with the column that it stands behind or above.

    Behind: on the line on which the column's definition ends. Above: on lines of their own. mysql:
    whether `#` begins a comment too, and a backslash stands before a quote within a text.
    """
    found = Comments()
    if "--" in create or "/*" in create or (mysql and "#" in create):
        reader = _Reader(found)
        for match in (MYSQL_TOKEN if mysql else TOKEN).finditer(create):
            reader.take(match.lastgroup or "", match.group())
    return found


class _Reader:
    def __init__(self, found: Comments) -> None:
        self.found = found
        self.depth = 0
        self.column = ""  # whose definition is read, or has ended on this line
        self.begins = False  # whether a name would be a column's
        self.ended = False  # whether the definition has ended
        self.outside = True  # before the first column, or behind the last
        self.own_line = True
        self.above: list[str] = []

    def take(self, kind: str, text: str) -> None:
        if kind == "comment":
            self._comment(_plain(text))
        elif text == "\n":
            self.own_line = True
            if self.ended:
                self.column = ""
        else:
            self.own_line = False
            self._part(kind, text)

    def _part(self, kind: str, text: str) -> None:
        if text == "(":
            self.depth += 1
            self.begins = self.begins or self.depth == 1
        elif text == ")":
            self.depth -= 1
            if self.depth == 0:
                self.column, self.outside = "", True
        elif text == "," and self.depth == 1:
            self.begins = self.ended = True
        elif self.begins:
            self._begin(kind, text)

    def _begin(self, kind: str, text: str) -> None:
        self.begins = self.ended = self.outside = False
        name = _unquoted(text)
        is_column = kind == "name" and (name != text or name.lower() not in CONSTRAINTS)
        self.column = name.lower() if is_column else ""
        if self.column:
            for comment in self.above:
                self._add(comment)
        self.above = []

    def _comment(self, text: str) -> None:
        if self.own_line and (self.ended or self.outside):
            if self.depth and not TAKEN_OUT.fullmatch(text):
                self.above.append(text)
        elif self.column:
            self._add(text)
        elif self.outside and not self.found.table:
            self.found.table = text

    def _add(self, text: str) -> None:
        before = self.found.columns.get(self.column)
        self.found.columns[self.column] = f"{before} {text}" if before else text


def _plain(comment: str) -> str:
    if not comment.startswith("/*"):
        return comment.lstrip("-#").strip()
    lines = (line.strip("* \t\r") for line in comment[2:-2].lstrip("!").split("\n"))
    return " ".join(line for line in lines if line)


def _unquoted(name: str) -> str:
    if name[0] in '"`':
        return name[1:-1].replace(name[0] * 2, name[0])
    return name[1:-1] if name[0] == "[" else name
