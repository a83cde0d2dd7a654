"""Asks questions whose right SQL is known, and tells what is right; it must not know any model.

Exact and subset match are sql-eval's, mended as localai/sql/compare.py says.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from localai.errors import (
    Cancelled,
    Closed,
    LocalAIError,
    ModelUnavailable,
    SQLError,
    SQLRejected,
    UnknownModel,
)
from localai.reply import Usage
from localai.sql.answer import Answer
from localai.sql.compare import Right, compare
from localai.sql.database import Limits
from localai.sql.gold import Check, right_rows
from localai.sql.questions import Question
from localai.sql.source import Source

# Where the question says so, and in the category order_by, the order of rows counts.
ORDERED = re.compile(
    r"\b(sort|arrang|rank|alphabetical|chronological)\w*|\border(ed|ing)?\s+(by|from|alphabet\w+)\b"
    r"|\bin\s+(\w+\s+)?order\b|\b\w+est\s+(one\s+|ones\s+)?first\b",
    re.IGNORECASE,
)
# More rows than these cannot be compared; nobody reads them either.
LIMITS = Limits(max_rows=100_000)
# With these, no other question would fare better.
HOPELESS = (Cancelled, Closed, ModelUnavailable, UnknownModel)

Ask = Callable[[Question, Source], Answer]
Golds = Iterator[tuple[str, Right | SQLError]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    exact, subset: its rows are right (subset holds of exact ones too). valid: the model's SQL
    parses and names only what there is. executed: it ran. declined: the model does not know.
    unsure: it ran, and is marked so. correct: subset, or declined where that is right. error: what
    kept the question from being asked or compared. gold_error: what kept right queries from being
    run; where none ran, nothing could be compared. matched: the right query that matched. seconds:
    from question to rows.
    """

    question: Question
    exact: bool = False
    subset: bool = False
    valid: bool = False
    executed: bool = False
    declined: bool = False
    unsure: bool = False
    correct: bool = False
    sql: str | None = None
    model_sql: str = ""
    reason: str | None = None
    error: str | None = None
    gold_error: str | None = None
    matched: str | None = None
    rows: int = 0
    seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    rejected_tokens: int = 0
    retries: int = 0
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes, in the order of the questions; `complete` is false after Ctrl-C."""

    outcomes: tuple[Outcome, ...]
    complete: bool = True


def evaluate(
    questions: Iterable[Question],
    open_database: Callable[[str], Source],
    ask: Ask,
    *,
    today: date | None = None,
    limits: Limits = LIMITS,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> Report:
    """Asks each question and compares the rows with those of its right queries.

    open_database: a source for a db_name; each is opened once, and closed at the end. ask: answers
    a question from a source, with the same `today`. limits: of the right queries. on_outcome: sees
    each outcome as it comes. Ctrl-C ends it with what has come so far.

    Raises what `open_database` raises, and what `ask` raises that would meet every question; what
    goes wrong with one is its outcome's `error`.
    """
    found: list[Outcome] = []
    sources: dict[str, Source] = {}
    try:
        for question in questions:
            if question.db_name not in sources:
                sources[question.db_name] = open_database(question.db_name)
            found.append(_outcome(question, sources[question.db_name], ask, today, limits))
            if on_outcome is not None:
                on_outcome(found[-1])
    except KeyboardInterrupt:
        return Report(tuple(found), complete=False)
    finally:
        for source in sources.values():
            source.close()
    return Report(tuple(found))


def _outcome(
    question: Question, source: Source, ask: Ask, today: date | None, limits: Limits
) -> Outcome:
    started = time.monotonic()
    try:
        answer = ask(question, source)
    except HOPELESS:
        raise
    except LocalAIError as error:
        return Outcome(question, error=str(error), seconds=time.monotonic() - started)
    outcome = _told(question, answer, time.monotonic() - started)
    check = _checker(source, today)
    outcome = replace(outcome, valid=_valid(answer, check))
    if not question.golds:
        return replace(outcome, correct=outcome.declined)
    ordered = question.query_category == "order_by" or ORDERED.search(question.question) is not None
    golds = right_rows(question.golds, source, check, ordered=ordered, limits=limits)
    return _compared(outcome, answer, golds)


def _told(question: Question, answer: Answer, seconds: float) -> Outcome:
    usage = answer.usage or Usage(0, 0)
    return Outcome(
        question,
        executed=answer.sql is not None,
        declined=answer.declined,
        unsure=answer.unsure,
        sql=answer.sql,
        model_sql=answer.model_sql,
        reason=answer.reason,
        rows=len(answer.rows),
        seconds=seconds,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        rejected_tokens=usage.rejected_tokens,
        retries=answer.retries,
        confidence=answer.confidence,
    )


def _checker(source: Source, today: date | None) -> Check:
    from localai.sql.check import check

    schema = source.schema()
    return lambda text: check(text, schema, today).sql


def _valid(answer: Answer, check: Check) -> bool:
    if answer.sql is not None:
        return True
    try:
        return bool(answer.model_sql and check(answer.model_sql))
    except SQLRejected:
        return False


def _compared(outcome: Outcome, answer: Answer, golds: Golds) -> Outcome:
    """The outcome with what matched; right queries are run until one matches exactly."""
    if not outcome.executed:
        return outcome
    if answer.truncated:
        return replace(outcome, error=f"More than {len(answer.rows)} rows came; none was compared.")
    failures: list[str] = []
    for query, right in golds:
        if isinstance(right, SQLError):
            failures.append(f"{right} ({query})")
            continue
        match = compare(right, len(answer.columns), answer.rows)
        if match.subset and not outcome.subset:
            outcome = replace(outcome, subset=True, correct=True, matched=query)
        if match.exact:
            outcome = replace(outcome, exact=True, matched=query)
            break
    return replace(outcome, gold_error="; ".join(failures) or None)
