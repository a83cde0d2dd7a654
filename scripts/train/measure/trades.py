"""Owns the questions that strangers asked of the databases of their trades, with all that is right.

It must not know who answers them.
"""

from __future__ import annotations

import random
import re
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from localai.linking import Linker
from localai.schema import Schema
from localai.sql import open_source
from localai.sql.check import check
from localai.sql.databases.sqlite_schema import introspect
from measure.cells import TODAY
from measure.comparisons import Needs, needs
from measure.databases import insert
from measure.filling import SHOWN, Filler, Rows, Style
from measure.questions import Place, Question
from measure.right import Gold
from measure.stretches import PERIODS

FOLDER = Path(__file__).with_name("strangers")
UNANSWERABLE = "unanswerable"
# The innermost choice, and one that is a column or several within a period.
CHOICE = re.compile(r"\{([^{}]*)\}")
WITHIN = re.compile(r"([\w., ]+) in ([\w ]+)")


class _Kept(Filler):
    """Fills as a database does that keeps its keys: each refers to a row that is there."""

    def rows(self, seed: int, own: Needs | None = None, style: Style | None = None) -> Rows:
        made = super().rows(seed, own, style)
        rng = random.Random(seed)
        for key in self.schema.foreign_keys:
            ours = self._place(key.table, key.columns[0])
            place = self._place(key.to_table, key.to_columns[0])
            known = [row[place] for row in made[key.to_table]]
            made[key.table] = [
                row
                if row[ours] is None or row[ours] in known
                else (*row[:ours], rng.choice(known), *row[ours + 1 :])
                for row in made[key.table]
            ]
        return made

    def _place(self, table: str, column: str) -> int:
        found = self.schema.table(table)
        assert found is not None
        return [c.name for c in found.columns].index(column)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. golds: all queries that are right, in PostgreSQL's SQL; none where declining
    is."""

    kind: str
    text: str
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """script: its tables. listed: the texts that a column holds, by "table.column"."""

    name: str
    script: str
    listed: Mapping[str, tuple[str, ...]]
    asked: tuple[Asked, ...]


def trades() -> list[Trade]:
    """All, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.toml"))]


def _read(path: Path) -> Trade:
    data = tomllib.loads(path.read_text())
    asked = (Asked(a["kind"], a["text"], tuple(meant(a.get("sql", "")))) for a in data["ask"])
    listed = {name: tuple(texts) for name, texts in data["values"].items()}
    return Trade(path.stem, data["schema"], listed, tuple(asked))


def meant(sql: str) -> list[str]:
    """All that a query with choices stands for: `{name|name, id}` is one or the other, and
    `{a, b in last week}` either column within whatever that may mean."""
    found = CHOICE.search(sql)
    if found is None:
        return [sql] if sql else []
    ways = [
        way
        for choice in _choices(found[1])
        for way in meant(sql[: found.start()] + choice + sql[found.end() :])
    ]
    return list(dict.fromkeys(ways))


def _choices(text: str) -> list[str]:
    within = WITHIN.fullmatch(text)
    if within is None:
        return text.split("|")
    return [
        f"{column} >= {low}" + (f" AND {column} < {high}" if high else "")
        for column in within[1].split(", ")
        for low, high in PERIODS[within[2]]
    ]


@contextmanager
def questions() -> Iterator[list[list[Question]]]:
    """Each question once for each query that is right there, over databases in a folder of their
    own."""
    with TemporaryDirectory() as home, ExitStack() as opened:
        found: list[list[Question]] = []
        for trade in trades():
            place = opened.enter_context(_place(trade, Path(home) / f"{trade.name}.sqlite"))
            found += (_ways(one, place) for one in trade.asked)
        yield found


def _ways(one: Asked, place: Place) -> list[Question]:
    if not one.golds:
        return [Question(place, one.kind, one.text, None, Needs(), {})]
    ways = []
    for gold in one.golds:
        sql = check(gold, place.schema, TODAY).sql
        needed = needs(sql, place.schema, "sqlite")
        ways.append(Question(place, one.kind, one.text, Gold(sql), needed, {"sql": gold}))
    return ways


@contextmanager
def _place(trade: Trade, path: Path) -> Iterator[Place]:
    connection = sqlite3.connect(path)
    connection.executescript(trade.script)
    bare = _with(introspect(path), trade.listed)
    golds = [check(one.golds[0], bare, TODAY).sql for one in trade.asked if one.golds]
    filler = _Kept(bare, [needs(sql, bare, "sqlite") for sql in golds])
    insert(connection, filler.rows(0, style=SHOWN))
    connection.commit()
    connection.close()
    with open_source(path) as source:
        seen = source.schema()
        yield Place(trade.name, seen, Linker(seen), source, filler)


def _with(schema: Schema, listed: Mapping[str, tuple[str, ...]]) -> Schema:
    """The schema where columns hold these texts. Raises KeyError where there is no such column."""
    left = dict(listed)
    tables = tuple(
        replace(
            table,
            columns=tuple(
                replace(c, values=left.pop(f"{table.name}.{c.name}", ())) for c in table.columns
            ),
        )
        for table in schema.tables
    )
    if left:
        raise KeyError(f"{min(left)}: no table has such a column.")
    return replace(schema, tables=tables)
