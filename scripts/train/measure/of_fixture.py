"""Owns the table of the fixture's questions by category; `localai/sql/evaluate.py` judges them.

It must not know what is right.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from localai.sql import Answer, Limits, Options, Source, ask, open_source
from localai.sql.evaluate import Outcome, evaluate
from localai.sql.questions import Question, read_questions
from measure.cells import TODAY
from measure.settings import Settings
from measure.tables import Table, share
from measure.writers import MODEL, loaded

ROOT = Path(__file__).parents[3]
SIMPLE = ("count", "list", "filter", "aggregate", "group_by", "order_by")
UNANSWERABLE = "unanswerable"


def tables(settings: Settings) -> list[Table]:
    outcomes = _outcomes(settings)
    if settings.show:
        _show(outcomes)
    table = Table(
        "The fixture: four businesses of 10 or 11 tables",
        ["", "questions", "right", "exactly", "declined", "wrong"],
    )
    groups = Counter(one.question.query_category for one in outcomes)
    for name in groups:
        table.rows.append(_row(name, [o for o in outcomes if o.question.query_category == name]))
    simple = [one for one in outcomes if one.question.query_category in SIMPLE]
    answerable = [one for one in outcomes if one.question.golds]
    table.rows.append(_row("simple categories", simple))
    table.rows.append(_row("all answerable", answerable))
    return [table]


def _row(name: str, outcomes: list[Outcome]) -> list[object]:
    right = sum(one.correct for one in outcomes)
    exact = sum(one.exact for one in outcomes)
    # Where declining is right, it counts there.
    declined = sum(one.declined and not one.correct for one in outcomes)
    wrong = len(outcomes) - right - declined
    count = len(outcomes)
    return [name, count, share(right, count), exact, declined, wrong]


def _outcomes(settings: Settings) -> list[Outcome]:
    with TemporaryDirectory() as folder, loaded(settings.file, threads=settings.threads) as runtime:
        command = [sys.executable, "-m", "tests.sql.fixture", folder]
        subprocess.run(command, cwd=ROOT, check=True)
        spec = runtime.registry.resolve(MODEL)
        options = Options(today=TODAY, limits=Limits(max_rows=100_000))

        def put(question: Question, source: Source) -> Answer:
            told = (question.instructions,) if question.instructions else ()
            how = replace(options, notes=told)
            return ask(question.question, source, spec=spec, generate=runtime.stream, options=how)

        def opened(name: str) -> Source:
            return open_source(Path(folder) / f"{name}.sqlite")

        asked = read_questions(ROOT / "tests" / "sql" / "fixture" / "questions.csv")
        return list(evaluate(asked, opened, put, today=TODAY).outcomes)


def _show(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if not one.correct:
            said = " ".join((one.sql or one.reason or one.error or "").split())
            print(f"{one.question.query_category}: {one.question.question}\n   {said}")
