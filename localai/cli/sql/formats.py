"""Writes rows as CSV, JSON or Markdown, whole and exact; it must not know where they come from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence

from localai.sql.database import Cell

Rows = Sequence[Sequence[Cell]]

# A file's ending -> the format that goes with it.
SUFFIXES = {
    ".csv": "csv", ".json": "json", ".md": "markdown", ".markdown": "markdown", ".txt": "table",
}  # fmt: skip


def as_csv(columns: Sequence[str], rows: Rows) -> str:
    """With a line of headings; what is missing is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return str(cell).lower() if isinstance(cell, bool) else cell


def as_json(columns: Sequence[str], rows: Rows) -> str:
    """A list with an object for each row; headings that repeat get a number."""
    names = distinct(columns)
    objects = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)
    lines = ",\n  ".join(objects)
    return f"[\n  {lines}\n]\n" if lines else "[]\n"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, a second `n` as `n_2`."""
    given: list[str] = []
    for name in names:
        number, new = 1, name
        while new in given:
            number += 1
            new = f"{name}_{number}"
        given.append(new)
    return given


def as_markdown(columns: Sequence[str], rows: Rows) -> str:
    """A table of GitHub's kind, numbers to the right."""
    from localai.cli.sql.cells import shown

    right = [shown(name, [row[i] for row in rows]).right for i, name in enumerate(columns)]
    lines = [[_marked(name) for name in columns], ["---:" if one else "---" for one in right]]
    lines += [["" if cell is None else _marked(str(_plain(cell))) for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _marked(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return "<br>".join(text.splitlines())


WRITERS: dict[str, Callable[[Sequence[str], Rows], str]] = {
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}
