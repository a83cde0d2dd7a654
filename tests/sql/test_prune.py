"""Pruning: what is kept of a schema, and what a question's own tables are worth among others'."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql import Introspection, open_source
from localai.sql.prune import WIDE, parts, prune, tokens
from localai.sql.relevance import unlinked
from tests.sql import fixture
from tests.sql.fixture.crowd import crowd

BUDGET = 1000  # tokens of the schema, of the 1,200 that a prompt may have by default


def table(name: str, *columns: str, key: str = "") -> Table:
    return Table(name, tuple(Column(c, "TEXT") for c in columns), (key,) if key else ())


def joined(left: str, column: str, right: str) -> ForeignKey:
    return ForeignKey(left, (column,), right, (f"{right}_id",))


SCHEMA = Schema(
    (
        table("visit", "visit_id", "seen_on", "patient_id", "doctor_id"),
        table("patient", "patient_id", "full_name", key="patient_id"),
        table("doctor", "doctor_id", "speciality", key="doctor_id"),
        table("invoice", "invoice_id", "total", key="invoice_id"),
        Table("town", (Column("label", "TEXT", values=("Old Leigh", "Bath")),)),
    ),
    (joined("visit", "patient_id", "patient"), joined("visit", "doctor_id", "doctor")),
    notes=("kept",),
)


def names(schema: Schema) -> set[str]:
    return {table.name for table in schema.tables}


def test_what_fits_is_left_alone() -> None:
    assert prune(SCHEMA, "anything", tokens(SCHEMA)) is SCHEMA


def test_the_tables_that_the_words_name_are_kept_with_what_joins_them() -> None:
    part = next(parts(SCHEMA, "Doctors and their patients", most=2))
    assert names(part) == {"visit", "patient", "doctor"}
    assert len(part.foreign_keys) == 2
    assert part.notes == ("kept",)
    assert [table.name for table in part.tables] == ["visit", "patient", "doctor"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("invoices", "invoice"),
        ("the bill", "invoice"),
        ("who lives in old leigh?", "town"),
        ("specialities", "doctor"),
    ],
)
def test_a_table_is_named_by_its_words_their_synonyms_and_its_values(
    question: str, name: str
) -> None:
    assert names(next(parts(SCHEMA, question, most=1))) == {name}


def test_parts_shrink_until_one_fits() -> None:
    sizes = [tokens(part) for part in parts(SCHEMA, "doctors, patients and invoices")]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) > 2
    assert tokens(prune(SCHEMA, "doctors, patients and invoices", sizes[1])) == sizes[1]
    assert tokens(prune(SCHEMA, "doctors, patients and invoices", 0)) == sizes[-1]


def test_a_note_says_what_else_a_word_points_to() -> None:
    schema = replace(SCHEMA, notes=("A regular has more than two invoices.", "Bath is a town."))
    assert names(next(parts(schema, "How many regulars are there?", most=1))) == {"invoice"}


def test_where_nothing_is_named_the_best_joined_tables_are_kept() -> None:
    assert names(next(parts(SCHEMA, "Wie viele?", most=1))) == {"visit"}


def test_a_wide_table_loses_what_nothing_points_to_but_never_its_keys() -> None:
    columns = [f"x{n}" for n in range(60)]
    wide = table("wide", *columns, "shade", "parent_ref", "wide_key", key="wide_key")
    schema = Schema(
        (wide, table("parent", "parent_id", *columns, key="parent_id")),
        (ForeignKey("wide", ("parent_ref",), "parent", ("parent_id",)),),
    )
    part = prune(schema, "wide by shade", 10)
    kept = [column.name for column in part.tables[0].columns]
    assert len(kept) == WIDE
    assert {"shade", "parent_ref", "wide_key"} <= set(kept)
    assert kept == [column.name for column in wide.columns if column.name in kept]


def test_of_many_tables_between_two_the_best_are_kept() -> None:
    links = [table(f"link_{n}", "user_id", "product_id") for n in range(9)]
    schema = Schema(
        (table("user", "user_id"), table("product", "product_id"), *links),
        tuple(joined(t.name, f"{to}_id", to) for t in links for to in ("user", "product")),
    )
    part = next(parts(schema, "users, their products", most=2))
    assert len(part.tables) == 4 and {"user", "product"} < names(part)


def test_of_namesakes_keys_mean_the_first() -> None:
    away = replace(table("doctor", "gown"), namespace="stage")
    schema = replace(SCHEMA, tables=(*SCHEMA.tables, away))
    part = next(parts(schema, "gowns", most=1))
    assert [t.namespace for t in part.tables] == ["stage"] and part.foreign_keys == ()
    joined = next(parts(schema, "visits by speciality", most=2))
    assert {t.namespace for t in joined.tables} == {""} and len(joined.foreign_keys) == 1


def test_of_a_wide_table_what_the_question_points_to_most_is_kept() -> None:
    columns = [f"price_{n}" for n in range(60)]
    schema = Schema((table("wide", *columns, "price", "sold_price", "wide_id", key="wide_id"),))
    (kept,) = prune(schema, "the sold price", 10).tables
    assert len(kept.columns) == WIDE
    assert {"wide_id", "price", "sold_price"} < {column.name for column in kept.columns}


def test_where_nothing_else_fits_values_are_left_out() -> None:
    values = tuple(f"{n} of them" for n in range(12))
    columns = tuple(Column(f"c{n}", "TEXT", values=values) for n in range(20))
    part = prune(Schema((Table("t", columns),)), "c1", 300)
    assert tokens(part) < 300
    assert len(part.tables[0].columns) == 20


def test_words_that_name_nothing_are_told() -> None:
    assert unlinked(SCHEMA, "What is the average salary of each doctor last week?") == ("salary",)
    assert unlinked(SCHEMA, "How many patients from Bath were seen, and the bills?") == ()


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Schema]:
    """The four businesses' schemas, each among 290 tables of others."""
    folder = tmp_path_factory.mktemp("hidden")
    with closing(sqlite3.connect(folder / "crowd.sqlite")) as connection:
        connection.executescript(crowd(1, 290))
    others = introspected(folder / "crowd.sqlite")
    found = {}
    for name in fixture.NAMES:
        own = introspected(fixture.make_sqlite(name, folder / f"{name}.sqlite"))
        tables = (*others.tables[:145], *own.tables, *others.tables[145:])
        found[name] = Schema(tables, own.foreign_keys + others.foreign_keys)
    return found


def introspected(path: Path) -> Schema:
    with open_source(path) as source:
        return source.schema(Introspection(seconds=10))


def gold_tables(query: str, schema: Schema) -> set[str]:
    """The tables in the first right query; the others say the same in other ways."""
    tree = sqlglot.parse_one(re.sub(r"[{}]", "", next(fixture.alternatives(query))), "postgres")
    return {t.name for t in schema.tables if t.name in {x.name for x in tree.find_all(exp.Table)}}


def test_gold_tables_are_kept_among_290_others(hidden: dict[str, Schema]) -> None:
    kept, lost = 0, []
    for asked in fixture.questions(answerable=True):
        notes = (asked.instructions,) if asked.instructions else ()
        schema = replace(hidden[asked.db_name], notes=notes)
        part = prune(schema, asked.question, BUDGET)
        assert tokens(part) <= BUDGET
        gold = gold_tables(asked.query, schema)
        assert gold
        if gold <= names(part):
            kept += 1
        else:
            lost.append((asked.question, gold - names(part)))
    assert len(schema.tables) > 290
    assert kept >= 0.9 * (kept + len(lost)), lost
