"""Owns whether an answer keeps the rows of the published SQL, on made-up rows.

It must not know questions, prompts or how answers come about.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

from measure.comparisons import needs
from measure.databases import run, stored
from measure.filling import Filler, Style
from pairs import Answer, CannotSay, Part

from localai.errors import SQLRejected
from localai.linking import unlink
from localai.linking.prompt import Linker, Slots
from localai.linking.values import Value
from localai.sql.check import check

SEEDS = (11, 12, 13)
_LIMIT = re.compile(r"\s+LIMIT\s+\d+\s*;?\s*$", re.IGNORECASE)
# No two rows share a name: "the names of those with" and "those with" are the same question.
_STYLE = Style(rows=36, pool=4, witnesses=0.0, referred=0.5, unique=True, nulls=0.0)
Rows = list[tuple[object, ...]]


class Judge:
    """Compares answers over one schema with published SQL on three seeded contents."""

    def __init__(self, linker: Linker, published: Iterable[str]) -> None:
        self.linker = linker
        self._published = list(published)
        self._opened: list[sqlite3.Connection] = []

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened = []

    def first_alike(self, answers: Iterable[Answer], gold: str) -> Answer | None:
        """The first answer with the gold's rows on every content; None where there is none.

        Raises sqlite3.Error where the gold does not run.
        """
        wanted = [run(connection, gold) for connection in self._contents()]
        all_wanted = [run(connection, _LIMIT.sub("", gold)) for connection in self._contents()]
        for answer in answers:
            if self._alike(answer, wanted) or self._alike(answer, all_wanted, True):
                return answer
        return None

    def _contents(self) -> Sequence[sqlite3.Connection]:
        if not self._opened:
            schema = self.linker.schema
            filler = Filler(schema, [needs(sql, schema, "sqlite") for sql in self._published])
            self._opened = [stored(schema, filler.rows(seed, style=_STYLE)) for seed in SEEDS]
        return self._opened

    def _alike(self, answer: Answer, wanted: list[Rows], unlimited: bool = False) -> bool:
        """Whether the rows are the same; among equals the first few are any, so that an answer
        with a limit may also be right in what it would list without."""
        try:
            text, slots = spelled_out(answer, self.linker)
            sql = check(unlink(text, slots), self.linker.schema).sql
            if unlimited and not _LIMIT.search(sql):
                return False
            sql = _LIMIT.sub("", sql) if unlimited else sql
            return all(
                _same(run(connection, sql), rows)
                for connection, rows in zip(self._contents(), wanted, strict=True)
            )
        except (SQLRejected, sqlite3.Error, CannotSay):
            return False


def _same(found: Rows, wanted: Rows) -> bool:
    """Whether the rows are equal as a bag, figures to six digits."""
    left, right = ([tuple(map(_plain, row)) for row in rows] for rows in (found, wanted))
    return sorted(left, key=repr) == sorted(right, key=repr)


def _plain(cell: object) -> object:
    return float(f"{cell:.6g}") if isinstance(cell, (int, float)) else cell


def spelled_out(answer: Answer, linker: Linker) -> tuple[str, Slots]:
    """The answer in the model's language, over slots for whatever it names."""
    columns = list(dict.fromkeys(p[1] for p in answer if _is(p, "c")))
    tables = list(range(len(linker.schema.tables)))
    values: list[Value] = []
    out: list[str] = []
    for part in answer:
        if _is(part, "c"):
            out.append(f"<c{columns.index(part[1])}>")
        elif _is(part, "t"):
            out.append(f"<t{part[1]}>")
        elif _is(part, "v"):
            out.append(f"<v{len(values)}>")
            values.append(_value(part))
        else:
            out.append(part)
    catalog = linker.catalog
    slots = Slots(
        linker.schema,
        tuple(tables),
        tuple(columns),
        tuple(values),
        linker.graph,
        catalog.kinds,
        catalog.display,
    )
    return " ".join(out), slots


def _value(part: Part) -> Value:
    text, beside = part[1], part[2]
    number = text.lstrip("-").replace(".", "", 1).isdigit()
    stored = {} if beside is None else {tuple(beside): text}
    return Value("number" if number else "text", text, stored, exact=True)


def _is(part: Part, kind: str) -> bool:
    return isinstance(part, tuple) and part[0] == kind
