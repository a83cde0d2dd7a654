from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest

from localai.errors import DatabaseError, SQLRejected, SQLTimeout
from localai.sql.database import Cell, Gone, Limits
from localai.sql.databases.postgres_calls import names_in
from localai.sql.databases.postgres_query import explain, run
from localai.sql.databases.postgres_role import refuse_power
from tests.sql.postgres import Postgres

Connection = psycopg.Connection[Any]
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
QUICK = Limits(timeout=0.3)

SCRIPT = """
CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, city TEXT);
INSERT INTO customers SELECT i, 'name ' || i, 'Berlin' FROM generate_series(1, 40) i;
CREATE SEQUENCE numbers;
CREATE VIEW locking AS SELECT pg_advisory_lock(7)::TEXT AS locked;
CREATE VIEW sleeping AS SELECT pg_sleep(60)::TEXT AS slept;
CREATE FUNCTION harmless(i INT) RETURNS INT LANGUAGE sql STABLE AS 'SELECT i + 1';
CREATE FUNCTION careless(i INT) RETURNS INT LANGUAGE sql AS 'SELECT i + 1';
CREATE FUNCTION powerful() RETURNS INT LANGUAGE sql SECURITY DEFINER
    AS 'DELETE FROM customers; SELECT 1';
CREATE TYPE pair AS (a INT, b TEXT);
CREATE TABLE "user" ("show" INT, "set" INT, "order" INT, pragma INT, copy INT);
INSERT INTO "user" VALUES (1, 2, 3, 4, 5);
"""


@pytest.fixture(scope="module")
def url(postgres: Postgres) -> str:
    return postgres.database(SCRIPT)


@pytest.fixture(scope="module")
def reader(postgres: Postgres, url: str) -> str:
    return postgres.reader(url)


@pytest.fixture
def shop(postgres: Postgres, reader: str) -> Iterator[Connection]:
    with closing(postgres.connect(reader)) as connection:
        yield connection


def test_a_result_has_its_columns_and_rows(shop: Connection) -> None:
    result = run(shop, "SELECT name, id AS number FROM customers ORDER BY id DESC LIMIT 2;")
    assert result.columns == ("name", "number")
    assert result.rows == (("name 40", 40), ("name 39", 39))
    assert not result.truncated
    assert run(shop, "TABLE customers -- all of them").truncated is False
    assert run(shop, "SELECT 1 AS a, 2 AS a").rows == ((1, 2),)
    assert run(shop, "SELECT name FROM customers WHERE name LIKE '%1%' AND id % 10 = 1").rows
    empty = run(shop, "SELECT name FROM customers WHERE false")
    assert (empty.columns, empty.rows, empty.truncated) == (("name",), (), False)


def test_rows_over_the_limit_are_left_out_and_said(shop: Connection) -> None:
    three = run(shop, "SELECT id FROM customers ORDER BY id", Limits(max_rows=3))
    assert (three.rows, three.truncated) == (((1,), (2,), (3,)), True)
    assert not run(shop, "SELECT id FROM customers", Limits(max_rows=40)).truncated
    assert len(run(shop, "SELECT * FROM generate_series(1, 3000)", Limits(max_rows=2500)).rows) == (
        2500
    )


def test_a_huge_result_ends_early(shop: Connection) -> None:
    result = run(shop, "SELECT repeat('x', 5000000) FROM customers")
    assert (len(result.rows), result.truncated) == (5, True)
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


