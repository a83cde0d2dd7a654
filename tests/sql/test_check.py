from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localai.errors import SQLRejected
from localai.schema import Column, Schema, Table
from localai.sql.check import check
from localai.sql.databases.sqlite_query import run
from localai.sql.databases.sqlite_schema import introspect


def table(name: str, *columns: str) -> Table:
    parts = [column.partition(":") for column in columns]
    return Table(name, tuple(Column(column, kind) for column, _, kind in parts))


SCHEMA = Schema(
    (
        table("customers", "id:INTEGER", "name:TEXT", "city:TEXT", "user:TEXT", "joined_on:DATE"),
        table("orders", "id:INTEGER", "customer_id:INTEGER", "ordered_on:DATE", "total:DECIMAL"),
        table("Order Details", "Unit Price:REAL", "order:INTEGER", "a:ODD TYPE (1 2"),
    )
)


@pytest.mark.parametrize(
    ("model_sql", "sql"),
    [
        (
            "select count(*) from customers where city = 'Berlin'",
            "SELECT COUNT(*) FROM customers WHERE city = 'Berlin'",
        ),
        (
            'SELECT c.name AS "Full Name" FROM public.customers c',
            'SELECT c.name AS "Full Name" FROM customers AS c',
        ),
        (
            "SELECT id FROM customers c WHERE c.city ILIKE '%ber%'",
            "SELECT id FROM customers AS c WHERE c.city LIKE '%ber%'",
        ),
        ('SELECT "Name" FROM "Customers"', "SELECT name FROM customers"),
        ('SELECT "unit price" FROM "order details"', 'SELECT "Unit Price" FROM "Order Details"'),
        ('SELECT d."order" FROM "Order Details" d', 'SELECT d."order" FROM "Order Details" AS d'),
        ('SELECT "user" FROM customers', 'SELECT "user" FROM customers'),
        ("SELECT main.orders.id FROM main.orders", "SELECT orders.id FROM orders"),
        ("(SELECT id FROM orders)", "SELECT id FROM orders"),
        ("SELECT id /* DROP */ FROM orders -- ;", "SELECT id FROM orders"),
        ("SELECT id FROM orders;", "SELECT id FROM orders"),
        ("SELECT total::float FROM orders", "SELECT CAST(total AS REAL) FROM orders"),
        (
            "WITH c(n) AS (SELECT name FROM customers) SELECT n FROM c",
            "WITH c(n) AS (SELECT name FROM customers) SELECT n FROM c",
        ),
        (
            "SELECT name, (SELECT COUNT(*) FROM orders WHERE customer_id = c.id) FROM customers c",
            "SELECT name, ( SELECT COUNT(*) FROM orders WHERE customer_id = c.id ) "
            "FROM customers AS c",
        ),
        ("SELECT city, MAX(id) FROM customers", "SELECT city, MAX(id) FROM customers"),
        (
            "SELECT COUNT(*) FILTER (WHERE city = 'x') FROM customers",
            "SELECT COUNT(*) FILTER(WHERE city = 'x') FROM customers",
        ),
    ],
)
def test_a_sound_select_comes_out_in_sqlites_words(model_sql: str, sql: str) -> None:
    assert " ".join(check(model_sql, SCHEMA).sql.split()) == sql


def test_a_long_query_is_laid_out_on_lines() -> None:
    long = (
        "SELECT name, city FROM customers WHERE city = 'Berlin' OR city = 'Hamburg' OR city = 'x'"
    )
    assert check(long, SCHEMA).sql.splitlines()[0] == "SELECT"


