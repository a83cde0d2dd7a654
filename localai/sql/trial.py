"""Tries a model's replies out on the database and picks one; it must not know how they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from localai.errors import SQLError, SQLRejected, SQLTimeout
from localai.schema import Schema
from localai.sql.answer import Options
from localai.sql.candidates import Reply
from localai.sql.database import Cell, Result
from localai.sql.prompt import Prompt
from localai.sql.source import Source

NOTHING = Result((), (), False)
# From so many candidates on, what most of them find counts for more than which is the likeliest.
VOTERS = 3
# Of the embedded model's candidates: what one counts for that finds nothing, or leaves out what the
# question names. Of the 450 questions of forking.py 43.1 % are right so, 41.3 % where both are 1.
EMPTY, LEAVING_OUT = 0.2, 0.1
# For each of the question's words that it goes against, up to so many: of 404 questions of people
# 214 are answered right so, 212 where it is 1; of 132 made-up ones 97 and 95.
CLASHING, MOST_CLASHES = 0.1, 2
# Sums of floats differ in their last digits with the order in which they were added.
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one reply. error: what stopped it; None if it survived all.

    sql: in the database's dialect, None before it passed the check. declines: it has no answer.
    misses: what the question names and the reply leaves out. unasked: the columns in it that the
    question does not name. clashes: how many of the question's words it goes against.
    """

    reply: Reply
    model_sql: str
    sql: str | None = None
    result: Result = NOTHING
    error: SQLError | None = None
    notices: tuple[str, ...] = ()
    declines: bool = False
    misses: tuple[str, ...] = ()
    unasked: int = 0
    clashes: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it found nothing: no row, or one in which everything is missing."""
        rows = self.result.rows
        return not rows or (len(rows) == 1 and all(cell is None for cell in rows[0]))


def try_out(
    reply: Reply, prompt: Prompt, schema: Schema, source: Source, options: Options
) -> Trial:
    """Restores, checks, plans and runs a reply's SQL; where that ends early, `error` says why.

    Raises DatabaseError: where the database itself is at fault, no reply can be tried.
    """
    trial = Trial(reply, reply.sql, declines=reply.declines)
    try:
        _refuse_no_answer(reply)
        trial = replace(trial, model_sql=prompt.restore(reply.sql))
        trial = replace(
            trial,
            misses=prompt.left_out(reply.sql),
            unasked=prompt.unasked(reply.sql),
            clashes=prompt.clashes(reply.sql),
        )
        # sqlglot takes 0.1 s to import: wait until there is something to check.
        from localai.sql.check import check

        checked = check(trial.model_sql, schema, options.today)
        trial = replace(trial, sql=checked.sql, notices=checked.notices)
        return replace(trial, result=_found(checked.sql, source, options))
    except (SQLRejected, SQLTimeout) as error:
        return replace(trial, error=error, notices=())


def _refuse_no_answer(reply: Reply) -> None:
    if reply.declines:
        raise SQLRejected("The model answered: I do not know.")
    if not reply.sql:
        raise SQLRejected("The model gave no answer.")
    if reply.reason == "length" and not reply.ended:
        tokens = reply.usage.completion_tokens if reply.usage else 0
        raise SQLRejected(f"The model's answer was cut off after {tokens} tokens.")


def _found(sql: str, source: Source, options: Options) -> Result:
    if not source.can_run:
        return NOTHING
    source.explain(sql, options.limits)
    return source.run(sql, options.limits) if options.run else NOTHING


def choose(trials: Sequence[Trial]) -> Trial | None:
    """The trial to answer with; None where none survived, or most candidates decline.

    Those that find something come before those that find nothing. Of three candidates and more,
    the rows that most of them find win, and among equals the likelier SQL; of fewer, the first.
    """
    declining = sum(trial.declines for trial in trials)
    survivors = [trial for trial in trials if trial.error is None]
    if not survivors or declining > len(trials) / 2:
        return None
    found = [trial for trial in survivors if not trial.is_empty] or survivors
    if len(trials) < VOTERS:
        return found[0]
    votes = Counter(_outcome(trial) for trial in found)
    # `max` keeps the first of equals: the greedy candidate, where all else is the same.
    return max(found, key=lambda trial: (votes[_outcome(trial)], trial.reply.confidence or 0.0))


def weighed(trials: Sequence[Trial]) -> Trial | None:
    """The trial to answer with, of an answer and its forks; None where none survived.

    The rows that stand for the most probability win, and the likelier SQL for them. How near the
    model was to declining is for `localai/sql/trust.py` to weigh.
    """
    survivors = [trial for trial in distinct(trials) if trial.error is None]
    if not survivors:
        return None
    votes: dict[Hashable, float] = {}
    for trial in survivors:
        weight = EMPTY if trial.is_empty and trial.result.columns else 1.0
        weight *= LEAVING_OUT if trial.misses else 1.0
        weight *= CLASHING ** min(trial.clashes, MOST_CLASHES)
        votes[_outcome(trial)] = votes.get(_outcome(trial), 0.0) + weight * likelihood(trial)
    return max(survivors, key=lambda trial: (votes[_outcome(trial)], likelihood(trial)))


def distinct(trials: Sequence[Trial]) -> list[Trial]:
    """The trials without those that only repeat another's text."""
    return list({trial.reply.text: trial for trial in reversed(trials)}.values())[::-1]


def likelihood(trial: Trial) -> float:
    """The probability of a reply; the same for all where the engine gave none."""
    return 1.0 if trial.reply.likelihood is None else trial.reply.likelihood


def same(one: Trial, other: Trial) -> bool:
    """Whether two trials found the same rows."""
    return one.error is None and other.error is None and _outcome(one) == _outcome(other)


def agreeing(chosen: Trial, trials: Sequence[Trial]) -> int:
    """How many of the trials found what the chosen one did."""
    survivors = [trial for trial in trials if trial.error is None]
    return sum(_outcome(trial) == _outcome(chosen) for trial in survivors)


def _outcome(trial: Trial) -> Hashable:
    """The rows as a multiset; where nothing ran, the SQL."""
    if not trial.result.columns:
        return trial.sql
    rows = Counter(tuple(map(_rounded, row)) for row in trial.result.rows)
    return frozenset(rows.items())


def _rounded(cell: Cell) -> Cell:
    return float(f"{cell:.{DIGITS}g}") if isinstance(cell, float) else cell
