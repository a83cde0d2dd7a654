"""Finds the words for each part of a query, and quotes a part that has none; it must not know them.

Every table says which parts of a node its words cover. A node with any other part is quoted, so
that nothing is left out unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from localai.schema import Schema
from localai.sql.explain.words import is_plural, readable

Handler = Callable[[Any, "Voice"], str]
# Kind of node -> its words, and the parts of the node that these words tell.
Words = dict[type[exp.Expr], tuple[Handler, str]]

# What the parser notes down for itself; nothing that the query does.
SILENT = {"big_int", "safe", "typed", "coalesce", "nested", "_type", "ignore_nulls", "dialect"}
MOST_QUOTED = 120
# What a phrase has to have in it to run into its neighbours, and the brackets that keep it in.
LOOSE = re.compile(r" (plus|minus|times|divided|if|where|or|by|whether|put|as|is) ")
CLOSED = re.compile(r"\([^()]*\)|`[^`]*`|'[^']*'|\"[^\"]*\"")

# Names that give their kind away, for want of a schema.
NAMES = {
    "date": re.compile(r"(^|_)(date|time|day|month|year|week|at|since)$"),
    "text": re.compile(r"(^|_)(name|title|city|country|code|email|status|category|type)$"),
    "number": re.compile(
        r"(^|_)(price|amount|total|count|age|quantity|number|salary|cost|score|size|stock|revenue)$"
    ),
}


@dataclass
class Scope:
    """One SELECT's surroundings: what its names mean.

    sources: alias (lower case) -> how it is called here. noun: what one row is, if that is known.
    """

    sources: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    noun: str = "rows"
    outputs: dict[str, exp.Expr] = field(default_factory=dict)


class Voice:
    """Says parts of one query; conditions and values go by their kind of node."""

    def __init__(
        self,
        dialect: str,
        schema: Schema | None,
        values: Words,
        conditions: Words,
        query: Handler,
        rows: Handler,
    ) -> None:
        self.dialect = dialect
        self.schema = schema
        self._values = values
        self._conditions = conditions
        self._query, self._rows = query, rows
        self._scopes: list[Scope] = []

    @property
    def scope(self) -> Scope:
        return self._scopes[-1] if self._scopes else Scope()

    def output(self, name: str) -> exp.Expr | None:
        """What SELECT gives under that name, where a clause may call for it."""
        return self.scope.outputs.get(name.lower())

    @contextmanager
    def inputs(self) -> Iterator[None]:
        """Names mean columns alone, as they do inside of what SELECT gives."""
        outputs, self.scope.outputs = self.scope.outputs, {}
        try:
            yield
        finally:
            self.scope.outputs = outputs

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Names mean what they mean in this scope, and behind it in the outer ones."""
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()

    def value(self, node: exp.Expr) -> str:
        """A noun phrase for a value."""
        words = _words(self._values, node)
        if words is not None:
            return words(node, self)
        if _words(self._conditions, node) is not None:
            return f"whether {self.condition(node)}"
        if isinstance(node, exp.Query):
            return f"({self.query(node)})"
        return self.quoted(node)

    def operand(self, node: exp.Expr) -> str:
        """As value, in brackets where it would run into what stands beside it."""
        said = self.value(node)
        return f"({said})" if LOOSE.search(said) and not CLOSED.fullmatch(said) else said

    def condition(self, node: exp.Expr) -> str:
        """A clause that is true or false."""
        words = _words(self._conditions, node)
        if words is not None:
            return words(node, self)
        if isinstance(node, exp.Cast) and node.to.is_type("boolean"):
            return self.condition(node.this)
        if isinstance(node, exp.Predicate | exp.Connector) or node.key == "not":
            return self.quoted(node)
        said = self.value(node)
        return said if said.startswith("`") else f"{said} is true"

    def covers(self, node: exp.Expr) -> bool:
        """Whether there are words for all parts of a condition."""
        return _words(self._conditions, node) is not None

    def query(self, node: exp.Expr) -> str:
        """A noun phrase for what a query gives."""
        return self._query(node, self)

    def rows(self, node: exp.Expr) -> str:
        """A noun phrase for the rows that a query finds, whatever it gives of them."""
        return self._rows(node, self)

    def quoted(self, node: exp.Expr) -> str:
        """The part itself, for what there are no words for."""
        text = " ".join(self._written(node).split())
        return f"`{text if len(text) <= MOST_QUOTED else text[:MOST_QUOTED] + '...'}`"

    def _written(self, node: exp.Expr) -> str:
        try:
            return node.sql(self.dialect, unsupported_level=ErrorLevel.IGNORE)
        except Exception:  # sqlglot's writers fail in their own ways over another dialect's parts
            return node.sql(unsupported_level=ErrorLevel.IGNORE)

    def column(self, node: exp.Column) -> str:
        """A column's name, with its table's where several are about."""
        name = readable(node.name)
        table = node.table.lower()
        if not table:
            return name
        here = self.scope.sources
        if table in here and len(here) == 1:
            return name
        for scope in reversed(self._scopes):
            if table in scope.sources:
                return f"{name} of {scope.sources[table]}"
        return f"{name} of {readable(node.table)}"

    def kind(self, node: exp.Expr) -> str:
        """date, number or text, where that is known of a value; else an empty string."""
        if isinstance(node, exp.Alias | exp.Paren):
            return self.kind(node.this)
        if isinstance(node, exp.Column):
            return self._column_kind(node)
        if isinstance(node, exp.Count | exp.Sum | exp.Avg | exp.Round | exp.Mul | exp.Div):
            return "number"
        if isinstance(node, exp.Min | exp.Max | exp.Coalesce):
            return self.kind(node.this)
        if isinstance(node, exp.Lower | exp.Upper | exp.DPipe | exp.Concat):
            return "text"
        if isinstance(node, exp.TimeToStr | exp.TimestampTrunc | exp.DateTrunc | exp.Date):
            return "date"
        if isinstance(node, exp.Anonymous):
            return "date" if node.name.upper() in ("DATE", "DATETIME", "DATE_ADD") else ""
        return "number" if isinstance(node, exp.Literal) and not node.is_string else ""

    def _column_kind(self, node: exp.Column) -> str:
        for scope in reversed(self._scopes):
            if not node.table and node.name.lower() in scope.outputs:
                output = scope.outputs[node.name.lower()]
                return "" if isinstance(output, exp.Column) else self.kind(output)
            names = [scope.tables.get(node.table.lower())] if node.table else scope.tables.values()
            for name in names:
                table = self.schema.table(name) if self.schema and name else None
                column = table.column(node.name) if table else None
                if column is not None:
                    return type_kind(column.type)
        found = (kind for kind, names in NAMES.items() if names.search(node.name.lower()))
        return next(found, "")


def _words(words: Words, node: exp.Expr) -> Handler | None:
    for kind in type(node).__mro__:
        if kind in words:
            handler, parts = words[kind]
            told = {*parts.split(), *SILENT}
            given = {name for name, part in node.args.items() if part not in (None, False, [], "")}
            return handler if given <= told else None
    return None


def type_kind(declared: str) -> str:
    """date, number or text for a declared type; else an empty string."""
    upper = declared.upper()
    if any(word in upper for word in ("DATE", "TIME")):
        return "date"
    if any(word in upper for word in ("CHAR", "TEXT", "STRING", "CLOB", "ENUM", "UUID")):
        return "text"
    numbers = ("INT", "REAL", "NUM", "DEC", "FLOA", "DOUB", "MONEY", "SERIAL")
    return "number" if any(word in upper for word in numbers) else ""


def source_noun(name: str) -> str:
    """What the rows of a table are called: its own name where that is a plural."""
    said = readable(name)
    return said if is_plural(said) else f"rows of {said}"
