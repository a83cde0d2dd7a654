"""The four businesses' right queries: grammar, check and translation let all through, unchanged in
what they find; with a name misspelt they let none through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql import Source, open_source
from localai.sql.check import check
from localai.sql.compare import Match, Right, compare
from localai.sql.gold import sorted_by
from localai.sql.grammar import grammar
from localai.sql.questions import Question, read_questions
from tests.sql.fixture import NAMES, QUESTIONS, TODAY, make_duckdb, make_sqlite, script
from tests.sql.fixture.misspelt import misspelt
from tests.sql.grammar_engine import Judge
from tests.sql.postgres import Postgres

ASKED = read_questions(QUESTIONS)
GOLDS = [(one, gold) for one in ASKED for gold in one.golds]
KINDS = ("sqlite", "duckdb", "postgres")
CATEGORIES = {
    "count", "list", "filter", "aggregate", "group_by", "order_by", "ratio", "table_join", "where",
    "date_functions", "instructions", "unanswerable",
}  # fmt: skip
# Of the queries that one cell's braces stand for, the widest has all names of the others.
WIDEST = {
    (question.line, gold.partition(" FROM ")[2]): (question, gold) for question, gold in GOLDS
}

each_gold = pytest.mark.parametrize(
    ("question", "gold"), GOLDS, ids=[f"{q.db_name}-{q.line}-{g[:40]}" for q, g in GOLDS]
)


@pytest.fixture(scope="module")
def sources(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> Iterator[dict[tuple[str, str], Source]]:
    """Each database as each kind, by (kind, name)."""
    folder = tmp_path_factory.mktemp("fixture")
    opened: dict[tuple[str, str], Source] = {}
    for name in NAMES:
        url = postgres.reader(postgres.database(script(name)))
        opened["sqlite", name] = open_source(make_sqlite(name, folder / f"{name}.sqlite"))
        opened["duckdb", name] = open_source(make_duckdb(name, folder / f"{name}.duckdb"))
        opened["postgres", name] = open_source(url)
    yield opened
    for source in opened.values():
        source.close()


@pytest.fixture(scope="module")
def schemas(sources: dict[tuple[str, str], Source]) -> dict[tuple[str, str], Schema]:
    return {place: source.schema() for place, source in sources.items()}


def test_there_are_sixty_questions_of_all_categories() -> None:
    answerable = [one for one in ASKED if one.golds]
    assert Counter(one.db_name for one in answerable) == dict.fromkeys(NAMES, 15)
    assert Counter(one.db_name for one in ASKED if not one.golds) == dict.fromkeys(NAMES, 2)
    assert {one.query_category for one in ASKED} == CATEGORIES
    relative = [one for one in answerable if re.search(r"CURRENT_DATE|NOW\(\)", one.query)]
    assert len(relative) >= 10


@each_gold
def test_the_grammar_takes_it(
    question: Question, gold: str, judges: dict[tuple[str, str], Judge]
) -> None:
    # The grammars of the other kinds differ in functions and quotes alone: each takes half.
    others = (KINDS[1 + question.line % 2],) if (question, gold) in WIDEST.values() else ()
    for kind in ("sqlite", *others):
        judge = judges[kind, question.db_name]
        assert judge.fitting(gold) == gold, kind
        assert judge.accepts(gold), kind


@pytest.fixture(scope="module")
def judges(schemas: dict[tuple[str, str], Schema]) -> dict[tuple[str, str], Judge]:
    return {place: Judge(grammar(schema)) for place, schema in schemas.items()}


@each_gold
@pytest.mark.parametrize("kind", KINDS)
def test_it_finds_what_postgres_finds(
    kind: str,
    question: Question,
    gold: str,
    sources: dict[tuple[str, str], Source],
    schemas: dict[tuple[str, str], Schema],
) -> None:
    source = sources[kind, question.db_name]
    found = source.run(check(gold, schemas[kind, question.db_name], TODAY).sql)
    right = true_rows(gold, sources["postgres", question.db_name])
    assert right.rows, "a right query that finds nothing tells nothing"
    assert compare(right, len(found.columns), found.rows) == Match(True, True)


def true_rows(gold: str, postgres: Source) -> Right:
    """What PostgreSQL itself finds, with nothing between but today's date."""
    today = f"DATE '{TODAY.isoformat()}'"
    text = re.sub(r"\bAGE\(birth_date\)", f"AGE({today}, birth_date)", gold)
    text = re.sub(r"\bCURRENT_DATE\b", today, text)
    text = re.sub(r"\bNOW\(\)", f"TIMESTAMP '{TODAY.isoformat()} 12:00:00'", text)
    by = sorted_by(text)
    found = postgres.run(by.query if by else text)
    columns = len(found.columns) - (by.added if by else 0)
    keys = None
    if by is not None and by.keys is not None:
        places = [found.columns.index(k) if isinstance(k, str) else k for k in by.keys]
        keys = [[row[place] for place in places] for row in found.rows]
    return Right(columns, [row[:columns] for row in found.rows], keys)


# Of the queries that one cell's braces stand for, the widest has all names of the others.
WIDEST = {
    (question.line, gold.partition(" FROM ")[2]): (question, gold) for question, gold in GOLDS
}


@pytest.mark.parametrize("number", range(len(WIDEST)))
def test_a_misspelt_name_is_refused_with_the_right_one(
    number: int, schemas: dict[tuple[str, str], Schema]
) -> None:
    question, gold = list(WIDEST.values())[number]
    schema = schemas[KINDS[number % 3], question.db_name]
    # Every second mistake, for the time that it takes: the other ones fall to other queries.
    planted = list(misspelt(gold, schema))[number % 2 :: 2]
    assert planted
    for name, _, text in planted:
        with pytest.raises(SQLRejected) as caught:
            check(text, schema, TODAY)
        told = str(caught.value)
        assert "Did you mean" in told and name.lower() in told.lower(), (name, text, told)
