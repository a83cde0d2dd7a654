"""Questions asked and counted: what is right, what is declined, what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from localai.errors import EngineError, NotDownloaded, SQLRejected
from localai.reply import Usage
from localai.sql import Answer, Source, open_source
from localai.sql.database import Limits
from localai.sql.evaluate import Ask, Outcome, Report, evaluate
from localai.sql.questions import Question, expand
from localai.sql.scores import scores
from tests.sql.fixture import TODAY, make_sqlite


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite("library", tmp_path_factory.mktemp("evaluate") / "library.sqlite")


def question(gold: str, category: str = "list", text: str = "Which?") -> Question:
    return Question(text, gold, "library", category, golds=tuple(expand(gold)))


def answering(*texts: str) -> Ask:
    """A model that writes these one after the other; the SQL is run as it is."""
    script: Iterator[str] = iter(texts)

    def ask(question: Question, source: Source) -> Answer:
        sql = next(script)
        usage = Usage(100, 10, rejected_tokens=2)
        found = Answer(question.question, None, sql, None, (), (), False, "m", usage)
        if sql == "I do not know":
            return replace(found, reason="The model answered: I do not know.", declined=True)
        try:
            rows = source.run(sql)
        except SQLRejected as error:
            return replace(found, reason=str(error))
        return Answer(
            question.question, sql, sql, None, rows.columns, rows.rows, rows.truncated, "m", usage
        )

    return ask


def outcomes(path: Path, questions: list[Question], ask: Ask) -> tuple[Outcome, ...]:
    return evaluate(questions, lambda _: open_source(path), ask, today=TODAY).outcomes


def test_what_is_right_and_what_is_not(library: Path) -> None:
    gold = "SELECT {title, isbn} FROM books WHERE language = 'de'"
    found = outcomes(
        library,
        [question(gold)] * 6,
        answering(
            "SELECT isbn FROM books WHERE language = 'de'",
            "SELECT title, pages FROM books WHERE language = 'de'",
            "SELECT title FROM books WHERE language = 'fr'",
            "SELECT titel FROM books",
            "I do not know",
            "SELECT COUNT(*) FROM books WHERE JULIANDAY('now') > ABS(-9223372036854775807 - 1)",
        ),
    )
    assert [one.exact for one in found] == [True, False, False, False, False, False]
    assert [one.subset for one in found] == [True, True, False, False, False, False]
    assert [one.correct for one in found] == [one.subset for one in found]
    assert [one.executed for one in found] == [True, True, True, False, False, False]
    assert [one.valid for one in found] == [True, True, True, False, False, True]
    assert [one.declined for one in found] == [False, False, False, False, True, False]
    assert found[0].matched == "SELECT isbn FROM books WHERE language = 'de'"
    assert (found[0].prompt_tokens, found[0].rejected_tokens, found[0].rows) == (100, 2, 4)
    assert found[3].reason is not None


def test_declining_is_right_where_the_database_cannot_tell(library: Path) -> None:
    asked = [question("", "unanswerable")] * 2
    found = outcomes(library, asked, answering("I do not know", "SELECT title FROM books"))
    assert [one.correct for one in found] == [True, False]


@pytest.mark.parametrize(
    ("category", "text", "sql", "exact"),
    [
        ("order_by", "Which?", "SELECT name FROM authors ORDER BY born DESC, name", True),
        ("order_by", "Which?", "SELECT name FROM authors ORDER BY born, name", False),
        ("list", "Which?", "SELECT name FROM authors ORDER BY born, name", True),
        ("list", "Sort them by age.", "SELECT name FROM authors ORDER BY born, name", False),
        ("list", "The youngest first", "SELECT name FROM authors ORDER BY born", False),
    ],
)
def test_order_counts_where_it_is_asked_for(
    library: Path, category: str, text: str, sql: str, exact: bool
) -> None:
    gold = "SELECT name FROM authors ORDER BY born DESC NULLS LAST"
    assert outcomes(library, [question(gold, category, text)], answering(sql))[0].exact is exact


@pytest.mark.parametrize(
    ("gold", "sql", "right"),
    [
        # Ties may come either way, whatever the query sorts by.
        (
            "SELECT genre FROM books GROUP BY genre ORDER BY MIN(language)",
            "SELECT genre FROM books GROUP BY genre ORDER BY MIN(language), genre DESC",
            True,
        ),
        (
            "SELECT title, language FROM books ORDER BY 2",
            "SELECT title, language FROM books ORDER BY language, title DESC",
            True,
        ),
        (
            "SELECT title, language FROM books ORDER BY 2",
            "SELECT title, language FROM books ORDER BY title",
            False,
        ),
        (
            "SELECT * FROM branches ORDER BY seats DESC",
            "SELECT * FROM branches ORDER BY seats DESC",
            True,
        ),
        (
            "SELECT DISTINCT genre FROM books ORDER BY genre",
            "SELECT genre FROM books GROUP BY genre ORDER BY genre DESC",
            False,
        ),
    ],
)
def test_ties_may_come_in_either_order(library: Path, gold: str, sql: str, right: bool) -> None:
    found = outcomes(library, [question(gold, "order_by")], answering(sql))[0]
    assert (found.subset, found.gold_error) == (right, None)


def test_right_queries_may_be_in_the_databases_own_words(library: Path) -> None:
    gold = "SELECT STRFTIME('%Y', opened_on) FROM branches"
    found = outcomes(library, [question(gold)], answering(gold))[0]
    assert (found.exact, found.gold_error) == (True, None)


def test_right_queries_that_do_not_run_are_told(library: Path) -> None:
    asked = [question("SELECT nonsense FROM books"), question("SELECT no FROM x; SELECT 1")]
    found = evaluate(asked, lambda _: open_source(library), answering("SELECT 1", "SELECT 1"))
    first, second = found.outcomes
    assert "nonsense" in (first.gold_error or "")
    assert (first.correct, second.correct) == (False, True)
    assert [one.uncompared for one in scores(found.outcomes)] == [1]


def test_one_failing_question_is_one_failing_question(library: Path) -> None:
    def ask(asked: Question, source: Source) -> Answer:
        raise EngineError("The engine failed.")

    found = outcomes(library, [question("SELECT 1")] * 2, ask)
    assert [one.error for one in found] == ["The engine failed."] * 2


def test_what_would_meet_every_question_ends_it(library: Path) -> None:
    def ask(asked: Question, source: Source) -> Answer:
        raise NotDownloaded("@cf/defog/sqlcoder-7b-2")

    with pytest.raises(NotDownloaded):
        outcomes(library, [question("SELECT 1")] * 2, ask)


def test_ctrl_c_keeps_what_was_done(library: Path) -> None:
    scripted = answering("SELECT 1")

    def ask(asked: Question, source: Source) -> Answer:
        if asked.question == "stop":
            raise KeyboardInterrupt
        return scripted(asked, source)

    asked = [question("SELECT 1"), question("SELECT 1", text="stop"), question("SELECT 1")]
    found = evaluate(asked, lambda _: open_source(library), ask)
    assert (len(found.outcomes), found.complete) == (1, False)


def test_sources_are_opened_once_and_closed(library: Path) -> None:
    opened: list[Source] = []

    def open_database(name: str) -> Source:
        opened.append(open_source(library))
        return opened[-1]

    seen: list[Outcome] = []
    asked = [question("SELECT 1")] * 2
    found = evaluate(
        asked, open_database, answering("SELECT 1", "SELECT 1"), on_outcome=seen.append
    )
    assert (len(opened), tuple(seen)) == (1, found.outcomes)
    with pytest.raises(Exception, match="closed"):
        opened[0].run("SELECT 1")


def test_too_many_rows_are_not_compared(library: Path) -> None:
    asked = [question("SELECT title FROM books")]

    def ask(asked: Question, source: Source) -> Answer:
        rows = source.run("SELECT title FROM books", Limits(max_rows=3))
        return Answer("q", "S", "S", None, rows.columns, rows.rows, rows.truncated, "m", None)

    found = outcomes(library, asked, ask)[0]
    assert (found.correct, found.error) == (False, "More than 3 rows came; none was compared.")


def test_scores_add_up_by_category(library: Path) -> None:
    asked = [
        question("SELECT title FROM books", "list"),
        question("SELECT COUNT(*) FROM books", "count"),
        question("SELECT COUNT(*) FROM loans", "count"),
        question("", "unanswerable"),
    ]
    ask = answering(
        "SELECT title FROM books", "SELECT COUNT(*), 1 FROM books", "I do not know", "I do not know"
    )
    report: Report = evaluate(asked, lambda _: open_source(library), ask)
    found = {one.category: one for one in scores(report.outcomes)}
    assert list(found) == ["list", "count", "unanswerable", "all"]
    assert (found["count"].questions, found["count"].exact, found["count"].subset) == (2, 0, 1)
    assert (found["all"].correct, found["all"].declined) == (3, 2)
    assert (found["all"].declined_rightly, found["all"].rejected_tokens) == (1, 8)
    assert found["all"].prompt_tokens == 100
    assert [one.category for one in scores(report.outcomes[1:3])] == ["count"]