@pytest.mark.parametrize(
    ("model_sql", "words"),
    [
        ("DELETE FROM customers", "Only a SELECT may run"),
        ("SELECT 1; DROP TABLE customers", "2 statements"),
        ("", "0 statements"),
        ("WITH d AS (DELETE FROM customers RETURNING *) SELECT * FROM d", "changes data"),
        ("SELECT * INTO evil FROM customers", "make a new table"),
        ("SELECT name FROM customers FOR UPDATE", "locks rows"),
        ("EXPLAIN ANALYZE DELETE FROM customers", "Only a SELECT may run"),
        ("COPY customers TO PROGRAM 'rm x'", "Only a SELECT may run"),
        ("VACUUM INTO 'evil.db'", "Only a SELECT may run"),
        ("PRAGMA query_only = 0", "Only a SELECT may run|not valid"),
        ("DO $$ BEGIN END $$", "Only a SELECT may run"),
        ("VALUES (1)", "Only a SELECT may run"),
        ("SELECT load_extension('x')", "LOAD_EXTENSION"),
        ("SELECT pg_sleep(9)", "PG_SLEEP"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not one that queries may call"),
        ("SELECT * FROM pragma_table_info('customers')", "not one that queries may call"),
        ("SELECT * FROM json_each('[1]')", "not one that queries may call"),
        ("SELECT * FROM '/etc/passwd'", "no table|not valid"),
        ("SELECT * FROM sqlite_master", "There is no table sqlite_master"),
        ("SELECT * FROM other.customers", "no table other.customers"),
        ("SELECT * FROM costumers", "Did you mean customers"),
        (
            "SELECT ctiy FROM customers",
            r"There is no column ctiy in customers. Did you mean city\?",
        ),
        (
            "SELECT c.Nmae FROM customers c",
            r"no column Nmae in customers \(c\). Did you mean name\?",
        ),
        ("SELECT c.total FROM customers c", "It is a column of orders"),
        (
            "SELECT x.name FROM customers c",
            r"x.name names no table that the query reads. Did you mean c.name\?",
        ),
        ("SELECT id FROM customers JOIN orders ON customer_id = name", "customers and orders"),
        ('SELECT name FROM customers WHERE city = "Berlin"', "single quotes: 'Berlin'"),
        ("SELECT rowid FROM customers", "no column rowid"),
        ("SELECT b FROM (SELECT id AS a FROM orders) t", "no column b"),
        ("SELECT Sorry I cannot", "not valid SQL"),
        ("SELECT 'open", "not valid SQL"),
        ("SELECT $1", "unfilled parameter"),
        ("SELECT ?", "unfilled parameter"),
        ("SELECT name FROM customers, LATERAL (SELECT 1) x", "LATERAL"),
        ("SELECT name FROM customers TABLESAMPLE BERNOULLI (1)", "TABLE SAMPLE"),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "too deeply|not valid"),
        ("SELECT '" + "x" * 30_000 + "'", "characters"),
    ],
)
def test_everything_else_is_refused_in_words(model_sql: str, words: str) -> None:
    with pytest.raises(SQLRejected, match=words):
        check(model_sql, SCHEMA)


@pytest.mark.parametrize(
    "model_sql",
    [
        "SELECT city - 1 FROM customers",
        "SELECT ordered_on - city FROM orders, customers",
        "SELECT city * 2 FROM customers",
        "SELECT SUM(city) FROM customers",
        "SELECT AVG(ordered_on) FROM orders",
        "SELECT city - INTERVAL '1 day' FROM customers WHERE id = 'x'",
        "SELECT id FROM orders WHERE ordered_on > 'last week'",
        "SELECT TO_CHAR(total, 'nonsense') FROM orders",
        "SELECT STRFTIME('%B', ordered_on) FROM orders",
        "SELECT ordered_on AT TIME ZONE 'UTC' FROM orders",
        "SELECT name, COUNT(*) FROM customers",
        "SELECT COUNT(*), id > 3 FROM customers",
    ],
)
def test_what_sqlite_would_answer_wrongly_without_a_word_is_refused(model_sql: str) -> None:
    with pytest.raises(SQLRejected):
        check(model_sql, SCHEMA)


@pytest.mark.parametrize(
    "model_sql",
    [
        "SELECT o.status, COUNT(*) AS n FROM orders o GROUP BY o.status HAVING COUNT(*) > 1 "
        "ORDER BY n DESC NULLS LAST",
        "SELECT c.name, SUM(i.quantity * i.unit_price) AS spent FROM customers c JOIN orders o ON "
        "o.customer_id = c.id JOIN order_items i ON i.order_id = o.id GROUP BY c.id, c.name "
        "ORDER BY spent DESC LIMIT 5",
        "WITH m AS (SELECT DATE_TRUNC('month', ordered_on) AS month FROM orders) "
        "SELECT month, COUNT(*) FROM m GROUP BY month ORDER BY month",
        "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
        "SELECT name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id "
        "WHERE o.id IS NULL",
        "SELECT city FROM customers UNION SELECT category FROM products ORDER BY city",
        "SELECT category, price, RANK() OVER (PARTITION BY category ORDER BY price) FROM products",
        "SELECT DISTINCT ON (city) city, name FROM customers ORDER BY city, joined_on",
        "SELECT CASE WHEN price > 100 THEN 'dear' ELSE 'cheap' END AS k, ROUND(AVG(price)::numeric,"
        " 2) FROM products GROUP BY k",
        "SELECT TO_CHAR(ordered_on, 'YYYY-MM') AS month, COUNT(*) FROM orders GROUP BY month",
        "SELECT COUNT(DISTINCT city), MIN(joined_on), STRING_AGG(name, ', ') FROM customers",
        "SELECT t.* FROM (SELECT name, LENGTH(name) AS l FROM products) t WHERE t.l < 5",
        "SELECT name FROM customers JOIN orders USING (id)",
        "SELECT * FROM customers NATURAL JOIN orders",
    ],
)
def test_what_models_write_every_day_runs(shop: Path, model_sql: str) -> None:
    assert run(shop, check(model_sql, introspect(shop)).sql).rows


def test_checking_prints_nothing() -> None:
    code = (
        "from localai.schema import Schema\nfrom localai.sql.check import check\n"
        "for sql in ('VACUUM x', 'SELECT 1 FROM t TABLESAMPLE BERNOULLI (1) FOR UPDATE'):\n"
        "    try: check(sql, Schema(()))\n"
        "    except Exception: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
