"""A small schema for the tests of the check's parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localai.errors import SQLRejected
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.check import Checked, check


def table(name: str, *columns: str, key: str = "id", namespace: str = "") -> Table:
    """Columns as `name:TYPE`, or `name:TYPE=a,b` with the values of the data."""
    made = []
    for column in columns:
        text, _, values = column.partition("=")
        column_name, _, kind = text.partition(":")
        known = tuple(values.split(",")) if values else ()
        made.append(Column(column_name, kind or "TEXT", values=known))
    primary = tuple(name for name in key.split(",") if name)
    return Table(name, tuple(made), primary_key=primary, namespace=namespace)


SHOP = Schema(
    (
        table(
            "customers", "id:INTEGER", "name:TEXT", "state:TEXT=California,New York,Texas",
            "joined_on:DATE", "active:BOOLEAN", "manager_id:INTEGER",
        ),
        table(
            "orders", "id:INTEGER", "customer_id:INTEGER", "ordered_on:DATE",
            "shipped_at:TIMESTAMP", "status:TEXT=open,shipped", "total:DECIMAL(10,2)",
        ),
        table(
            "order_lines", "order_id:INTEGER", "line:INTEGER", "product_id:INTEGER",
            "amount:INTEGER", "price:DECIMAL(10,2)", "code:TEXT=1,2,17", key="order_id,line",
        ),
        table("products", "id:INTEGER", "name:TEXT", "price:DECIMAL(10,2)", "quantity:TEXT"),
        table("Odd Names", "user:TEXT", "show:TEXT", "set:TEXT", "Order:INTEGER", "mixedCase:TEXT"),
    ),
    (
        ForeignKey("orders", ("customer_id",), "customers", ("id",)),
        ForeignKey("order_lines", ("order_id",), "orders", ("id",)),
    ),
)  # fmt: skip


def passes(text: str, dialect: str = "sqlite", schema: Schema = SHOP) -> Checked:
    return check(text, replace(schema, dialect=dialect))


def sql(text: str, dialect: str = "sqlite", schema: Schema = SHOP) -> str:
    """The checked SQL on one line."""
    return " ".join(passes(text, dialect, schema).sql.split())


def refusal(text: str, dialect: str = "sqlite", schema: Schema = SHOP) -> str:
    """The whole message of a refused query."""
    with pytest.raises(SQLRejected) as caught:
        passes(text, dialect, schema)
    return str(caught.value)
