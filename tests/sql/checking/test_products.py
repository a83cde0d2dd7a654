from __future__ import annotations

import pytest

from tests.sql.checking.shop import passes, refusal


@pytest.mark.parametrize(
    "query",
    [
        "SELECT c.name FROM customers c, orders o",
        "SELECT c.name FROM customers c, orders o WHERE c.state = 'Texas'",
        "SELECT c.name FROM customers c JOIN orders o ON 1 = 1",
        "SELECT c.name FROM customers c JOIN orders o ON o.id = o.customer_id",
        "SELECT COUNT(*) FROM customers c JOIN orders o ON o.customer_id = c.id, products p",
        "SELECT name FROM customers WHERE id IN (SELECT o.id FROM orders o, order_lines l)",
    ],
)
def test_tables_side_by_side_are_refused(query: str) -> None:
    assert "does not say how their rows belong together" in refusal(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT c.name FROM customers c, orders o WHERE c.id = o.customer_id",
        "SELECT c.name FROM customers c JOIN orders o ON o.ordered_on >= c.joined_on",
        "SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id OR o.total > c.id",
        "SELECT c.name, t.n FROM customers c, (SELECT COUNT(*) AS n FROM orders) t",
        "WITH t AS (SELECT MAX(total) AS m FROM orders) SELECT o.id FROM orders o, t "
        "WHERE o.total > 5",
        "SELECT o.id, n FROM orders o, generate_series(1, 3) AS n",
        "SELECT o.id, v.n FROM orders o CROSS JOIN (VALUES (1), (2)) AS v(n)",
        "SELECT a.name FROM customers a, customers b WHERE EXISTS "
        "(SELECT 1 FROM orders o WHERE o.customer_id = a.id AND o.total > b.id)",
        "SELECT c.name FROM customers c, orders o WHERE c.id BETWEEN o.customer_id AND 7",
        "SELECT c.name FROM customers c JOIN (SELECT customer_id AS id FROM orders) o USING (id)",
    ],
)
def test_whatever_connects_them_will_do(query: str) -> None:
    assert passes(query).notices == ()


def test_a_cross_join_that_says_so_is_told_of() -> None:
    (notice,) = passes("SELECT c.name FROM customers c CROSS JOIN products p").notices
    assert notice == "Every row of customers is paired with every row of products."
