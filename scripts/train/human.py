"""Reads the public questions (Spider, WikiSQL) and turns their SQL into the model's language.

It must not know how the model is trained. See README.md for sources and licences.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import sqlglot
from pairs import Answer, CannotSay, column, table, value
from sqlglot import exp

from localai.linking.catalog import Item
from localai.linking.joins import connect, edges
from localai.linking.prompt import Linker
from localai.schema import Column, ForeignKey, Schema, Table

TYPES = {
    "number": "INTEGER",
    "text": "TEXT",
    "time": "DATE",
    "boolean": "BOOLEAN",
    "others": "TEXT",
}
FUNCTIONS = {exp.Count: "COUNT", exp.Sum: "SUM", exp.Avg: "AVG", exp.Min: "MIN", exp.Max: "MAX"}
COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}


class Asked(NamedTuple):
    """A human question over a schema with its SQL, as published."""

    schema: str
    question: str
    sql: str


def is_held_out(database: str) -> bool:
    """Whether a Spider database belongs to the human development set (about one in eight)."""
    return int(hashlib.sha256(database.encode()).hexdigest(), 16) % 8 == 0


def spider(folder: Path) -> tuple[dict[str, Schema], list[Asked]]:
    """Spider's training questions, each with its synonym paraphrase as one of its own."""
    raw = json.loads((folder / "spider_schemas.json").read_text())
    asked = []
    for line in (folder / "spider_train.jsonl").read_text().splitlines():
        row = json.loads(line)
        asked.append(Asked(row["db"], row["question"], row["sql"]))
        if row.get("paraphrase") and row["paraphrase"] != row["question"]:
            asked.append(Asked(row["db"], row["paraphrase"], row["sql"]))
    return {name: _schema(entry) for name, entry in raw.items()}, asked


def _schema(entry: dict[str, list]) -> Schema:  # type: ignore[type-arg]
    primary: dict[str, list[str]] = {}
    for name, key in entry["primary_keys"]:
        primary.setdefault(name, []).append(key)
    tables = tuple(
        Table(
            t["name"],
            tuple(Column(c["name"], TYPES.get(c["type"], "TEXT")) for c in t["columns"]),
            tuple(primary.get(t["name"], ())),
        )
        for t in entry["tables"]
    )
    foreign = tuple(ForeignKey(a, (b,), c, (d,)) for (a, b), (c, d) in entry["foreign_keys"])
    return Schema(tables, foreign)


def wikisql(path: Path, rng: random.Random, count: int) -> Iterator[tuple[Schema, Asked]]:
    """WikiSQL's questions, each over a table made up of its own columns and some of other rows."""
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    rows = rng.sample(rows, min(count, len(rows)))
    names: list[str] = []
    parsed = []
    for row in rows:
        try:
            tree = sqlglot.parse_one(row["sql"], dialect="sqlite")
        except sqlglot.errors.SqlglotError:
            continue
        own = list(dict.fromkeys(c.name for c in tree.find_all(exp.Column)))
        names.extend(own)
        parsed.append((row, tree, own))
    for row, tree, own in parsed:
        others = [name for name in rng.sample(names, rng.randint(2, 7)) if name not in own]
        yield (
            _wiki_schema(tree, [*own, *dict.fromkeys(others)], rng),
            Asked("", row["question"], row["sql"]),
        )


TABLE_NAMES = (
    "the_table records data results list entries sheet1 stats main history info log".split()
)


def _wiki_schema(tree: exp.Expression, names: list[str], rng: random.Random) -> Schema:
    numeric = {
        node.this.name
        for node in tree.find_all(exp.EQ, exp.GT, exp.LT, exp.GTE, exp.LTE)
        if isinstance(node.this, exp.Column) and not node.expression.is_string
    } | {
        node.this.name
        for node in tree.find_all(exp.Sum, exp.Avg, exp.Min, exp.Max)
        if isinstance(node.this, exp.Column)
    }
    rng.shuffle(names)
    columns = tuple(
        Column(
            n, "INTEGER" if n in numeric or (n not in numeric and rng.random() < 0.2) else "TEXT"
        )
        for n in names
    )
    return Schema((Table("the_table", columns),))


