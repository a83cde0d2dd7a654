"""Finds what each name of a query means, and spells it as the schema does; it judges only names.

Each expression is marked with its kind on the way, from the schema's types through subqueries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sqlglot import exp

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.checking.kinding import kind, mark
from localai.sql.checking.naming import Namer, Names, Tables
from localai.sql.checking.outputs import (
    has_many_rows,
    heading,
    renamed,
    same_width,
)
from localai.sql.checking.relations import (
    Output,
    Relation,
    Scope,
    find_table,
    of_table,
    unknown_column,
    unknown_table,
)

# A query has these beside its FROM; HAVING and ORDER BY may name the headings of the SELECT.
CLAUSES = ("where", "group", "having", "qualify", "windows", "distinct", "order", "limit", "offset")


def resolve(tree: exp.Query, schema: Schema) -> Names:
    """The meaning of every name, which is then spelt as the schema, or the query itself, has it.

    Raises SQLRejected for the first name that means nothing, or more than one thing.
    """
    resolver = _Resolver(schema)
    resolver.query(tree, None, {})
    for node in tree.find_all(exp.Table, exp.Column):
        if id(node) not in resolver.seen:
            raise SQLRejected(f"{node.sql('postgres')} stands where no name is understood.")
    return resolver.names


class _Resolver(Namer):
    def query(self, node: exp.Expr, outer: Scope | None, tables: Tables) -> list[Output]:
        """Resolves a query and gives its columns."""
        tables = self._ctes(node, outer, tables)
        if isinstance(node, exp.Select):
            return self._select(node, outer, tables)
        if isinstance(node, exp.SetOperation):
            outputs = self.query(node.this, outer, tables)
            others = self.query(node.expression, outer, tables)
            same_width(outputs, others)
            outputs = [
                Output(o.name, o.kind or p.kind) for o, p in zip(outputs, others, strict=True)
            ]
        elif isinstance(node, exp.Subquery):
            outputs = self.query(node.this, outer, tables)
        elif isinstance(node, exp.Values):
            return self._values(node, Scope(outer), tables)
        else:
            raise SQLRejected(f"{node.sql('postgres')} is not a query.")
        self._clauses(node, Scope(outer, [Relation("", outputs)]), tables)
        return outputs

    def _ctes(self, node: exp.Expr, outer: Scope | None, tables: Tables) -> Tables:
        with_ = node.args.get("with_")
        if not isinstance(with_, exp.With):
            return tables
        for cte in with_.expressions:
            name, body = cte.alias, cte.this
            known = tables
            if with_.recursive and isinstance(body, exp.SetOperation):
                first = renamed(self.query(body.this.copy(), outer, tables), cte)
                known = {**tables, name.lower(): Relation(name, first)}
            outputs = renamed(self.query(body, outer, known), cte)
            tables = {**tables, name.lower(): Relation(name, outputs, many=has_many_rows(body))}
        return tables

    def _select(self, select: exp.Select, outer: Scope | None, tables: Tables) -> list[Output]:
        scope = Scope(outer)
        self.names.scopes[id(select)] = (select, scope)
        from_ = select.args.get("from_")
        if from_ is not None:
            self._source(from_.this, scope, tables)
        for lateral in select.args.get("laterals") or ():
            self._source(lateral, scope, tables)
        self._joins(select, scope, tables)
        outputs: list[Output] = []
        distinct = select.args.get("distinct")
        if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None:
            _spell_out_stars(select, scope)
        for item in list(select.expressions):
            outputs += self._item(item, scope, tables)
        self._clauses(select, scope, tables)
        return outputs

    def _item(self, item: exp.Expr, scope: Scope, tables: Tables) -> list[Output]:
        if item.is_star:
            return self.star(item, scope)
        self.visit(item, scope, tables)
        if isinstance(item, exp.Alias):
            scope.named[item.alias.lower()] = item
        inner = item.unalias()
        origin = self.names.origin(inner)
        return [Output(heading(item), kind(item), origin, item)]

    def _clauses(self, node: exp.Expr, scope: Scope, tables: Tables) -> None:
        for clause in CLAUSES:
            part = node.args.get(clause)
            for inner in part if isinstance(part, list) else [part]:
                if not isinstance(inner, exp.Expr):
                    continue
                if not self._is_heading_list(clause, inner, scope, tables):
                    self.visit(inner, scope, tables)

    def _is_heading_list(self, clause: str, node: exp.Expr, scope: Scope, tables: Tables) -> bool:
        if clause not in ("order", "group"):
            return False
        for item in list(node.expressions):
            target = item.this if isinstance(item, exp.Ordered) else item
            if not self._is_heading(clause, target, scope):
                self.visit(target, scope, tables)
            mark(item, kind(target))
        others = [value for key, value in node.args.items() if key != "expressions" and value]
        for part in others:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, exp.Expr):
                    self.visit(inner, scope, tables)
        return True

    def _is_heading(self, clause: str, node: exp.Expr, scope: Scope) -> bool:
        """Whether a whole item of ORDER BY or GROUP BY is a heading of the SELECT."""
        if not isinstance(node, exp.Column) or node.table or node.name.lower() not in scope.named:
            return False
        # The standard: ORDER BY takes the heading first, GROUP BY the column.
        if clause == "group" and scope.owners(node.name):
            return False
        item = scope.named[node.name.lower()]
        node.set("this", exp.to_identifier(item.alias))
        self.seen[id(node)] = mark(node, kind(item))
        return True

    def _joins(self, node: exp.Expr, scope: Scope, tables: Tables) -> None:
        joins = cast("list[exp.Join]", node.args.get("joins") or [])
        for join in joins:
            before = list(scope.relations)
            self._source(join.this, scope, tables)
            added = [relation for relation in scope.relations if relation not in before]
            if join.method == "NATURAL":
                names = {o.name.lower() for r in before for o in r.outputs}
                scope.merged |= {o.name.lower() for r in added for o in r.outputs} & names
            for name in join.args.get("using") or ():
                self._using(name, before, added, scope)
        for join in joins:
            if join.args.get("on") is not None:
                self.visit(join.args["on"], scope, tables)

    def _using(
        self, name: exp.Expr, before: list[Relation], added: list[Relation], scope: Scope
    ) -> None:
        for side in (before, added):
            found = next((o for r in side if (o := r.output(name.name)) is not None), None)
            if found is None:
                column = exp.column(name.name)
                raise unknown_column(column, Scope(None, side), self.schema)
        identifier = name if isinstance(name, exp.Identifier) else name.this
        identifier.set("this", found.name if found else name.name)
        scope.merged.add(name.name.lower())
        for node in name.find_all(exp.Column):
            self.seen[id(node)] = node

    def _source(self, node: exp.Expr, scope: Scope, tables: Tables) -> None:
        """Adds what a part of FROM offers to the scope."""
        taken = {relation.alias.lower() for relation in scope.relations} - {""}
        if node.alias_or_name.lower() in taken:
            name = node.alias_or_name
            raise SQLRejected(
                f"The query reads two tables under the name {name}.",
                hint=f"Give each its own: {name} AS a, {name} AS b.",
            )
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            scope.relations.append(self._table(node, tables))
        elif isinstance(node, exp.Table):
            self.seen[id(node)] = node
            self._function(node, node.this, scope, tables)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            # FROM (a JOIN b ON ...)
            self._source(node.this, scope, tables)
        elif isinstance(node, exp.Lateral):
            self._lateral(node, scope, tables)
        elif isinstance(node, exp.Unnest):
            self._function(node, node, scope, tables)
        else:
            outputs = renamed(self.query(node, scope.outer, tables), node)
            made, many = isinstance(node, exp.Values), has_many_rows(node)
            scope.relations.append(Relation(node.alias, outputs, many=many, made=made))
        self._joins(node, scope, tables)

    def _table(self, node: exp.Table, tables: Tables) -> Relation:
        self.seen[id(node)] = node
        node.set("only", None)
        own = tables.get(node.name.lower()) if not node.db else None
        if own is not None:
            node.set("this", exp.to_identifier(own.alias))
            outputs = renamed([replace(output) for output in own.outputs], node)
            return Relation(node.alias_or_name, outputs, many=own.many)
        if node.args.get("catalog") is not None:
            raise SQLRejected(f"{node.sql('postgres')} is not a table of this database.")
        try:
            table = find_table(node, self.schema)
        except SQLRejected as error:
            raise (error if not tables else self._unknown(node, tables)) from None
        node.set("this", exp.to_identifier(table.name))
        node.set("db", exp.to_identifier(table.namespace) if table.namespace else None)
        self.names.tables.append(table.name)
        relation = of_table(table, node.alias or table.name)
        return Relation(relation.alias, renamed(relation.outputs, node), table)

    def _unknown(self, node: exp.Table, tables: Tables) -> SQLRejected:
        return unknown_table(node.name, node.db, self.schema, tuple(tables))

    def _lateral(self, node: exp.Lateral, scope: Scope, tables: Tables) -> None:
        inner = node.this
        if isinstance(inner, exp.Subquery | exp.Select):
            outputs = renamed(self.query(inner, scope, tables), node)
            scope.relations.append(Relation(node.alias, outputs))
        else:
            self._function(node, inner, scope, tables)

    def _function(self, node: exp.Expr, call: exp.Expr, scope: Scope, tables: Tables) -> None:
        """A function in a table's place: one column, named by its alias."""
        for part in call.iter_expressions():
            if not isinstance(part, exp.TableAlias):
                self.visit(part, scope, tables)
        first = next(call.iter_expressions(), None)
        found = "timestamp" if kind(first) in ("date", "timestamp", None) else kind(first)
        name = node.alias or "generate_series"
        outputs = renamed([Output(name, found)], node)
        scope.relations.append(Relation(name, outputs, made=True))

    def _values(self, node: exp.Values, scope: Scope, tables: Tables) -> list[Output]:
        for row in node.expressions:
            self.visit(row, scope, tables)
        first = node.expressions[0]
        cells = first.expressions if isinstance(first, exp.Tuple) else [first]
        return [Output(f"column{at}", kind(cell)) for at, cell in enumerate(cells, 1)]


def _spell_out_stars(select: exp.Select, scope: Scope) -> None:
    """Puts the columns in the place of `*`: which row comes first may have to be numbered."""
    items: list[exp.Expr] = []
    for item in select.expressions:
        relations = scope.relations
        if isinstance(item, exp.Column) and item.is_star:
            relations = [r for r in relations if r.alias.lower() == item.table.lower()]
        if item.is_star:
            items += [exp.column(o.name, r.alias or None) for r in relations for o in r.outputs]
        else:
            items.append(item)
    select.set("expressions", items)
