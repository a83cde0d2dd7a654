"""Reads the schema of a DuckDB database into values; it must not know prompts or models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from localai.errors import DatabaseError
from localai.schema import Column, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases.assembly import Key, assembled
from localai.sql.databases.duckdb_connection import explained
from localai.sql.databases.duckdb_values import with_values
from localai.sql.databases.values import few
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

# What a table goes by: its schema and its name.
Names = tuple[str, str]
OWN = "database_name = current_database() AND NOT internal"
COLUMNS = f"""
    SELECT schema_name, table_name, column_name, data_type, coalesce(comment, '')
    FROM duckdb_columns() WHERE {OWN} ORDER BY table_oid, column_index
"""
TABLES = f"""
    SELECT schema_name, table_name, coalesce(comment, ''), false, estimated_size, table_oid
    FROM duckdb_tables() WHERE {OWN}
    UNION ALL
    SELECT schema_name, view_name, coalesce(comment, ''), true, 0, view_oid
    FROM duckdb_views() WHERE {OWN}
    ORDER BY 4, 6
"""
KEYS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names,
        referenced_table, referenced_column_names
    FROM duckdb_constraints()
    WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
    ORDER BY table_oid, constraint_index
"""
LABEL = re.compile(r"'((?:[^']|'')*)'")


def introspect(connection: duckdb.DuckDBPyConnection, how: Introspection, name: str) -> Schema:
    """Tables, views, columns, comments, keys, joins and the few distinct values of text columns.

    Views that cannot be computed here, as over a file or a table that is gone, are left out. name:
    the database's, for errors.

    Raises DatabaseError: no table, or one of `how.tables` is not there.
    """
    import duckdb

    try:
        tables, sizes = _tables(connection, how)
        if not tables:
            raise DatabaseError(f"{name} has no tables.", hint="Put tables into it first.")
        return assembled(
            tuple(tables.values()),
            _declared(connection, tables),
            how,
            name=name,
            dialect="duckdb",
            fill=lambda chosen: with_values(connection, chosen, sizes, how.seconds),
        )
    except duckdb.Error as error:
        raise explained(name, error) from error


def _tables(
    connection: duckdb.DuckDBPyConnection, how: Introspection
) -> tuple[dict[Names, Table], dict[Names, int]]:
    """Tables and how many rows they have, by schema and name, the default schema's first."""
    row = connection.execute("SELECT current_schema()").fetchone()
    default = row[0] if row else "main"
    columns: dict[Names, list[Column]] = {}
    for schema, table, *column in connection.execute(COLUMNS).fetchall():
        columns.setdefault((schema, table), []).append(_column(how, *column))
    primary = {
        (schema, table): tuple(names)
        for schema, table, kind, names, *_ in connection.execute(KEYS).fetchall()
        if kind == "PRIMARY KEY"
    }
    tables, sizes = {}, {}
    found = connection.execute(TABLES).fetchall()
    for schema, name, comment, is_view, size, _ in sorted(found, key=lambda row: row[0] != default):
        key, space = (schema, name), "" if schema == default else schema
        if key in columns and not (is_view and not _is_sound(connection, key)):
            tables[key] = Table(
                name, tuple(columns[key]), primary.get(key, ()), is_view, comment, space
            )
            sizes[space, name] = size or 0
    return tables, sizes


def _column(how: Introspection, name: str, type_: str, comment: str) -> Column:
    if not type_.startswith("ENUM("):
        return Column(name, type_, comment)
    labels = [label.replace("''", "'") for label in LABEL.findall(type_)]
    return Column(name, "ENUM", comment, (few(labels) or ()) if how.values else ())


def _is_sound(connection: duckdb.DuckDBPyConnection, names: Names) -> bool:
    import duckdb

    try:
        connection.execute(f"SELECT * FROM {'.'.join(map(always_quoted, names))} LIMIT 0")
    except duckdb.Error:
        return False
    return True


def _declared(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[Names, Table]
) -> Iterator[Key]:
    for schema, table, kind, columns, to_table, to_columns in connection.execute(KEYS).fetchall():
        # DuckDB's keys stay within a schema.
        here, there = tables.get((schema, table)), tables.get((schema, to_table))
        if kind == "FOREIGN KEY" and here and there and columns != []:
            yield here, _spelled(here, columns), there, _spelled(there, to_columns)


def _spelled(table: Table, names: list[str]) -> tuple[str, ...]:
    """The names as the table's columns have them: a key may write them in another case."""
    columns = (table.column(name) for name in names)
    return tuple(column.name for column in columns if column is not None)
