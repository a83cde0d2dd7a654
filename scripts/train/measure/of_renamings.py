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
from measure.tables import Table, share
from measure.writers import loaded, product

DATA = Path(__file__).with_name("revenue.toml")
DAY, WEEK = "CURRENT_DATE", "DATE_TRUNC('week', CURRENT_DATE)"
TOMORROW = f"{DAY} + INTERVAL '1 day'"
MONTH, QUARTER = "DATE_TRUNC('month', CURRENT_DATE)", "DATE_TRUNC('quarter', CURRENT_DATE)"
YEAR = "DATE_TRUNC('year', CURRENT_DATE)"


def _ago(start: str, length: str) -> str:
    return f"{start} - INTERVAL '{length}'"


def _up_to_now(length: str) -> list[tuple[str, str]]:
    """So long back from today: with whatever lies in the future, up to today's end, without it."""
    start = _ago(DAY, length)
    return [(start, ""), (start, TOMORROW), (start, DAY)]


# What each period may mean, as first moment and first moment after ("" where it is open): the last
# whole week, or the seven days up to now.
PERIODS: dict[str, list[tuple[str, str]]] = {
    "last week": [(_ago(WEEK, "1 week"), WEEK), *_up_to_now("7 days")],
    "last month": [
        (_ago(MONTH, "1 month"), MONTH), *_up_to_now("1 month"), *_up_to_now("30 days"),
    ],
    "last quarter": [(_ago(QUARTER, "3 months"), QUARTER), *_up_to_now("3 months")],
    "last year": [(_ago(YEAR, "1 year"), YEAR), *_up_to_now("1 year")],
    "last 30 days": _up_to_now("30 days"),
    "this month": [(MONTH, ""), (MONTH, TOMORROW), (MONTH, f"{MONTH} + INTERVAL '1 month'")],
    "this week": [(WEEK, ""), (WEEK, TOMORROW), (WEEK, f"{WEEK} + INTERVAL '1 week'")],
    "yesterday": [(_ago(DAY, "1 day"), DAY)],
    "2025": [("'2025-01-01'", "'2026-01-01'")],
}  # fmt: skip
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
