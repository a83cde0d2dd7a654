"""A name that stands without quotes is read as a name by sqlglot, wherever the grammar puts one."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import SqlglotError
from sqlglot.parsers.postgres import PostgresParser

from localai.sql.names import needs_quotes

# Where the grammar puts names: each must find the word as the name of a column, table or alias.
PLACES = (
    "SELECT 1 AS {} FROM t",
    "SELECT a FROM t AS {} WHERE a = 1",
    "SELECT a FROM t {} WHERE a = 1",
    "SELECT a FROM t {} JOIN u ON a = 1",
    "SELECT a FROM (SELECT 1 AS a) {} WHERE a = 1",
    "SELECT a FROM t GROUP BY {}",
    "SELECT a FROM t ORDER BY {} DESC",
    "SELECT {}.a FROM t AS {}",
    "SELECT t.{}, COUNT({}), 2 + {} FROM t",
    "SELECT {} FROM t WHERE {} = 1 AND {} IN (2) OR {} LIKE 'x' OR {} IS NULL",
    "SELECT a FROM {} WHERE a = 1",
    "WITH {} AS (SELECT 1 AS a) SELECT a FROM {}",
    "WITH z AS (SELECT 1 AS {}) SELECT {} FROM z",
)
KEYS = [*Postgres.Tokenizer.KEYWORDS, *PostgresParser.NO_PAREN_FUNCTION_PARSERS]
WORDS = sorted({word.lower() for key in KEYS for word in key.split() if word.isidentifier()})


@pytest.mark.parametrize("place", PLACES)
def test_every_keyword_of_sqlglots_is_quoted_or_read_as_a_name(place: str) -> None:
    assert len(WORDS) > 200
    assert [word for word in WORDS if not needs_quotes(word) and not reads(place, word)] == []


def reads(place: str, word: str) -> bool:
    """Whether the query reads as it does with a word that means nothing."""
    try:
        tree = sqlglot.parse_one(place.replace("{}", word), read="postgres")
    except SqlglotError:
        return False
    for identifier in tree.find_all(exp.Identifier):
        if identifier.name.lower() == word:
            identifier.set("this", "zzz")
    return tree == sqlglot.parse_one(place.replace("{}", "zzz"), read="postgres")
