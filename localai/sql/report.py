"""Puts an answer together from what its tries brought; it must not know prompts or databases."""

from __future__ import annotations

from collections.abc import Sequence

from localai.errors import SQLTimeout
from localai.schema import Schema
from localai.sql.answer import Answer
from localai.sql.candidates import total
from localai.sql.prompt import SQL_TINY
from localai.sql.relevance import unlinked
from localai.sql.renaming import unused
from localai.sql.rounds import Asking, Round
from localai.sql.trial import Trial, agreeing

LISTED_TABLES = 8


def report(asking: Asking, rounds: Sequence[Round], chosen: Trial | None) -> Answer:
    """The answer with what should be known about it; a reason where no candidate was chosen.

    Raises SQLTimeout where that is what stopped the last of them.
    """
    told = chosen or _failure(rounds)
    if chosen is None and isinstance(told.error, SQLTimeout):
        raise SQLTimeout(f"{told.error.message} It was: {told.sql}", hint=told.error.hint)
    return Answer(
        question=asking.typed,
        asked=asking.question,
        sql=told.sql if chosen else None,
        model_sql=told.model_sql,
        reason=None if chosen else _reason(asking, rounds, told),
        columns=told.result.columns,
        rows=told.result.rows,
        truncated=told.result.truncated,
        model=asking.spec.id,
        usage=total([trial.reply.usage for each in rounds for trial in each.trials]),
        explanation=_explained(chosen, asking.schema),
        confidence=told.reply.confidence,
        notices=_notices(asking, rounds, chosen),
        model_seconds=sum(each.model_seconds for each in rounds),
        database_seconds=sum(each.database_seconds for each in rounds),
        declined=chosen is None and told.declines,
        retries=len(rounds) - 1,
    )


def _explained(chosen: Trial | None, schema: Schema) -> str | None:
    if chosen is None or chosen.sql is None:
        return None
    from localai.sql.explain import explain

    return explain(chosen.sql, schema.dialect, schema)


def _failure(rounds: Sequence[Round]) -> Trial:
    """What to tell of where all failed: the model's own first choice, not what was drawn."""
    last = rounds[-1]
    return (rounds[0] if last.redrawn else last).trials[0]


def _reason(asking: Asking, rounds: Sequence[Round], failed: Trial) -> str:
    reason = str(failed.error)
    reason += "" if reason.endswith((".", "?", "!")) else "."
    if failed.declines:
        words = unlinked(asking.schema, asking.question)
        if words:
            reason += f" {_uncalled(words)}."
    tried = len(rounds) + sum(len(each.trials) - 1 for each in rounds)
    if tried > 1:
        reason += f" None of {tried} tries brought an answer."
    return reason


def _notices(asking: Asking, rounds: Sequence[Round], chosen: Trial | None) -> tuple[str, ...]:
    last = rounds[-1]
    notices = list(chosen.notices) if chosen else []
    if chosen and (words := unlinked(asking.schema, asking.question)):
        notices.append(f"{_uncalled(words)}: see how the SQL takes it.")
    if asking.question != asking.typed:
        notices.append(f"Understood as: {asking.question}")
    notes = unused(asking.question, asking.schema.notes) if asking.spec.prompt == SQL_TINY else ()
    notices += [f"The embedded model reads no notes, and did not read: {note}" for note in notes]
    if last.part is not asking.schema:
        notices.append(_left_out(asking, last))
    if chosen and len(rounds) > 1:
        failed = rounds[0].trials[0]
        notices.append(f"This is the second try. The first ended so: {failed.error}")
    earlier = asking.options.earlier
    if chosen and earlier and chosen.model_sql == earlier.sql:
        notices.append("The follow-up changed nothing: the SQL is the same as before.")
    if chosen and len(last.trials) > 1:
        notices.append(f"{agreeing(chosen, last.trials)} of {len(last.trials)} candidates agree.")
    return tuple(notices)


def _left_out(asking: Asking, last: Round) -> str:
    names = [table.name for table in last.part.tables]
    all_tables = len(asking.schema.tables)
    if len(names) == all_tables:
        return "The model saw only a part of the widest tables' columns."
    shown = ", ".join(names[:LISTED_TABLES]) + (", ..." if len(names) > LISTED_TABLES else "")
    return f"The model saw {len(names)} of {all_tables} tables: {shown}."


def _uncalled(words: Sequence[str]) -> str:
    *most, last = [f"'{word}'" for word in words]
    listed = f"{', '.join(most)} or {last}" if most else last
    return f"Nothing in the database is called {listed}"
