"""Tries a model's replies out on the database and picks one; it must not know how they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

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
# Sums of floats differ in their last digits with the order in which they were added.
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one reply. error: what stopped it; None if it survived all.

    sql: in the database's dialect, None before it passed the check. declines: it has no answer, or
    none that can be trusted. misses: what the question names and the reply leaves out.
    """

    reply: Reply
    model_sql: str
    sql: str | None = None
    result: Result = NOTHING
    error: SQLError | None = None
    notices: tuple[str, ...] = ()
    declines: bool = False
    misses: tuple[str, ...] = ()

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
    model_sql, sql, declines = reply.sql, None, reply.declines
    misses: tuple[str, ...] = ()
    try:
        _refuse_no_answer(reply)
        model_sql = prompt.restore(reply.sql)
        misses = prompt.left_out(reply.sql)
        declines = bool(misses) or _is_guess(reply, prompt)
        _refuse_untrusted(declines, misses)
        # sqlglot takes 0.1 s to import: wait until there is something to check.
        from localai.sql.check import check

        checked = check(model_sql, schema, options.today)
        sql = checked.sql
        found = _found(sql, source, options)
        return Trial(reply, model_sql, sql, found, notices=checked.notices)
    except (SQLRejected, SQLTimeout) as error:
        return Trial(reply, model_sql, sql, error=error, declines=declines, misses=misses)


def _is_guess(reply: Reply, prompt: Prompt) -> bool:
    return reply.confidence is not None and reply.confidence < prompt.least


def _refuse_untrusted(declines: bool, misses: tuple[str, ...]) -> None:
    if misses:
        names = ", ".join(f"'{name}'" for name in misses)
        raise SQLRejected(f"The model's answer leaves out {names}, which the question names.")
    if declines:
        raise SQLRejected("The model is not sure enough of its answer.")


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
