"""Owns when rows are right: equal to the right query's as bags, in order where that one sorts.

It must not know who wrote the query that is judged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import sqlglot
from sqlglot import exp

from measure.databases import run, same_rows, turned

Row = tuple[object, ...]
KEY = "sort_key_"


@dataclass(frozen=True, slots=True)
class Right:
    """The right rows. ends: where each stretch of equally sorted rows ends, whose order among
    themselves is free; None where no order is asked for."""

    rows: Sequence[Row]
    ends: Sequence[int] | None


class Gold:
    """One right query in SQLite's SQL, with what tells whether a content suits it. must_run: that
    it does not run is the product's fault, and counts as wrong."""

    def __init__(self, sql: str, must_run: bool = False) -> None:
        self.sql = sql
        self.must_run = must_run

    @cached_property
    def _tree(self) -> exp.Expr | None:
        try:
            return sqlglot.parse_one(self.sql, dialect="sqlite")
        except sqlglot.errors.SqlglotError:
            return None

    @cached_property
    def _keyed(self) -> tuple[str, int] | None:
        """The query with what it sorts by as further columns, and how many these are."""
        return _with_keys(self._tree) if isinstance(self._tree, exp.Select) else None

    @cached_property
    def _cuts(self) -> list[tuple[str, int, int]]:
        """For each LIMIT: the query with one row more and its keys, the keys' count, the limit."""
        return [cut for node in self._selects() if (cut := _cut(node))]

    def _selects(self) -> list[exp.Select]:
        return list(self._tree.find_all(exp.Select)) if self._tree is not None else []

    def right(self, connection: sqlite3.Connection) -> Right | None:
        """Its rows there; None where it finds nothing (no row, or a lone one of nulls and zeros),
        or where what it finds hangs on the order in which rows lie or on a tie at its LIMIT.

        Raises sqlite3.Error.
        """
        rows = run(connection, self.sql)
        if not rows or (len(rows) == 1 and not any(rows[0])):
            return None
        if self._is_tied(connection) or not self._is_stable(connection, rows):
            return None
        return Right(rows, self._ends(connection, rows))

    def _is_tied(self, connection: sqlite3.Connection) -> bool:
        for sql, keys, limit in self._cuts:
            try:
                rows = run(connection, sql)
            except sqlite3.Error:  # a subquery that looks at the query around it
                continue
            if len(rows) > limit and rows[limit][-keys:] == rows[limit - 1][-keys:]:
                return True
        return False

    @cached_property
    def _is_loose(self) -> bool:
        """Whether a column stands beside groups that it may have several values in, or a LIMIT has
        no order: SQLite then takes what it comes across."""
        for node in self._selects():
            if node.args.get("limit") and not node.args.get("order"):
                return True
            keys = node.args["group"].expressions if node.args.get("group") else []
            bare = [item.unalias() for item in node.selects if not item.find(exp.AggFunc)]
            if (keys or len(bare) < len(node.selects)) and any(b not in keys for b in bare):
                return True
        return False

    def _is_stable(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> bool:
        if not self._is_loose:
            return True
        with closing(turned(connection)) as other:
            return same_rows(run(other, self.sql), rows, ordered=False)

    def _ends(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> Sequence[int] | None:
        if self._tree is None or self._tree.args.get("order") is None:
            return None
        if self._keyed is None:
            return range(1, len(rows) + 1)
        keyed, count = self._keyed
        try:
            keys = [row[-count:] for row in run(connection, keyed)]
        except sqlite3.Error:
            return range(1, len(rows) + 1)
        if len(keys) != len(rows):
            return range(1, len(rows) + 1)
        return [n for n in range(1, len(keys) + 1) if n == len(keys) or keys[n] != keys[n - 1]]


def _with_keys(tree: exp.Select) -> tuple[str, int] | None:
    """None where it does not sort, or further columns would change its rows (DISTINCT)."""
    order = tree.args.get("order")
    if order is None or tree.args.get("distinct"):
        return None
    keys = []
    for number, term in enumerate(order.expressions):
        key = term.this
        if isinstance(key, exp.Literal) and key.is_int:
            key = tree.selects[int(key.name) - 1].unalias()
        named = {e.alias.lower(): e.unalias() for e in tree.selects if isinstance(e, exp.Alias)}
        if isinstance(key, exp.Column) and not key.table and key.name.lower() in named:
            key = named[key.name.lower()]
        keys.append(exp.alias_(key.copy(), f"{KEY}{number}"))
    return tree.copy().select(*keys).sql("sqlite"), len(keys)


def _cut(node: exp.Select) -> tuple[str, int, int] | None:
    limit, keyed = node.args.get("limit"), _with_keys(node)
    if limit is None or keyed is None or not limit.expression.is_int:
        return None
    count = int(limit.expression.name)
    tree = sqlglot.parse_one(keyed[0], dialect="sqlite")
    assert isinstance(tree, exp.Select)
    return tree.limit(count + 1).sql("sqlite"), keyed[1], count


def is_right(found: Sequence[Row], right: Right) -> bool:
    """Whether these are the right rows with their columns in the right query's order, too; no
    further ones, no other rows. `columns.py` tells of any order."""
    if len(found) != len(right.rows):
        return False
    begin = 0
    for end in right.ends if right.ends is not None else [len(right.rows)]:
        if not same_rows(found[begin:end], right.rows[begin:end], ordered=False):
            return False
        begin = end
    return True
