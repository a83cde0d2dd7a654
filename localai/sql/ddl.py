"""Writes a schema as SQLCoder was taught to read one; it must not know questions or models."""

from __future__ import annotations

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.names import quoted

LISTED_VALUES = 12
SAMPLE_VALUES = 3


def ddl(schema: Schema) -> str:
    """CREATE TABLE statements with comments, views like tables, then one line for each pair of
    columns that can be joined. Names are PostgreSQL's, quoted where they need it."""
    tables = [_create(table) for table in schema.tables]
    joins = [line for key in schema.foreign_keys for line in _joins(key, schema)]
    return "\n\n".join(tables + (["\n".join(joins)] if joins else []))


def one_line(text: str) -> str:
    """The text without line breaks: one would end a comment, and the rest would read as schema."""
    return " ".join(text.split())


def qualified(table: Table) -> str:
    """The table's name as SQL, after its namespace where it has one."""
    name = quoted(table.name)
    return f"{quoted(table.namespace)}.{name}" if table.namespace else name


def _create(table: Table) -> str:
    last = table.columns[-1]
    lines = [_column(table, column, "" if column is last else ",") for column in table.columns]
    comment = f"-- {one_line(table.comment)}\n" if table.comment.strip() else ""
    return f"{comment}CREATE TABLE {qualified(table)} (\n" + "\n".join(lines) + "\n);"


def _column(table: Table, column: Column, comma: str) -> str:
    key = " PRIMARY KEY" if table.primary_key == (column.name,) else ""
    kind = f" {one_line(column.type)}" if column.type else ""
    remarks = [one_line(column.comment)] if column.comment.strip() else []
    if column.values:
        remarks.append(_hint(column.values))
    comment = f" -- {'; '.join(remarks)}" if remarks else ""
    return f"  {quoted(column.name)}{kind}{key}{comma}{comment}"


def _hint(values: tuple[str, ...]) -> str:
    # A short list is a choice to pick from; of a long one, a few show how the data is spelt.
    shown = values if len(values) <= LISTED_VALUES else values[:SAMPLE_VALUES]
    texts = ["'" + one_line(value).replace("'", "''") + "'" for value in shown]
    return f"{'values' if shown == values else 'such as'}: {', '.join(texts)}"


def _joins(key: ForeignKey, schema: Schema) -> list[str]:
    left, right = schema.table(key.table), schema.table(key.to_table)
    if left is None or right is None:
        return []
    # SQLite lets a key leave its columns out where it refers to the primary key.
    pairs = zip(key.columns, key.to_columns or right.primary_key, strict=False)
    return [
        f"-- {qualified(left)}.{quoted(column)} can be joined with "
        f"{qualified(right)}.{quoted(to_column)}"
        for column, to_column in pairs
    ]
