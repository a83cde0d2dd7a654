from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sql.checking.shop import SHOP, passes, refusal, sql, table


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT nmae FROM customers", "There is no column nmae in customers. Did you mean name?"),
        ("SELECT c.nmae FROM customers c", "no column nmae in customers (c). Did you mean name?"),
        ("SELECT name FROM costumers", "There is no table costumers. Did you mean customers"),
        ("SELECT id FROM shop.orders", "There is no table shop.orders. Did you mean orders"),
        (
            "WITH big AS (SELECT id, totl FROM orders) SELECT id FROM big",
            "There is no column totl in orders. Did you mean total?",
        ),
        (
            "WITH big AS (SELECT id, total FROM orders) SELECT totl FROM big",
            "There is no column totl in big. Did you mean total?",
        ),
        ("WITH big AS (SELECT 1 AS n) SELECT n FROM bigg", "no table bigg. Did you mean big?"),
        (
            "SELECT t.idd FROM (SELECT id FROM orders) t",
            "There is no column idd in t. Did you mean id?",
        ),
        (
            "SELECT name FROM customers c WHERE EXISTS "
            "(SELECT 1 FROM orders o WHERE o.custmer_id = c.id)",
            "There is no column custmer_id in orders (o). Did you mean customer_id?",
        ),
        (
            "SELECT name FROM customers c WHERE id IN "
            "(SELECT customer_id FROM orders WHERE total > c.limit_)",
            "There is no column limit_ in customers (c).",
        ),
        ("SELECT total FROM orders JOIN order_lines USING (ordr_id)", "There is no column ordr_id"),
        ("SELECT o.id FROM orders o WHERE c.total > 1", "Did you mean o.total?"),
        ("SELECT c.total FROM customers c", "It is a column of orders, which this does not read."),
        (
            "SELECT c.total FROM customers c JOIN orders o ON o.customer_id = c.id",
            "It is a column of orders (o).",
        ),
        ("SELECT x.name FROM customers c", "Did you mean c.name?"),
        ("SELECT orders.total FROM customers", "Did you mean|orders is not part of"),
        ("SELECT id FROM orders ORDER BY totel", "Did you mean total?"),
        ("SELECT SUM(total) AS spent FROM orders ORDER BY spnt", "Did you mean spent?"),
        ("SELECT status FROM orders GROUP BY sttus", "Did you mean status?"),
        ("SELECT status, COUNT(*) FROM orders GROUP BY status HAVING cont > 1", "no column cont"),
        ("SELECT SUM(total) OVER (ORDER BY orderd_on) FROM orders", "Did you mean ordered_on?"),
        ("SELECT CASE WHEN totale > 1 THEN 2 END FROM orders", "Did you mean total?"),
        ("SELECT id FROM orders UNION SELECT idx FROM customers", "Did you mean id?"),
        ("SELECT name FROM customers WHERE state = \"Texas\"", "single quotes: 'Texas'"),
        ("SELECT rowid FROM customers", "no column rowid"),
        ("SELECT COUNT(*) FROM customers and_orders WHERE orders.id = 1", "orders"),
        ("SELECT a.id FROM orders a, LATERAL (SELECT a.nope) b", "no column nope"),
        ("SELECT t.b FROM (SELECT 1) AS t(a)", "no column b in t"),
        ("SELECT t.a FROM (SELECT 1) AS t(a, b)", "t names 2 columns, and there are 1"),
        ("SELECT id, name FROM customers UNION SELECT id FROM orders", "2 and 1 columns"),
        ("SELECT name FROM customers, products WHERE customers.id = products.id", "unclear"),
        ("SELECT t.name FROM customers t GROUP BY t", "no column t"),
        ("SELECT COUNT(*) FROM grop", "There is no table grop"),
        ("SELECT * FROM orders JOIN orders ON 1 = 1", "two tables under the name orders"),
        ("SELECT * FROM orders o, customers O", "two tables under the name O"),
        ("SELECT name FROM form", "There is no table form. The tables are customers, orders"),
    ],
)  # fmt: skip
def test_an_invented_name_is_refused_with_a_way_out(query: str, hint: str) -> None:
    message = refusal(query, "duckdb" if "LATERAL" in query else "sqlite")
    assert any(part in message for part in hint.split("|")), message


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name FROM customers c WHERE 1 IN (SELECT customer_id FROM orders WHERE id = c.id)",
        "SELECT customers.name FROM customers c",
        "SELECT public.customers.name FROM public.customers",
        "SELECT order_id FROM order_lines JOIN (SELECT 1 AS order_id) o USING (order_id)",
        "SELECT * FROM orders NATURAL JOIN (SELECT id, 1 AS one FROM customers) c",
        "SELECT o.* FROM orders o",
        "SELECT COUNT(o.*) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id",
        "WITH RECURSIVE up AS (SELECT id, manager_id FROM customers WHERE id = 1 UNION ALL "
        "SELECT c.id, c.manager_id FROM customers c JOIN up ON c.id = up.manager_id) "
        "SELECT id FROM up",
        "SELECT total * 2 AS twice FROM orders WHERE twice > 10 ORDER BY twice",
        "SELECT total * 2 AS twice, twice + 1 AS more FROM orders",
        "SELECT status AS s, COUNT(*) AS n FROM orders GROUP BY S HAVING N > 1 ORDER BY N, s",
        "SELECT x.d FROM (SELECT MAX(ordered_on) AS d FROM orders) x WHERE x.d > '2024-01-01'",
        "SELECT count FROM (SELECT COUNT(*) FROM orders) t",
        "SELECT t.sum FROM (SELECT SUM(total) FROM orders) t",
        "SELECT n FROM (VALUES (1), (2)) v(n)",
        "SELECT RANK() OVER w FROM orders WINDOW w AS (ORDER BY total)",
        "SELECT \"user\", show, \"set\", \"Order\" FROM \"Odd Names\"",
        "SELECT ON1.MIXEDCASE FROM \"odd names\" AS ON1",
        "SELECT SUM(o.total) FILTER (WHERE o.status = 'open') FROM orders AS o",
        "SELECT id FROM orders o WHERE 5 > (SELECT AVG(total) FROM orders WHERE status = o.status)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_every_honest_name_is_found(query: str, dialect: str) -> None:
    assert passes(query, dialect).sql


