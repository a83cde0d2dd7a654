"""Turns columns of numbers as people write them, 1.234,56 or $12, into numbers; it must not know
files.

A column is turned only where every value of it allows that, and never one of codes such as 01234.
Words for nothing, as in a column of numbers and "n/a", become NULL; so they do among dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from localai.sql.databases.csv_dialect import literal
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

LOOKED_AT = 1000  # rows: whole columns are counted only where these hold nothing else
SIGN, UNIT = r"-?\s*[€$£¥]?\s*-?", r"\s*[€$£¥%]?"
WHOLE = r"(?:0|[1-9]\d*)"
PLAIN = rf"{SIGN}(?:{WHOLE}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?{UNIT}"
# A decimal comma, with points, spaces or apostrophes between thousands; and the other way round.
COMMA = rf"{SIGN}(?:{WHOLE}|[1-9]\d{{0,2}}(?:[. '’\x{{a0}}\x{{202f}}]\d{{3}})+)(?:,\d+)?{UNIT}"
POINT = rf"{SIGN}(?:{WHOLE}|[1-9]\d{{0,2}}(?:[,'’]\d{{3}})+)(?:\.\d+)?{UNIT}"
# 1,234 may be either; these can be one only.
SURELY_COMMA = rf",(?:\d{{1,2}}|\d{{4,}}){UNIT}$|\.\d{{3}},|^{SIGN}0,"
SURELY_POINT = rf",\d{{3}}[.,]|\d\.(?:\d{{1,2}}|\d{{4,}}){UNIT}$"
LIKE_NUMBERS = re.compile(rf"{SIGN}[\d.][\d.,'’ \xa0\u202f]*(?:[eE][+-]?\d+)?{UNIT}")
LIKE_DATES = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d.*)?")
INTEGER = rf"-?{WHOLE}"
# What stands in for a number or a date that is not there.
NOTHING = (
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "null",
    "none",
    "nan",
    "nil",
    "-",
    "--",
    "–",
    "—",
    "?",
    ".",
    "",
)
MAX_DIGITS = 18  # of any BIGINT


def settle(
    connection: duckdb.DuckDBPyConnection, table: str, seeming: dict[str, str]
) -> dict[str, str]:
    """Turn text columns that seem to be BIGINT or DATE, those that are so to the last value.

    DuckDB itself would round 2.5, shorten 007 and cut the time off a date without a word. Returns
    the others, each with a value that does not fit.
    """
    fits = {"BIGINT": f"regexp_full_match(%s, '{INTEGER}')", "DATE": "length(%s) = 10"}
    others = {}
    for column, kind in seeming.items():
        name = always_quoted(column)
        fit = f"{fits[kind] % name} AND TRY_CAST({name} AS {kind}) IS NOT NULL"
        row = connection.execute(
            f"SELECT any_value({name}) FROM {always_quoted(table)} WHERE NOT ({fit})"
        ).fetchone()
        if row is None or row[0] is None:
            _alter(connection, table, column, kind, name)
        else:
            others[column] = str(row[0])
    return others


def turn(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str], *, comma: bool
) -> list[str]:
    """Turn those of the text columns that hold numbers or dates alone; what its user is told.

    comma: whether the comma of 1,234 surely stands before a thousand; otherwise a column where no
    value tells stays as it is.
    """
    told = []
    for column, are_dates in _candidates(connection, table, list(columns)):
        if are_dates:
            told += _turned_dates(connection, table, column)
        elif (style := _style(connection, table, column, comma)) is not None:
            told += _turned_numbers(connection, table, column, style)
    return told


def _candidates(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]
) -> Iterator[tuple[str, bool]]:
    if not columns:
        return
    names = ", ".join(map(always_quoted, columns))
    sample = f"SELECT {names} FROM {always_quoted(table)} LIMIT {LOOKED_AT}"
    rows = connection.execute(sample).fetchall()
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        values = [cell.strip().replace("−", "-") for cell in cells if cell is not None]
        texts = [value for value in values if value.lower() not in NOTHING]
        if texts and all(map(LIKE_DATES.fullmatch, texts)):
            yield column, True
        elif texts and all(map(LIKE_NUMBERS.fullmatch, texts)):
            yield column, False


def _style(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, comma: bool
) -> str | None:
    """Which sign stands before the decimals, or None where these are no numbers for sure."""
    counts = [
        *(f"count_if(regexp_full_match(x, {literal(each)}))" for each in (PLAIN, COMMA, POINT)),
        *(f"count_if(regexp_matches(x, {literal(each)}))" for each in (SURELY_COMMA, SURELY_POINT)),
    ]
    row = connection.execute(
        f"SELECT count(x), {', '.join(counts)} FROM ({_texts(table, column)})"
    ).fetchone()
    count, plain, commas, points, surely_comma, surely_point = row or (0,) * 6
    if count == plain:
        return "."
    if count == commas and surely_comma and not surely_point:
        return ","
    if count == points and not surely_comma and (surely_point or comma):
        return "."
    return None


def _turned_numbers(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, style: str
) -> list[str]:
    number = _number("x", style)
    row = connection.execute(
        f"SELECT bool_and({number} NOT SIMILAR TO '.*[.eE].*'), max(length({number})), "
        f"arg_max(x, length(x)), arg_max({number}, length(x)) FROM ({_texts(table, column)})"
    ).fetchone()
    whole, digits, text, read = row or (False, 0, "", "")
    if whole and digits > MAX_DIGITS:
        return []  # no number has that many: a code
    nothing = _nothing(connection, table, column)
    _alter(
        connection, table, column, "BIGINT" if whole else "DOUBLE", _number(_value(column), style)
    )
    told = [f"column {column} holds numbers: {text} is {read}"] if text != read else []
    return [*told, *nothing]


def _turned_dates(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    row = connection.execute(
        "SELECT count(x) = count(TRY_CAST(x AS TIMESTAMP)), max(length(x)) "
        f"FROM ({_texts(table, column)})"
    ).fetchone()
    if not row or not row[0]:
        return []
    nothing = _nothing(connection, table, column)
    kind = "DATE" if row[1] == len("2024-12-31") else "TIMESTAMP"
    _alter(connection, table, column, kind, _value(column))
    return nothing


def _nothing(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    name = always_quoted(column)
    row = connection.execute(
        f"SELECT count(*), any_value({name}) FROM {always_quoted(table)} "
        f"WHERE trim({name}) <> '' AND {_value(column)} IS NULL"
    ).fetchone()
    if not row or not row[0]:
        return []
    cells = "cell" if row[0] == 1 else "cells"
    return [f"column {column} is empty where it says {row[1]} ({row[0]:,} {cells})"]


def _alter(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, value: str
) -> None:
    connection.execute(
        f"ALTER TABLE {always_quoted(table)} ALTER {always_quoted(column)} SET DATA TYPE {kind} "
        f"USING CAST({value} AS {kind})"
    )


def _number(text: str, style: str) -> str:
    digits = f"regexp_replace({text}, '[^-0-9.,eE+]', '', 'g')"
    if style == ",":
        return f"replace(replace({digits}, '.', ''), ',', '.')"
    return f"replace({digits}, ',', '')"


def _texts(table: str, column: str) -> str:
    return f"SELECT {_value(column)} AS x FROM {always_quoted(table)}"


def _value(column: str) -> str:
    """The text, or NULL where it stands for nothing."""
    text = f"replace(trim({always_quoted(column)}), '−', '-')"
    return f"CASE WHEN lower({text}) NOT IN ({', '.join(map(literal, NOTHING))}) THEN {text} END"
