"""Splits a file of SQL into the statements that make a schema; it must not know what they say.

Dumps hold much else: settings, rows as INSERT or COPY, functions. All that is skipped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What MySQL's dumps wrap in comments that MySQL runs: /*!50001 CREATE VIEW ... */
CONDITIONAL = re.compile(r"/\*!\d*(.*?)\*/", re.DOTALL)
ROUTINES = re.compile(r"^delimiter[ \t]+[^;\s].*?^delimiter[ \t]+;", re.I | re.M | re.DOTALL)
ROWS = re.compile(r"(?<=;)(\s*\n).*?^\\\.$", re.MULTILINE | re.DOTALL)
COPY = re.compile(r"^copy\s[^;]*\sfrom\s+stdin[^;]*;", re.IGNORECASE | re.MULTILINE)
GO = re.compile(r"^[ \t]*go[ \t]*$", re.IGNORECASE | re.MULTILINE)  # what parts T-SQL's
META = re.compile(r"^\\.*$", re.MULTILINE)  # psql's own commands
QUOTED = r""" "(?:[^"]|"")*" | `(?:[^`]|``)*` | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ """
REST = rf"{QUOTED} | --[^\n]* | /\*.*?\*/ | (?P<end>;)"
STANDARD = re.compile(rf"'(?:[^']|'')*' | {REST}", re.VERBOSE | re.DOTALL)
MYSQL = re.compile(rf"'(?:[^'\\]|''|\\.)*' | \#[^\n]* | {REST}", re.VERBOSE | re.DOTALL)
LEADING = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL)
OTHERS = "function|procedure|trigger|index|unique|policy|rule|event|extension|aggregate|operator"
MAKING = re.compile(
    rf"create\s+(?!(?:or\s+replace\s+)?(?:{OTHERS})\b)[^(;]*?\b(?:table|view|type|domain)\b"
    r"|alter\s+table\b[^;]*?\s(?:add(?!\s+generated)|attach)\s|comment\s+on\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """One statement without its semicolon. line: where it begins, from 1."""

    text: str
    line: int


def statements(text: str, *, mysql: bool) -> Iterator[Statement]:
    """Those statements that make or change tables, views, types and comments, in their order."""
    text = _schema_only(text, mysql=mysql)
    start, line, counted = 0, 1, 0
    ends = [
        match.start() for match in (MYSQL if mysql else STANDARD).finditer(text) if match["end"]
    ]
    for end in [*ends, len(text)]:
        leading = LEADING.match(text, start, end)
        first = leading.end() if leading else start
        if MAKING.match(text, first, end):
            line += text.count("\n", counted, first)
            counted = first
            yield Statement(text[first:end].rstrip(), line)
        start = end + 1


def _schema_only(text: str, *, mysql: bool) -> str:
    """The text with rows, routines and psql's commands taken out, line by line as before."""
    text = text.replace("\r\n", "\n")
    if mysql:
        return CONDITIONAL.sub(r"\1", ROUTINES.sub(_lines, text))
    parts, at = [], 0
    for copy in COPY.finditer(text):
        rows = ROWS.match(text, copy.end())
        if rows and copy.start() >= at:
            parts += [text[at : copy.start()], _lines(copy), _lines(rows)]
            at = rows.end()
    return GO.sub(";", META.sub("", "".join([*parts, text[at:]])))


def _lines(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")
