"""Owns what a column is, by its type, name and values: its kind, and whether it is a key.

It must not know the words of questions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from localai.linking.joins import Edge
from localai.linking.lexicon import FALSE_WORDS, TRUE_WORDS
from localai.linking.words import split_name
from localai.schema import Column, Schema

_NUMERIC = re.compile(
    r"int(?!erval)|real|floa|doub|(?<!e)num|dec|money|serial|number", re.IGNORECASE
)
_TEMPORAL = re.compile(r"date|time", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class Item(NamedTuple):
    """A table (`column` is -1) or a column, by its places in the schema."""

    table: int
    column: int


def kind_of(column: Column, words: Sequence[str]) -> str:
    """b (true or false), d (date or time), n (number) or s (text), by type, values and name, of
    which these are the words."""
    values = {value.lower() for value in column.values}
    flags = values and (values <= {*TRUE_WORDS, *FALSE_WORDS}) and len(values) <= 2
    if "bool" in column.type.lower() or flags:
        return "b"
    if words and words[0] in ("is", "has", "was", "can") and len(words) > 1:
        return "b"
    if _NUMERIC.search(column.type):
        return "n"
    if _TEMPORAL.search(column.type):
        return "d"
    if column.values:
        return "d" if all(map(_ISO.match, column.values)) else "s"
    dated = words and (words[-1] in ("date", "at", "datetime", "timestamp") or words[0] == "date")
    if dated or (len(words) == 2 and words[1] == "on"):
        return "d"
    return "s"


def key_columns(schema: Schema) -> set[Item]:
    """Primary keys, foreign keys and what else is named like one (`x_id`)."""
    places = {table.name.lower(): number for number, table in enumerate(schema.tables)}
    keys = set()
    for number, table in enumerate(schema.tables):
        primary = (
            {name.lower() for name in table.primary_key} if len(table.primary_key) == 1 else set()
        )
        for place, column in enumerate(table.columns):
            last = (split_name(column.name) or [""])[-1]
            if column.name.lower() in primary or last in ("id", "uuid", "pk"):
                keys.add(Item(number, place))
    for foreign in schema.foreign_keys:
        number = places.get(foreign.table.lower(), -1)
        if number < 0:
            continue
        wanted = {name.lower() for name in foreign.columns}
        for place, column in enumerate(schema.tables[number].columns):
            if column.name.lower() in wanted:
                keys.add(Item(number, place))
    return keys


def referred(
    schema: Schema, graph: Mapping[int, Sequence[Edge]], keys: set[Item]
) -> dict[Item, set[int]]:
    """Foreign key column -> the tables that it leads to."""
    found: dict[Item, set[int]] = {}
    for table, leaving in graph.items():
        names = [column.name.lower() for column in schema.tables[table].columns]
        # The key of a row leads nowhere; a part of one, as a line's order, does.
        primary = schema.tables[table].primary_key
        own = {name.lower() for name in primary} if len(primary) == 1 else set()
        for edge in leaving:
            if len(edge.left_columns) != 1 or edge.left_columns[0].lower() in own:
                continue
            if edge.left_columns[0].lower() in names:
                item = Item(table, names.index(edge.left_columns[0].lower()))
                if item in keys:
                    found.setdefault(item, set()).add(edge.right)
    return found
