"""Owns which columns share their values: keys, and what queries compare with one another.

It must not know rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.joins import edges
from localai.schema import Schema
from measure.comparisons import Place


def is_text(schema: Schema, group: frozenset[Place]) -> bool:
    """Whether a group of columns holds texts: as its primary keys do, where it has some."""
    types: dict[bool, list[str]] = {True: [], False: []}
    for name, column_name in group:
        table = schema.table(name)
        column = table.column(column_name) if table else None
        if table is not None and column is not None:
            types[table.primary_key == (column.name,)].append(column.type.upper())
    asked = types[True] or types[False]
    kinds = ["CHAR" in type_ or "TEXT" in type_ for type_ in asked]
    return all(kinds) if types[True] else any(kinds)


def shared(
    schema: Schema, compared: Sequence[tuple[Place, Place]]
) -> dict[Place, frozenset[Place]]:
    """Columns that refer to one another or are compared: each with its whole group."""
    pairs = list(compared)
    for found in edges(schema).values():
        for edge in found:
            left, right = schema.tables[edge.left].name, schema.tables[edge.right].name
            for one, other in zip(edge.left_columns, edge.right_columns, strict=True):
                pairs.append((_spelled(schema, left, one), _spelled(schema, right, other)))
    for key in schema.foreign_keys:
        for one, other in zip(key.columns, key.to_columns, strict=False):
            pairs.append((_spelled(schema, key.table, one), _spelled(schema, key.to_table, other)))
    groups: dict[Place, set[Place]] = {}
    for left_place, right_place in pairs:
        joined = groups.get(left_place, {left_place}) | groups.get(right_place, {right_place})
        for place in joined:
            groups[place] = joined
    return {place: frozenset(group) for place, group in groups.items()}


def _spelled(schema: Schema, table: str, column: str) -> Place:
    found = schema.table(table)
    known = found.column(column) if found else None
    return (found.name if found else table), (known.name if known else column)
