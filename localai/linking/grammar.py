"""Owns the language the embedded model answers in, SQL over slots without joins, read into a tree.

It must not know schemas or any dialect of SQL.

    query := SELECT [DISTINCT] expr {, expr} FROM table {, table} [WHERE cond]
             [GROUP BY expr {, expr}] [HAVING cond] [ORDER BY expr [ASC|DESC] {, ...}]
             [LIMIT (value | 1)]
    cond  := all {OR all} ; all := test {AND test}
    test  := NOT test | ( cond ) | EXISTS table | expr (= <> < <= > >=) expr
             | expr [NOT] BETWEEN expr AND expr | expr IS [NOT] NULL
             | expr [NOT] LIKE [%] value [%] | expr [NOT] IN ( query | expr {, expr} )
    expr  := term {(+ - * /) term} ; a table stands for the columns that name its rows
    term  := * | column | table | value | 0 | 1 | TRUE | FALSE | TODAY | ( query )
             | (COUNT SUM AVG MIN MAX) ( [DISTINCT] expr ) | PART ( total ) | SHARE ( cond )
             | (EACH_DAY EACH_WEEK EACH_MONTH EACH_QUARTER) ( date )
             | (YEAR MONTH WEEKDAY HOUR AGE) ( date ) | DAYS ( date , date )

EACH_MONTH and its kin are the stretches of time that a date lies in, YEAR to HOUR its parts as
numbers, AGE the whole years from it to today, DAYS those from the first date to the second; SHARE
is the percentage of rows that meet a condition, PART a group's percentage of all groups' total.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localai.errors import SQLRejected

COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")
TOTALS = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SHARE", "PART")
BINS = ("EACH_DAY", "EACH_WEEK", "EACH_MONTH", "EACH_QUARTER")
PARTS = ("YEAR", "MONTH", "WEEKDAY", "HOUR", "AGE")
FUNCTIONS = (*TOTALS, *PARTS, *BINS, "DAYS")
KEYWORDS = (
    *("SELECT", "DISTINCT", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "AND"),
    *("OR", "NOT", "BETWEEN", "LIKE", "IN", "IS", "NULL", "EXISTS", "ASC", "DESC", "TRUE", "FALSE"),
    *FUNCTIONS,
    "TODAY",
)
_TOKEN = re.compile(
    r"<[ctv]\d+>|GROUP BY|ORDER BY|[A-Za-z_]+|<=|>=|<>|[=<>(),*+\-/%]|\d+|\S", re.ASCII
)
_KINDS = {
    "*": "star",
    "0": "number",
    "1": "number",
    "TRUE": "truth",
    "FALSE": "truth",
    "TODAY": "today",
}
# Brackets, NOT, calls and queries in each other; the grammar of answers stays below it.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Node:
    """`kind` names the rule, `text` the operator, function or slot; the rest is what it holds."""

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()
    query: Query | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT: `tables` holds slot numbers, `orders` (what, whether descending)."""

    distinct: bool
    items: tuple[Node, ...]
    tables: tuple[int, ...]
    where: Node | None
    groups: tuple[Node, ...]
    having: Node | None
    orders: tuple[tuple[Node, bool], ...]
    limit: Node | None


def parse(text: str) -> Query:
    """Reads an answer of the model; raises SQLRejected where it is not in the language."""
    reader = _Reader(_TOKEN.findall(text))
    query = reader.query(0)
    if reader.peek():
        raise reader.wrong("the end")
    return query


