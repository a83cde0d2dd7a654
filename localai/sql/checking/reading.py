"""Reads a model's text as the tree of one SELECT, and refuses whatever is more than reading.

It must not know schemas: what names mean comes after.
"""

from __future__ import annotations

import logging
import re
from typing import ClassVar

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import SqlglotError
from sqlglot.parsers.postgres import PostgresParser

from localai.errors import SQLRejected

MAX_CHARS = 20_000
ONE_LINE = 80

# sqlglot logs what it cannot parse; without a handler Python prints that on stderr, and the same
# finding is raised here as an error.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

# sqlglot turns their templates into strftime's, which say less, and mixes up arguments.
UNREAD = ("TO_CHAR", "TO_DATE", "TO_TIMESTAMP", "DATE_DIFF", "DATETIME", "TIME")
# An interval that sqlglot reads right: a number, or a number and its unit.
ONE_UNIT = re.compile(r"\s*-?\d+(?:\.\d+)?\s*[a-zA-Z]*\s*")

MOMENTS = (TokenType.DATE, TokenType.TIMESTAMP, TokenType.TIME)


class _Parser(PostgresParser):
    FUNCTIONS = {
        name: build for name, build in PostgresParser.FUNCTIONS.items() if name not in UNREAD
    }

    def _parse_interval_span(
        self, this: exp.Expr, parse_function_unit: bool = True
    ) -> exp.Interval:
        # sqlglot takes '1 day 02:00' and '1 day ago' for '1 day'.
        if this.is_string and not ONE_UNIT.fullmatch(this.name):
            return self.expression(exp.Interval(this=this))
        return super()._parse_interval_span(this, parse_function_unit)

    def _parse_type(
        self, parse_interval: bool = True, fallback_to_identifier: bool = False
    ) -> exp.Expr | None:
        # Of DATE '2024-06-15'::text, sqlglot would cast the text first.
        if self._curr and self._next and self._curr.token_type in MOMENTS:
            if self._next.token_type == TokenType.STRING:
                kind = self._parse_types(check_func=True, allow_identifiers=False)
                cast = self.expression(exp.Cast(this=self._parse_string(), to=kind))
                return self._parse_column_ops(cast)
        return super()._parse_type(parse_interval, fallback_to_identifier)


class ModelSQL(Postgres):
    """PostgreSQL as models write it: templates left as they are, names also in `back ticks`."""

    Parser = _Parser

    class Tokenizer(Postgres.Tokenizer):
        """Names in back ticks too."""

        IDENTIFIERS: ClassVar = ['"', "`"]


class Unreadable(SQLRejected):
    """The text is no SQL; `word` is where it stops making sense (may be empty)."""

    def __init__(self, word: str) -> None:
        hint = f"It stops making sense at: {short(word)}" if word else ""
        super().__init__("The model's answer is not valid SQL.", hint=hint)
        self.word = word


REFUSED: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.DML, "it changes data"),
    (exp.Into, "it would make a new table"),
    (exp.Lock, "it locks rows"),
    (exp.Parameter, "it has an unfilled parameter"),
    (exp.Placeholder, "it has an unfilled parameter"),
    (exp.SessionParameter, "it reads the server's settings"),
    (exp.Command, "only a SELECT may run"),
)

# Every kind of node but functions (`calls.py` judges those) that a query may be made of.
NODES = frozenset(
    """
    Select Union Intersect Except Subquery With CTE TableAlias From Join Where Group Having Order
    Ordered Limit Offset Fetch LimitOptions Distinct Alias Column Identifier Table Star Literal
    Boolean Null Paren Tuple Values Window WindowSpec Lateral Unnest Var Qualify
    And Or Xor Not Neg EQ NEQ GT GTE LT LTE Is In Between Like ILike SimilarTo Escape Exists Any All
    NullSafeEQ NullSafeNEQ RegexpLike RegexpILike Overlaps
    Add Sub Mul Div IntDiv Mod Pow DPipe BitwiseAnd BitwiseOr BitwiseXor BitwiseNot
    Case If Cast TryCast DataType DataTypeParam Interval IntervalSpan Extract AtTimeZone Collate
    Filter WithinGroup IgnoreNulls RespectNulls Array Bracket Slice Kwarg
    Rollup Cube GroupingSets ByteString RawString UnicodeString National
    JSONPath JSONPathRoot JSONPathKey JSONPathSubscript
    """.split()
)


def read(text: str) -> exp.Query:
    """The tree of the one SELECT that the text is. Raises SQLRejected if it is not that."""
    if len(text) > MAX_CHARS:
        raise SQLRejected(f"The model's SQL has {len(text)} characters; at most {MAX_CHARS} fit.")
    tree = _only(text)
    # SQLite knows no parentheses around a whole query.
    while isinstance(tree, exp.Subquery) and tree.is_wrapper:
        tree = tree.this
    if not isinstance(tree, exp.Query):
        raise SQLRejected(f"Only a SELECT may run, and the model wrote: {short(text)}")
    for node in tree.walk():
        _refuse(node)
    return tree


def _only(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse(text, read=ModelSQL)
    except SqlglotError as error:
        word = (getattr(error, "errors", None) or [{}])[0].get("highlight") or ""
        raise Unreadable(word) from error
    trees = [tree for tree in found if tree is not None and not isinstance(tree, exp.Semicolon)]
    if len(trees) != 1:
        raise SQLRejected(
            f"Exactly one SELECT may run, and the model wrote {len(trees)} statements."
        )
    return trees[0]


def _refuse(node: exp.Expr) -> None:
    for kind, why in REFUSED:
        if isinstance(node, kind):
            raise SQLRejected(f"The model's SQL cannot run here: {why}.")
    if isinstance(node, exp.DDL) and not isinstance(node, exp.Query):
        raise SQLRejected(f"Only a SELECT may run, and this has {node.key.upper()} inside.")
    if not isinstance(node, exp.Func) and type(node).__name__ not in NODES:
        raise SQLRejected(f"Queries with {_words(type(node).__name__)} are not understood here.")


def _words(name: str) -> str:
    return "".join(f" {c}" if c.isupper() and at else c for at, c in enumerate(name)).upper()


def short(text: str) -> str:
    """The text on one line of 80 characters at most."""
    line = " ".join(text.split())
    return line if len(line) <= ONE_LINE else line[:ONE_LINE] + "..."
