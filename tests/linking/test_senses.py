"""What people mean without naming it: denials, places, slips of the keyboard, sums of money."""

from __future__ import annotations

import pytest

from localai.linking import Link, link
from localai.schema import Column, ForeignKey, Schema, Table

MEMBERS = Table(
    "members",
    (
        Column("id", "INTEGER"), Column("first_name", "TEXT"), Column("last_name", "TEXT"),
        Column("is_active", "BOOLEAN"), Column("city", "TEXT"),
        Column("country", "TEXT", values=("Italy", "Norway", "USA")),
        Column("birth_date", "DATE"),
    ),
    ("id",),
)  # fmt: skip
HIRES = Table(
    "loans",
    (
        Column("id", "INTEGER"), Column("member_id", "INTEGER"), Column("loaned_on", "DATE"),
        Column("returned_on", "DATE"), Column("fee", "REAL"), Column("qty", "INTEGER"),
        Column("status", "TEXT", values=("done", "no_show")),
    ),
    ("id",),
)  # fmt: skip
CLUB = Schema((MEMBERS, HIRES), (ForeignKey("loans", ("member_id",), "members", ("id",)),))


def asked(linked: Link) -> str:
    return linked.prompt.split("<question> ")[1].removesuffix("<sql>")


@pytest.mark.parametrize(
    ("question", "prompt", "column"),
    [
        ("inactive members", "not <c0> b <t0>", "is_active"),
        ("non-active members", "not <c0> b <t0>", "is_active"),
        ("how many unreturned loans", "how many not <c0> d <t0>", "returned_on"),
        ("loans returned last week", "<t0> <c0> d <v0>", "returned_on"),
        ("members in Paris", "<t0> in <c0> s <v0>", "city"),
        ("Italian members", "<c0> s <v0> <t0>", "country"),
        ("members from the US", "<t0> from the <c0> s <v0>", "country"),
        ("how many no-shows", "how many <c0> s <v0>", "status"),
        ("oldest member", "oldest <c0> d <t0>", "birth_date"),
        ("surnames of membrs", "<c0> s of <t0>", "last_name"),
        ("family names of the members", "<c0> s of the <t0>", "last_name"),
        ("full names of members", "<c0> s <c1> s of <t0>", "first_name"),
        ("member 12", "<t0> <c0> k <v0>", "id"),
        ("birthDate of members", "<c0> d of <t0>", "birth_date"),
        ("total revenue last month", "total revenue <c0> n <c1> n <c2> d <v0>", "fee"),
        ("who borrowed last week", "who borrowed <t0> <c0> d <v0>", "loaned_on"),
    ],
)
def test_what_is_meant_has_its_slot(question: str, prompt: str, column: str) -> None:
    linked = link(CLUB, question)
    item = linked.slots.columns[0]
    assert CLUB.tables[item.table].columns[item.column].name == column
    assert asked(linked) == prompt


def test_the_datas_spelling_stands_for_an_adjective() -> None:
    assert link(CLUB, "Italian members").slots.values[0].stored == {(0, 5): "Italy"}


def test_a_common_word_is_no_slip() -> None:
    assert asked(link(CLUB, "which members came first")).startswith("which <t0> came")