def test_names_are_spelt_as_the_schema_has_them() -> None:
    assert sql("SELECT NAME FROM Customers AS C WHERE c.STATE = 'Texas'") == (
        "SELECT name FROM customers AS C WHERE C.state = 'Texas'"
    )


@pytest.mark.parametrize(
    ("dialect", "written"),
    [
        ("sqlite", 'SELECT "user", show, "set", "Order", mixedCase FROM "Odd Names"'),
        ("duckdb", 'SELECT "user", "show", "set", "Order", mixedCase FROM "Odd Names"'),
        ("postgres", 'SELECT "user", "show", "set", "Order", "mixedCase" FROM "Odd Names"'),
    ],
)
def test_names_are_quoted_where_the_database_needs_it(dialect: str, written: str) -> None:
    query = 'SELECT "user", show, "set", "order", MIXEDCASE FROM "odd names"'
    assert sql(query, dialect).replace(' "show"', " show") == written.replace(' "show"', " show")


def test_an_alias_and_its_uses_are_spelt_alike() -> None:
    query = "SELECT status AS Kind, COUNT(*) AS Total FROM orders GROUP BY kind ORDER BY TOTAL"
    assert sql(query, "postgres").endswith('GROUP BY "Kind" ORDER BY "Total"')


def test_a_table_of_a_namespace_is_found_with_and_without_it() -> None:
    tables = (table("orders", "id:INTEGER", namespace="sales"), table("people", "id:INTEGER"))
    schema = replace(SHOP, tables=tables)
    expected = "SELECT orders.id FROM sales.orders"
    for query in ("SELECT orders.id FROM orders", "SELECT Sales.Orders.id FROM Sales.Orders"):
        assert sql(query, "postgres", schema) == expected
    assert "no table hr.orders" in refusal("SELECT id FROM hr.orders", "postgres", schema)


def test_one_name_in_two_namespaces_needs_its_namespace() -> None:
    tables = tuple(table("orders", "id:INTEGER", namespace=name) for name in ("old", "new"))
    schema = replace(SHOP, tables=tables)
    assert "old.orders and new.orders" in refusal("SELECT id FROM orders", "postgres", schema)
    assert sql("SELECT id FROM new.orders", "duckdb", schema) == "SELECT id FROM new.orders"


def test_tables_that_differ_by_case_are_told_apart() -> None:
    tables = (table("Users", "id:INTEGER", "old:TEXT"), table("users", "id:INTEGER", "new:TEXT"))
    schema = replace(SHOP, tables=tables)
    assert sql("SELECT new FROM users", "postgres", schema) == "SELECT new FROM users"
    assert sql('SELECT old FROM "Users"', "postgres", schema) == 'SELECT old FROM "Users"'


def test_the_tables_read_are_told() -> None:
    query = "WITH x AS (SELECT id FROM orders) SELECT c.id FROM customers c JOIN x ON x.id = c.id"
    assert passes(query).tables == ("orders", "customers")
