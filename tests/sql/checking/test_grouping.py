from __future__ import annotations

import pytest

from tests.sql.checking.shop import passes, refusal, sql

JOINED = "FROM customers c JOIN orders o ON o.customer_id = c.id"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name, COUNT(*) FROM customers",
        "SELECT COUNT(*), id > 3 FROM customers",
        "SELECT state, name, COUNT(*) FROM customers GROUP BY state",
        f"SELECT o.id, c.name {JOINED} GROUP BY c.id",
        "SELECT state, COUNT(*) FROM customers GROUP BY state ORDER BY name",
        "SELECT state FROM customers GROUP BY state HAVING SUM(id) > manager_id",
        "SELECT order_id, amount FROM order_lines GROUP BY order_id",
        "SELECT UPPER(name), COUNT(*) FROM customers GROUP BY LOWER(name)",
        f"SELECT c.id, o.total {JOINED} GROUP BY 1",
        "SELECT COUNT(*), name FROM customers WHERE state = 'Texas'",
        "SELECT SUM(total), total - SUM(total) FROM orders",
    ],
)
def test_a_value_of_any_row_is_refused(query: str) -> None:
    assert "any row's" in refusal(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT state, COUNT(*) FROM customers GROUP BY state",
        "SELECT UPPER(state), COUNT(*) FROM customers c GROUP BY UPPER(c.state)",
        "SELECT UPPER(state) || '!', COUNT(*) FROM customers GROUP BY UPPER(state)",
        "SELECT state AS s, COUNT(*) FROM customers GROUP BY s",
        "SELECT state, COUNT(*) FROM customers GROUP BY 1",
        "SELECT id, name, state FROM customers GROUP BY id",
        f"SELECT c.name, SUM(o.total) {JOINED} GROUP BY c.id",
        f"SELECT c.name, SUM(o.total) {JOINED} GROUP BY o.customer_id",
        f"SELECT c.name, c.state, COUNT(*) {JOINED} WHERE o.status = 'open' GROUP BY c.id, c.name",
        "SELECT c.name, COUNT(o.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.id",
        "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = customer_id GROUP BY 1",
        "SELECT l.order_id, l.line, l.amount, MAX(p.price) FROM order_lines l JOIN products p "
        "ON p.id = l.product_id GROUP BY l.order_id, l.line",
        "SELECT state, SUM(COUNT(*)) OVER (ORDER BY state) FROM customers GROUP BY state",
        "SELECT name, COUNT(*) OVER () FROM customers",
        "SELECT id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c",
        "SELECT COUNT(*), 1, 'x', (SELECT MAX(id) FROM orders) FROM customers",
        "SELECT state, COUNT(*) FROM customers GROUP BY state ORDER BY COUNT(*) DESC, state",
        "SELECT CASE WHEN total > 5 THEN 'a' ELSE 'b' END AS k, AVG(total) FROM orders GROUP BY k",
        "SELECT DATE_TRUNC('month', ordered_on), COUNT(*) FROM orders "
        "GROUP BY DATE_TRUNC('month', ordered_on)",
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_a_value_of_its_group_passes(query: str, dialect: str) -> None:
    assert passes(query, dialect).sql


def test_sqlite_shows_the_row_of_the_one_maximum() -> None:
    assert passes("SELECT state, MAX(id) FROM customers").sql
    assert "any row's" in refusal("SELECT state, MAX(id) FROM customers", "duckdb")


def test_columns_that_follow_are_named_where_the_database_wants_them() -> None:
    query = f"SELECT c.name, SUM(o.total) {JOINED} GROUP BY o.customer_id"
    assert sql(query).endswith("GROUP BY o.customer_id")
    for dialect in ("duckdb", "postgres"):
        assert sql(query, dialect).endswith("GROUP BY o.customer_id, c.name")
