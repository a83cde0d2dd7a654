"""Finds the SQL in a model's answer and where it ends; it must not know whether that is sound."""

from __future__ import annotations

import re
from typing import NamedTuple

DECLINED = re.compile(r"\W*i do(?: not|n't|n’t) know\b", re.IGNORECASE)
FENCE = re.compile(r"```[ \t]*\w*[ \t]*\n?")
QUERY = re.compile(
    r'^[\s(]*(?:SELECT\b|WITH\s+(?:RECURSIVE\s+)?["\w]+\s*(?:\([^)]*\)\s*)?AS\b)',
    re.IGNORECASE | re.MULTILINE,
)
# Such a statement is refused as a whole: its inner SELECT is not what the model meant.
OTHER_STATEMENT = re.compile(
    r"\s*(?:ALTER|ATTACH|CALL|COPY|CREATE|DELETE|DO|DROP|EXPLAIN|GRANT|INSERT|MERGE|PRAGMA|REPLACE"
    r"|REVOKE|SET|TRUNCATE|UPDATE|VACUUM)\b"
)
# What is skipped whole, so that a `;` inside does not count, or (last line) what ends the answer.
# An unclosed quote or comment reaches to the end of the text: there is more to come.
PIECE = re.compile(
    r"""(?<!\w)[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) | '(?:[^']|'')*(?:'|\Z) | "(?:[^"]|"")*(?:"|\Z)
    | \$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z) | --[^\n]* | /\*.*?(?:\*/|\Z)
    | (?P<end>;|```|\[/SQL\])""",
    re.VERBOSE | re.DOTALL,
)


class Cut(NamedTuple):
    """The SQL so far; `ended` says that nothing which follows belongs to it."""

    sql: str
    ended: bool


def cut(text: str) -> Cut:
    """The SQL inside an answer: after an opening ``` or a sentence of introduction, and before the
    first `;` outside quotes and comments, closing ``` or `[/SQL]`."""
    start = _start(text)
    if start is None:
        return Cut(text.strip(), False)
    for match in PIECE.finditer(text, start):
        if match["end"]:
            return Cut(text[start : match.start()].strip(), True)
    return Cut(text[start:].strip(), False)


def declined(text: str) -> bool:
    """Whether the model says, as it was told to, that the schema has no answer."""
    return DECLINED.match(text) is not None


def _start(text: str) -> int | None:
    if OTHER_STATEMENT.match(text):
        return 0
    query = QUERY.search(text)
    fence = FENCE.search(text)
    if fence is not None and (query is None or fence.start() <= query.start()):
        return fence.end()
    return None if query is None else query.start()
