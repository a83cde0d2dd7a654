"""Loads the sheets of Excel files into DuckDB; it must not know what is asked."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from localai.sql.databases.csv_dialect import literal
from localai.sql.databases.excel import Column, Sheet, read_sheets
from localai.sql.databases.excel_types import NUMBERS, type_of
from localai.sql.databases.written_values import turn
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

TURNED = NUMBERS | {"date", "moment"}  # among which "n/a" may stand
# What a sheet's table is called, by its title; without one where it is the file's only sheet.
Naming = Callable[[str], str]


def load_excel(
    connection: duckdb.DuckDBPyConnection, path: Path, naming: Naming
) -> list[tuple[str, str, list[str]]]:
    """Make a table of each sheet that holds cells: its title (empty where it is the only one), its
    table and what is told of it. Raises DatabaseError: damaged, no cells."""

    def load(sheets: list[Sheet]) -> list[tuple[str, str, list[str]]]:
        loaded = []
        for sheet in sheets:
            title = sheet.title if len(sheets) > 1 else ""
            table = naming(title)
            told = _load(connection, sheet, table)
            loaded.append((title, table, told))
        return loaded

    return read_sheets(path, load)


def _load(connection: duckdb.DuckDBPyConnection, sheet: Sheet, table: str) -> list[str]:
    # DuckDB reads a file of a million rows in a second; it takes single rows a thousand a second.
    number, name = tempfile.mkstemp(prefix="localai-", suffix=".csv")
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="replace", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(sheet.rows)
        _create(connection, Path(name), table, sheet.columns)
    finally:
        os.unlink(name)
    mixed = [
        column.name
        for column in sheet.columns
        if type_of(column.kinds) == "VARCHAR" and column.kinds & TURNED
    ]
    return sheet.told + turn(connection, table, mixed, comma=False)


def _create(
    connection: duckdb.DuckDBPyConnection, file: Path, table: str, columns: list[Column]
) -> None:
    width = max(column.place for column in columns) + 1
    types = {column.place: type_of(column.kinds) for column in columns}
    given = {f"c{place}": types.get(place, "VARCHAR") for place in range(width)}
    chosen = ", ".join(f"c{each.place} AS {always_quoted(each.name)}" for each in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {always_quoted(table)} AS SELECT {chosen} FROM read_csv("
        f"{literal(str(file))}, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"header = false, null_padding = true, parallel = false, columns = {literal(given)})"
    )
