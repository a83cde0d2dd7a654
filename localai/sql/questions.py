"""Questions with their right SQL, as sql-eval's CSV files hold them; it must not know any database.

The format: https://github.com/defog-ai/sql-eval. `query` may hold several right queries, apart at
semicolons; `{a, b}` in one of them stands for any non-empty choice of these columns, and
`GROUP BY {}` for the same choice again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from localai.errors import InvalidRequest

REQUIRED = ("question", "query", "db_name")
OPTIONAL = ("query_category", "instructions")
UNNAMED = "all questions"
MAX_SET = 6  # columns in one {set}: 63 choices
# A piece of SQL in which a semicolon or brace means itself: a string, a quoted name, a comment.
OPAQUE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question:
    """One row. golds: the right queries, any of them will do; none where the right answer is that
    the database cannot tell. query: the cell as it stands. line: where it stands in its file."""

    question: str
    query: str
    db_name: str
    query_category: str = UNNAMED
    instructions: str = ""
    golds: tuple[str, ...] = ()
    line: int = 0


def read_questions(path: Path) -> list[Question]:
    """The questions of a CSV file. Raises InvalidRequest, which names the line and the column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = list(_questions(csv.DictReader(file, strict=True), path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(
            f"{path} cannot be read as CSV: {error}.", field="questions", hint=_hint()
        ) from error
    if not found:
        raise InvalidRequest(f"{path} holds no question.", field="questions", hint=_hint())
    return found


def _questions(rows: csv.DictReader[str], path: Path) -> Iterator[Question]:
    columns = rows.fieldnames or ()
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise InvalidRequest(
            f"{path} has no column {' and no column '.join(missing)}; "
            f"its columns are: {', '.join(columns) or 'none'}.",
            field="questions",
            hint=_hint(),
        )
    for row in rows:
        yield _question(row, f"{path}, line {rows.line_num}", rows.line_num)


def _question(row: dict[str, str], place: str, line: int) -> Question:
    if None in row or None in row.values():
        raise InvalidRequest(
            f"{place}: the row has {'more' if None in row else 'fewer'} cells than the first line.",
            hint="A cell with a comma or a line break stands in double quotes.",
        )
    cells = {name: (row.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    for name in ("question", "db_name"):
        if not cells[name]:
            raise InvalidRequest(f"{place}: the column {name} is empty.", field=name)
    try:
        golds = tuple(expand(cells["query"]))
    except ValueError as error:
        raise InvalidRequest(f"{place}, column query: {error}", field="query") from error
    return Question(
        question=cells["question"],
        query=cells["query"],
        db_name=cells["db_name"],
        query_category=cells["query_category"] or UNNAMED,
        instructions=cells["instructions"],
        golds=golds,
        line=line,
    )


def _hint() -> str:
    return (
        f"It needs the columns {', '.join(REQUIRED)}; it may have {' and '.join(OPTIONAL)}. "
        "An empty query says that the database cannot tell."
    )


def expand(query: str) -> Iterator[str]:
    """Every query that a cell stands for. Raises ValueError for braces that make no sense."""
    for part in _split(query, ";"):
        if part.strip():
            yield from _chosen(part.strip())


def _chosen(query: str) -> Iterator[str]:
    start, end = _find(query, "{"), _find(query, "}")
    if start < 0 and end < 0:
        yield query
        return
    if not 0 <= start < end:
        raise ValueError("a { and its } do not match.")
    inside = query[start + 1 : end]
    columns = [column.strip() for column in _split(inside, ",")]
    if "{" in inside or not all(columns) or len(columns) > MAX_SET:
        raise ValueError(f"{{{inside}}} is not a set of 1 to {MAX_SET} columns.")
    for count in range(1, len(columns) + 1):
        for choice in combinations(columns, count):
            # The first `GROUP BY {}` after a set is the set's own.
            grouped = ", ".join(re.sub(r"(?i)\s+AS\s+\S+$", "", column) for column in choice)
            before, by, after = _parted(query[end + 1 :])
            filled = f"{before}{by}{grouped}{after}" if by else before
            yield from _chosen(query[:start] + ", ".join(choice) + filled)


def _parted(rest: str) -> tuple[str, str, str]:
    """A text around its first `GROUP BY {}`: what is before, `GROUP BY `, what is after."""
    found = re.search(r"(?i)(GROUP\s+BY\s+)\{\s*\}", rest)
    return (rest[: found.start()], found[1], rest[found.end() :]) if found else (rest, "", "")


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside strings, comments and parentheses."""
    parts, depth, begun = [], 0, 0
    plain = _masked(text)
    for index, sign in enumerate(plain):
        depth += (sign == "(") - (sign == ")")
        if sign == separator and (depth == 0 or separator == ";"):
            parts.append(text[begun:index])
            begun = index + 1
    return [*parts, text[begun:]]


def _find(text: str, sign: str) -> int:
    return _masked(text).find(sign)


def _masked(text: str) -> str:
    """The text, as long as before, with blanks for what is a string, a quoted name, a comment."""
    return OPAQUE.sub(lambda found: " " * len(found[0]), text)
