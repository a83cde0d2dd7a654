"""What the embedded model can say of dates, shares and totals finds the same rows everywhere."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from localai.linking import Link, answer_grammar, link, unlink
from localai.sql.check import check
from tests.sql.grammar_engine import Judge
from tests.sql.postgres import Postgres
from tests.sql.rows.engines import TABLES, TODAY, Engines, Row

# Names everything that the answers say.
QUESTION = (
    "people: name, city, born, joined, height; orders: ordered on, shipped at, status, total,"
    " quantity; hollow; 0 1 4 35 50 200 1.65 'returned' 'open'"
)
# Answers with [names] and {values} for slots, and the rows to find if today is 2024-06-15.
SAID: list[tuple[str, list[Row]]] = [
    (
        "SELECT EACH_DAY ( [shipped_at] ) , COUNT ( * ) FROM [orders] WHERE [shipped_at] IS NOT"
        " NULL AND [quantity] > {4} GROUP BY EACH_DAY ( [shipped_at] )"
        " ORDER BY EACH_DAY ( [shipped_at] )",
        [("2024-01-02", 1), ("2024-06-01", 1), ("2024-06-10", 1)],
    ),
    (
        "SELECT EACH_WEEK ( [ordered_on] ) , COUNT ( * ) FROM [orders] WHERE [quantity] < {4}"
        " GROUP BY EACH_WEEK ( [ordered_on] ) ORDER BY EACH_WEEK ( [ordered_on] ) DESC LIMIT 1",
        [("2024-06-10", 1)],
    ),
    (
        "SELECT EACH_MONTH ( [ordered_on] ) , SUM ( [total] ) FROM [orders]"
        " WHERE [total] > {50} ORDER BY [ordered_on]",
        [("2024-01-01", 100), ("2024-02-01", 55.5), ("2024-05-01", 333.33), ("2024-06-01", 275.25)],
    ),
    (
        "SELECT EACH_QUARTER ( [ordered_on] ) , AVG ( [quantity] ) FROM [orders] WHERE"
        " [quantity] > {0} GROUP BY [ordered_on] ORDER BY EACH_QUARTER ( [ordered_on] ) ASC",
        [("2023-10-01", 5), ("2024-01-01", 3), ("2024-04-01", 6)],
    ),
    (
        "SELECT WEEKDAY ( [ordered_on] ) , COUNT ( * ) FROM [orders]"
        " GROUP BY WEEKDAY ( [ordered_on] ) ORDER BY WEEKDAY ( [ordered_on] )",
        [(0, 2), (1, 1), (3, 1), (4, 2), (5, 1), (6, 2)],
    ),
    (
        "SELECT HOUR ( [joined] ) , COUNT ( * ) FROM [people] WHERE [joined] IS NOT NULL"
        " GROUP BY HOUR ( [joined] ) ORDER BY HOUR ( [joined] )",
        [(0, 1), (8, 1), (12, 1), (13, 1), (23, 1)],
    ),
    ("SELECT HOUR ( [ordered_on] ) FROM [orders] WHERE [total] > {200}", [(0,)]),
    (
        "SELECT [name] , AGE ( [born] ) FROM [people] WHERE AGE ( [born] ) >= {35}"
        " ORDER BY AGE ( [born] ) DESC",
        [("Dmitri", 51), ("bob stone", 38)],
    ),
    ("SELECT AVG ( AGE ( [born] ) ) FROM [people]", [(34.2,)]),
    ("SELECT COUNT ( * ) FROM [orders] WHERE [ordered_on] < TODAY", [(8,)]),
    ("SELECT COUNT ( * ) FROM [orders] WHERE [shipped_at] > TODAY", [(0,)]),
    (
        "SELECT DAYS ( [ordered_on] , TODAY ) FROM [orders] WHERE [status] = {open}"
        " ORDER BY DAYS ( [ordered_on] , TODAY )",
        [(1,), (7,)],
    ),
    (
        "SELECT [status] , AVG ( DAYS ( [ordered_on] , [shipped_at] ) ) FROM [orders]"
        " WHERE [status] <> {returned} GROUP BY [status] ORDER BY [status] DESC",
        [("shipped", 1), ("open", 2), ("Shipped", 5)],
    ),
    (
        "SELECT COUNT ( * ) FROM [orders] WHERE DAYS ( [ordered_on] , [shipped_at] ) > {1}",
        [(4,)],
    ),
    ("SELECT SHARE ( [status] = {open} ) FROM [orders]", [(200 / 9,)]),
    ("SELECT SHARE ( [hollow.x] > {1} ) FROM [hollow]", [(None,)]),
    ("SELECT SHARE ( NOT EXISTS [orders] ) FROM [people]", [(100 / 6,)]),
    (
        "SELECT [city] , SHARE ( EXISTS [orders] ) FROM [people] WHERE [height] > {1.65}"
        " GROUP BY [city] ORDER BY [city] DESC LIMIT 1",
        [("berlin", 100)],
    ),
    (
        "SELECT [status] FROM [orders] GROUP BY [status] HAVING SHARE ( [quantity] > {4} ) > {50}"
        " ORDER BY [status]",
        [("Shipped",), ("returned",)],
    ),
    (
        "SELECT [status] , PART ( COUNT ( * ) ) FROM [orders] WHERE [quantity] > {0}"
        " GROUP BY [status] ORDER BY PART ( COUNT ( * ) ) DESC LIMIT 1",
        [("shipped", 300 / 7)],
    ),
    (
        "SELECT [city] , PART ( SUM ( [total] ) ) FROM [orders] WHERE [total] >= {200}"
        " GROUP BY [city] ORDER BY PART ( SUM ( [total] ) )",
        [("Hamburg", 100 * 200 / 533.33), (None, 100 * 333.33 / 533.33)],
    ),
]


@pytest.fixture(scope="module")
def engines(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    made = Engines(postgres.database(TABLES), tmp_path_factory.mktemp("rows"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def asked(engines: Engines) -> tuple[Link, Judge]:
    linked = link(engines.schema, QUESTION)
    return linked, Judge(answer_grammar(linked.slots))


@pytest.mark.parametrize(("answer", "rows"), SAID, ids=lambda said: str(said)[:60])
def test_the_rows_are_those_that_are_meant(
    answer: str, rows: list[Row], engines: Engines, asked: tuple[Link, Judge]
) -> None:
    linked, allowed = asked
    said = " " + _slotted(answer, linked)
    assert allowed.accepts(said), allowed.fitting(said)
    for dialect in ("sqlite", "duckdb", "postgres"):
        sql = check(unlink(said, linked.slots), replace(engines.schema, dialect=dialect), TODAY).sql
        found = [tuple(map(_plain, row)) for row in engines.run(dialect, sql)]
        assert found == [tuple(map(_plain, row)) for row in rows], f"{dialect}: {sql}"


@pytest.mark.parametrize("seed", range(20))
def test_whatever_it_may_say_runs_everywhere(
    seed: int, engines: Engines, asked: tuple[Link, Judge]
) -> None:
    linked, allowed = asked
    said, whole = allowed.wander(random.Random(seed), 160, ends=frozenset([b")", b" )"]))
    if not whole or "know" in said:
        return
    for dialect in ("sqlite", "duckdb", "postgres"):
        schema = replace(engines.schema, dialect=dialect)
        engines.run(dialect, check(unlink(said, linked.slots), schema, TODAY).sql)


def _slotted(answer: str, linked: Link) -> str:
    slots = linked.slots
    tables = slots.schema.tables
    names = {tables[place].name: f"<t{n}>" for n, place in enumerate(slots.tables)}
    for number, item in enumerate(slots.columns):
        name = tables[item.table].columns[item.column].name
        names.setdefault(name, f"<c{number}>")
        names[f"{tables[item.table].name}.{name}"] = f"<c{number}>"
    values = {value.text: f"<v{n}>" for n, value in enumerate(slots.values)}
    answer = re.sub(r"\[(.+?)\]", lambda found: names[found[1]], answer)
    return re.sub(r"\{(.+?)\}", lambda found: values[found[1]], answer)


def _plain(cell: object) -> object:
    """Numbers to nine digits, points in time as days."""
    if cell is None:
        return None
    try:
        return float(f"{float(str(cell)):.9g}")
    except ValueError:
        return str(cell).removesuffix("+00:00").removesuffix(" 00:00:00")