def with_values(
    schema: Schema, literals: dict[Item, set[str]], rng: random.Random, keep: float
) -> Schema:
    """The schema with the texts that its questions compare with as listed values."""
    tables = []
    for number, t in enumerate(schema.tables):
        columns = []
        for place, c in enumerate(t.columns):
            found = sorted(literals.get(Item(number, place), ()))
            listed = tuple(found) if found and c.type == "TEXT" and rng.random() < keep else ()
            columns.append(Column(c.name, c.type, c.comment, listed))
        tables.append(Table(t.name, tuple(columns), t.primary_key))
    return Schema(tuple(tables), schema.foreign_keys, schema.dialect)


def shuffled(schema: Schema, rng: random.Random) -> Schema:
    """The schema with its tables and columns in another order."""
    tables = []
    for t in rng.sample(schema.tables, len(schema.tables)):
        tables.append(Table(t.name, tuple(rng.sample(t.columns, len(t.columns))), t.primary_key))
    return Schema(tuple(tables), schema.foreign_keys, schema.dialect)


class Translator:
    """Turns one published SELECT over a schema into the model's language, over items, not slots.

    Raises CannotSay where the language has no words for it.
    """

    def __init__(self, linker: Linker) -> None:
        self.schema = linker.schema
        self.linker = linker
        self.places = {t.name.lower(): n for n, t in enumerate(self.schema.tables)}
        self.graph = edges(self.schema)

    def answer(self, sql: str) -> Answer:
        tree = sqlglot.parse_one(sql, dialect="sqlite")
        if not isinstance(tree, exp.Select):
            raise CannotSay("set operation")
        return self.select(tree.transform(self._as_text))

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

    def _scope(self, tree: exp.Select) -> dict[str, int]:
        scope: dict[str, int] = {}
        sources = [tree.args.get("from_") or tree.args.get("from")]
        sources = [sources[0].this, *(join.this for join in tree.args.get("joins") or [])]
        for source in sources:
            if not isinstance(source, exp.Table) or source.name.lower() not in self.places:
                raise CannotSay("source")
            scope[source.alias_or_name.lower()] = self.places[source.name.lower()]
        if len(set(scope.values())) < len(scope):
            raise CannotSay("self join")
        return scope

    def item(self, node: exp.Column, scope: dict[str, int]) -> Item:
        name = node.name.lower()
        if node.table and node.table.lower() not in scope:
            raise CannotSay("outer table")
        tables = [scope[node.table.lower()]] if node.table else list(scope.values())
        for number in tables:
            for place, c in enumerate(self.schema.tables[number].columns):
                if c.name.lower() == name:
                    return Item(number, place)
        raise CannotSay(f"column {name}")

    def _superlative(
        self, tree: exp.Select, scope: dict[str, int], where: exp.Expression | None
    ) -> tuple[Answer, Answer, exp.Expression | None]:
        """ORDER BY and LIMIT; `c = (SELECT MAX(c) ...)` is said as an order with one row."""
        if isinstance(where, exp.EQ) and isinstance(where.expression, exp.Subquery):
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
        """GROUP BY; a key that the question never shows is said by what is selected beside it."""
        if not tree.args.get("group"):
            return []
        nodes = tree.args["group"].expressions
        plain = [n for n in tree.expressions if isinstance(n, exp.Column)]
        keys = [
            isinstance(n, exp.Column) and self.item(n, scope) in self.linker.catalog.keys
            for n in nodes
        ]
        if plain and any(keys):
            nodes = plain
        out: Answer = []
        for node in nodes:
            out += ([","] if out else ["GROUP BY"]) + self.expr(node, scope)
        return out

    def _from(self, scope: dict[str, int], said: Answer) -> Answer:
        wanted = set(scope.values())
        used = list(dict.fromkeys(p[1].table for p in said if isinstance(p, tuple) and p[0] == "c"))
        used = [t for t in used if t in wanted]
        for extra in [None, *sorted(wanted)]:
            tables = used if extra is None else [*used, extra] if extra not in used else used
            reached = self._reached(tables)
            if reached == wanted:
                return _listed(tables)
            if extra is not None and reached and reached < wanted:
                used = tables
        raise CannotSay("join")

    def _reached(self, tables: list[int]) -> set[int]:
        if not tables:
            return set()
        path = connect(self.graph, tables)
        if path is None:
            return {-1}
        return {tables[0], *(edge.right for edge in path)}

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
            return self._like(node, scope)
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

    def _direct(self, left: int, right: int) -> bool:
        return any(edge.right == right for edge in self.graph[left])


def _listed(tables: list[int]) -> Answer:
    out: Answer = []
    for number in tables:
        out += ([","] if out else []) + [table(number)]
    return out


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
