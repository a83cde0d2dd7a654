"""Human questions made ready for training: their columns' order, what can be learnt, new ones."""

import random
from importlib import import_module
from itertools import islice
from typing import Any

import pytest

from localai.linking import Linker, unlink
from localai.schema import Column, ForeignKey, Schema, Table

SCHEMA = Schema(
    (
        Table(
            "singers",
            (Column("id", "INTEGER"), Column("name", "TEXT"), Column("age", "INTEGER")),
            ("id",),
        ),
        Table(
            "songs",
            (
                Column("id", "INTEGER"),
                Column("title", "TEXT"),
                Column("genre", "TEXT"),
                Column("length", "INTEGER"),
                Column("singer_id", "INTEGER"),
            ),
            ("id",),
        ),
    ),
    (ForeignKey("songs", ("singer_id",), "singers", ("id",)),),
)


def _item(name: str) -> Any:
    table, _, column = name.partition(".")
    item = import_module("localai.linking.catalog").Item
    number = [t.name for t in SCHEMA.tables].index(table)
    return item(number, [c.name for c in SCHEMA.tables[number].columns].index(column))


def _answer(text: str) -> list[Any]:
    """An answer with `table.column` for columns and `table` for tables."""
    names = [table.name for table in SCHEMA.tables]
    return [
        ("c", _item(word))
        if "." in word
        else ("t", names.index(word))
        if word in names
        else word.replace("_", " ")
        for word in text.split()
    ]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What is the average length for each genre?", ["AVG", "c"]),
        ("For each genre, what is the average length?", ["c", "AVG"]),
        ("Show genre and average length.", ["c", "AVG"]),
        ("Songs that nobody knows", ["c", "AVG"]),
    ],
)
def test_columns_stand_in_the_order_of_the_question(question: str, shown: list[str]) -> None:
    ordered = import_module("public.ordering").in_question_order
    answer = _answer("SELECT songs.genre , AVG ( songs.length ) FROM songs GROUP_BY songs.genre")
    said = ordered(answer, question, Linker(SCHEMA))
    found = [part if isinstance(part, str) else part[0] for part in said]
    assert found[1] == shown[0]
    assert found[found.index(",") + 1] == shown[1]


def test_two_figures_of_a_column_stand_as_their_words_do() -> None:
    ordered = import_module("public.ordering").in_question_order
    answer = _answer("SELECT MAX ( songs.length ) , MIN ( songs.length ) FROM songs")
    said = ordered(answer, "What is the minimum and maximum length of songs?", Linker(SCHEMA))
    assert said[1] == "MIN"
    assert said.index("MAX") > said.index(",")


def test_what_no_word_tells_cannot_be_learnt() -> None:
    is_learnable = import_module("public.learnable").is_learnable
    schema = "<schema> <t0> songs : <c0> title s * , <c1> genre s , <c2> length n"
    assert is_learnable(f"{schema}<question> which <t0> have <c1> s<sql>", " SELECT <c0> FROM <t0>")
    assert is_learnable(f"{schema}<question> lengthy <t0><sql>", " SELECT <c2> FROM <t0>")
    assert not is_learnable(f"{schema}<question> loud <t0><sql>", " SELECT <c2> FROM <t0>")


def test_a_hidden_key_is_said_as_the_rows_that_it_holds() -> None:
    encode = import_module("pairs").encode
    answer = _answer("SELECT COUNT ( DISTINCT songs.singer_id ) FROM songs")
    link = Linker(SCHEMA).link("How many different singers have songs?")
    text = encode(answer, link)
    assert "COUNT ( DISTINCT <t0> )" in text
    sql = unlink(text, link.slots)
    assert "COUNT(DISTINCT singers.id)" in sql
    assert "JOIN songs" in sql or "JOIN singers" in sql


def test_heads_and_tails_of_two_questions_make_others() -> None:
    templates, mixing = import_module("public.templates"), import_module("public.mixing")
    linker = Linker(SCHEMA)
    asked = {
        "List the name of singers older than 30.": None,
        "What are the names of singers that do not have songs?": _answer(
            "SELECT singers.name FROM singers WHERE NOT EXISTS songs"
        ),
        "How many singers are there?": _answer("SELECT COUNT ( * ) FROM singers"),
        "Show the names of all singers.": _answer("SELECT singers.name FROM singers"),
    }
    known = [
        templates.template_of(linker, question, answer)
        for question, answer in asked.items()
        if answer is not None
    ]
    assert None not in known
    made = list(islice(mixing.mixed(known, random.Random(1)), 30))
    texts = {"".join(p if isinstance(p, str) else p.text for p in t.parts) for t in made}
    assert "How many singers are there that do not have songs?" in texts
    assert "Show the names of all singers that do not have songs." in texts
    for template in made:
        assert template.answer[-3:-1] == ["NOT", "EXISTS"]


@pytest.mark.parametrize(
    ("question", "sql", "said"),
    [
        ("What year had the most wins?", "SELECT COUNT(year) FROM t", False),
        ("How many years had wins?", "SELECT COUNT(year) FROM t", True),
        ("Which team won?", "SELECT team FROM t", True),
        ("Which game was in May?", "SELECT SUM(game) FROM t", False),
    ],
)
def test_a_figure_that_no_word_asks_for_is_noise(question: str, sql: str, said: bool) -> None:
    assert import_module("public.wiki").is_said(question, sql) is said


def test_no_column_is_to_equal_two_values_at_once() -> None:
    translator = import_module("public.translator").Translator(Linker(SCHEMA))
    side = "SELECT singer_id FROM songs WHERE genre = '{}'"
    sql = f"{side.format('pop')} INTERSECT {side.format('rock')}"
    for answer in translator.answers(sql):
        assert "IN" in answer or "EXISTS" in answer


def test_phrases_are_said_in_other_ways_that_mean_the_same() -> None:
    rephrased = import_module("public.rephrasing").rephrased
    rng = random.Random(4)
    asked = "List the names of singers with more than 3 songs."
    said = {rephrased(asked, rng, 0.6) for _ in range(200)}
    assert "List the names of singers with over 3 songs." in said
    assert len(said) > 20
    assert all("names of singers with" in text and text.endswith("3 songs.") for text in said)
    kept = "Which songs are longer in the order that singers chose?"
    assert rephrased(kept, rng, 1.0) == kept
