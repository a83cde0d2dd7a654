"""Where an answer goes against the words of its question."""

from __future__ import annotations

import pytest

from localai.linking import Linker, clashes
from localai.linking.prompt import Link
from localai.schema import Column, Schema, Table

ORDERS = Table("orders", (Column("total", "REAL"), Column("placed_on", "DATE")))
ITEMS = Table("items", (Column("name", "TEXT"),))
ASKED = "total, placed on, item name, orders, items"
# <c0> total, <c1> placed on, <c2> name; <t0> orders, <t1> items.
SLOTS = Linker(Schema((ORDERS, ITEMS))).link(ASKED).slots


def found(question: str, answer: str) -> int:
    return clashes(Link(f"<schema> <t0> :<question> {question}<sql>", SLOTS), answer)


LIST = "SELECT <t0> FROM <t0>"
GROUPED = "GROUP BY <t0> ORDER BY COUNT ( * )"
NO_CLASH = [
    ("show all <t0>", LIST),
    ("how many different <t0> are there", "SELECT COUNT ( * ) FROM <t0>"),
    ("which <t0> has the most <t1>", f"{LIST} , <t1> {GROUPED} DESC LIMIT 1"),
    ("what is the lowest <c0> n", "SELECT MIN ( <c0> ) FROM <t0>"),
    ("<t0> with at most <v0> <c0> n", f"{LIST} WHERE <c0> <= <v0>"),
    ("<t0> with no more than <v0> <c0> n", f"{LIST} WHERE <c0> <= <v0>"),
    ("<t0> by <c0> n from lowest to highest", f"{LIST} ORDER BY <c0>"),
    ("average <c0> n per <c1> s", "SELECT AVG ( <c0> ) , <c1> FROM <t0> GROUP BY <c1>"),
    ("show the <c0> s of each <t0>", "SELECT <c0> FROM <t0>"),
    ("total <c0> n by <t1> in <v0>", "SELECT SUM ( <c0> ) , <c2> FROM <t0> , <t1> GROUP BY <c2>"),
    ("total <c0> n by <c2> s", "SELECT SUM ( <c0> ) , <t1> FROM <t0> , <t1> GROUP BY <t1>"),
    ("how many <t0> by <t1> <c0> s <v0>", "SELECT COUNT ( * ) FROM <t0> , <t1> WHERE <c0> = <v0>"),
    ("how many <t0> written by <t1>", "SELECT COUNT ( * ) FROM <t0> , <t1>"),
    ("how many different <c0> s", "SELECT COUNT ( DISTINCT <c0> ) FROM <t0>"),
    ("<t0> without <t1>", f"{LIST} WHERE NOT EXISTS <t1>"),
    ("<t0> that have no <c0> s", f"{LIST} WHERE <c0> IS NULL"),
    ("<t0> in descending order of <c0> n", f"{LIST} ORDER BY <c0> DESC"),
    ("<t0> after <c0> d <v0>", f"{LIST} WHERE <c0> > <v0>"),
    ("<t0> over the years", LIST),
    ("the oldest <t0> by <c0> d", f"{LIST} ORDER BY <c0> LIMIT 1"),
    ("the oldest <t0> by <c0> n", f"{LIST} ORDER BY <c0> DESC LIMIT 1"),
    ("<c0> s <v0> or <v1>", f"{LIST} WHERE <c0> = <v0> OR <c0> = <v1>"),
    ("both <c0> s <v0> and <v1>", f"{LIST} WHERE <c0> = <v0> INTERSECT {LIST} WHERE <c0> = <v1>"),
    ("<t0> sorted by <c0> s and <c1> s", f"{LIST} ORDER BY <c0> , <c1>"),
    ("<t0> of <c0> k <v0>", f"{LIST} WHERE <c1> = <v0>"),
    ("total of <c0> n <v0>", f"{LIST} GROUP BY <t0> HAVING SUM ( <c1> ) = <v0>"),
]  # fmt: skip
CLASHING = [
    ("which <t0> has the most <t1>", f"{LIST} , <t1> {GROUPED} LIMIT 1"),
    ("what is the lowest <c0> n", "SELECT MAX ( <c0> ) FROM <t0>"),
    ("<t0> with at most <v0> <c0> n", f"{LIST} WHERE <c0> > <v0>"),
    ("<t0> with no more than <v0> <c0> n", f"{LIST} WHERE <c0> > <v0>"),
    ("top <v0> <t0>", f"{LIST} WHERE <c0> = <v0>"),
    ("average <c0> n per <c1> s", "SELECT <c0> , <c1> FROM <t0>"),
    ("<c0> n for each <c1> s", "SELECT SUM ( <c0> ) FROM <t0>"),
    ("the total <c0> n", "SELECT <c0> FROM <t0>"),
    ("total <c0> n by <t0> in <v0>", "SELECT SUM ( <c0> ) FROM <t0> WHERE <c1> = <v0>"),
    ("total <c0> n by <t1> in <v0>", "SELECT SUM ( <c0> ) , <c1> FROM <t0> GROUP BY <c1>"),
    ("how many <t0> are there", LIST),
    ("how many different <t0> for each <t1>", "SELECT <t1> , COUNT ( * ) FROM <t0> , <t1>"),
    ("show the distinct <c0> s", "SELECT <c0> FROM <t0>"),
    ("<t0> without <t1>", f"{LIST} , <t1>"),
    ("<t0> that don ' t have <c0> s <v0>", f"{LIST} WHERE <c0> = <v0>"),
    ("<t0> in descending order of <c0> n", f"{LIST} ORDER BY <c0>"),
    ("<t0> in alphabetical order", LIST),
    ("<t0> after <c0> d <v0>", f"{LIST} WHERE <c0> = <v0>"),
    ("<t0> whose <c0> s starts with <v0>", f"{LIST} WHERE <c0> = <v0>"),
    ("the difference between <c0> n and <c1> n", "SELECT <c0> , <c1> FROM <t0>"),
    ("the oldest <t0> by <c0> n", f"{LIST} ORDER BY <c0> LIMIT 1"),
    ("the last <c0> d of <t0>", f"{LIST} ORDER BY <c0> LIMIT 1"),
    ("from <c0> s <v0> to <v1>", f"{LIST} WHERE <c0> = <v0> AND <c0> = <v1>"),
    ("<t0> sorted by <c0> s and <c1> s", f"{LIST} ORDER BY <c0>"),
    ("<t0> in <c0> s <v0>", f"{LIST} WHERE <c1> = <v0>"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), NO_CLASH)
def test_an_answer_that_says_what_the_question_says_does_not_clash(
    question: str, answer: str
) -> None:
    assert found(question, answer) == 0


@pytest.mark.parametrize(("question", "answer"), CLASHING)
def test_an_answer_that_goes_against_a_word_clashes(question: str, answer: str) -> None:
    assert found(question, answer) >= 1


def test_each_word_that_is_gone_against_counts() -> None:
    assert found("average and total <c0> n", "SELECT <c0> FROM <t0>") == 2
