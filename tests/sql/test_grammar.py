"""What fits the grammar of a schema, by llama.cpp's own judgement."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.checking.reading import read
from localai.sql.grammar import grammar
from tests.sql.grammar_engine import Judge

SHOP = Schema(
    (
        Table(
            "customers",
            (Column("id", "INTEGER"), Column("name", "TEXT"), Column("home_town", "TEXT")),
            ("id",),
        ),
        Table(
            "orders",
            (
                Column("id", "INTEGER"),
                Column("customer_id", "INTEGER"),
                Column("placedAt", "TIMESTAMP"),
                Column("amount", "NUMERIC"),
                Column("Order Note", "TEXT"),
                Column("user", "TEXT"),
            ),
            ("id",),
        ),
        Table(
            "staff",
            (Column("id", "INTEGER"), Column("boss_id", "INTEGER"), Column("salary", "REAL")),
            ("id",),
        ),
        Table("Group Sizes", (Column("größe", "INTEGER"), Column('the "best"', "TEXT"))),
        Table("visits", (Column("day", "DATE"),), namespace="web"),
    ),
    (
        ForeignKey("orders", ("customer_id",), "customers", ("id",)),
        ForeignKey("staff", ("boss_id",), "staff", ("id",)),
    ),
    "postgres",
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(grammar(SHOP))


HERE = Path(__file__).parent
# One query a line, `\\n` for a line break; `|` stands where a refused one is stopped.
ACCEPTED = (HERE / "grammar_accepted.sql").read_text().splitlines()
REFUSED = (HERE / "grammar_refused.sql").read_text().splitlines()
# Pieces that bring a text drawn at random to its end.
ENDS = frozenset([b"'", b'"', b")", b" ", b" FROM", b";", b"*"])


@pytest.mark.parametrize("sql", ACCEPTED)
def test_what_models_write_fits(judge: Judge, sql: str) -> None:
    sql = sql.replace(r"\n", "\n")
    assert judge.fitting(sql) == sql
    assert judge.accepts(sql)


@pytest.mark.parametrize("marked", REFUSED)
def test_what_must_not_be_written_is_refused_at_its_letter(judge: Judge, marked: str) -> None:
    sql = marked.replace("|", "", 1)
    assert not judge.accepts(sql)
    assert judge.fitting(sql) == marked.partition("|")[0]


def test_whatever_fits_is_read_as_one_select(judge: Judge) -> None:
    """Of texts drawn at random, letter cases and all: what is whole is SQL by sqlglot's reading."""
    dice, whole = random.Random(4), 0
    for _ in range(40):
        text, ended = judge.wander(dice, 100, ENDS)
        if ended and "know" not in text:
            read(text)
            whole += 1
    assert whole > 4


def test_the_grammar_differs_between_databases_in_functions_alone() -> None:
    sqlite = Judge(grammar(replace(SHOP, dialect="sqlite")))
    duckdb = Judge(grammar(replace(SHOP, dialect="duckdb")))
    for sql in ACCEPTED:
        assert sqlite.accepts(sql.replace(r"\n", "\n")), sql
    assert sqlite.accepts("SELECT STRFTIME('%Y', placedAt) FROM orders")
    assert sqlite.accepts("SELECT IIF(amount > 1, 2, 3) FROM orders")
    assert not duckdb.accepts("SELECT IIF(amount > 1, 2, 3) FROM orders")


@pytest.mark.parametrize(
    "opening",
    [
        "(SELECT ",
        "(",
        "((SELECT ",
        "ABS((SELECT ",
        "CASE WHEN ",
        "id IN (SELECT ",
        "(SELECT COUNT(*) FROM (SELECT ",
    ],
)
def test_what_stands_in_each_other_does_not_multiply(judge: Judge, opening: str) -> None:
    """Every way to read the text so far is followed: were there two for each level, this hung."""
    text = "SELECT " + opening * 16 + "amount"
    assert judge.fitting(text) == text
