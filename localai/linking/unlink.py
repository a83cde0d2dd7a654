"""Owns turning the embedded model's answer into PostgreSQL-style SQL: names, values and joins.

It must not know how a question was linked, nor run or check anything against a database.
"""

from __future__ import annotations

from localai.errors import SQLRejected
from localai.linking.catalog import Item
from localai.linking.grain import counted
from localai.linking.grammar import Node, Query, parse
from localai.linking.lexicon import TRUE_WORDS
from localai.linking.mending import mend
from localai.linking.prompt import Slots
from localai.linking.scope import Scope
from localai.linking.sqltext import (
    SPELT,
    THIS_DAY,
    TODAY,
    against_period,
    days,
    is_day,
    literal,
    share,
)
from localai.linking.trees import connect
from localai.linking.values import Value

DECLINES = "I do not know"


def unlink(text: str, slots: Slots) -> str:
    """The SQL that `text` stands for; "I do not know" passes through.

    Raises SQLRejected where the text is not in the model's language, names a slot that the prompt
    does not have, or needs tables that no foreign key joins.
    """
    text = text.strip().removesuffix(";").strip()
    if text.lower().startswith(DECLINES.lower()):
        return DECLINES
    return _Writer(slots).query(mend(parse(text)))


class _Writer(Scope):
    """Writes one query; a subquery gets its own writer, which sees no outer table."""

    def query(self, query: Query) -> str:
        query = counted(query, self._used(query), self._slots)
        edges = self._scope(query)
        once = query.distinct or (_lists_rows(query) and not all(edge.up for edge in edges))
        parts = ["SELECT " + ("DISTINCT " if once else "") + self._list(query.items)]
        parts.append("FROM " + self._name(self._tables[0]))
        parts.extend(self._join(edge) for edge in edges)
        if query.where is not None:
            parts.append("WHERE " + self._test(query.where))
        if query.groups:
            parts.append("GROUP BY " + ", ".join(self._keys(query.groups)))
        if query.having is not None:
            parts.append("HAVING " + self._test(query.having))
        if query.orders:
            orders = [self._expression(n) + _direction(n, down) for n, down in query.orders]
            parts.append("ORDER BY " + ", ".join(orders))
        if query.limit is not None:
            parts.append("LIMIT " + self._rows(query.limit))
        return " ".join(parts)

    def _keys(self, groups: tuple[Node, ...]) -> list[str]:
        """Each once, the names of rows before their keys."""
        shown = [key for node in groups for key in self._each(node)]
        return list(dict.fromkeys([*shown, *(key for n in groups for key in self._own_keys(n))]))

    def _each(self, node: Node) -> list[str]:
        if node.kind in ("row", "names"):
            return [self._column_name(item) for item in self._naming(node)]
        return [self._expression(node)]

    def _list(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(self._expression(node) for node in nodes)

    def _rows(self, node: Node) -> str:
        text = "1" if node.kind == "number" else self._value(node).text
        if not text.isdigit():
            raise SQLRejected(
                f"The embedded model limits the rows to {text!r}, which is no number."
            )
        return text

    def _expression(self, node: Node, beside: Item | None = None) -> str:
        if node.kind == "column":
            return self._column_name(self._item(node))
        if node.kind in ("row", "names"):
            return ", ".join(self._each(node))
        if node.kind == "value":
            return self._constant(self._value(node), beside)
        if node.kind == "call":
            return self._call(node)
        if node.kind == "sum":
            left, right = (self._expression(part) for part in node.parts)
            if node.text == "/":
                # PostgreSQL cuts the fraction off whole numbers' quotient, and makes an error of a
                # division by zero.
                left, right = f"1.0 * {left}", f"NULLIF({right}, 0)"
            return f"({left} {node.text} {right})"
        if node.kind == "today":
            return TODAY
        if node.kind == "query" and node.query is not None:
            return f"({_Writer(self._slots).query(node.query)})"
        return node.text if node.kind != "truth" else self._truth(node.text == "TRUE", beside)

    def _call(self, node: Node) -> str:
        name, _, distinct = node.text.partition(" ")
        if name == "SHARE":
            return share(self._test(node.parts[0]))
        if name == "DAYS":
            return days(*(self._day(part) for part in node.parts))
        inner = self._expression(node.parts[0])
        if node.parts[0].kind == "row":
            inner = self._column_name(self._counted(node.parts[0]))
        if name == "HOUR" and node.parts[0].kind == "column":
            # PostgreSQL says no hour of a day, which begins at midnight elsewhere.
            whole = is_day(self._column(self._item(node.parts[0])))
            inner = f"CAST({inner} AS TIMESTAMP)" if whole else inner
        if name in SPELT:
            return SPELT[name].format(inner)
        return f"{name}({'DISTINCT ' if distinct else ''}{inner})"

    def _counted(self, node: Node) -> Item:
        """What tells a table's rows apart: its key, for two rows may share a name."""
        named = self._naming(node)
        table = self._slots.schema.tables[named[0].table]
        keys = [n for n, c in enumerate(table.columns) if c.name in table.primary_key]
        return Item(named[0].table, keys[0]) if len(keys) == 1 else named[0]

    def _day(self, node: Node) -> str:
        """A date without its hour."""
        if node.kind == "today":
            return TODAY
        if node.kind != "column":
            raise SQLRejected("The embedded model's answer counts days between what is no date.")
        item = self._item(node)
        column = self._column_name(item)
        return column if is_day(self._column(item)) else f"CAST({column} AS DATE)"

    def _constant(self, value: Value, beside: Item | None) -> str:
        if beside is not None and beside in value.stored:
            return literal(value.stored[beside])
        if value.kind == "number":
            text_column = beside is not None and self._slots.kinds[beside] == "s"
            return literal(value.text) if text_column else value.text
        return value.low if value.kind == "period" else literal(value.text)

    def _truth(self, wanted: bool, beside: Item | None) -> str:
        column = None if beside is None else self._column(beside)
        if column is None or "bool" in column.type.lower():
            return "TRUE" if wanted else "FALSE"
        matching = [v for v in column.values if (v.lower() in TRUE_WORDS) == wanted]
        if matching:
            return literal(matching[0])
        return "1" if wanted else "0"

    def _test(self, node: Node) -> str:
        if node.kind == "join":
            return f" {node.text} ".join(self._test(part) for part in node.parts)
        if node.kind == "brackets":
            return f"({self._test(node.parts[0])})"
        if node.kind == "not":
            return f"NOT ({self._test(node.parts[0])})"
        if node.kind == "exists":
            return self._exists(self._table(int(node.text)))
        left = node.parts[0]
        if "row" in [part.kind for part in node.parts]:
            raise SQLRejected("The embedded model's answer compares a whole row with a value.")
        beside = self._item(left) if left.kind == "column" else None
        column = self._expression(left)
        if node.kind == "null":
            return f"{column} IS {'NOT ' if node.text else ''}NULL"
        if node.kind == "in":
            return self._within(node, column, beside)
        if node.kind == "like":
            return self._like(node, column)
        if node.kind == "between":
            return self._between(node, column, beside)
        return self._compare(node, column, beside)

    def _compare(self, node: Node, column: str, beside: Item | None) -> str:
        right = node.parts[1]
        if right.kind == "today" and beside is not None and not is_day(self._column(beside)):
            return against_period(column, node.text, THIS_DAY)
        if right.kind != "value" or beside is None:
            return f"{column} {node.text} {self._expression(right, beside)}"
        value = self._value(right)
        if self._is_age(value, beside):
            column = SPELT["AGE"].format(column)
        dated = self._slots.kinds[beside] == "d" and value.low
        if dated or (value.kind == "period" and self._slots.kinds[beside] == "s"):
            return against_period(column, node.text, value)
        guessed = value.kind in ("text", "stored") and beside not in value.stored
        if guessed and not value.exact and node.text in ("=", "<>"):
            return f"LOWER({column}) {node.text} {literal(value.text.lower())}"
        return f"{column} {node.text} {self._constant(value, beside)}"

    def _is_age(self, value: Value, beside: Item) -> bool:
        """Whether a date is compared with a number that is no year: older than 65."""
        return self._slots.kinds[beside] == "d" and value.kind == "number" and not value.low

    def _between(self, node: Node, column: str, beside: Item | None) -> str:
        negation = f"{node.text} " if node.text else ""
        bounds = [self._value(part) for part in node.parts[1:] if part.kind == "value"]
        if beside is not None and self._slots.kinds[beside] == "d" and len(bounds) == 2:
            if all(bound.low for bound in bounds):
                inside = f"{column} >= {bounds[0].low} AND {column} < {bounds[1].high}"
                return f"NOT ({inside})" if negation else f"({inside})"
            if all(self._is_age(bound, beside) for bound in bounds):
                column = SPELT["AGE"].format(column)
        low, high = (self._expression(part, beside) for part in node.parts[1:])
        return f"{column} {negation}BETWEEN {low} AND {high}"

    def _like(self, node: Node, column: str) -> str:
        before, middle, after = node.parts[1:]
        text = self._value(middle).text.lower().replace("%", "").strip("%")
        pattern = literal(before.text + text + after.text)
        return f"LOWER({column}) {'NOT ' if node.text else ''}LIKE {pattern}"

    def _within(self, node: Node, column: str, beside: Item | None) -> str:
        negation = "NOT " if node.text else ""
        if node.parts[1].kind == "query":
            return f"{column} {negation}IN {self._expression(node.parts[1])}"
        values = ", ".join(self._expression(part, beside) for part in node.parts[1:])
        return f"{column} {negation}IN ({values})"

    def _exists(self, table: int) -> str:
        path = connect(self._slots.graph, [self._tables[0], table], self._liked)
        if not path:
            name = self._slots.schema.tables[table].name
            raise SQLRejected(f"No foreign key joins {name} with the other tables.")
        first, *rest = path
        joins = "".join(" " + self._join(edge) for edge in rest)
        return f"EXISTS (SELECT 1 FROM {self._name(first.right)}{joins} WHERE {self._equal(first)})"


def _lists_rows(query: Query) -> bool:
    """Whether rows are listed by their names alone: nobody wants a customer again for each order.

    Of columns beside them that is not so plain: of 1,119 questions of people one named rows
    repeatedly, and 21 columns.
    """
    plain = not query.groups and not query.orders and query.limit is None
    return plain and [node.kind for node in query.items] == ["row"]


def _direction(node: Node, down: bool) -> str:
    """PostgreSQL sorts NULL as the greatest: "the most" must not find rows without a value."""
    if not down:
        return ""
    return " DESC" if node.text.startswith("COUNT") else " DESC NULLS LAST"
