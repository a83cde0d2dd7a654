from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import duckdb
import pytest

from localai.errors import SQLRejected, SQLTimeout
from localai.sql.database import Cell, Limits
from localai.sql.databases.duckdb_connection import connect, in_memory, lock
from localai.sql.databases.duckdb_query import explain, run

Connection = duckdb.DuckDBPyConnection
MEMORY = Limits().memory
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"


@pytest.fixture
def shop(duckdb_file: Path) -> Iterator[Connection]:
    with closing(connect(duckdb_file, MEMORY)) as connection:
        yield connection


@pytest.fixture
def loaded() -> Iterator[Connection]:
    """As files are loaded: nothing but the guard keeps this one from changing."""
    with closing(in_memory(MEMORY)) as connection:
        connection.execute("CREATE TABLE t AS SELECT range AS a, 'x' AS b FROM range(1000)")
        connection.execute("CREATE SEQUENCE s")
        lock(connection)
        yield connection


def test_a_result_has_its_columns_and_rows(shop: Connection) -> None:
    result = run(shop, "SELECT name, price AS cost FROM products ORDER BY price DESC LIMIT 2;")
    assert result.columns == ("name", "cost")
    assert result.rows == (("Bicycle", 499.0), ("Espresso Machine", 349.0))
    assert not result.truncated
    assert run(shop, "FROM customers SELECT COUNT(*) -- all of them").rows == ((40,),)


def test_rows_over_the_limit_are_left_out_and_said(shop: Connection) -> None:
    three = run(shop, "SELECT id FROM customers ORDER BY id", Limits(max_rows=3))
    assert (three.rows, three.truncated) == (((1,), (2,), (3,)), True)
    assert not run(shop, "SELECT id FROM customers", Limits(max_rows=40)).truncated
    assert run(shop, "SELECT range FROM range(100000000000)", Limits(max_rows=5)).truncated


def test_a_huge_result_ends_early(shop: Connection) -> None:
    result = run(shop, "SELECT repeat('x', 5000000) FROM customers")
    assert (len(result.rows), result.truncated) == (5, True)


