"""The model's answer becomes SQL that runs, or a clear refusal; never anything in between."""

from __future__ import annotations

import sqlite3

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from localai.errors import SQLRejected
from localai.linking import Slots, link, unlink
from localai.linking.grammar import KEYWORDS
from localai.schema import Column, ForeignKey, Schema, Table

SHOP = Schema(
    (
        Table(
            "customers",
            (
                Column("id", "INTEGER"),
                Column("name", "TEXT", values=("Anna", "Bela")),
                Column("isVip", "INTEGER"),
                Column("vegan", "TEXT", values=("no", "yes")),
            ),
            ("id",),
        ),
        Table(
            "orders",
            (
                Column("id", "INTEGER"),
                Column("customer_id", "INTEGER"),
                Column("order", "REAL"),
                Column("made_on", "DATE"),
            ),
            ("id",),
        ),
        Table(
            "order_lines",
            (Column("order_id", "INTEGER"), Column("product", "TEXT"), Column("pieces", "INTEGER")),
        ),
        Table("weather", (Column("rain", "REAL"),)),
    ),
    (
        ForeignKey("orders", ("customer_id",), "customers", ("id",)),
        ForeignKey("order_lines", ("order_id",), "orders", ("id",)),
    ),
)


def slot(slots: Slots, name: str) -> str:
    """The slot of a table (`orders`) or a column (`orders.id`)."""
    table, _, column = name.partition(".")
    number = [t.name for t in SHOP.tables].index(table)
    if not column:
        return f"<t{slots.tables.index(number)}>"
    place = [c.name for c in SHOP.tables[number].columns].index(column)
    wanted = [n for n, item in enumerate(slots.columns) if item == (number, place)]
    return f"<c{wanted[0]}>"


def said(question: str, answer: str) -> str:
    """The SQL for an answer whose [names] are put as slots."""
    slots = link(SHOP, question).slots
    for name in ("customers.name", "customers.isVip", "customers.vegan", "orders.order",
                 "orders.made_on", "order_lines.product", "order_lines.pieces", "weather.rain",
                 "customers", "orders", "order_lines", "weather"):  # fmt: skip
        if f"[{name}]" in answer:
            answer = answer.replace(f"[{name}]", slot(slots, name))
    return unlink(answer, slots)


def test_one_table_needs_no_qualified_names() -> None:
    sql = said("Anna", "SELECT COUNT ( * ) FROM [customers] WHERE [customers.name] = <v0>")
    assert sql == "SELECT COUNT(*) FROM customers WHERE name = 'Anna'"


def test_joins_are_written_over_a_table_between() -> None:
    sql = said("x", "SELECT [customers.name] , SUM ( [order_lines.pieces] ) FROM [customers]"
                    " GROUP BY [customers.name]")  # fmt: skip
    assert sql == (
        "SELECT customers.name, SUM(order_lines.pieces) FROM customers"
        " JOIN orders ON customers.id = orders.customer_id"
        " JOIN order_lines ON orders.id = order_lines.order_id GROUP BY customers.name"
    )


@pytest.mark.parametrize(
    ("answer", "once"),
    [
        ("SELECT [customers] FROM [customers] , [orders]", True),
        ("SELECT [orders] FROM [orders] , [customers]", False),  # each order has one customer
        ("SELECT [customers] FROM [customers]", False),
        ("SELECT [customers.name] FROM [customers] , [orders]", False),
    ],
)
def test_a_row_is_listed_once_however_many_rows_refer_to_it(answer: str, once: bool) -> None:
    assert said("x", answer).startswith("SELECT DISTINCT") == once


def test_names_that_need_quotes_get_them() -> None:
    assert said("x", "SELECT [orders.order] FROM [orders]") == 'SELECT "order" FROM orders'


def test_truth_is_said_in_the_columns_own_way() -> None:
    sql = said("x", "SELECT * FROM [customers] WHERE [customers.vegan] = TRUE"
                    " AND [customers.isVip] = FALSE")  # fmt: skip
    assert sql.endswith("""WHERE vegan = 'yes' AND "isVip" = 0""")


COUNTED = [
    ("SELECT [customers] FROM [customers] GROUP BY [customers] HAVING COUNT ( * ) > <v0>",
     "SELECT customers.name FROM customers JOIN orders ON customers.id = orders.customer_id"
     " GROUP BY customers.name, customers.id HAVING COUNT(*) > 3"),
    ("SELECT [orders] FROM [orders] , [customers] GROUP BY [orders] ORDER BY COUNT ( * ) DESC"
     " LIMIT <v0>",
     "SELECT customers.name FROM orders JOIN customers ON orders.customer_id = customers.id"
     " GROUP BY customers.name, customers.id ORDER BY COUNT(*) DESC LIMIT 3"),
    ("SELECT [customers] , COUNT ( * ) FROM [customers] , [orders] GROUP BY [customers]",
     "SELECT customers.name, COUNT(*) FROM customers JOIN orders ON"
     " customers.id = orders.customer_id GROUP BY customers.name, customers.id"),
    ("SELECT [weather] , COUNT ( * ) FROM [weather] GROUP BY [weather]",
     "SELECT rain, COUNT(*) FROM weather GROUP BY rain"),
    ("SELECT [customers] , SUM ( [customers.isVip] ) FROM [customers] GROUP BY [customers]",
     'SELECT name, SUM("isVip") FROM customers GROUP BY name, id'),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "sql"), COUNTED, ids=range(len(COUNTED)))
def test_of_one_row_nobody_counts_how_many_there_are(answer: str, sql: str) -> None:
    assert said("more than 3", answer) == sql


