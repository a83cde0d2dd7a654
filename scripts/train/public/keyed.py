"""Owns saying published queries of keys in other words: prompts seldom show keys.

It must not know how conditions and figures are said, nor how the model is trained.
"""

from __future__ import annotations

from collections.abc import Iterator

from pairs import CannotSay
from sqlglot import exp

from localai.linking.catalog import Item
from public.from_clause import FromClause

_TAILS = ("group", "having", "order", "limit")


class Keyed(FromClause):
    """`key IN (SELECT key ...)` becomes a join, `key NOT IN (...)` the same over names."""

    def plainer(self, tree: exp.Expression) -> Iterator[exp.Select]:
        """The query without its first query of keys; none where it has none that can go."""
        where = tree.args.get("where")
        if not isinstance(tree, exp.Select) or where is None:
            return
        parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        for place, part in enumerate(parts):
            negated = isinstance(part, exp.Not)
            node = part.this if negated else part
            if not self._asks_for_keys(node, tree):
                continue
            rest = parts[:place] + parts[place + 1 :]
            if negated:
                yield from self._over_names(tree, node, rest)
            elif not tree.args.get("group"):
                yield self._joined(tree, node, rest)
            return

    def _asks_for_keys(self, node: exp.Expression, tree: exp.Select) -> bool:
        query = node.args.get("query") if isinstance(node, exp.In) else None
        inner = query.this if query is not None else None
        if not isinstance(inner, exp.Select) or not isinstance(node.this, exp.Column):
            return False
        if any(inner.args.get(tail) for tail in _TAILS) or not inner.args.get("where"):
            return False
        if len(list(tree.find_all(exp.Select))) > 2:
            return False
        return self.item(node.this, self._scope(tree)) in self.linker.catalog.keys

    def _joined(self, tree: exp.Select, node: exp.Expression, rest: list) -> exp.Select:  # type: ignore[type-arg]
        inner = self._apart(node.args["query"].this, "inner_")
        outer = self._apart(self._with_where(tree, rest), "outer_")
        condition = inner.args["where"].this
        kept = outer.args.get("where")
        both = exp.And(this=kept.this, expression=condition) if kept else condition
        outer.set("where", exp.Where(this=both))
        joins = [exp.Join(this=source) for source in _sources(inner)]
        outer.set("joins", [*(outer.args.get("joins") or []), *joins])
        if not any(isinstance(item, exp.AggFunc) for item in outer.expressions):
            outer.set("distinct", exp.Distinct())
        return outer

    def _over_names(
        self,
        tree: exp.Select,
        node: exp.Expression,
        rest: list,  # type: ignore[type-arg]
    ) -> Iterator[exp.Select]:
        item = self.item(node.this, self._scope(tree))
        table = self.schema.tables[item.table]
        inner = self._apart(node.args["query"].this, "inner_")
        outer = self._apart(self._with_where(tree, rest), "outer_")
        if item.table in self._scope(inner).values():
            own = {number: alias for alias, number in self._scope(inner).items()}[item.table]
        else:
            own = "inner_names"
            source = exp.to_table(table.name, alias=own, dialect="sqlite")
            inner.set("joins", [*(inner.args.get("joins") or []), exp.Join(this=source)])
        alias = {number: name for name, number in self._scope(outer).items()}[item.table]
        for name in self._names(item):
            query = inner.copy()
            query.set("expressions", [exp.column(name, own)])
            test = exp.Not(
                this=exp.In(this=exp.column(name, alias), query=exp.Subquery(this=query))
            )
            kept = outer.args.get("where")
            found = outer.copy()
            both = exp.And(this=kept.this.copy(), expression=test) if kept else test
            found.set("where", exp.Where(this=both))
            yield found

    def _names(self, item: Item) -> list[str]:
        columns = self.schema.tables[item.table].columns
        shown = sorted(i for i in self.linker.catalog.display if i.table == item.table)
        return [columns[i.column].name for i in shown if i not in self.linker.catalog.keys]

    def _with_where(self, tree: exp.Select, parts: list) -> exp.Select:  # type: ignore[type-arg]
        out = tree.copy()
        kept = [part.copy() for part in parts]
        out.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
        return out

    def _apart(self, tree: exp.Select, prefix: str) -> exp.Select:
        """The query with aliases of its own, and each column with its table's alias."""
        out = tree.copy()
        scope = self._scope(out)
        aliases = {number: prefix + str(number) for number in scope.values()}
        owners = [(c, self.item(c, scope).table) for c in _columns(out)]
        for source in _sources(out):
            number = scope[source.alias_or_name.lower()]
            source.set("alias", exp.TableAlias(this=exp.to_identifier(aliases[number])))
        for found, number in owners:
            found.set("table", exp.to_identifier(aliases[number]))
        return out


def _columns(tree: exp.Select) -> list[exp.Column]:
    return [c for c in tree.find_all(exp.Column) if not isinstance(c.this, exp.Star)]


def _sources(tree: exp.Select) -> list[exp.Expression]:
    first = tree.args.get("from_") or tree.args.get("from")
    if first is None:
        raise CannotSay("source")
    return [first.this, *(join.this for join in tree.args.get("joins") or [])]