CELLS: list[tuple[str, Cell]] = [
    ("NULL", None),
    ("1::TINYINT", 1),
    ("true", True),
    ("9007199254740991", 9007199254740991),
    ("9007199254740992", "9007199254740992"),
    ("170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"),
    ("12.30::DECIMAL(10,2)", 12.3),
    ("12::DECIMAL(10,0)", 12),
    ("12345678901234567.89::DECIMAL(20,2)", "12345678901234567.89"),
    ("1.5::DOUBLE", 1.5),
    ("'nan'::DOUBLE", "NaN"),
    ("'-infinity'::FLOAT", "-Infinity"),
    ("'é'", "é"),
    ("DATE '2024-01-02'", "2024-01-02"),
    ("DATE 'infinity'", "infinity"),
    ("DATE '12024-01-02'", "12024-01-02"),
    ("TIMESTAMP '2024-01-02 03:04:05'", "2024-01-02 03:04:05"),
    ("TIMESTAMP '2024-01-02 03:04:05.25'", "2024-01-02 03:04:05.25"),
    ("TIME '03:04:05'", "03:04:05"),
    ("INTERVAL '1 month 2 days'", "1 month 2 days"),
    ("TIMESTAMP '2024-01-02' - TIMESTAMP '2024-01-01 12:00:00'", "12:00:00"),
    ("UUID '00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
    ("'\\x00\\xFF'::BLOB", "<2 bytes: 00ff>"),
    ("'0101'::BIT", "0101"),
    ("'{\"a\": 1}'::JSON", '{"a": 1}'),
    ("'b'::ENUM('a', 'b')", "b"),
    ("[1, 2, NULL]", "[1,2,null]"),
    ("[1, 2]::INT[2]", "[1,2]"),
    ("{'a': 1, 'b': DATE '2024-01-02'}", '{"a":1,"b":"2024-01-02"}'),
    ("MAP {'k': 1.5}", '{"k":1.5}'),
    ("union_value(n := 2)", '{"n":2}'),
]


@pytest.mark.parametrize(("sql", "cell"), CELLS, ids=[sql for sql, _ in CELLS])
def test_every_type_goes_into_json(loaded: Connection, sql: str, cell: Cell) -> None:
    rows = run(loaded, f"SELECT {sql} AS value, {sql} AS value").rows
    assert rows == ((cell, cell),)
    assert type(rows[0][0]) is type(cell)
    json.dumps(rows, allow_nan=False)


def test_times_with_zones_go_into_json_too(loaded: Connection) -> None:
    zoned = run(loaded, "SELECT TIMESTAMPTZ '2024-01-02 03:04:05+00' AS t").rows[0][0]
    assert isinstance(zoned, str)
    assert zoned.startswith("2024-01-0")


def test_rows_keep_their_order_as_text(loaded: Connection) -> None:
    days = "SELECT DATE '2000-01-01' + (i * 7919 % 20000)::INT AS day FROM range(200000) r(i)"
    for order in ("", " DESC"):
        result = run(loaded, f"{days} ORDER BY day{order}", Limits(max_rows=200_000))
        cells = [str(row[0]) for row in result.rows]
        assert cells == sorted(cells, reverse=bool(order))
        assert len(cells) == 200_000


REFUSED = [
    "DELETE FROM t",
    "WITH d AS (DELETE FROM t RETURNING *) SELECT COUNT(*) FROM d",
    "WITH d AS (INSERT INTO t VALUES (1, 'y') RETURNING *) SELECT * FROM d",
    "CREATE TEMP TABLE x (a INT)",
    "CREATE TABLE x AS SELECT 1",
    "SELECT nextval('s')",
    "COMMIT",
    "SELECT 1; COMMIT; DROP TABLE t",
    "SET threads = 64",
    "SET VARIABLE x = 1",
    "RESET memory_limit",
    "PRAGMA version",
    "CALL pragma_version()",
    "CHECKPOINT",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "ATTACH 'evil.db'",
    "USE memory",
    "COPY t TO 'evil.csv'",
    "COPY (SELECT 1) TO 'evil.parquet' (FORMAT parquet)",
    "EXPORT DATABASE 'evil'",
    "IMPORT DATABASE 'evil'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "UPDATE EXTENSIONS",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/*')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "FROM '/etc/passwd'",
    "FROM 'other.parquet'",
    "SELECT * FROM parquet_metadata('x')",
    "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM secret_frame",
    "SELECT nope FROM t",
    "SELECT 1 +",
    "SELECT $1",
    "SELECT ?",
    "",
    "-- nothing",
    "SELECT '" + "x" * 200_000 + "'",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "SELECT 'a\0b' FROM",
]


@pytest.mark.parametrize("sql", REFUSED, ids=lambda sql: sql[:40].replace("\0", "0"))
def test_nothing_but_reading_runs(
    loaded: Connection, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_frame = [{"a": "s3cr3t"}]  # DuckDB would take it for a table
    monkeypatch.chdir(tmp_path)
    with suppress(SQLRejected):
        explain(loaded, sql)  # some are found out only when they run
    with pytest.raises(SQLRejected):
        run(loaded, sql)
    assert run(loaded, "SELECT COUNT(*) FROM t").rows == ((1000,),)
    assert list(tmp_path.iterdir()) == []
    assert secret_frame


def test_what_does_not_end_is_stopped(shop: Connection) -> None:
    for sql in (ENDLESS, "SELECT COUNT(*) FROM range(100000000000) a, range(1000) b"):
        with pytest.raises(SQLTimeout, match=r"longer than 0\.2 s"):
            run(shop, sql, Limits(timeout=0.2))
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_it_can_be_interrupted_and_asked_again(shop: Connection) -> None:
    timer = threading.Timer(0.2, shop.interrupt)
    timer.start()
    with pytest.raises(SQLRejected, match="nterrupt"):
        run(shop, ENDLESS)
    timer.join()
    shop.interrupt()
    time.sleep(0.01)
    assert run(shop, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_too_much_memory_is_told_apart(duckdb_file: Path) -> None:
    with closing(connect(duckdb_file, 400_000_000)) as connection:
        with pytest.raises(MemoryError):
            run(connection, "SELECT length(string_agg(repeat('x', 1000), '')) FROM range(1000000)")
        assert run(connection, "SELECT COUNT(*) FROM customers").rows == ((40,),)


def test_explaining_runs_nothing(shop: Connection) -> None:
    explain(shop, ENDLESS)
    explain(shop, "SELECT 1;")
    with pytest.raises(SQLRejected, match="nope"):
        explain(shop, "SELECT nope FROM customers")


def test_words_of_sql_can_be_names() -> None:
    with closing(in_memory(MEMORY)) as connection:
        for name in ("user", "show", "set", "order", "pragma", "copy"):
            connection.execute(
                f'CREATE TABLE "{name}" ("{name}" INT); INSERT INTO "{name}" SELECT 1'
            )
        lock(connection)
        for name in ("user", "show", "set", "order", "pragma", "copy"):
            assert run(connection, f'SELECT "{name}" FROM "{name}"').rows == ((1,),)
