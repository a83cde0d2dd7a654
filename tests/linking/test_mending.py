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
            "SELECT (SUM(pieces) / NULLIF(COUNT(*), 0)) FROM order_lines",
        ),
    ],
)
def test_what_sql_wants_said_is_said(answer: str, sql: str) -> None:
    assert said("x", answer) == sql
