"""Owns whether one question about revenue is answered right under other names and periods.

It must not know how the product comes to its answer.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product as combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from localai.linking import Linker
from localai.sql import open_source
from localai.sql.check import check
from localai.sql.databases.sqlite_schema import introspect
from measure.cells import TODAY
from measure.columns import are_right
from measure.comparisons import Needs, needs
from measure.contents import SEEDS, WANTED
from measure.databases import insert, run, stored
from measure.filling import PLAIN, Filler
from measure.questions import Place, Question
from measure.right import Gold, Right, Row
from measure.settings import Settings
from measure.stretches import PERIODS
from measure.tables import Table, share
from measure.writers import loaded, product

DATA = Path(__file__).with_name("revenue.toml")
NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the script of its schema and all queries that are right."""

    question: str
    script: str
    golds: tuple[str, ...]


def cases() -> list[Case]:
    """The question as it was put, then its renamings."""
    data = tomllib.loads(DATA.read_text())
    return [_case(data["schema"], **one) for one in data["case"]]


def _case(schema: str, question: str, period: str, names: dict[str, str] | None = None) -> Case:
    def renamed(sql: str) -> str:
        return NAME.sub(lambda found: (names or {}).get(found[0], found[0]), sql)

    # Comments speak of the old names.
    script = renamed(re.sub(r"--.*", "", schema)) if names else schema
    return Case(question, script, tuple(map(renamed, _golds(period))))


def _golds(period: str) -> Iterator[str]:
    """All that is right: whichever way the period is meant, products named by name or key."""
    shown = ("p.name", "p.product_id", "p.product_id, p.name")
    for (low, high), items in combinations(PERIODS[period], shown):
        until = f" AND s.sale_date < {high}" if high else ""
        for groups in ("p.name", "p.product_id", "p.product_id, p.name"):
            if set(items.split(", ")) <= set(groups.split(", ")):
                yield (
                    f"SELECT {items}, SUM(p.price * s.quantity) FROM sales AS s"
                    " JOIN products AS p ON p.product_id = s.product_id"
                    f" WHERE s.sale_date >= {low}{until} GROUP BY {groups}"
                )


def tables(settings: Settings) -> list[Table]:
    table = Table("The question about revenue, renamed", ["question", "right", "what came"])
    right = 0
    with loaded(settings.file, threads=settings.threads) as runtime:
        write = product(runtime)
        for case in cases():
            with TemporaryDirectory() as folder, opened(case, Path(folder)) as place:
                answer = write(Question(place, "revenue", case.question, None, Needs(), {}))
                good = answer.sql is not None and is_answer(answer.sql, case, place)
            right += good
            said = " ".join((answer.sql or answer.text or "no answer").split())
            table.rows.append([case.question, "yes" if good else "no", said])
    table.rows.append(["all", share(right, len(table.rows)), ""])
    return [table]


@contextmanager
def opened(case: Case, folder: Path) -> Iterator[Place]:
    """The database as the product sees it, with rows."""
    path = folder / "renamed.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(case.script)
    bare = introspect(path)
    filler = Filler(bare, [needs(case.golds[0], bare, "postgres")])
    insert(connection, filler.rows(0, style=PLAIN))
    connection.commit()
    connection.close()
    with open_source(path) as source:
        seen = source.schema()
        yield Place("revenue", seen, Linker(seen), source, filler)


def is_answer(sql: str, case: Case, place: Place) -> bool:
    """Whether one of the right queries finds the same rows on each of three contents, in whatever
    order of columns."""
    golds = [Gold(check(gold, place.schema, TODAY).sql) for gold in case.golds]
    found: list[list[Row]] = []
    rights: list[list[Right]] = []
    for seed in range(1, SEEDS + 1):
        connection = stored(place.filler.schema, place.filler.rows(seed))
        right = [one for gold in golds if (one := gold.right(connection))]
        if len(right) == len(golds) and len(found) < WANTED:
            rights.append(right)
            try:
                found.append(run(connection, sql))
            except sqlite3.Error:
                return False
        connection.close()
    return len(found) == WANTED and any(are_right(found, own) for own in zip(*rights, strict=True))
