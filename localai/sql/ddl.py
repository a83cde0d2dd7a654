"""Writes a schema as SQLCoder was taught to read one; it must not know questions or models."""

from __future__ import annotations

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.names import always_quoted, needs_quotes

LISTED_VALUES = 12
LISTED_CHARACTERS = 200
SAMPLE_VALUES = 3
SAMPLE_CHARACTERS = 60


def ddl(schema: Schema) -> str:
    """CREATE TABLE statements with comments, views like tables, then one line for each pair of
    columns that can be joined. Names are quoted where the database's dialect needs it."""
    return _Writer(schema).text()


def one_line(text: str) -> str:
    """The text without line breaks: one would end a comment, and the rest would read as schema."""
    return " ".join(text.split())


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def text(self) -> str:
        tables = [self._create(table) for table in self._schema.tables]
        joins = [line for key in self._schema.foreign_keys for line in self._joins(key)]
        return "\n\n".join(tables + (["\n".join(joins)] if joins else []))

    def _quoted(self, name: str) -> str:
        return always_quoted(name) if needs_quotes(name, self._schema.dialect) else name

    def _named(self, table: Table) -> str:
        name = self._quoted(table.name)
        return f"{self._quoted(table.namespace)}.{name}" if table.namespace else name

    def _create(self, table: Table) -> str:
        last = table.columns[-1] if table.columns else None
        lines = [self._column(table, c, "" if c is last else ",") for c in table.columns]
        comment = f"-- {one_line(table.comment)}\n" if table.comment.strip() else ""
        return f"{comment}CREATE TABLE {self._named(table)} (\n" + "\n".join(lines) + "\n);"

    def _column(self, table: Table, column: Column, comma: str) -> str:
        key = " PRIMARY KEY" if table.primary_key == (column.name,) else ""
        kind = f" {one_line(column.type)}" if column.type else ""
        remarks = [one_line(column.comment), _hint(column.values) if column.values else ""]
        said = "; ".join(remark for remark in remarks if remark)
        comment = f" -- {said}" if said else ""
        return f"  {self._quoted(column.name)}{kind}{key}{comma}{comment}"

    def _joins(self, key: ForeignKey) -> list[str]:
        left, right = self._schema.table(key.table), self._schema.table(key.to_table)
        if left is None or right is None:
            return []
        # SQLite lets a key leave its columns out where it refers to the primary key.
        pairs = zip(key.columns, key.to_columns or right.primary_key, strict=False)
        return [
            f"-- {self._named(left)}.{self._quoted(column)} can be joined with "
            f"{self._named(right)}.{self._quoted(to_column)}"
            for column, to_column in pairs
        ]


def _hint(values: tuple[str, ...]) -> str:
    """A short list is a choice to pick from; of a long one, a few show how the data is spelt."""
    texts = ["'" + one_line(value).replace("'", "''") + "'" for value in values]
    if len(texts) <= LISTED_VALUES and len(listed := ", ".join(texts)) <= LISTED_CHARACTERS:
        return f"values: {listed}"
    short = [text for text in texts if len(text) <= SAMPLE_CHARACTERS]
    return f"such as: {', '.join(short[:SAMPLE_VALUES])}" if short else ""
