"""What the embedded model leaves unsaid is said as it was meant."""

from __future__ import annotations

import pytest

from tests.linking.test_unlink import said


@pytest.mark.parametrize(
    ("answer", "sql"),
    [
        (
            "SELECT [customers.name] , COUNT ( * ) FROM [customers]",
            "SELECT name, COUNT(*) FROM customers GROUP BY name",
        ),
        (
            "SELECT [customers.name] , [customers.isVip] , COUNT ( * ) FROM [customers]"
            " GROUP BY [customers.isVip]",
            'SELECT name, "isVip", COUNT(*) FROM customers GROUP BY "isVip", name',
        ),
        (
            "SELECT [customers.name] FROM [customers] ORDER BY COUNT ( * ) DESC LIMIT 1",
            "SELECT name FROM customers GROUP BY name ORDER BY COUNT(*) DESC LIMIT 1",
        ),
        (
            "SELECT [customers.name] FROM [customers] HAVING COUNT ( * ) > 1",
            "SELECT name FROM customers GROUP BY name HAVING COUNT(*) > 1",
        ),
        (
            "SELECT COUNT ( * ) , [customers.name] , COUNT ( * ) FROM [customers]",
            "SELECT COUNT(*), name FROM customers GROUP BY name",
        ),
        (
            "SELECT [order_lines.product] , MAX ( [order_lines.pieces] ) FROM [order_lines]",
            "SELECT product, pieces FROM order_lines ORDER BY pieces DESC NULLS LAST LIMIT 1",
        ),
        (
            "SELECT MIN ( [order_lines.pieces] ) , MAX ( [order_lines.pieces] ) FROM [order_lines]",
            "SELECT MIN(pieces), MAX(pieces) FROM order_lines",
        ),
        (
            "SELECT [order_lines.product] FROM [order_lines] WHERE [order_lines.pieces] ="
            " ( SELECT [order_lines.pieces] FROM [order_lines] )",
            "SELECT product FROM order_lines WHERE pieces IN (SELECT pieces FROM order_lines)",
        ),
        (
            "SELECT [order_lines.product] FROM [order_lines] WHERE [order_lines.pieces] <>"
            " ( SELECT MAX ( [order_lines.pieces] ) FROM [order_lines] )",
            "SELECT product FROM order_lines WHERE pieces <> (SELECT MAX(pieces) FROM order_lines)",
        ),
        (
            "SELECT SUM ( [order_lines.pieces] ) / COUNT ( * ) FROM [order_lines]",
            "SELECT (1.0 * SUM(pieces) / NULLIF(COUNT(*), 0)) FROM order_lines",
        ),
        (
            "SELECT EACH_MONTH ( [orders.made_on] ) , MAX ( [orders.order] ) FROM [orders]"
            " ORDER BY [orders.made_on]",
            "SELECT DATE_TRUNC('month', made_on), MAX(\"order\") FROM orders"
            " GROUP BY DATE_TRUNC('month', made_on) ORDER BY DATE_TRUNC('month', made_on)",
        ),
        (
            "SELECT DISTINCT [order_lines.product] FROM [order_lines]"
            " ORDER BY [order_lines.pieces] DESC LIMIT 1",
            "SELECT product FROM order_lines GROUP BY product"
            " ORDER BY MAX(pieces) DESC NULLS LAST LIMIT 1",
        ),
        (
            "SELECT DISTINCT [customers] FROM [customers] ORDER BY [customers.vegan]",
            "SELECT name FROM customers GROUP BY name ORDER BY MIN(vegan)",
        ),
        (
            "SELECT DISTINCT [order_lines.product] FROM [order_lines] ORDER BY COUNT ( * )",
            "SELECT product FROM order_lines GROUP BY product ORDER BY COUNT(*)",
        ),
        (
            "SELECT [customers.vegan] , SHARE ( [customers.isVip] = TRUE ) FROM [customers]",
            'SELECT vegan, 100.0 * SUM(CASE WHEN "isVip" = 1 THEN 1 ELSE 0 END)'
            " / NULLIF(COUNT(*), 0) FROM customers GROUP BY vegan",
        ),
    ],
)
def test_what_sql_wants_said_is_said(answer: str, sql: str) -> None:
    assert said("x", answer) == sql


@pytest.mark.parametrize(
    ("answer", "sql"),
    [
        (
            "SELECT COUNT ( * ) , [customers.name] FROM [customers] WHERE [customers.name] = <v0>"
            " GROUP BY [customers.name]",
            "SELECT COUNT(*) FROM customers WHERE name = 'Anna'",
        ),
        (
            "SELECT SHARE ( [customers.name] = <v0> ) , [customers.name] FROM [customers]"
            " GROUP BY [customers.name]",
            "SELECT 100.0 * SUM(CASE WHEN name = 'Anna' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0)"
            " FROM customers",
        ),
        (
            "SELECT COUNT ( * ) , [customers.vegan] FROM [customers] WHERE [customers.name] = <v0>"
            " GROUP BY [customers.vegan]",
            "SELECT COUNT(*), vegan FROM customers WHERE name = 'Anna' GROUP BY vegan",
        ),
    ],
)
def test_no_group_stands_where_there_is_but_one(answer: str, sql: str) -> None:
    assert said("Anna", answer) == sql