class _Reader:
    """Recursive descent over the tokens of one answer."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    def peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def wrong(self, wanted: str) -> SQLRejected:
        found = repr(self.peek()) if self.peek() else "the end"
        return SQLRejected(
            f"The embedded model's answer is malformed: {found} stands where {wanted} belongs.",
            hint="Put the question in other words, or use a larger model.",
        )

    def _take(self) -> str:
        token = self.peek()
        self._place += 1
        return token

    def _skip(self, *wanted: str) -> bool:
        if self.peek() in wanted and self.peek():
            self._place += 1
            return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._skip(wanted):
            raise self.wrong(wanted)

    def query(self, depth: int) -> Query:
        if depth > _DEEPEST:
            raise self.wrong("less nesting")
        self._need("SELECT")
        distinct = self._skip("DISTINCT")
        items = self._listed(depth)
        self._need("FROM")
        tables = [self._table()]
        while self._skip(","):
            tables.append(self._table())
        where = self._either(depth) if self._skip("WHERE") else None
        groups = self._listed(depth) if self._skip("GROUP BY") else ()
        having = self._either(depth) if self._skip("HAVING") else None
        orders = self._orders(depth) if self._skip("ORDER BY") else ()
        limit = self._limit() if self._skip("LIMIT") else None
        return Query(distinct, items, tuple(tables), where, groups, having, orders, limit)

    def _listed(self, depth: int) -> tuple[Node, ...]:
        nodes = [self._expression(depth)]
        while self._skip(","):
            nodes.append(self._expression(depth))
        return tuple(nodes)

    def _orders(self, depth: int) -> tuple[tuple[Node, bool], ...]:
        orders = []
        while True:
            node = self._expression(depth)
            descends = self._skip("DESC")
            if not descends:
                self._skip("ASC")
            orders.append((node, descends))
            if not self._skip(","):
                return tuple(orders)

    def _limit(self) -> Node:
        if self.peek() != "1" and not self.peek().startswith("<v"):
            raise self.wrong("a number of rows")
        token = self._take()
        return Node("value" if token.startswith("<v") else "number", token)

    def _table(self) -> int:
        if not self.peek().startswith("<t"):
            raise self.wrong("a table")
        return int(self._take()[2:-1])

    def _either(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._skip("OR"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Node("join", "OR", tuple(parts))

    def _all(self, depth: int) -> Node:
        parts = [self._test(depth)]
        while self._skip("AND"):
            parts.append(self._test(depth))
        return parts[0] if len(parts) == 1 else Node("join", "AND", tuple(parts))

    def _test(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.wrong("less nesting")
        if self._skip("NOT"):
            return Node("not", parts=(self._test(depth + 1),))
        if self._skip("EXISTS"):
            return Node("exists", str(self._table()))
        if self.peek() == "(" and self._tokens[self._place + 1 : self._place + 2] != ["SELECT"]:
            self._take()
            inner = self._either(depth + 1)
            self._need(")")
            return Node("brackets", parts=(inner,))
        return self._comparison(self._expression(depth), depth)

    def _comparison(self, left: Node, depth: int) -> Node:
        if self.peek() in COMPARISONS:
            return Node("compare", self._take(), (left, self._expression(depth)))
        if self._skip("IS"):
            negated = self._skip("NOT")
            self._need("NULL")
            return Node("null", "NOT" if negated else "", (left,))
        negation = "NOT" if self._skip("NOT") else ""
        if self._skip("BETWEEN"):
            low = self._expression(depth)
            self._need("AND")
            return Node("between", negation, (left, low, self._expression(depth)))
        if self._skip("LIKE"):
            return Node("like", negation, (left, *self._pattern()))
        if self._skip("IN"):
            return self._within(left, negation, depth)
        raise self.wrong("a comparison")

    def _pattern(self) -> tuple[Node, Node, Node]:
        before = Node("percent", "%" if self._skip("%") else "")
        if not self.peek().startswith("<v"):
            raise self.wrong("a value")
        value = Node("value", self._take())
        return before, value, Node("percent", "%" if self._skip("%") else "")

    def _within(self, left: Node, negation: str, depth: int) -> Node:
        self._need("(")
        if self.peek() == "SELECT":
            inner = Node("query", query=self.query(depth + 1))
            self._need(")")
            return Node("in", negation, (left, inner))
        values = self._listed(depth)
        self._need(")")
        return Node("in", negation, (left, *values))

    def _expression(self, depth: int) -> Node:
        node = self._term(depth)
        while self.peek() in ("+", "-", "*", "/"):
            operator = self._take()
            node = Node("sum", operator, (node, self._term(depth)))
        return node

    def _term(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.wrong("less nesting")
        token = self._take()
        if token in FUNCTIONS:
            return self._call(token, depth + 1)
        if token == "(":
            inner = Node("query", query=self.query(depth + 1))
            self._need(")")
            return inner
        kind = _KINDS.get(token) or {"<c": "column", "<t": "row", "<v": "value"}.get(token[:2])
        if kind is None:
            self._place -= 1
            raise self.wrong("a column or a value")
        return Node(kind, token)

    def _call(self, name: str, depth: int) -> Node:
        self._need("(")
        distinct = name in TOTALS and name not in ("SHARE", "PART") and self._skip("DISTINCT")
        parts = [self._either(depth) if name == "SHARE" else self._expression(depth)]
        if name == "DAYS":
            self._need(",")
            parts.append(self._expression(depth))
        self._need(")")
        return Node("call", name + (" DISTINCT" if distinct else ""), tuple(parts))
