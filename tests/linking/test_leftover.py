"""What a question names and an answer does not use."""

from __future__ import annotations

import re

import pytest

from localai.linking import left_out, link, unasked, unread
from localai.schema import Column, Schema, Table

MEMBERS = Table(
    "members",
    (
        Column("id", "INTEGER"),
        Column("name", "TEXT"),
        Column("active", "BOOLEAN"),
        Column("city", "TEXT", values=("Bath", "Leeds")),
        Column("joined_on", "DATE"),
    ),
    primary_key=("id",),
)
QUESTION = "How many active members joined last month in Leeds?"


@pytest.mark.parametrize(
    ("used", "missed"),
    [
        (("active", "joined_on", "city", "last month", "Leeds"), ()),
        (("joined_on", "city", "last month", "Leeds"), ("active",)),
        (("active", "joined_on", "city", "last month"), ("Leeds",)),
        ((), ("active", "joined_on", "last month", "city", "Leeds")),
    ],
)
def test_what_is_left_out_is_named(used: tuple[str, ...], missed: tuple[str, ...]) -> None:
    linked = link(Schema((MEMBERS,)), QUESTION)
    names = {
        MEMBERS.columns[item.column].name: f"<c{number}>"
        for number, item in enumerate(linked.slots.columns)
    }
    names |= {value.text: f"<v{number}>" for number, value in enumerate(linked.slots.values)}
    answer = " ".join(["SELECT COUNT ( * ) FROM <t0>", *(names[word] for word in used)])
    assert set(left_out(linked, answer)) == set(missed)


def test_tables_may_be_left_out() -> None:
    linked = link(Schema((MEMBERS,)), "How many members?")
    assert left_out(linked, "SELECT 1") == ()


@pytest.mark.parametrize(
    ("question", "missed"),
    [
        ("What percentage of the members is active?", "percentage"),
        ("What share of members is active?", "share"),
        ("What is the ratio of active members?", "ratio"),
    ],
)
def test_what_no_answer_can_say_is_left_out(question: str, missed: str) -> None:
    linked = link(Schema((MEMBERS,)), question)
    assert missed in left_out(linked, " ".join(f"<c{n}>" for n in range(5)))


def test_a_column_may_be_called_so() -> None:
    table = Table("islands", (Column("name", "TEXT"), Column("percentage", "REAL")))
    linked = link(Schema((table,)), "Which islands have the highest percentage?")
    used = " ".join(f"<c{n}>" for n in range(len(linked.slots.columns)))
    assert left_out(linked, used) == ()


def test_what_is_counted_is_said_by_counting_rows() -> None:
    table = Table("inv", (Column("prompt", "TEXT"), Column("category", "TEXT")))
    linked = link(Schema((table,)), "How many prompts are there for each category?")
    category = next(n for n, item in enumerate(linked.slots.columns) if item.column == 1)
    grouped = f"SELECT <c{category}> , COUNT ( * ) FROM <t0> GROUP BY <c{category}>"
    assert left_out(linked, grouped) == ()
    assert left_out(linked, f"SELECT <c{category}> FROM <t0>") == ("prompt",)


def test_what_the_answer_adds_and_what_the_prompt_makes_nothing_of() -> None:
    table = Table("islands", (Column("name", "TEXT"), Column("height", "REAL")))
    linked = link(Schema((table,)), "Which Islands have the highest height and salary?")
    named = re.findall(r"<c\d+>", linked.prompt.partition("<question>")[2])
    every = " ".join(f"<c{n}>" for n in range(len(linked.slots.columns)))
    assert unasked(linked, every) == len(linked.slots.columns) - len(set(named)) > 0
    assert unasked(linked, named[0]) == 0
    assert "salary" in unread(linked) and not {"islands", "c0", "question"} & unread(linked)
