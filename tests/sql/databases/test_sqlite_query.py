from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from localai.errors import DatabaseError, SQLRejected, SQLTimeout
from localai.sql.database import Limits
from localai.sql.databases.sqlite_query import explain, run

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"

ATTACKS = [
    "INSERT INTO customers (name) VALUES ('x')",
    "UPDATE customers SET name = 'x'",
    "DELETE FROM customers",
    "DROP TABLE customers",
    "ALTER TABLE customers ADD COLUMN x",
    "CREATE TABLE evil (a)",
    "CREATE TEMP TABLE evil (a)",
    "CREATE VIEW evil AS SELECT 1",
    "REINDEX",
    "ANALYZE",
    "VACUUM",
    "VACUUM INTO 'evil.db'",
    "ATTACH 'evil.db' AS evil",
    "DETACH main",
    "BEGIN EXCLUSIVE",
    "SAVEPOINT s",
    "PRAGMA query_only = 0",
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = WAL",
    "PRAGMA table_info(customers)",
    "PRAGMA user_version = 7",
    "SELECT 1; DROP TABLE customers",
    "WITH d AS (SELECT 1) DELETE FROM customers",
    "EXPLAIN DELETE FROM customers",
    "SELECT load_extension('evil')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('evil.db', 'x')",
    "SELECT edit('x')",
    "SELECT fts3_tokenizer('x')",
    "SELECT hex(zeroblob(400000000))",
    "SELECT randomblob(400000000)",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM pragma_table_info('customers')",
    "SELECT * FROM pragma_query_only(0)",
    "SELECT * FROM dbstat",
    "SELECT ?",
    "SELECT :a",
    "SELECT nope FROM customers",
    "SELECT 'a\0b'",
    "SELECT '\ud800'",
    "",
    "-- nothing",
    "SELECT '" + "x" * 200_000 + "'",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
]


def state(folder: Path) -> dict[str, str]:
    return {
        entry.name: hashlib.sha256(entry.read_bytes()).hexdigest() for entry in folder.iterdir()
    }


@pytest.mark.parametrize("sql", ATTACKS, ids=lambda sql: sql[:40].replace("\0", "0"))
def test_nothing_but_reading_runs(shop: Path, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)
    before, start = state(shop.parent), time.monotonic()
    with pytest.raises(SQLRejected):
        run(shop, sql, Limits(timeout=1))
    assert time.monotonic() - start < 10
    assert state(shop.parent) == before


@pytest.mark.parametrize(
    "sql",
    [
        ENDLESS,
        ENDLESS.replace("COUNT(*)", "SUM(i)"),
        "SELECT COUNT(*) FROM order_items a, order_items b, order_items c, order_items d",
        "SELECT a.unit_price FROM order_items a, order_items b, order_items c, order_items d "
        "ORDER BY RANDOM()",
        "WITH RECURSIVE t(x) AS (SELECT 'aaaaaaaa' UNION ALL SELECT x || x FROM t WHERE "
        "length(x) < 4000000 UNION ALL SELECT x FROM t) SELECT COUNT(*) FROM t",
    ],
)
def test_what_does_not_end_is_stopped(shop: Path, sql: str) -> None:
    before, start = state(shop.parent), time.monotonic()
    with pytest.raises(SQLTimeout, match=r"longer than 0\.3 s"):
        run(shop, sql, Limits(timeout=0.3))
    assert time.monotonic() - start < 10
    assert state(shop.parent) == before


def test_a_result_has_its_columns_and_rows(shop: Path) -> None:
    result = run(shop, "SELECT name, price AS cost FROM products ORDER BY price DESC LIMIT 2")
    assert result.columns == ("name", "cost")
    assert result.rows == (("Bicycle", 499.0), ("Espresso Machine", 349.0))
    assert not result.truncated


def test_rows_over_the_limit_are_left_out_and_said(shop: Path) -> None:
    assert run(shop, "SELECT id FROM customers", Limits(max_rows=3)).rows == ((1,), (2,), (3,))
    assert run(shop, "SELECT id FROM customers", Limits(max_rows=3)).truncated
    assert not run(shop, "SELECT id FROM customers", Limits(max_rows=40)).truncated
    assert run(shop, "SELECT id FROM customers", Limits(max_rows=39)).truncated
    assert not run(shop, "SELECT id FROM customers WHERE id < 0", Limits(max_rows=0)).truncated


def test_a_huge_result_ends_early(shop: Path) -> None:
    big = "replace('" + "x" * 1000 + "', 'x', '" + "y" * 5000 + "')"
    result = run(shop, f"SELECT {big} FROM customers")
    assert result.truncated
    assert len(result.rows) == 5


def test_every_cell_goes_into_json(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as connection, connection:
        connection.execute("CREATE TABLE cells (a, b, c, d, e, f)")
        connection.execute(
            "INSERT INTO cells VALUES (NULL, 1.5, x'00ff10', 9e999, CAST(x'41ff' AS TEXT), ?)",
            [b"\0" * 40],
        )
    result = run(shop, "SELECT * FROM cells")
    assert result.rows == (
        (None, 1.5, "<3 bytes: 00ff10>", "Infinity", "A\ufffd", f"<40 bytes: {'00' * 16}...>"),
    )
    json.dumps(result.rows, allow_nan=False)


def test_what_answers_need_is_allowed(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as connection:
        connection.executescript(
            """
            CREATE VIEW spent AS SELECT order_id, SUM(quantity * unit_price) AS total
                FROM order_items GROUP BY order_id;
            CREATE VIRTUAL TABLE notes USING fts5(body);
            INSERT INTO notes VALUES ('a red kettle');
            CREATE VIRTUAL TABLE boxes USING rtree(id, low, high);
            INSERT INTO boxes VALUES (1, 2, 3);
            """
        )
    assert run(shop, "SELECT id FROM boxes WHERE low > 1").rows == ((1,),)
    assert run(shop, "SELECT COUNT(*) FROM spent").rows[0][0] == 160
    assert run(shop, "SELECT body FROM notes WHERE notes MATCH 'kettle'").rows == (
        ("a red kettle",),
    )
    assert run(shop, "SELECT DATE('now') = CURRENT_DATE, LOWER('A') LIKE 'a%'").rows == ((1, 1),)
    window = "SELECT id, RANK() OVER (ORDER BY price DESC) AS r FROM products ORDER BY r LIMIT 1"
    assert run(shop, window).rows == ((32, 1),)
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9)"
    assert run(shop, f"{counting} SELECT MAX(i) FROM n").rows == ((9,),)


def test_explaining_runs_nothing(shop: Path) -> None:
    explain(shop, "SELECT name FROM customers")
    explain(shop, ENDLESS)
    for sql in ("SELECT nope FROM customers", "DELETE FROM customers", "SELECT 1; SELECT 2", ""):
        with pytest.raises(SQLRejected):
            explain(shop, sql)


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no file"):
        run(tmp_path / "x.db", "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_page_is_the_databases_fault(shop: Path) -> None:
    content = bytearray(shop.read_bytes())
    content[4096 * 2 : 4096 * 8] = b"\xff" * 4096 * 6
    shop.write_bytes(bytes(content))
    with pytest.raises(DatabaseError, match="damaged"):
        run(shop, "SELECT COUNT(*), MAX(email) FROM customers, products, orders")
