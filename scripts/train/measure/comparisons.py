"""Owns what a query compares its columns with, so that rows can be made where it finds something.

It must not know rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from localai.schema import Schema

SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
MIRRORED = {"=": "=", "<>": "<>", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column (table, column; as the schema spells them) against a constant. sign: =, <>, >, >=,
    <, <=, like, null, or year, month, age for that part of a date. number: it is no text."""

    place: Place
    sign: str
    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What rows need so that a query finds something. equal: pairs of columns that it joins or
    compares with one another. sorted: columns that it orders by. counted: columns that it groups by
    with the number of rows that it wants in a group."""

    comparisons: tuple[Comparison, ...] = ()
    equal: tuple[tuple[Place, Place], ...] = ()
    sorted: frozenset[Place] = frozenset()
    counted: tuple[tuple[Place, int], ...] = ()


def needs(sql: str, schema: Schema, dialect: str) -> Needs:
    """What `sql` needs; nothing where it cannot be read."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except sqlglot.errors.SqlglotError:
        return Needs()
    return _Reader(schema).needs(tree)


class _Reader:
    def __init__(self, schema: Schema) -> None:
        self._tables = {
            table.name.lower(): (table.name, {c.name.lower(): c.name for c in table.columns})
            for table in schema.tables
        }

    def needs(self, tree: exp.Expr) -> Needs:
        found: list[Comparison] = []
        equal: list[tuple[Place, Place]] = []
        for node in tree.walk():
            found.extend(self._comparisons(node))
            equal.extend(self._pairs(node))
        ordered = [
            place
            for order in tree.find_all(exp.Ordered)
            for column in order.find_all(exp.Column)
            if (place := self.place(column))
        ]
        counted = tuple(pair for node in tree.find_all(exp.Having) for pair in self._counted(node))
        return Needs(tuple(dict.fromkeys(found)), tuple(equal), frozenset(ordered), counted)

    def _counted(self, having: exp.Having) -> Iterator[tuple[Place, int]]:
        group = having.parent.args.get("group") if having.parent is not None else None
        columns = list(group.find_all(exp.Column)) if group is not None else []
        for node in having.find_all(exp.Binary):
            wanted = self._constant(node.right)
            if isinstance(node.left, exp.Count) and wanted and wanted[0].isdigit():
                for column in columns:
                    if place := self.place(column):
                        yield place, int(wanted[0])

    def place(self, column: exp.Column) -> Place | None:
        """The table's column that it stands for, looked for from its own query outwards."""
        scope = column.find_ancestor(exp.Select)
        while scope is not None:
            for alias, (name, columns) in self._sources(scope):
                if column.name.lower() in columns and column.table.lower() in ("", alias):
                    return name, columns[column.name.lower()]
            scope = scope.find_ancestor(exp.Select)
        return None

    def _sources(self, select: exp.Select) -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
        for table in select.find_all(exp.Table):
            if table.find_ancestor(exp.Select) is select and table.name.lower() in self._tables:
                yield table.alias_or_name.lower(), self._tables[table.name.lower()]

    def _comparisons(self, node: exp.Expr) -> Iterator[Comparison]:
        if isinstance(node, exp.Binary) and type(node) in SIGNS:
            sign = SIGNS[type(node)]
            yield from self._one(node.left, sign, node.right)
            yield from self._one(node.right, MIRRORED[sign], node.left)
        elif isinstance(node, exp.Between):
            yield from self._one(node.this, ">=", node.args["low"])
            yield from self._one(node.this, "<=", node.args["high"])
        elif isinstance(node, exp.In):
            for entry in node.expressions:
                yield from self._one(node.this, "=", entry)
        elif isinstance(node, (exp.Like, exp.ILike)):
            yield from self._one(node.this, "like", node.expression)
        elif isinstance(node, exp.Is) and isinstance(node.this, exp.Column):
            place = self.place(node.this)
            if place is not None and not isinstance(node.parent, exp.Not):
                yield Comparison(place, "null", "")

    def _one(self, left: exp.Expr, sign: str, right: exp.Expr) -> Iterator[Comparison]:
        text = self._constant(right)
        if text is None or isinstance(left, exp.AggFunc):
            return
        column = left if isinstance(left, exp.Column) else next(left.find_all(exp.Column), None)
        place = self.place(column) if column is not None else None
        if place is not None:
            yield Comparison(place, _part(left) or sign, *text)

    def _constant(self, node: exp.Expr) -> tuple[str, bool] | None:
        if isinstance(node, (exp.Cast, exp.Paren, exp.Date, exp.TsOrDsToDate)):
            return self._constant(node.this)
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
            return "-" + node.this.name, True
        if isinstance(node, exp.Literal):
            return node.name, not node.is_string
        if isinstance(node, exp.Boolean):
            return str(int(node.this)), True
        # SQLite reads "Paris" as a text where no column is called so.
        if isinstance(node, exp.Column) and node.this.args.get("quoted") and not node.table:
            return None if self.place(node) else (node.name, False)
        return None

    def _pairs(self, node: exp.Expr) -> Iterator[tuple[Place, Place]]:
        sides: tuple[exp.Expr, ...] = ()
        if isinstance(node, exp.EQ):
            sides = (node.left, node.right)
        elif isinstance(node, exp.In) and isinstance(node.args.get("query"), exp.Subquery):
            inner = node.args["query"].this
            sides = (node.this, inner.selects[0]) if isinstance(inner, exp.Select) else ()
        places = [self.place(side) for side in sides if isinstance(side, exp.Column)]
        if len(places) == 2 and places[0] and places[1] and places[0] != places[1]:
            yield places[0], places[1]


def _part(left: exp.Expr) -> str:
    """year, month or age where that alone of the column is compared."""
    if "AGE(" in left.sql("postgres").upper():
        return "age"
    if isinstance(left, exp.Year) or (isinstance(left, exp.Extract) and left.name == "YEAR"):
        return "year"
    if isinstance(left, exp.Month) or (isinstance(left, exp.Extract) and left.name == "MONTH"):
        return "month"
    return ""
