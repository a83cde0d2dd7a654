"""Owns the grammar that holds a model to SQL over one schema; it must not know models or engines.

What it is for: a model that is about to write a table or column that does not exist is turned to
one that does, at that very letter. What a grammar cannot know stays to be checked: which alias
belongs to which table, what a WITH or a subquery in FROM computes, types, and grouping.
"""

from __future__ import annotations

from localai.schema import Schema
from localai.sql import functions
from localai.sql.grammar.names import define_names
from localai.sql.grammar.rules import Rules, any_case
from localai.sql.grammar.template import (
    CLAUSES,
    EXPRESSIONS,
    OPERANDS,
    QUERIES,
    SOURCES,
    WORDS,
    call,
)
from localai.sql.grammar.trie import bare, trie
from localai.sql.grammar.words import FIELDS, TYPES, UNITS

__all__ = ["grammar"]

# Mode, what a whole item of GROUP BY or ORDER BY may be besides, and what may end a SELECT.
CLAUSED = (
    ("s", "", ""),
    ("t", " | label", ""),
    ("i", " | label", ""),
    ("f", " | label", ' | ""'),
)
DECLINES = r'root ::= [ \n]{0,3} "I do not know" "."?'
SERIES = 'n-expr ("," ws? n-expr){1,2}'
SIZED = ("CHAR", "CHARACTER", "VARCHAR", "NUMERIC", "DECIMAL", "FLOAT")


def grammar(schema: Schema) -> str:
    """GBNF (rule `root`) for one PostgreSQL-style query over `schema`, or `I do not know`.

    Tables and columns must exist, behind an alias those of the tables that could own it; new names
    stand only where SQL makes them, and as a whole item of GROUP BY and ORDER BY. Names that need
    no quotes match in any case, all others in quotes and to the letter. Functions are those that
    may run on `schema.dialect`.

    A schema without a column gives a grammar that can only decline.
    """
    if not any(table.columns for table in schema.tables):
        return DECLINES + "\n"
    rules = Rules()
    rules.template(WORDS)
    _define_words(rules)
    define_names(rules, schema)
    allowed = functions.allowed(schema.dialect)
    for mode in "sdfni":
        _define_expressions(rules, mode, allowed)
    for mode, new, end in CLAUSED:
        rules.template(CLAUSES.replace("@new", new).replace("@end", end), mode)
        if mode != "f":
            rules.template(SOURCES, mode)
    rules.template(QUERIES)
    series = [f'{any_case(word)} "(" ws? {SERIES} ws? ")"' for word in allowed & functions.TABLES]
    rules.define("series", " | ".join(sorted(series)))
    return rules.text()


def _define_words(rules: Rules) -> None:
    rules.define("field", trie(rules, [(bare(word), "") for word in FIELDS], "w"))
    rules.define("unit", trie(rules, [(bare(word), "") for word in UNITS], "w"))
    tails = dict.fromkeys(TYPES, "") | dict.fromkeys(SIZED, "size?")
    tails["DOUBLE"] = any_case(" PRECISION")
    rules.define("type", trie(rules, [(bare(word), tail) for word, tail in tails.items()], "w"))


def _define_expressions(rules: Rules, mode: str, allowed: frozenset[str]) -> None:
    """Mode n has no columns, and no totals, which would be of no rows."""
    called = allowed - functions.TABLES
    if mode == "n":
        called -= functions.TOTALS | functions.WINDOWS
    behind = [(word, call(word)) for word in sorted(called)] + [*OPERANDS.items()]
    texts = [(bare(word), rules.tail(mode, tail)) for word, tail in behind]
    texts += [(bare(word), "") for word in sorted(functions.CLOCKS)]
    rules.define(f"{mode}-word", trie(rules, texts, "w"))
    text = EXPRESSIONS if mode != "n" else EXPRESSIONS.replace("@name | ", "")
    rules.template(text, mode)