CELLS: list[tuple[str, Cell]] = [
    ("NULL", None),
    ("1::SMALLINT", 1),
    ("true", True),
    ("9007199254740991", 9007199254740991),
    ("9007199254740992", "9007199254740992"),
    ("12.30::NUMERIC(10,2)", 12.3),
    ("100.00::NUMERIC(10,2)", 100.0),
    ("12::NUMERIC", 12),
    ("SUM(3::BIGINT)", 3),
    ("10.0 / 3", 10 / 3),
    ("12345678901234567.89::NUMERIC(20,2)", "12345678901234567.89"),
    ("12345678901234567890::NUMERIC", "12345678901234567890"),
    ("'NaN'::NUMERIC", "NaN"),
    ("1.5::REAL", 1.5),
    ("'-infinity'::FLOAT8", "-Infinity"),
    ("'é'::CHAR(3)", "é  "),
    ("DATE '2024-01-02'", "2024-01-02"),
    ("DATE 'infinity'", "infinity"),
    ("DATE '0044-03-15 BC'", "0044-03-15 BC"),
    ("DATE '12024-01-02'", "12024-01-02"),
    ("TIMESTAMP '2024-01-02 03:04:05'", "2024-01-02 03:04:05"),
    ("TIMESTAMP '2024-01-02 03:04:05.25'", "2024-01-02 03:04:05.25"),
    ("TIME '03:04:05'", "03:04:05"),
    ("INTERVAL '1 month 2 days 3 hours'", "1 mon 2 days 03:00:00"),
    ("'00000000-0000-0000-0000-000000000001'::UUID", "00000000-0000-0000-0000-000000000001"),
    ("'\\x00ff'::BYTEA", "<2 bytes: 00ff>"),
    ("B'0101'", "0101"),
    ("'{\"a\": 1}'::JSONB", '{"a": 1}'),
    ("'[1,  2]'::JSON", "[1,  2]"),
    ("ARRAY[1, 2, NULL]", "[1, 2, null]"),
    ("ARRAY[DATE '2024-01-02']", '["2024-01-02"]'),
    ("ARRAY['NaN'::FLOAT8]", '["NaN"]'),
    ("ROW(1, 'a')", '["1", "a"]'),
    ("ROW(1, 'a')::pair", "(1,a)"),
    ("int4range(1, 5)", "[1,5)"),
    ("'10.0.0.1'::INET", "10.0.0.1"),
    ("12.5::MONEY", "$12.50"),
    ("'customers'::REGCLASS", "customers"),
]


@pytest.mark.parametrize(("sql", "cell"), CELLS, ids=[sql for sql, _ in CELLS])
def test_every_type_goes_into_json(shop: Connection, sql: str, cell: Cell) -> None:
    rows = run(shop, f"SELECT {sql} AS value").rows
    assert rows == ((cell,),)
    assert type(rows[0][0]) is type(cell)
    json.dumps(rows, allow_nan=False)


def test_the_roles_own_settings_do_not_matter(postgres: Postgres, url: str) -> None:
    role = postgres.role(
        url,
        grants="ALTER ROLE {role} SET datestyle = 'German'; ALTER ROLE {role} SET intervalstyle = "
        "'iso_8601'; ALTER ROLE {role} SET standard_conforming_strings = off; "
        "ALTER ROLE {role} SET extra_float_digits = -5; ALTER ROLE {role} SET bytea_output=escape",
    )
    with closing(postgres.connect(role)) as connection:
        sql = (
            "SELECT DATE '2024-01-02', INTERVAL '1 day', 'a\\b', 0.1::FLOAT8 + 0.2, '\\xff'::BYTEA"
        )
        assert run(connection, sql).rows == (
            ("2024-01-02", "1 day", "a\\b", 0.30000000000000004, "<1 bytes: ff>"),
        )


