"""What models write for PostgreSQL finds PostgreSQL's rows in every kind of database.

The reference is a real PostgreSQL running the query as it is written, its clock words spelt out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from localai.errors import SQLRejected
from localai.sql.check import check
from tests.sql.postgres import Postgres
from tests.sql.rows.engines import TABLES, TODAY, Engines, comparable, queries
from tests.sql.rows.expressions import Expressions

QUERIES = queries()


@pytest.fixture(scope="module")
def engines(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    made = Engines(postgres.database(TABLES), tmp_path_factory.mktemp("rows"))
    yield made
    made.close()


@pytest.mark.parametrize(("section", "query"), QUERIES, ids=lambda text: str(text)[:60])
def test_every_engine_finds_postgresqls_rows(engines: Engines, section: str, query: str) -> None:
    expected, types = engines.expected(query)
    ordered = "order by" in query.lower().rpartition(")")[2]
    wanted = comparable(expected, types, ordered=ordered)
    for dialect in ("sqlite", "duckdb", "postgres"):
        sql = check(query, replace(engines.schema, dialect=dialect), TODAY).sql
        found = comparable(engines.run(dialect, sql), types, ordered=ordered)
        assert found == wanted, f"{section}, {dialect}: {sql}"


FORMS = {
    "T": "REPLACE({0}, ' ', 'T')",
    "T and Z": "REPLACE({0}, ' ', 'T') || 'Z'",
    "thousandths": "{0} || '.000'",
    "dates where that is all": "REPLACE({0}, ' 00:00:00', '')",
}


@pytest.mark.parametrize("form", FORMS)
def test_sqlite_may_keep_points_in_time_in_any_form(engines: Engines, form: str) -> None:
    sqlite = engines.sqlite
    for table, column in (("people", "joined"), ("orders", "shipped_at"), ("days", '"at"')):
        sqlite.execute(f"UPDATE {table} SET {column} = {FORMS[form].format(column)}")
    try:
        for section, query in QUERIES:
            if not section.startswith("dates"):
                continue
            expected, types = engines.expected(query)
            found = engines.run("sqlite", check(query, engines.schema, TODAY).sql)
            wanted = comparable(expected, types, ordered=True)
            assert comparable(found, types, ordered=True) == wanted, query
    finally:
        sqlite.rollback()


def test_the_queries_cover_much() -> None:
    assert len(QUERIES) >= 350
    assert len({query for _, query in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("seed", range(10))
def test_random_expressions_mean_the_same_everywhere(engines: Engines, seed: int) -> None:
    import psycopg

    made = Expressions(seed)
    compared = 0
    for depth in [1, 2, 2, 3] * 6:
        query = f"SELECT {made.any(depth)} AS v FROM days ORDER BY d"
        try:
            expected, types = engines.expected(query)
        except psycopg.Error:
            # Out of range, or of kinds that do not go together.
            continue
        compared += 1
        wanted = comparable(expected, types, ordered=True)
        for dialect in ("sqlite", "duckdb", "postgres"):
            sql = check(query, replace(engines.schema, dialect=dialect), TODAY).sql
            found = comparable(engines.run(dialect, sql), types, ordered=True)
            assert found == wanted, f"{dialect}: {query}: {sql}"
    assert compared > 12


@pytest.mark.parametrize(
    ("dialect", "query", "words"),
    [
        ("sqlite", "SELECT p.id FROM people p, LATERAL (SELECT 1) x", "LATERAL"),
        ("sqlite", "SELECT city, COUNT(*) FROM people GROUP BY ROLLUP (city)", "ROLLUP"),
        ("sqlite", "SELECT joined AT TIME ZONE 'UTC' FROM people", "time zones"),
        ("sqlite", "SELECT id FROM people INTERSECT ALL SELECT id FROM orders", "INTERSECT ALL"),
        ("sqlite", "SELECT id FROM people ORDER BY id FETCH FIRST 1 ROW WITH TIES", "WITH TIES"),
        ("sqlite", "SELECT n FROM days, generate_series(1, n) AS g(k)", "depends on a row"),
        ("sqlite", "SELECT TO_CHAR(n, 'RN') FROM days", "template 'RN'"),
        ("duckdb", "SELECT TO_CHAR(n, 'S999') FROM days", "template 'S999'"),
        ("duckdb", "SELECT TO_DATE(t, 'J') FROM texts", "template 'J'"),
    ],
)
def test_what_a_database_cannot_say_is_refused_by_name(
    engines: Engines, dialect: str, query: str, words: str
) -> None:
    with pytest.raises(SQLRejected, match=words):
        check(query, replace(engines.schema, dialect=dialect), TODAY)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
@pytest.mark.parametrize(
    "expression",
    ["total / 0", "quantity / (quantity - quantity)", "quantity % 0", "SUM(total) / SUM(0)"],
)
def test_a_division_by_zero_leaves_a_gap(engines: Engines, dialect: str, expression: str) -> None:
    sql = check(f"SELECT {expression} FROM orders", replace(engines.schema, dialect=dialect)).sql
    assert {row[0] for row in engines.run(dialect, sql)} == {None}


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_a_text_that_is_no_number_leaves_a_gap(engines: Engines, dialect: str) -> None:
    query = "SELECT CAST(s AS NUMERIC), t::int FROM texts ORDER BY id"
    sql = check(query, replace(engines.schema, dialect=dialect)).sql
    rows = engines.run(dialect, sql)
    assert [row for row in rows if row != (None, None)] == [(12.5, 7)]


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("SELECT SUM(code), AVG(code), MAX(code * 2) FROM codes", [(19.5, 6.5, 30)]),
        ("SELECT id FROM codes WHERE code > 2 ORDER BY id", [(1,), (3,)]),
        ("SELECT id FROM codes WHERE opened_on >= CURRENT_DATE - 20 ORDER BY id", [(1,), (2,)]),
        ("SELECT EXTRACT(YEAR FROM opened_on) FROM codes WHERE id = 5", [(2023,)]),
        ("SELECT closed_at - opened_on FROM codes WHERE id = 2", [("12:00:00",)]),
        ("SELECT CURRENT_DATE - opened_on FROM codes WHERE id = 1", [(14,)]),
        ("SELECT COUNT(*) FROM codes WHERE closed_at < NOW() - INTERVAL '13 days'", [(1,)]),
        ("SELECT TO_CHAR(closed_at, 'HH24:MI') FROM codes WHERE id = 1", [("10:00",)]),
        ("SELECT EXTRACT(DAY FROM AGE(opened_on)) FROM codes WHERE id = 1", [(14,)]),
        ("SELECT DATE_TRUNC('month', opened_on)::date::text FROM codes WHERE id = 3",
         [("2024-02-01",)]),
    ],
)  # fmt: skip
def test_what_is_kept_as_text_is_read(
    engines: Engines, dialect: str, query: str, values: list[tuple[object, ...]]
) -> None:
    sql = check(query, replace(engines.schema, dialect=dialect), TODAY).sql
    found = [tuple(_plain(cell) for cell in row) for row in engines.run(dialect, sql)]
    assert found == values, sql


def _plain(cell: object) -> object:
    return cell if isinstance(cell, str) or cell is None else float(str(cell))
