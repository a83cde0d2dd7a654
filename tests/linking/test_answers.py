"""Whatever fits the grammar of the embedded model's answers becomes SQL that may run."""

from __future__ import annotations

import random

import pytest

from localai.linking import Link, answer_grammar, link, unlink
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.check import check
from tests.sql.grammar_engine import Judge

SCHOOL = Schema(
    (
        Table(
            "pupils",
            (
                Column("pupil_id", "INTEGER"),
                Column("first_name", "TEXT"),
                Column("last_name", "TEXT"),
                Column("house", "TEXT", values=("Ash", "Elm")),
                Column("born_on", "DATE"),
                Column("height", "REAL"),
                Column("boards", "BOOLEAN"),
            ),
            ("pupil_id",),
        ),
        Table(
            "marks",
            (
                Column("pupil_id", "INTEGER"),
                Column("subject_code", "TEXT"),
                Column("points", "INTEGER"),
                Column("given_at", "TIMESTAMP"),
            ),
        ),
        Table(
            "subjects", (Column("subject_code", "TEXT"), Column("title", "TEXT")), ("subject_code",)
        ),
        Table("canteen menus", (Column("served on", "DATE"), Column("price", "NUMERIC"))),
    ),
    (
        ForeignKey("marks", ("pupil_id",), "pupils", ("pupil_id",)),
        ForeignKey("marks", ("subject_code",), "subjects", ("subject_code",)),
    ),
    "postgres",
)
QUESTIONS = (
    "How many pupils are there?",
    "Which pupils of Elm are taller than 1.6 and born after 2012?",
    "the average points in each subject in May 2024, the best 3 first",
    "names of pupils called Ann who board or not",
    "What does the canteen charge on average, and on which days?",
    "points",
    "",
)


@pytest.fixture(scope="module")
def asked() -> list[tuple[Link, Judge]]:
    linked = [link(SCHOOL, question) for question in QUESTIONS]
    return [(one, Judge(answer_grammar(one.slots))) for one in linked]


def judge(question: str) -> tuple[Link, Judge]:
    linked = link(SCHOOL, question)
    return linked, Judge(answer_grammar(linked.slots))


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
@pytest.mark.parametrize("seed", range(25))
def test_any_answer_that_fits_becomes_sql_that_passes(
    number: int, seed: int, asked: list[tuple[Link, Judge]]
) -> None:
    linked, allowed = asked[number]
    text, whole = allowed.wander(random.Random(seed), 200, ends=frozenset([b")", b" )"]))
    if whole and "know" not in text:
        check(unlink(text, linked.slots), SCHOOL)


def test_i_do_not_know_fits(asked: list[tuple[Link, Judge]]) -> None:
    assert all(allowed.accepts(" I do not know") for _, allowed in asked)


@pytest.mark.parametrize(
    "answer",
    [
        " SELECT COUNT ( * ) FROM <t{pupils}>",
        " SELECT <t{pupils}> FROM <t{pupils}> WHERE NOT EXISTS <t{marks}>",
        " SELECT AVG ( <c{height}> ) , <c{house}> FROM <t{pupils}> GROUP BY <c{house}>",
        " SELECT <c{last_name}> FROM <t{pupils}> ORDER BY <c{height}> DESC LIMIT 1",
        " SELECT <c{last_name}> FROM <t{pupils}> WHERE <c{height}> >"
        " ( SELECT AVG ( <c{height}> ) FROM <t{pupils}> )",
        " SELECT <c{title}> FROM <t{subjects}> , <t{marks}> GROUP BY <c{title}>"
        " HAVING COUNT ( * ) > 1",
        " SELECT EACH_MONTH ( <c{given_at}> ) , COUNT ( * ) FROM <t{marks}>"
        " GROUP BY EACH_MONTH ( <c{given_at}> ) ORDER BY EACH_MONTH ( <c{given_at}> )",
        " SELECT HOUR ( <c{given_at}> ) , SUM ( <c{points}> ) FROM <t{marks}>"
        " GROUP BY HOUR ( <c{given_at}> )",
        " SELECT AVG ( AGE ( <c{born_on}> ) ) FROM <t{pupils}> WHERE <c{born_on}> < TODAY",
        " SELECT MAX ( DAYS ( <c{born_on}> , TODAY ) ) FROM <t{pupils}>",
        " SELECT <c{house}> , SHARE ( <c{boards}> = TRUE ) FROM <t{pupils}> GROUP BY <c{house}>"
        " HAVING SHARE ( <c{boards}> = TRUE ) > 1",
        " SELECT <t{pupils}> FROM <t{pupils}> WHERE DAYS ( <c{born_on}> , <c{given_at}> ) > 1",
        " SELECT SHARE ( NOT EXISTS <t{marks}> ) FROM <t{pupils}>",
        " SELECT MAX ( <c{pupil_id}> ) FROM <t{pupils}>",
        " SELECT COUNT ( DISTINCT <c{pupil_id}> ) FROM <t{marks}> WHERE <c{pupil_id}> > 1",
        " SELECT <c{house}> , PART ( COUNT ( * ) ) FROM <t{pupils}> GROUP BY <c{house}>"
        " ORDER BY PART ( COUNT ( * ) ) DESC",
    ],
)
def test_what_the_model_was_taught_fits(answer: str) -> None:
    linked, allowed = judge(
        "pupils, marks, subjects: height, house, last name, title, boards, born on, given at,"
        " points, pupil id"
    )
    assert allowed.accepts(_filled(answer, linked))