REFUSED = [
    "INSERT INTO customers VALUES (41, 'x', 'y')",
    "DELETE FROM customers",
    "WITH d AS (DELETE FROM customers RETURNING *) SELECT * FROM d",
    "SELECT * FROM (WITH d AS (DELETE FROM customers RETURNING *) SELECT * FROM d) x",
    "SELECT * INTO stolen FROM customers",
    "CREATE TEMP TABLE x (a INT)",
    "SELECT name FROM customers FOR UPDATE",
    "SELECT nextval('numbers')",
    "SELECT setval('numbers', 9)",
    "SELECT powerful()",
    "SELECT careless(1)",
    "SELECT 1; DROP TABLE customers",
    "SELECT 1; COMMIT; DROP TABLE customers",
    "COMMIT",
    "ROLLBACK",
    "SET TRANSACTION READ WRITE",
    "SET statement_timeout = 0",
    "RESET ALL",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT set_config('statement_timeout', '0', false)",
    "SELECT pg_catalog.set_config('statement_timeout', '0', false)",
    "SELECT \"set_config\" /* x */ ('statement_timeout', '0', false)",
    "SELECT U&\"set\\005fconfig\"('statement_timeout', '0', false)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT pg_notify('a', 'b')",
    "NOTIFY a",
    "LISTEN a",
    "SELECT pg_sleep(0.1)",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_cancel_backend(pg_backend_pid())",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_create(0)",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT query_to_xml('DELETE FROM customers', true, true, '')",
    "SELECT pg_logical_emit_message(false, 'a', 'b')",
    "SELECT dblink('host=x', 'DELETE FROM customers')",
    "COPY customers TO PROGRAM 'cat'",
    "COPY customers TO '/tmp/x'",
    "COPY customers TO STDOUT",
    "DO $$ BEGIN DELETE FROM customers; END $$",
    "CALL powerful()",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "FETCH ALL FROM c",
    "LOCK TABLE customers",
    "VACUUM",
    "ANALYZE customers",
    "ANALYZE) SELECT pg_sleep(60) --",
    "EXPLAIN ANALYZE DELETE FROM customers",
    "SHOW data_directory",
    "SELECT 1) AS r; DELETE FROM customers; SELECT * FROM (SELECT 2",
    "SELECT rolpassword FROM pg_authid",
    "SELECT table_to_xml('pg_authid', true, true, '')",
    "SELECT nope FROM customers",
    "SELECT 1 +",
    "SELECT $1",
    "SELECT 'a\0b'",
    "SELECT '\ud800'",
    "",
    "-- nothing",
    "SELECT '" + "x" * 200_000 + "'",
    "SELECT " + "(" * 20000 + "1" + ")" * 20000,
]


@pytest.mark.parametrize("sql", REFUSED, ids=lambda sql: sql[:40].encode("ascii", "replace"))
def test_nothing_but_reading_runs(shop: Connection, postgres: Postgres, url: str, sql: str) -> None:
    with suppress(SQLRejected):
        explain(shop, sql, QUICK)  # some are found out only when they run
    with pytest.raises(SQLRejected):
        run(shop, sql, QUICK)
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)
    assert postgres.execute(url, "SELECT COUNT(*) FROM customers") == [(40,)]
    assert postgres.execute(url, "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'") == [
        (0,)
    ]


def test_what_does_not_end_is_stopped(shop: Connection) -> None:
    endless = (
        ENDLESS,
        "SELECT COUNT(*) FROM generate_series(1, 100000000000)",
        "SELECT COUNT(*) FROM customers a, customers b, customers c, customers d, customers e",
        "SELECT * FROM sleeping",
    )
    for sql in endless:
        with pytest.raises(SQLTimeout, match=r"longer than 0\.3 s"):
            run(shop, sql, QUICK)
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_a_view_keeps_no_lock(shop: Connection, postgres: Postgres, url: str) -> None:
    run(shop, "SELECT * FROM locking")
    locks = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'"
    assert postgres.execute(url, locks) == [(0,)]


