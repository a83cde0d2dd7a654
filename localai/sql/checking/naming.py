"""Finds what one name in an expression means, and spells it as its owner does.

It must not know how queries are built of clauses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from itertools import product
from typing import cast

from sqlglot import exp

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.checking.kinding import kind_of, mark, mark_stored
from localai.sql.checking.outputs import all_outputs, named, of_that_table
from localai.sql.checking.relations import (
    Origin,
    Output,
    Relation,
    Scope,
    ambiguous,
    unknown_column,
)

# The queries of WITH, by their names in lower case.
Tables = dict[str, Relation]


@dataclass(slots=True)
class Names:
    """What the names of a tree mean, by the identity of its nodes (kept alive here)."""

    origins: dict[int, tuple[exp.Column, Output, Relation]] = field(default_factory=dict)
    scopes: dict[int, tuple[exp.Select, Scope]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)

    def origin(self, node: exp.Expr | None) -> Origin | None:
        """The schema's column that a column node means in the end, if it is one."""
        found = self.origins.get(id(node))
        return found[1].origin if found else None

    def output(self, node: exp.Expr) -> tuple[Output, Relation] | None:
        """The output, and the relation that offers it, that a column node means."""
        found = self.origins.get(id(node))
        return found[1:] if found else None

    def scope(self, select: exp.Select) -> Scope:
        """What the names in one SELECT mean."""
        return self.scopes[id(select)][1]


class Namer(ABC):
    """Resolves the columns of expressions; a query inside one goes to `query`."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.names = Names()
        self.seen: dict[int, exp.Expr] = {}

    @abstractmethod
    def query(self, node: exp.Expr, outer: Scope | None, tables: Tables) -> list[Output]:
        """Resolves a query and gives its columns."""

    def visit(self, node: exp.Expr, scope: Scope, tables: Tables) -> None:
        """Resolves the columns in an expression, and marks it and its parts with their kinds."""
        if isinstance(node, exp.Column):
            self._column(node, scope, tables)
            return
        if isinstance(node, exp.Query):
            outputs = self.query(node, scope, tables)
            mark(node, outputs[0].kind if outputs else None)
            return
        for part in list(node.iter_expressions()):
            self.visit(part, scope, tables)
        mark(node, kind_of(node))

    def _column(self, node: exp.Column, scope: Scope, tables: Tables) -> None:
        if node.table:
            relation = self._prefixed(node, scope)
            if isinstance(node.this, exp.Star):
                self._counted_rows(node, relation)
                return
            output = relation.output(node.name)
            if output is None:
                raise unknown_column(node, scope, self.schema)
            self._bind(node, relation, output)
            return
        for around in scope.around():
            owners = around.owners(node.name)
            if len(owners) > 1:
                raise ambiguous(node.name, owners)
            if owners:
                self._bind(node, *owners[0])
                return
        self._heading(node, scope, tables)

    def _counted_rows(self, node: exp.Column, relation: Relation) -> None:
        # COUNT(t.*) counts the rows that t has: its key is there wherever a row is.
        key = relation.table.primary_key if relation.table else ()
        output = relation.output(key[0]) if key else None
        if not isinstance(node.parent, exp.Count) or output is None:
            shown = node.sql("postgres")
            raise SQLRejected(f"{shown} cannot stand inside an expression.", hint="Name a column.")
        self._bind(node, relation, output)

    def _heading(self, node: exp.Column, scope: Scope, tables: Tables) -> None:
        # A heading inside an expression: some databases know it there, its expression all do.
        item = scope.named.get(node.name.lower())
        if item is None:
            raise unknown_column(node, scope, self.schema)
        inner = item.unalias().copy()
        if not isinstance(inner, exp.Column | exp.Func | exp.Literal):
            inner = exp.paren(inner, copy=False)
        node.replace(inner)
        self.visit(inner, scope, tables)

    def _bind(self, node: exp.Column, relation: Relation, output: Output) -> None:
        named(output)
        node.set("this", exp.to_identifier(output.name))
        self.seen[id(node)] = mark(node, output.kind)
        self.names.origins[id(node)] = (node, output, relation)
        if output.origin is not None:
            mark_stored(node)

    def _prefixed(self, column: exp.Column, scope: Scope) -> Relation:
        self.seen[id(column)] = column
        # A table by its own name where it has another is a slip, unless one around is called so.
        ways = (Scope.relation, of_that_table)
        for find, around in product(ways, scope.around()):
            relation = find(around, column.table)
            if relation is not None:
                quoted = exp.to_identifier(relation.alias)
                column.set("table", quoted)
                column.set("db", None)
                column.set("catalog", None)
                return relation
        raise unknown_column(column, scope, self.schema)

    def star(self, item: exp.Expr, scope: Scope) -> list[Output]:
        """The columns that `*` or `t.*` stands for."""
        if isinstance(item, exp.Star):
            return all_outputs(scope)
        relation = self._prefixed(cast("exp.Column", item), scope)
        return list(relation.outputs)