@pytest.mark.parametrize(
    "answer",
    [
        " SELECT SUM ( <c{last_name}> ) FROM <t{pupils}>",
        " SELECT SUM ( <c{pupil_id}> ) FROM <t{pupils}>",
        " SELECT SUM ( <c{height}> * <c{pupil_id}> ) FROM <t{pupils}>",
        " SELECT <c{last_name}> FROM <t{pupils}> WHERE <c{height}> = <v0>",
        " SELECT <c{price}> FROM <t{pupils}>",
        " SELECT <c{height}> FROM <t{pupils}> , <t{canteen menus}>",
        " SELECT <t{pupils}> FROM <t{pupils}> WHERE EXISTS <t{pupils}>",
        " SELECT <t{pupils}> FROM <t{pupils}> WHERE <t{pupils}> = <v0>",
        " SELECT <c{height}> FROM <t{pupils}> LIMIT <v0>",
        " SELECT <c{height}> FROM <t{pupils}> WHERE COUNT ( * ) > 1",
        " SELECT <c{height}> FROM <t{pupils}> WHERE <c{height}> > ( SELECT <c{height}> FROM"
        " <t{pupils}> )",
        " SELECT <c39> FROM <t{pupils}>",
        " SELECT EACH_DAY ( <c{height}> ) FROM <t{pupils}>",
        " SELECT HOUR ( <c{born_on}> ) FROM <t{pupils}>",
        " SELECT SUM ( EACH_DAY ( <c{born_on}> ) ) FROM <t{pupils}>",
        " SELECT DAYS ( <c{height}> , TODAY ) FROM <t{pupils}>",
        " SELECT DAYS ( TODAY , TODAY ) FROM <t{pupils}>",
        " SELECT TODAY FROM <t{pupils}>",
        " SELECT <c{height}> FROM <t{pupils}> WHERE <c{height}> < TODAY",
        " SELECT <c{height}> FROM <t{pupils}> WHERE SHARE ( <c{height}> > 1 ) > 1",
        " SELECT SHARE ( <c{height}> ) FROM <t{pupils}>",
        " SELECT SHARE ( EXISTS <t{pupils}> ) FROM <t{pupils}>",
        " SELECT <c{last_name}> , PART ( <c{height}> ) FROM <t{pupils}>",
        " SELECT PART ( COUNT ( * ) ) FROM <t{pupils}>",
        " SELECT <c{height}> FROM <t9>",
        " SELECT <c{height}> FROM <t{pupils}> WHERE <c{last_name}> = <v5>",
    ],
)
def test_what_would_be_no_sql_does_not(answer: str) -> None:
    linked, allowed = judge(
        "pupils called Ann: last name, height, born on, canteen menu price, pupil id"
    )
    assert not allowed.accepts(_filled(answer, linked))


@pytest.mark.parametrize(("number", "fits"), [("12", True), ("2012", False)])
def test_a_birth_is_compared_with_years_of_life(number: str, fits: bool) -> None:
    linked, allowed = judge(f"pupils born on, given at: younger than {number}")
    test = " SELECT <t{pupils}> FROM <t{pupils}> WHERE <c{born_on}> %s <v0>"
    sql = unlink(_filled(test % "<", linked), linked.slots)
    assert allowed.accepts(_filled(test % "<", linked))
    assert ("AGE" in sql) is fits
    assert allowed.accepts(_filled(test % "BETWEEN <v0> AND", linked))
    test = " SELECT <t{marks}> FROM <t{marks}> WHERE <c{given_at}> < <v0>"
    assert allowed.accepts(_filled(test, linked)) is not fits


DIARY = Schema(
    (
        Table(
            "entries",
            (
                Column("title", "TEXT"),
                Column("mood", "TEXT", values=("calm", "cross")),
                Column("noted", "TEXT"),
                Column("written_on", "DATE"),
            ),
        ),
    )
)
LOG = Schema((Table("lines", (Column("noted", "TEXT"),)), DIARY.tables[0]))


@pytest.mark.parametrize("period", ["last week", "the past 3 days", "yesterday", "friday"])
def test_what_counts_from_today_is_compared_with_what_may_be_a_day(period: str) -> None:
    linked = link(DIARY, f"title, mood, noted, written on of entries on {period}")
    allowed = Judge(answer_grammar(linked.slots))
    names = [DIARY.tables[0].columns[item.column].name for item in linked.slots.columns]

    def fits(name: str) -> bool:
        return allowed.accepts(f" SELECT <t0> FROM <t0> WHERE <c{names.index(name)}> = <v0>")

    assert fits("written_on") and fits("noted") is (period == "friday")
    # Friday may be a text, too; where a table has no dates, its texts may be some.
    assert fits("title") is fits("mood") is (period == "friday")
    linked = link(LOG, f"lines noted on {period}")
    place = linked.slots.columns.index((0, 0))
    texts = Judge(answer_grammar(linked.slots))
    assert texts.accepts(f" SELECT <t0> FROM <t0> WHERE <c{place}> = <v0>")


def _filled(answer: str, linked: Link) -> str:
    """The answer with its {names} as slot numbers."""
    slots = linked.slots
    names = {SCHOOL.tables[t].name: n for n, t in enumerate(slots.tables)}
    for number, item in enumerate(slots.columns):
        names.setdefault(SCHOOL.tables[item.table].columns[item.column].name, number)
    for name, number in names.items():
        answer = answer.replace("{" + name + "}", str(number))
    assert "{" not in answer, answer
    return answer


def test_a_schema_of_anything_gives_a_grammar_that_the_product_takes() -> None:
    for schema in (
        Schema(()),
        Schema((Table("empty", ()),)),
        Schema((Table("one", (Column("", ""),)),)),
        Schema(tuple(Table(f"t{n}", (Column("a", "X"),)) for n in range(40))),
    ):
        assert Judge(answer_grammar(link(schema, "how many in 2020?").slots)).accepts(
            " I do not know"
        )