def test_a_locked_table_is_told(shop: Connection, postgres: Postgres, url: str) -> None:
    with closing(postgres.connect(url)) as other:
        other.execute("BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        with pytest.raises((DatabaseError, SQLTimeout), match="locks|longer"):
            run(shop, "SELECT * FROM customers", QUICK)
        other.execute("ROLLBACK")
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_it_can_be_interrupted_and_asked_again(shop: Connection) -> None:
    timer = threading.Timer(0.2, shop.cancel_safe)
    timer.start()
    with pytest.raises(SQLTimeout):
        run(shop, ENDLESS)
    timer.join()
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_an_ended_connection_is_told(shop: Connection, postgres: Postgres, url: str) -> None:
    pid = shop.info.backend_pid
    postgres.execute(url, f"SELECT pg_terminate_backend({pid}, 5000)")
    with pytest.raises(Gone, match="ended the connection") as caught:
        run(shop, "SELECT 1")
    assert caught.value.untried


def test_explaining_runs_nothing(shop: Connection) -> None:
    explain(shop, ENDLESS, QUICK)
    explain(shop, "SELECT * FROM sleeping;", QUICK)
    with pytest.raises(SQLRejected, match='column "nope" does not exist'):
        explain(shop, "SELECT nope FROM customers")


def test_what_only_reads_may_be_called(shop: Connection) -> None:
    assert run(shop, "SELECT harmless(1), lower('A'), random() < 2").rows == ((2, "a", True),)
    assert run(shop, "SELECT COUNT(*) FROM generate_series(1, 3)").rows == ((3,),)
    assert run(shop, "SELECT 'pg_sleep(1)' AS pg_sleep -- pg_sleep(2)").rows == (("pg_sleep(1)",),)


def test_words_of_sql_can_be_names(shop: Connection) -> None:
    assert run(shop, 'SELECT "show", "set", "order", pragma, copy FROM "user"').rows == (
        (1, 2, 3, 4, 5),
    )


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ('SELECT a(1), B (2), "C"\n(3), d.e /* f( */ (4)', {"a", "b", "C", "e"}),
        ("SELECT 'a(1)', E'b\\'(', $$c($$, $x$d($$($x$, \"e(\" FROM f -- g(\n(", {"f"}),
        ("SELECT 'it''s a(', B'0', x'1', N'b('", set()),
        ("SELECT /* /* a( */ b( */ c(1)", {"c"}),
        ("SELECT a$b(1), é(2), $1(3), 1e5(", {"a$b", "é", "e5"}),
        ("SELECT '\\' , a(1), '\\'", {"a"}),
        ("SELECT " + "a" * 70 + "()", {"a" * 63}),
        ("SELECT 'unclosed a(", {"a"}),
        ("SELECT /* unclosed a(", set()),
    ],
)
def test_called_names_are_read_as_postgresql_reads_them(sql: str, names: set[str]) -> None:
    assert names_in(sql)[0] == names


@pytest.mark.parametrize(
    ("grants", "why"),
    [
        ("ALTER ROLE {role} SUPERUSER", "is a superuser"),
        ("ALTER ROLE {role} REPLICATION", "may use replication slots"),
        ("GRANT pg_read_server_files TO {role}", "may read the server's files"),
        ("GRANT pg_write_server_files, pg_execute_server_program TO {role}", "may run programs"),
        ("CREATE ROLE between_{role}; GRANT pg_execute_server_program TO between_{role}; "
         "ALTER ROLE {role} NOINHERIT; GRANT between_{role} TO {role}", "may run programs"),
    ],
)  # fmt: skip
def test_roles_that_no_guard_holds_are_refused(
    postgres: Postgres, url: str, grants: str, why: str
) -> None:
    with closing(postgres.connect(postgres.role(url, grants=grants))) as connection:
        with pytest.raises(DatabaseError, match=why) as caught:
            refuse_power(connection)
        assert "CREATE ROLE localai_reader" in caught.value.hint


def test_other_roles_are_not(postgres: Postgres, url: str, reader: str) -> None:
    for role in (
        reader,
        postgres.role(url),
        postgres.role(url, grants="ALTER ROLE {role} BYPASSRLS"),
    ):
        with closing(postgres.connect(role)) as connection:
            refuse_power(connection)


def test_the_advice_works(postgres: Postgres, url: str) -> None:
    from localai.sql.databases.postgres_role import ADVICE

    lines = [line.strip() for line in ADVICE.splitlines() if line.startswith("  ")]
    postgres.execute(url, "\n".join(lines))
    try:
        role = url.replace("//postgres@", "//localai_reader@")
        with closing(postgres.connect(role)) as connection:
            refuse_power(connection)
            assert run(connection, "SELECT COUNT(*) FROM customers").rows == ((40,),)
    finally:
        postgres.execute(url, "DROP ROLE localai_reader")
