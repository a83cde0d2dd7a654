"""What fits the grammar of a schema, by llama.cpp's own judgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from localai.schema import Column, ForeignKey, Schema, Table
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