def test_a_number_of_years_beside_a_date_is_an_age() -> None:
    sql = said("65", "SELECT COUNT ( * ) FROM [orders] WHERE [orders.made_on] > <v0>")
    age = "EXTRACT(YEAR FROM AGE(CURRENT_DATE, made_on))"
    assert sql == f"SELECT COUNT(*) FROM orders WHERE {age} > 65"
    between = "SELECT COUNT ( * ) FROM [orders] WHERE [orders.made_on] BETWEEN <v0> AND <v1>"
    assert said("20 30", between).endswith(f"WHERE {age} BETWEEN 20 AND 30")


@pytest.mark.parametrize(
    ("sign", "wanted"),
    [
        ("=", "(made_on >= '2023-01-01' AND made_on < '2024-01-01')"),
        (">", "made_on >= '2024-01-01'"),
        (">=", "made_on >= '2023-01-01'"),
        ("<", "made_on < '2023-01-01'"),
        ("<=", "made_on < '2024-01-01'"),
    ],
)
def test_a_year_beside_a_date_is_a_period(sign: str, wanted: str) -> None:
    sql = said("2023", f"SELECT COUNT ( * ) FROM [orders] WHERE [orders.made_on] {sign} <v0>")
    assert sql.endswith(wanted)


def test_a_text_that_no_column_lists_is_compared_without_case() -> None:
    sql = said("the Xylo one", "SELECT * FROM [order_lines] WHERE [order_lines.product] = <v0>")
    assert sql.endswith("WHERE LOWER(product) = 'xylo'")


def test_a_quote_in_a_value_cannot_end_its_literal() -> None:
    sql = said('"a\'; DROP TABLE x"', "SELECT * FROM [orders] WHERE [orders.made_on] = <v0>")
    assert "'a''; DROP TABLE x'" in sql


def test_the_most_is_not_a_missing_value() -> None:
    sql = said("x", "SELECT * FROM [weather] ORDER BY [weather.rain] DESC LIMIT 1")
    assert sql == "SELECT * FROM weather ORDER BY rain DESC NULLS LAST LIMIT 1"


def test_rows_without_children() -> None:
    sql = said("x", "SELECT [customers.name] FROM [customers] WHERE NOT EXISTS [orders]")
    assert sql == (
        "SELECT name FROM customers WHERE NOT (EXISTS (SELECT 1 FROM orders"
        " WHERE customers.id = orders.customer_id))"
    )


def test_a_table_in_the_select_stands_for_what_names_its_rows_and_groups_by_their_key() -> None:
    sql = said("x", "SELECT [customers] , COUNT ( * ) FROM [orders] GROUP BY [customers]")
    assert sql == (
        "SELECT customers.name, COUNT(*) FROM orders"
        " JOIN customers ON orders.customer_id = customers.id"
        " GROUP BY customers.name, customers.id"
    )
    assert said("x", "SELECT [orders] FROM [orders]") == "SELECT id FROM orders"


def test_a_row_is_not_compared_with_a_value() -> None:
    with pytest.raises(SQLRejected, match="whole row"):
        said("Anna", "SELECT * FROM [customers] WHERE [customers] = <v0>")


def test_not_knowing_passes_through() -> None:
    assert said("x", " I do not know") == "I do not know"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "SELECT",
        "SELECT <c99> FROM <t0>",
        "SELECT * FROM <t77>",
        "SELECT * FROM <t0> WHERE",
        "SELECT * FROM <t0> LIMIT <v5>",
        "SELECT * FROM <t0> ; DELETE FROM <t0>",
        "SELECT * FROM <t0> <t1>",
        "SELECT COUNT ( * FROM <t0>",
        "DROP TABLE <t0>",
        "SELECT name FROM customers",
        "SELECT " + "( SELECT " * 50,
        "SELECT * FROM <t0> WHERE " + "( " * 5000,
        "SELECT * FROM <t0> WHERE " + "NOT " * 5000,
        "SELECT * FROM <t0> FROM <t0>",
    ],
)
def test_what_is_not_in_the_language_is_refused(answer: str) -> None:
    with pytest.raises(SQLRejected):
        said("x", answer)


def test_tables_that_nothing_joins_are_refused_by_name() -> None:
    with pytest.raises(SQLRejected, match="weather"):
        said("x", "SELECT [weather.rain] , [customers.name] FROM [weather]")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*KEYWORDS, "<c0>", "<c1>", "<t0>", "<v0>", "(", ")", ",", "*", "=", "<", "%", "1", "x"]
        ),
        max_size=14,
    )
)
def test_any_text_gives_sql_that_parses_or_a_refusal(words: list[str]) -> None:
    slots = link(SHOP, "customers Anna").slots
    try:
        sql = unlink(" ".join(["SELECT", "*", "FROM", "<t0>", *words]), slots)
    except SQLRejected:
        return
    assert isinstance(sqlglot.parse_one(sql, dialect="postgres"), sqlglot.exp.Select)


def test_the_sql_runs_on_sqlite() -> None:
    connection = sqlite3.connect(":memory:")
    for table in SHOP.tables:
        names = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({names})')
    connection.execute("INSERT INTO customers VALUES (1, 'Anna', 1, 'yes'), (2, 'Bela', 0, 'no')")
    connection.execute("INSERT INTO orders VALUES (7, 1, 5.5, '2023-05-05')")
    sql = said("2023", "SELECT [customers.name] , COUNT ( * ) FROM [customers] , [orders]"
                       " WHERE [orders.made_on] = <v0> GROUP BY [customers.name]")  # fmt: skip
    assert connection.execute(sql).fetchall() == [("Anna", 1)]
