"""Owns how a schema's tables hang together: which columns of one hold the keys of another.

It must not know slots or how SQL is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from localai.linking.words import split_name, stem
from localai.schema import Schema, Table


class Edge(NamedTuple):
    """`left` and `right` (places of tables) join where the columns are equal, pairwise. up: a row
    of `left` has but one of `right`. role: the referring column is called otherwise than what it
    refers to, as in `manager_id`."""

    left: int
    right: int
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    up: bool = True
    role: bool = False

    def turned(self) -> Edge:
        """The same edge read from its other end."""
        columns = (self.right_columns, self.left_columns)
        return Edge(self.right, self.left, *columns, not self.up, self.role)

    def referring(self) -> set[tuple[int, str]]:
        """The columns, each with its table, that hold the other table's key."""
        table, names = (
            (self.left, self.left_columns) if self.up else (self.right, self.right_columns)
        )
        return {(table, name.lower()) for name in names}


def edges(schema: Schema) -> dict[int, list[Edge]]:
    """Table's place -> its edges: declared foreign keys, and inferred ones (`x_id` = `x.id`)
    between tables that no declared key joins; of two between the same tables the likelier first:
    one without a role, then that of the earlier column."""
    found: list[Edge] = []
    places = {table.name.lower(): number for number, table in enumerate(schema.tables)}
    for key in schema.foreign_keys:
        left, right = places.get(key.table.lower()), places.get(key.to_table.lower())
        if left is None or right is None or left == right:
            continue
        columns = key.to_columns or schema.tables[right].primary_key
        if len(columns) == len(key.columns):
            found.append(Edge(left, right, key.columns, columns))
    declared = {frozenset((edge.left, edge.right)) for edge in found}
    found.extend(
        edge for edge in _inferred(schema) if frozenset((edge.left, edge.right)) not in declared
    )
    graph: dict[int, list[Edge]] = {number: [] for number in range(len(schema.tables))}
    found = [edge._replace(role=_has_role(schema, edge)) for edge in found]
    for edge in sorted(found, key=lambda edge: (edge.role, _place(schema, edge))):
        graph[edge.left].append(edge)
        graph[edge.right].append(edge.turned())
    return graph


def _has_role(schema: Schema, edge: Edge) -> bool:
    name, other = edge.left_columns[0], edge.right_columns[0]
    words = {stem(word) for word in split_name(name)}
    table = {stem(word) for word in split_name(schema.tables[edge.right].name)}
    return name.lower() != other.lower() and not words & table


def _place(schema: Schema, edge: Edge) -> int:
    names = [column.name.lower() for column in schema.tables[edge.left].columns]
    name = edge.left_columns[0].lower()
    return names.index(name) if name in names else len(names)


def _inferred(schema: Schema) -> list[Edge]:
    keys = [_own_key(table) for table in schema.tables]
    found = []
    for left, table in enumerate(schema.tables):
        for column in table.columns:
            if column.name.lower() == (keys[left] or "").lower():
                continue
            right = _referred(schema, keys, left, column.name)
            if right is not None:
                found.append(Edge(left, right, (column.name,), (str(keys[right]),)))
    return found


def _own_key(table: Table) -> str | None:
    if len(table.primary_key) == 1:
        return table.primary_key[0]
    if table.primary_key:
        return None
    names = [column.name for column in table.columns]
    own = f"{stem(split_name(table.name)[-1])}id" if split_name(table.name) else "id"
    return next((n for n in names if n.lower().replace("_", "") in ("id", own)), None)


def _referred(schema: Schema, keys: Sequence[str | None], left: int, name: str) -> int | None:
    """The table whose key the column called `name` seems to hold: rather one that is called so than
    one whose key is."""
    words = [stem(word) for word in split_name(name)]
    ends_as_key = bool(words) and words[-1] in ("id", "code", "no", "key", "number", "fk")
    alike: list[tuple[bool, int, str, int]] = []
    for right, table in enumerate(schema.tables):
        key = keys[right]
        if right == left or key is None:
            continue
        named = [stem(word) for word in split_name(table.name)]
        called = ends_as_key and words[:-1] in (named, named[-1:])
        same = key.lower() == name.lower() and key.lower() not in ("id", "name", "code", "key")
        if called or same:
            alike.append((not called, -len(table.columns), table.name, right))
    return min(alike)[-1] if alike else None
