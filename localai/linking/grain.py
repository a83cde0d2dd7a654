"""Owns which rows a count for each row is of: of one row alone there is but one.

It must not know how SQL is written.
"""

from __future__ import annotations

from dataclasses import replace

from localai.linking.grammar import Node, Query
from localai.linking.prompt import Slots
from localai.linking.trees import connect


def counted(query: Query, used: list[int], slots: Slots) -> Query:
    """The query with what it counts: the rows that refer to each row, where it counts the row
    itself; or the rows for what they refer to, where it names that. used: the places of its tables.
    """
    if len(query.groups) != 1 or query.groups[0].kind != "row" or not _counts(query):
        return query
    row = query.groups[0]
    table = slots.tables[int(row.text[2:-1])]
    if not slots.schema.tables[table].primary_key:
        return query
    others = [place for place in dict.fromkeys(used) if place != table]
    if not others:
        return _with_referring(query, table, slots)
    edges = connect(slots.graph, [table, *others])
    shown = [node for node in query.items if not _is_count(node)]
    if (
        not edges
        or not all(edge.up for edge in edges)
        or len(others) > 1
        or shown not in ([], [row])
    ):
        return query
    other = Node("row", f"<t{slots.tables.index(others[0])}>")
    return _for(query, row, other)


def _with_referring(query: Query, table: int, slots: Slots) -> Query:
    """With the one table whose rows refer to the counted ones, where there is one alone."""
    below = {edge.right for edge in slots.graph[table] if not edge.up}
    number = next((n for n, place in enumerate(slots.tables) if place in below), None)
    if len(below) != 1 or number is None:
        return query
    return replace(query, tables=(*query.tables, number))


def _for(query: Query, row: Node, other: Node) -> Query:
    return replace(
        query,
        items=tuple(other if node == row else node for node in query.items),
        groups=(other,),
        orders=tuple((other if node == row else node, down) for node, down in query.orders),
    )


def _counts(query: Query) -> bool:
    nodes = [*query.items, *(node for node, _ in query.orders)]
    compared = query.having.parts if query.having is not None else ()
    return any(map(_is_count, (*nodes, *compared)))


def _is_count(node: Node) -> bool:
    """Whether it counts rows, all of them."""
    return node.kind == "call" and node.text == "COUNT" and node.parts[0].kind in ("star", "row")
