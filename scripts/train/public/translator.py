"""Turns published SQL into the model's language.

It must not know where the SQL comes from nor how the model is trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import sqlglot
from pairs import Answer, CannotSay, column, table, value
from sqlglot import exp

from localai.linking.catalog import Item
from public.keyed import Keyed
from public.sets import Sets

FUNCTIONS = {exp.Count: "COUNT", exp.Sum: "SUM", exp.Avg: "AVG", exp.Min: "MIN", exp.Max: "MAX"}
COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}


class Translator(Sets, Keyed):
    """Turns one published SELECT over a schema into the model's language, over items, not slots.

    Raises CannotSay where the language has no words for it.
    """

    # How a group by a key is said: by its table's rows, by what is selected, or by the key itself.
    _keys = "rows"
    # Whether the greatest is said as an order with one row, or as equal to the greatest value.
    _first_row = True

    def answer(self, sql: str) -> Answer:
        """The most natural answer; that its rows are the published SQL's is not sure."""
        for answer in self.answers(sql):
            return answer
        raise CannotSay("set operation")

    def answers(self, sql: str) -> Iterator[Answer]:
        """All answers that may have the rows of the published SQL, the most natural first."""
        tree = sqlglot.parse_one(sql, dialect="sqlite").transform(self._as_text)
        seen: list[Answer] = []
        failure: CannotSay | None = None
        for self._keys in ("rows", "shown", "keys"):
            for self._first_row in (True, False):
                try:
                    for answer in self._ways(tree):
                        if answer not in seen:
                            seen.append(answer)
                            yield answer
                except CannotSay as error:
                    failure = error
        if not seen and failure is not None:
            raise failure

    def _ways(self, tree: exp.Expression) -> Iterator[Answer]:
        if isinstance(tree, exp.Select):
            for plainer in self.plainer(tree):
                with suppress(CannotSay):
                    yield self.select(plainer)
            yield self.select(tree)
        elif isinstance(tree, exp.SetOperation):
            yield from self.set_answers(tree)
        else:
            raise CannotSay("no SELECT")

    def _as_text(self, node: exp.Expression) -> exp.Expression:
        """SQLite reads "Paris" as a text where no column is called so; Spider leans on that."""
        if isinstance(node, exp.Column) and node.this.args.get("quoted") and not node.table:
            names = {c.name.lower() for t in self.schema.tables for c in t.columns}
            if node.name.lower() not in names:
                return exp.Literal.string(node.name)
        return node

    def select(self, tree: exp.Select) -> Answer:
        scope = self._scope(tree)
        where = tree.args.get("where")
        orders, limit, where_node = self._superlative(tree, scope, where.this if where else None)
        items: Answer = []
        for node in tree.expressions:
            items += ([","] if items else []) + self.expr(node, scope)
        tail: Answer = []
        if where_node is not None:
            tail += ["WHERE", *self.cond(where_node, scope)]
        tail += self._groups(tree, scope)
        if tree.args.get("having"):
            tail += ["HAVING", *self.cond(tree.args["having"].this, scope)]
        tail += orders + limit
        head: Answer = ["SELECT"] + (["DISTINCT"] if tree.args.get("distinct") else [])
        return [*head, *items, "FROM", *self._from(scope, [*items, *tail]), *tail]

    def _superlative(
        self, tree: exp.Select, scope: dict[str, int], where: exp.Expression | None
    ) -> tuple[Answer, Answer, exp.Expression | None]:
        """ORDER BY and LIMIT; `c = (SELECT MAX(c) ...)` is said as an order with one row."""
        equal = isinstance(where, exp.EQ) and isinstance(where.expression, exp.Subquery)
        if equal and self._first_row:
            inner = where.expression.this
            best = inner.expressions[0] if isinstance(inner, exp.Select) else None
            plain = (
                isinstance(inner, exp.Select)
                and not inner.args.get("where")
                and not inner.args.get("joins")
            )
            if (
                plain
                and isinstance(best, (exp.Max, exp.Min))
                and isinstance(where.this, exp.Column)
            ):
                if (
                    isinstance(best.this, exp.Column)
                    and best.this.name.lower() == where.this.name.lower()
                ):
                    column_ = self.expr(where.this, scope)
                    down = ["DESC"] if isinstance(best, exp.Max) else []
                    return ["ORDER BY", *column_, *down], ["LIMIT", "1"], None
        orders: Answer = []
        if tree.args.get("order"):
            for node in tree.args["order"].expressions:
                orders += [","] if orders else ["ORDER BY"]
                orders += self.expr(node.this, scope) + (["DESC"] if node.args.get("desc") else [])
        limit: Answer = []
        if tree.args.get("limit"):
            rows = tree.args["limit"].expression.name
            limit = ["LIMIT", "1" if rows == "1" else value(rows, None)]
        return orders, limit, where

    def _groups(self, tree: exp.Select, scope: dict[str, int]) -> Answer:
        """GROUP BY; a key that the question never shows is said by its table's rows, or by what is
        selected beside it."""
        if not tree.args.get("group"):
            return []
        nodes = tree.args["group"].expressions
        plain = [n for n in tree.expressions if isinstance(n, exp.Column)]
        if self._keys == "shown" and plain and any(self._is_key(n, scope) for n in nodes):
            nodes = plain
        out: Answer = []
        for node in nodes:
            out += [","] if out else ["GROUP BY"]
            owner = self._owner(node, scope) if self._keys == "rows" else None
            out += self.expr(node, scope) if owner is None else [table(owner)]
        return out

    def _is_key(self, node: exp.Expression, scope: dict[str, int]) -> bool:
        return isinstance(node, exp.Column) and self.item(node, scope) in self.linker.catalog.keys

    def _owner(self, node: exp.Expression, scope: dict[str, int]) -> int | None:
        """The table of the query whose rows this key tells apart."""
        if not self._is_key(node, scope):
            return None
        item = self.item(node, scope)  # type: ignore[arg-type]
        name = self.schema.tables[item.table].columns[item.column].name
        for edge in self.graph[item.table]:
            key = self.schema.tables[edge.right].primary_key
            if edge.left_columns == (name,) and edge.right_columns == key:
                if edge.right in scope.values():
                    return edge.right
        return item.table if self.schema.tables[item.table].primary_key == (name,) else None

    def expr(self, node: exp.Expression, scope: dict[str, int]) -> Answer:
        if isinstance(node, exp.Alias):
            return self.expr(node.this, scope)
        if isinstance(node, exp.Paren):
            return self.expr(node.this, scope)
        if isinstance(node, exp.Star):
            return ["*"]
        if isinstance(node, exp.Column):
            if isinstance(node.this, exp.Star):
                return ["*"]
            return [column(self.item(node, scope))]
        if isinstance(node, exp.Literal):
            return [value(node.name, None)]
        if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
            sign = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}[type(node)]
            return [*self.expr(node.left, scope), sign, *self.expr(node.right, scope)]
        name = FUNCTIONS.get(type(node))
        if name is None:
            raise CannotSay(type(node).__name__)
        return self._call(name, node, scope)

    def _call(self, name: str, node: exp.Expression, scope: dict[str, int]) -> Answer:
        inner = node.this
        distinct: Answer = []
        if isinstance(inner, exp.Distinct):
            distinct, inner = ["DISTINCT"], inner.expressions[0]
        if name == "COUNT" and not distinct and isinstance(inner, exp.Column):
            inner = exp.Star()
        return [name, "(", *distinct, *self.expr(inner, scope), ")"]

    def cond(self, node: exp.Expression, scope: dict[str, int]) -> Answer:
        if isinstance(node, (exp.And, exp.Or)):
            word = "AND" if isinstance(node, exp.And) else "OR"
            return [*self.cond(node.left, scope), word, *self.cond(node.right, scope)]
        if isinstance(node, exp.Paren):
            return ["(", *self.cond(node.this, scope), ")"]
        if isinstance(node, exp.Not):
            return self._negated(node.this, scope)
        if type(node) in COMPARISONS:
            return self._compare(node, scope)
        if isinstance(node, exp.Between):
            left = self.expr(node.this, scope)
            low, high = (self._operand(node.args[k], left) for k in ("low", "high"))
            return [*left, "BETWEEN", *low, "AND", *high]
        if isinstance(node, exp.Like):
            # sqlglot reads NOT LIKE as a LIKE that is negated.
            negated = bool(node.args.get("negate"))
            return self._negated(node, scope) if negated else self._like(node, scope)
        if isinstance(node, exp.In):
            return self._within(node, scope, "")
        if isinstance(node, exp.Is):
            return [*self.expr(node.this, scope), "IS", "NULL"]
        raise CannotSay(type(node).__name__)

    def _negated(self, node: exp.Expression, scope: dict[str, int]) -> Answer:
        if isinstance(node, exp.In):
            return self._within(node, scope, "NOT")
        if isinstance(node, exp.Like):
            said = self._like(node, scope)
            said.insert(said.index("LIKE"), "NOT")
            return said
        if isinstance(node, exp.Is):
            return [*self.expr(node.this, scope), "IS", "NOT", "NULL"]
        if isinstance(node, exp.Between):
            said = self.cond(node, scope)
            said.insert(said.index("BETWEEN"), "NOT")
            return said
        raise CannotSay("NOT")

    def _operand(self, node: exp.Expression, left: Answer) -> Answer:
        beside = (
            left[0][1]
            if len(left) == 1 and isinstance(left[0], tuple) and left[0][0] == "c"
            else None
        )
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
            return [value("-" + node.this.name, beside)]
        if isinstance(node, exp.Literal):
            if beside is not None and self.linker.catalog.kinds[beside] == "b":
                return ["TRUE" if node.name.lower() in ("1", "t", "y", "true", "yes") else "FALSE"]
            return [value(node.name, beside)]
        raise CannotSay("operand")

    def _compare(self, node: exp.Expression, scope: dict[str, int]) -> Answer:
        sign = COMPARISONS[type(node)]
        left = self.expr(node.left, scope)
        if isinstance(node.right, exp.Subquery) and isinstance(node.right.this, exp.Select):
            return [*left, sign, "(", *self.select(node.right.this), ")"]
        if isinstance(node.right, exp.Column):
            return [*left, sign, *self.expr(node.right, scope)]
        return [*left, sign, *self._operand(node.right, left)]

    def _like(self, node: exp.Like, scope: dict[str, int]) -> Answer:
        left = self.expr(node.this, scope)
        text = node.expression.name
        before = ["%"] if text.startswith("%") else []
        after = ["%"] if text.endswith("%") else []
        return [*left, "LIKE", *before, value(text.strip("%"), left[0][1]), *after]

    def _within(self, node: exp.In, scope: dict[str, int], negation: str) -> Answer:
        said: Answer = [negation] if negation else []
        query = node.args.get("query")
        if query is None:
            left = self.expr(node.this, scope)
            values: Answer = []
            for entry in node.expressions:
                values += ([","] if values else []) + self._operand(entry, left)
            return [*left, *said, "IN", "(", *values, ")"]
        inner = query.this
        if not isinstance(inner, exp.Select):
            raise CannotSay("set operation")
        bare = not any(inner.args.get(k) for k in ("where", "joins", "group", "having"))
        if bare and isinstance(node.this, exp.Column):
            left_item = self.item(node.this, scope)
            other = next(iter(self._scope(inner).values()))
            if left_item in self.linker.catalog.keys and self._direct(left_item.table, other):
                return [*said, "EXISTS", table(other)]
        return [*self.expr(node.this, scope), *said, "IN", "(", *self.select(inner), ")"]


def literals_of(translator: Translator, sql: str) -> dict[Item, set[str]]:
    """The texts that a query compares columns with."""
    found: dict[Item, set[str]] = {}
    try:
        said = translator.answer(sql)
    except (CannotSay, sqlglot.errors.SqlglotError):
        return {}
    for part in said:
        if isinstance(part, tuple) and part[0] == "v" and part[2] is not None:
            found.setdefault(part[2], set()).add(part[1])
    return found
