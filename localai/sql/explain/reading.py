"""Reads SQL of any dialect as the tree that is put into words; it must not know the words."""

from __future__ import annotations

from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser

# PostgreSQL's functions and our own, added to SQLite: sqlglot would read them as others of SQLite's
# and write them so, where they are quoted.
ADDED = {
    "sqlite": {
        "DATE_ADD", "DATE_PART", "TO_CHAR", "TO_DATE", "TO_TIMESTAMP", "TIMESTAMP_DIFF", "AGE",
        "LPAD", "RPAD", "SPLIT_PART", "INSTR", "MAKE_DATE", "PRINTF",
    }
}  # fmt: skip


def read(sql: str, dialect: str) -> exp.Query | None:
    """The tree of the one query that the SQL is; None where it is none, or cannot be read."""
    known = Dialect.get_or_raise(dialect)
    try:
        found = _reader(dialect)(dialect=known).parse(known.tokenize(sql), sql)
    except SqlglotError:
        return None
    tree = found[0] if len(found) == 1 else None
    if isinstance(tree, exp.Subquery) and tree.is_wrapper:
        tree = tree.unnest()
    return tree if isinstance(tree, exp.Query) else None


@cache
def _reader(dialect: str) -> type[Parser]:
    parser: type[Parser] = Dialect.get_or_raise(dialect).parser_class
    added = ADDED.get(dialect, set())
    kept = {name: build for name, build in parser.FUNCTIONS.items() if name not in added}
    return type("Reader", (parser,), {"FUNCTIONS": kept})
