"""Every function that the list allows can be called in every kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from localai.errors import SQLRejected
from localai.schema import Column, Schema, Table
from localai.sql.check import check
from localai.sql.functions import CLOCKS, FUNCTIONS, HABITS, NATIVE
from tests.sql.postgres import Postgres
from tests.sql.rows.engines import TABLES, TODAY, Engines, comparable

# One call of each, over the tables of tests/sql/rows/tables.sql.
CALLS = {
    "ABS": "ABS(x)", "ACOS": "ACOS(0.5)", "AGE": "AGE(d, born)",
    "ARRAY_AGG": "ARRAY_AGG(id ORDER BY id)", "ARRAY_LENGTH": "ARRAY_LENGTH(ARRAY_AGG(id), 1)",
    "ASCII": "ASCII(name)", "ASIN": "ASIN(0.5)",
    "ARRAY_TO_STRING": "ARRAY_TO_STRING(ARRAY_AGG(name ORDER BY id), ',')", "ATAN": "ATAN(x)",
    "ATAN2": "ATAN2(x, 2)", "AVG": "AVG(x)", "BOOL_AND": "BOOL_AND(active)",
    "BOOL_OR": "BOOL_OR(active)", "BTRIM": "BTRIM(name, 'An')",
    "CARDINALITY": "CARDINALITY(ARRAY_AGG(id))", "CAST": "CAST(x AS INTEGER)", "CBRT": "CBRT(27)",
    "CEIL": "CEIL(x)", "CEILING": "CEILING(x)", "CHARACTER_LENGTH": "CHARACTER_LENGTH(name)",
    "CHAR_LENGTH": "CHAR_LENGTH(name)", "CHR": "CHR(65)", "COALESCE": "COALESCE(city, name)",
    "CONCAT": "CONCAT(name, city)", "CONCAT_WS": "CONCAT_WS('-', name, city)",
    "CORR": "CORR(x, id)", "COS": "COS(x)", "COUNT": "COUNT(city)", "COVAR_POP": "COVAR_POP(x, id)",
    "COVAR_SAMP": "COVAR_SAMP(x, id)", "CUME_DIST": "CUME_DIST() OVER (ORDER BY id)",
    "DATE": "DATE(at)", "DATE_PART": "DATE_PART('month', d)",
    "DATE_TRUNC": "DATE_TRUNC('month', d)", "DEGREES": "DEGREES(x)",
    "DENSE_RANK": "DENSE_RANK() OVER (ORDER BY city)", "DIV": "DIV(id, 2)",
    "EVERY": "EVERY(active)", "EXP": "EXP(1)", "EXTRACT": "EXTRACT(YEAR FROM d)",
    "FIRST_VALUE": "FIRST_VALUE(id) OVER (ORDER BY id)", "FLOOR": "FLOOR(x)",
    "GREATEST": "GREATEST(x, 1)", "INITCAP": "INITCAP(name)", "LAG": "LAG(id) OVER (ORDER BY id)",
    "LAST_VALUE": "LAST_VALUE(id) OVER (ORDER BY id)", "LEAD": "LEAD(id) OVER (ORDER BY id)",
    "LEAST": "LEAST(x, 1)", "LEFT": "LEFT(name, 2)", "LENGTH": "LENGTH(name)", "LN": "LN(id)",
    "LOG": "LOG(2, id)", "LOG10": "LOG10(id)", "LOWER": "LOWER(name)", "LPAD": "LPAD(name, 9, '-')",
    "LTRIM": "LTRIM(name)", "MAKE_DATE": "MAKE_DATE(2024, id, 1)",
    "MAKE_INTERVAL": "d + MAKE_INTERVAL(days => id)",
    "MAKE_TIMESTAMP": "MAKE_TIMESTAMP(2024, id, 1, 2, 3, 4.5)", "MAX": "MAX(d)", "MIN": "MIN(name)",
    "MOD": "MOD(id, 2)", "MODE": "MODE() WITHIN GROUP (ORDER BY city)",
    "NTH_VALUE": "NTH_VALUE(id, 2) OVER (ORDER BY id)", "NTILE": "NTILE(2) OVER (ORDER BY id)",
    "NULLIF": "NULLIF(id, 3)", "PERCENTILE_CONT": "PERCENTILE_CONT(0.4) WITHIN GROUP (ORDER BY x)",
    "PERCENTILE_DISC": "PERCENTILE_DISC(0.4) WITHIN GROUP (ORDER BY x)",
    "PERCENT_RANK": "PERCENT_RANK() OVER (ORDER BY id)", "PI": "PI()",
    "POSITION": "POSITION('a' IN name)", "POW": "POW(id, 2)", "POWER": "POWER(id, 2)",
    "RADIANS": "RADIANS(x)", "RANDOM": "RANDOM() BETWEEN 0 AND 1",
    "RANK": "RANK() OVER (ORDER BY city)", "REGEXP_LIKE": "REGEXP_LIKE(name, '^A')",
    "REGEXP_REPLACE": "REGEXP_REPLACE(name, 'a', 'o')", "REPEAT": "REPEAT(name, 2)",
    "REPLACE": "REPLACE(name, 'a', 'o')", "REVERSE": "REVERSE(name)", "RIGHT": "RIGHT(name, 2)",
    "ROUND": "ROUND(x, 1)", "ROW_NUMBER": "ROW_NUMBER() OVER (ORDER BY id)",
    "RPAD": "RPAD(name, 9, '-')", "RTRIM": "RTRIM(name)", "SIGN": "SIGN(x)", "SIN": "SIN(x)",
    "SPLIT_PART": "SPLIT_PART(name, ' ', 2)", "SQRT": "SQRT(id)",
    "STARTS_WITH": "STARTS_WITH(name, 'A')", "STDDEV": "STDDEV(x)", "STDDEV_POP": "STDDEV_POP(x)",
    "STDDEV_SAMP": "STDDEV_SAMP(x)", "STRING_AGG": "STRING_AGG(name, ', ' ORDER BY name)",
    "STRPOS": "STRPOS(name, 'a')", "SUBSTR": "SUBSTR(name, 2)",
    "SUBSTRING": "SUBSTRING(name, 1, 3)", "SUM": "SUM(x)", "TAN": "TAN(1)",
    "TO_CHAR": "TO_CHAR(d, 'FMMonth')", "TO_DATE": "TO_DATE('2024-03', 'YYYY-MM')",
    "TO_NUMBER": "TO_NUMBER('1,000', '9,999')",
    "TO_TIMESTAMP": "TO_TIMESTAMP('2024-03-01', 'YYYY-MM-DD')::date",
    "TRANSLATE": "TRANSLATE(name, 'ab', 'x')", "TRIM": "TRIM(name)", "TRUNC": "TRUNC(x)",
    "UPPER": "UPPER(city)", "VARIANCE": "VARIANCE(x)", "VAR_POP": "VAR_POP(x)",
    "VAR_SAMP": "VAR_SAMP(x)", "NOW": "NOW()::date", "CURRENT_DATE": "CURRENT_DATE",
    "CURRENT_TIMESTAMP": "CURRENT_TIMESTAMP::date", "LOCALTIMESTAMP": "LOCALTIMESTAMP::date",
}  # fmt: skip
FROM = "FROM people JOIN days ON days.n = people.id WHERE people.id <> 4 AND people.id <> 5"
NATIVE_CALLS = {
    "sqlite": (
        "DATETIME(at), GROUP_CONCAT(name), IFNULL(city, '-'), IIF(active, 1, 0), INSTR(name, 'a'), "
        "JSON_ARRAY_LENGTH('[1]'), JSON_EXTRACT('{\"a\": 1}', '$.a'), JULIANDAY(d), LOG2(n), "
        "PRINTF('%d', n), STRFTIME('%Y', d), TIME(at), TOTAL(x), TYPEOF(x), UNICODE(name), "
        "UNIXEPOCH(at)"
    ),
    "duckdb": (
        "ARG_MAX(name, x), ARG_MIN(name, x), DATE_DIFF('day', d, at), DAYNAME(d), DAYOFWEEK(d), "
        "IFNULL(city, '-'), MEDIAN(x), MONTHNAME(d), SECOND(at), STRFTIME(d, '%Y'), "
        "STRPTIME('2024', '%Y'), WEEK(d)"
    ),
    "postgres": (
        "JSON_ARRAY_LENGTH('[1]'), JSONB_ARRAY_LENGTH('[1]'), "
        "JSON_EXTRACT_PATH_TEXT('{\"a\": 1}', 'a'), JSONB_EXTRACT_PATH_TEXT('{\"a\": 1}', 'a')"
    ),
}


@pytest.fixture(scope="module")
def engines(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    made = Engines(postgres.database(TABLES), tmp_path_factory.mktemp("calls"))
    yield made
    made.close()


def test_every_allowed_function_has_its_call() -> None:
    others = {"GENERATE_SERIES", "CURRENT_TIME", "LOCALTIME"}
    assert set(CALLS) == (FUNCTIONS | CLOCKS) - HABITS - others


@pytest.mark.parametrize("name", sorted(CALLS))
def test_it_means_the_same_everywhere(engines: Engines, name: str) -> None:
    query = f"SELECT {CALLS[name]} AS v {FROM}"
    expected, types = engines.expected(query)
    wanted = comparable(expected, types, ordered=False)
    for dialect in ("sqlite", "duckdb", "postgres"):
        sql = check(query, replace(engines.schema, dialect=dialect), TODAY).sql
        assert comparable(engines.run(dialect, sql), types, ordered=False) == wanted, sql


@pytest.mark.parametrize(
    ("dialect", "call"),
    [(dialect, call) for dialect, calls in NATIVE_CALLS.items() for call in calls.split("), ")],
)
def test_a_databases_own_functions_run_in_it(engines: Engines, dialect: str, call: str) -> None:
    call = call if call.endswith(")") else f"{call})"
    name = call.partition("(")[0]
    assert name in NATIVE[dialect]
    query = f"SELECT {call} {FROM}"
    sql = check(query, replace(engines.schema, dialect=dialect)).sql
    assert engines.run(dialect, sql)


@pytest.mark.parametrize(
    ("dialect", "call"),
    [
        ("postgres", "JULIANDAY(d)"), ("duckdb", "TOTAL(x)"), ("sqlite", "ARG_MAX(name, x)"),
        ("postgres", "MEDIAN(x)"), ("sqlite", "DAYNAME(d)"), ("duckdb", "UNIXEPOCH(at)"),
    ],
)  # fmt: skip
def test_and_not_in_others(engines: Engines, dialect: str, call: str) -> None:
    with pytest.raises(SQLRejected, match="not one that queries may call"):
        check(f"SELECT {call} {FROM}", replace(engines.schema, dialect=dialect))


@pytest.mark.parametrize("name", sorted(HABITS))
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_a_habit_is_understood(engines: Engines, name: str, dialect: str) -> None:
    schema = replace(engines.schema, dialect=dialect)
    found, wanted = (
        engines.run(dialect, check(f"SELECT {call} FROM days ORDER BY d", schema).sql)
        for call in (f"{name}(at) * 2", f"EXTRACT({name} FROM at) * 2")
    )
    assert found == wanted


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
@pytest.mark.parametrize(
    "call",
    [
        "AGE()", "AGE(d, d, d)", "REGEXP_REPLACE(a, a)", "TO_CHAR()", "TO_CHAR(d)", "EVERY()",
        "INITCAP()", "SPLIT_PART(a)", "ROUND(n, 1, 2)", "MAKE_DATE(1)", "STRING_AGG(a)",
    ],
)  # fmt: skip
def test_a_call_with_too_few_or_too_many_arguments_is_refused(dialect: str, call: str) -> None:
    columns = (Column("a", "TEXT"), Column("d", "DATE"), Column("n", "INTEGER"))
    schema = Schema((Table("t", columns),), dialect=dialect)
    with pytest.raises(SQLRejected, match=call.partition("(")[0]):
        check(f"SELECT {call} FROM t", schema)


def test_what_stands_in_brackets_within_a_call_is_not_counted() -> None:
    schema = Schema((Table("t", (Column("a", "TEXT"), Column("n", "INTEGER"))),), dialect="duckdb")
    for call in ("STRING_AGG(a, ',' ORDER BY n, a)", "ROUND(COALESCE(n, 1, 2), 2)", "LOWER((a))"):
        check(f"SELECT {call} FROM t", schema)
    check("WITH rank(a, n) AS (SELECT a, n FROM t) SELECT a FROM rank", schema)
