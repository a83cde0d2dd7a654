"""Owns which tables, columns and values the slots of one query stand for, and how its tables join.

It must not know how conditions and totals are written in SQL.
"""

from __future__ import annotations

from localai.errors import SQLRejected
from localai.linking.catalog import Item
from localai.linking.grammar import Node, Query
from localai.linking.joins import Edge
from localai.linking.prompt import Slots
from localai.linking.sqltext import quote
from localai.linking.trees import Liked, connect
from localai.linking.values import Value
from localai.schema import Column

# More than all that a question mentions.
_MOST_SLOTS = 100


class Scope:
    """The tables of one query, and their names in it."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._tables: list[int] = []
        self._qualified = False
        self._liked: Liked = {}

    def _scope(self, query: Query) -> list[Edge]:
        """Settles the tables of the query."""
        tables = self._used(query)
        # A key that is shown itself, or that the question mentions, is the one to join by.
        shown = [item for node in (*query.items, *query.groups) for item in self._items(node)]
        self._liked = {self._place(item): 1 for item in self._slots.columns}
        self._liked |= {self._place(item): _MOST_SLOTS for item in shown}
        edges = connect(self._slots.graph, tables, self._liked)
        if edges is None:
            names = " and ".join(self._slots.schema.tables[table].name for table in tables)
            raise SQLRejected(
                f"No foreign key joins {names}.", hint="Ask about one of these tables at a time."
            )
        self._tables = [tables[0], *(edge.right for edge in edges)]
        self._qualified = len(self._tables) > 1
        return edges

    def _used(self, query: Query) -> list[int]:
        """The tables that the query names, then those of its columns."""
        named = [self._table(number) for number in query.tables]
        used = [item for node in _nodes(query) for item in self._items(node)]
        return list(dict.fromkeys([*named, *(item.table for item in used)]))

    def _place(self, item: Item) -> tuple[int, str]:
        return item.table, self._column(item).name.lower()

    def _items(self, node: Node) -> list[Item]:
        if node.kind == "query":
            return []
        found = [self._item(node)] if node.kind == "column" else []
        if node.kind in ("row", "names"):
            found = self._naming(node)
        return found + [item for part in node.parts for item in self._items(part)]

    def _table(self, number: int) -> int:
        if number >= len(self._slots.tables):
            raise _unknown(f"<t{number}>")
        return self._slots.tables[number]

    def _item(self, node: Node) -> Item:
        number = int(node.text[2:-1])
        if number >= len(self._slots.columns):
            raise _unknown(node.text)
        return self._slots.columns[number]

    def _naming(self, node: Node) -> list[Item]:
        """The columns that name a table's rows: its names, else its key, else its first column."""
        table = self._table(int(node.text[2:-1]))
        columns = self._slots.schema.tables[table].columns
        places = range(len(columns))
        primary = self._slots.schema.tables[table].primary_key
        named = [Item(table, p) for p in places if Item(table, p) in self._slots.display]
        keys = [Item(table, p) for p in places if columns[p].name in primary]
        found = named or keys or [Item(table, p) for p in places[:1]]
        if not found:
            raise _unknown(node.text)
        return found

    def _own_keys(self, node: Node) -> list[str]:
        """What else to group by where a group is a row: its key, for two rows may share a name."""
        if node.kind != "row":
            return []
        named = self._naming(node)
        table = self._slots.schema.tables[named[0].table]
        keys = [n for n, c in enumerate(table.columns) if c.name in table.primary_key]
        return [
            self._column_name(Item(named[0].table, key))
            for key in keys
            if Item(named[0].table, key) not in named
        ]

    def _column_name(self, item: Item) -> str:
        name = quote(self._column(item).name)
        return f"{self._name(item.table)}.{name}" if self._qualified else name

    def _value(self, node: Node) -> Value:
        number = int(node.text[2:-1])
        if number >= len(self._slots.values):
            raise _unknown(node.text)
        return self._slots.values[number]

    def _name(self, table: int) -> str:
        return quote(self._slots.schema.tables[table].name)

    def _join(self, edge: Edge) -> str:
        return f"JOIN {self._name(edge.right)} ON {self._equal(edge)}"

    def _equal(self, edge: Edge) -> str:
        left, right = self._name(edge.left), self._name(edge.right)
        pairs = zip(edge.left_columns, edge.right_columns, strict=True)
        return " AND ".join(f"{left}.{quote(a)} = {right}.{quote(b)}" for a, b in pairs)

    def _column(self, item: Item) -> Column:
        return self._slots.schema.tables[item.table].columns[item.column]


def _nodes(query: Query) -> list[Node]:
    nodes = [*query.items, *query.groups, *(node for node, _ in query.orders)]
    return nodes + [node for node in (query.where, query.having) if node is not None]


def _unknown(slot: str) -> SQLRejected:
    return SQLRejected(
        f"The embedded model's answer names {slot}, which stands for nothing in this prompt.",
        hint="Put the question in other words, or use a larger model.",
    )
