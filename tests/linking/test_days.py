"""Which date a time means where the question names none, and which figures a word for money."""

from __future__ import annotations

import pytest

from localai.linking import Link, link
from localai.linking.squeezed import parted
from localai.schema import Column, ForeignKey, Schema, Table


def table(name: str, *columns: str) -> Table:
    """A table whose first column is its key; `d:` marks a date, `n:` a number, `k:` a key."""
    types = {"d": "DATE", "n": "REAL", "k": "INTEGER", "b": "INTEGER"}
    split = [column.rpartition(":") for column in columns]
    made = tuple(Column(word, types.get(kind, "TEXT")) for kind, _, word in split)
    return Table(name, made, (made[0].name,))


CUSTOMERS = table("customers", "k:customer_id", "name", "city", "d:joined_on", "n:lead_time")
ORDERS = table(
    "orders", "k:order_id", "k:customer_id", "status", "d:order_date", "d:shipping_date", "d:due_on"
)
LINES = table(
    "order_lines", "k:line_id", "k:order_id", "k:product_id", "n:quantity", "n:unit_price"
)
PRODUCTS = table("products", "k:product_id", "name", "n:price", "n:quantity", "d:launched_on")
REFUNDS = table("refunds", "k:refund_id", "k:order_id", "n:amount", "d:issued_on")
SHOP = Schema(
    (CUSTOMERS, ORDERS, LINES, PRODUCTS, REFUNDS),
    tuple(
        ForeignKey(child, (key,), parent, (key,))
        for child, key, parent in (
            ("orders", "customer_id", "customers"),
            ("order_lines", "order_id", "orders"),
            ("order_lines", "product_id", "products"),
            ("refunds", "order_id", "orders"),
        )
    ),
)
SQUEEZED = Schema(
    (
        table("clubs", "k:clubid", "name", "n:numberofpages", "d:electedon", "b:isverified"),
        table("motormen", "k:motormanid", "k:clubid", "d:hiredon"),
    ),
    (ForeignKey("motormen", ("clubid",), "clubs", ("clubid",)),),
)


def named(linked: Link) -> list[str]:
    """The columns and tables that the question has slots for, in its order."""
    slots, found = linked.slots, []
    for word in linked.prompt.rpartition("<question>")[2].replace("<sql>", "").split():
        number = word[2:-1]
        if word.startswith("<c"):
            item = slots.columns[int(number)]
            found.append(slots.schema.tables[item.table].columns[item.column].name)
        elif word.startswith("<t"):
            found.append(slots.schema.tables[slots.tables[int(number)]].name)
    return found


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("revenue by product last week", ["unit_price", "quantity", "products", "order_date"]),
        ("orders by status over the last year", ["orders", "status", "order_date"]),
        ("orders by customer in 2023", ["orders", "customers", "order_date"]),
        ("customers by city in 2023", ["customers", "city", "joined_on"]),
        ("orders shipped in May 2024", ["orders", "shipping_date"]),
        ("total lead time of customers last month", ["lead_time", "customers", "joined_on"]),
        ("2013 orders by status", ["order_date", "orders", "status"]),
        ("orders not yet shipped", ["orders", "shipping_date"]),
        ("the newest 3 products", ["launched_on", "products"]),
        ("what did each product sell", ["products", "unit_price", "quantity"]),
        ("how many units were sold per city", ["quantity", "city"]),
        ("how much money did we make", ["unit_price", "quantity"]),
        ("income from sales by city", ["unit_price", "quantity", "city"]),
    ],
)
def test_times_and_sums_have_the_slots_of_what_they_mean(question: str, columns: list[str]) -> None:
    assert named(link(SHOP, question)) == columns


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("clubs elected in 2020", ["clubs", "electedon"]),
        ("number of pages of the clubs", ["numberofpages", "clubs"]),
        ("clubs that are not verified", ["clubs", "isverified"]),
        ("how many clubs does each motorman have", ["clubs", "motormen"]),
    ],
)
def test_names_written_as_one_word_are_read(question: str, columns: list[str]) -> None:
    assert named(link(SQUEEZED, question)) == columns


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lastreviewedon", "last reviewed on"),
        ("awaygoalsusd", "away goals usd"),
        ("accountholderno", "account holder no"),
        ("checkedinat", "checked in at"),
        ("season", "season"),
        ("location", "location"),
        ("membership", "membership"),
        ("highschooler", "highschooler"),
    ],
)
def test_a_name_falls_into_words_only_where_all_is_known(name: str, words: str) -> None:
    assert parted(name) == words.split()
