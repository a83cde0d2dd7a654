"""Owns saying the set operations of published SQL as conditions.

It must not know how conditions and figures are said, nor how the model is trained.
"""

from __future__ import annotations

from collections.abc import Iterator

from pairs import Answer, CannotSay, column, table
from sqlglot import exp

from public.from_clause import FromClause


class Sets(FromClause):
    """INTERSECT, EXCEPT and UNION over one schema; raises CannotSay where no condition is meant."""

    def select(self, tree: exp.Select) -> Answer:
        raise NotImplementedError

    def set_answers(self, tree: exp.Expression) -> Iterator[Answer]:
        """Ways to say a set operation, the most natural first; their rows need not be right."""
        left, right = tree.left, tree.right
        if not isinstance(left, exp.Select) or not isinstance(right, exp.Select):
            raise CannotSay("several set operations")
        if isinstance(tree, exp.Union):
            yield from self._either(left, right)
            return
        if isinstance(tree, exp.Intersect):
            yield from self._both(left, right)
        yield from self._without(left, right, isinstance(tree, exp.Except))

    def _either(self, left: exp.Select, right: exp.Select) -> Iterator[Answer]:
        """The rows of two conditions over the same tables; one of them may have fewer."""
        for whole, other in ((left, right), (right, left)):
            first, second = whole.args.get("where"), other.args.get("where")
            if first is None or second is None or whole.args.get("group"):
                continue
            if other.args.get("group"):
                continue
            for joint in ((first, second), (second, first)):
                merged = whole.copy()
                merged.set("where", exp.Where(this=_joined(exp.Or, *joint)))
                for distinct in (True, False):
                    yield self._plainly(merged, distinct)
        yield from self._or_in(left, right)

    def _or_in(self, left: exp.Select, right: exp.Select) -> Iterator[Answer]:
        first, second = left.args.get("where"), right.args.get("where")
        if first is None or second is None or left.args.get("group"):
            return
        for node in left.expressions:
            if isinstance(node, exp.Column):
                said = self._inner(right, left.expressions.index(node))
                yield self._with(left, ["OR", *self._said(node, left), "IN", "(", *said, ")"])

    def _both(self, left: exp.Select, right: exp.Select) -> Iterator[Answer]:
        """Two conditions on one row of the same tables, where they speak of different columns."""
        tables = [{t.name.lower() for t in side.find_all(exp.Table)} for side in (left, right)]
        first, second = left.args.get("where"), right.args.get("where")
        grouped = any(side.args.get("group") for side in (left, right))
        if tables[0] != tables[1] or first is None or second is None or grouped:
            return
        if _equal_names(first) & _equal_names(second):
            return
        merged = left.copy()
        merged.set("where", exp.Where(this=_joined(exp.And, first, second)))
        yield self._plainly(merged, True)

    def _without(self, left: exp.Select, right: exp.Select, negated: bool) -> Iterator[Answer]:
        """`x [NOT] IN (what the right side finds)`, or [NOT] EXISTS where that is a table."""
        sign = ["NOT"] if negated else []
        bare = not any(right.args.get(k) for k in ("where", "group", "having", "limit"))
        own = next(iter(self._scope(left).values()))
        others = [t for t in self._scope(right).values() if t != own]
        if bare and others and not left.args.get("group"):
            for other in others:
                yield self._with(left, ["AND", *sign, "EXISTS", table(other)], distinct=False)
                yield self._with(left, ["AND", *sign, "EXISTS", table(other)])
        for place, node in enumerate(left.expressions):
            if isinstance(node, exp.Column):
                inner = self._inner(right, place)
                tail = ["AND", *self._said(node, left), *sign, "IN", "(", *inner, ")"]
                yield self._with(left, tail)

    def _said(self, node: exp.Column, tree: exp.Select) -> Answer:
        return [column(self.item(node, self._scope(tree)))]

    def _inner(self, tree: exp.Select, place: int) -> Answer:
        single = tree.copy()
        single.set("expressions", [single.expressions[place]])
        return self.select(single)

    def _plainly(self, tree: exp.Select, distinct: bool) -> Answer:
        said = self.select(tree)
        if distinct and said[1] != "DISTINCT":
            said.insert(1, "DISTINCT")
        return said

    def _with(self, tree: exp.Select, test: Answer, distinct: bool = True) -> Answer:
        """The query with one more condition; `test` opens with the word that joins it."""
        said = self._plainly(tree, distinct)
        if "WHERE" not in said:
            return _before_tail(said, ["WHERE", *test[1:]])
        if test[0] == "AND" and "OR" in said:
            raise CannotSay("AND beside OR")
        return _before_tail(said, test)


def _equal_names(condition: exp.Where) -> set[str]:
    """The columns that are to equal something: no row's equals two values."""
    equal = condition.find_all(exp.EQ)
    return {node.this.name.lower() for node in equal if isinstance(node.this, exp.Column)}


def _before_tail(said: Answer, condition: Answer) -> Answer:
    depth = 0
    for place, part in enumerate(said):
        depth += {"(": 1, ")": -1}.get(part, 0) if isinstance(part, str) else 0
        if not depth and part in ("GROUP BY", "HAVING", "ORDER BY", "LIMIT"):
            return [*said[:place], *condition, *said[place:]]
    return [*said, *condition]


def _joined(joint: type[exp.Connector], first: exp.Where, second: exp.Where) -> exp.Expression:
    return joint(this=first.this.copy(), expression=_bare(second.this.copy(), first))


def _bare(node: exp.Expression, beside: exp.Where) -> exp.Expression:
    """A condition whose columns are said as those of the other side: its own aliases are gone."""
    aliases = {c.table for c in beside.find_all(exp.Column)}
    for found in list(node.find_all(exp.Column)):
        if found.table and found.table not in aliases:
            found.set("table", None)
    return node
