"""Owns how a schema's tables hang together and the shortest way to join some of them.

It must not know slots or how SQL is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from localai.linking.words import split_name, stem
from localai.schema import Schema, Table


class Edge(NamedTuple):
    """`left` and `right` (places of tables) join where the columns are equal, pairwise."""

    left: int
    right: int
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]

    def turned(self) -> Edge:
        """The same edge read from its other end."""
        return Edge(self.right, self.left, self.right_columns, self.left_columns)


def edges(schema: Schema) -> dict[int, list[Edge]]:
    """Table's place -> its edges: declared foreign keys, and inferred ones (`x_id` = `x.id`)
    between tables that no declared key joins."""
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
    for edge in found:
        graph[edge.left].append(edge)
        graph[edge.right].append(edge.turned())
    return graph


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
    """The table whose key the column called `name` seems to hold."""
    words = split_name(name)
    ends_as_key = bool(words) and words[-1] in ("id", "code", "no", "key", "number", "fk")
    for right, table in enumerate(schema.tables):
        key = keys[right]
        if right == left or key is None:
            continue
        if key.lower() == name.lower() and key.lower() not in ("id", "name", "code", "key"):
            return right
        table_words = [stem(word) for word in split_name(table.name)]
        if ends_as_key and [stem(word) for word in words[:-1]] in (table_words, table_words[-1:]):
            return right
    return None


def connect(graph: dict[int, list[Edge]], tables: Sequence[int]) -> list[Edge] | None:
    """The edges that join all `tables` with the first, each table joined once; None if impossible.

    Bridging tables are added where the shortest way needs them.
    """
    joined = [tables[0]]
    used: list[Edge] = []
    waiting = [table for table in dict.fromkeys(tables) if table != tables[0]]
    while waiting:
        path = _nearest(graph, joined, waiting)
        if path is None:
            return None
        for edge in path:
            used.append(edge)
            joined.append(edge.right)
        waiting = [table for table in waiting if table not in joined]
    return used


def _nearest(
    graph: dict[int, list[Edge]], joined: Sequence[int], waiting: Sequence[int]
) -> list[Edge] | None:
    paths: list[list[Edge]] = []
    seen = set(joined)
    for table in joined:
        paths.extend([edge] for edge in graph[table] if edge.right not in seen)
    while paths:
        for path in paths:
            if path[-1].right in waiting:
                return path
        longer: list[list[Edge]] = []
        for path in paths:
            if path[-1].right in seen:
                continue
            seen.add(path[-1].right)
            longer.extend([*path, edge] for edge in graph[path[-1].right] if edge.right not in seen)
        paths = longer
    return None
