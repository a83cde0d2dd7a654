"""The grammar against the fixture's gold queries: none refused, and misspelt names let go nowhere
but where a grammar cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from localai.schema import Schema
from localai.sql.grammar import grammar
from localai.sql.questions import read_questions
from localai.sql.source import open_source
from tests.sql.fixture import NAMES, QUESTIONS, make_sqlite
from tests.sql.grammar_engine import Judge

# Texts and quoted names, which mean what their letters are; and whatever lies between them.
TEXTS = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|[^'"]+""")


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judge]:
    folder = tmp_path_factory.mktemp("golds")
    return {name: Judge(grammar(_schema(name, folder))) for name in NAMES}


def _schema(name: str, folder: Path) -> Schema:
    with open_source(make_sqlite(name, folder / f"{name}.sqlite")) as source:
        return source.schema()


@cache
def golds() -> list[tuple[str, str]]:
    """(database, query), each choice of columns written out."""
    found = read_questions(QUESTIONS)
    return [(question.db_name, gold) for question in found for gold in question.golds]


def test_every_gold_query_fits(judges: dict[str, Judge]) -> None:
    assert len(golds()) >= 100
    stopped = [
        f"{judges[db].fitting(gold)} | {gold}"
        for db, gold in golds()
        if not judges[db].accepts(gold)
    ]
    assert stopped == []


def test_they_fit_as_sqlglot_lays_them_out_and_in_any_case(judges: dict[str, Judge]) -> None:
    for db, gold in golds()[::3]:
        pretty = sqlglot.parse_one(gold, read="postgres").sql("postgres", pretty=True)
        assert judges[db].fitting(pretty) == pretty
        lower = TEXTS.sub(lambda found: found[0] if found[1] else found[0].lower(), gold)
        assert judges[db].fitting(lower) == lower


def test_a_misspelt_name_is_refused_wherever_names_must_exist(judges: dict[str, Judge]) -> None:
    planted = let_through = 0
    for db, gold in golds()[::3]:
        tree = sqlglot.parse_one(gold, read="postgres")
        if tree.find(exp.With, exp.Subquery):
            continue  # behind these any name may be one that the query makes
        for misspelt, may_be_new in _misspelt(tree):
            planted += 1
            if judges[db].accepts(misspelt):
                assert may_be_new, misspelt
                let_through += 1
    assert planted > 200
    # A whole item of GROUP BY or ORDER BY where the SELECT gives a name.
    assert let_through < 0.01 * planted


def _misspelt(tree: exp.Expr) -> Iterator[tuple[str, bool]]:
    """The query with one letter of one name wrong, and whether the name may be a new one there."""
    for node in list(tree.find_all(exp.Column, exp.Table)):
        identifier = node.this
        if not isinstance(identifier, exp.Identifier):
            continue
        name = identifier.name
        middle = (len(name) + 1) // 2
        identifier.set(
            "this", name[:middle] + ("x" if name[middle:][:1] != "x" else "y") + name[middle + 1 :]
        )
        whole = isinstance(node.parent, exp.Group | exp.Ordered) and not node.text("table")
        yield tree.sql("postgres"), whole
        identifier.set("this", name)
