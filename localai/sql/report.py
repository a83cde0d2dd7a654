"""Puts an answer together from what its tries brought; it must not know prompts or databases."""

from __future__ import annotations

from collections.abc import Sequence

from localai.errors import SQLTimeout
from localai.schema import Schema
from localai.sql.answer import Answer
from localai.sql.candidates import total
from localai.sql.evidence import lost
from localai.sql.renaming import unused
from localai.sql.rounds import Asking, Round
from localai.sql.trial import Trial, agreeing
from localai.sql.trust import Trust

LISTED_TABLES = 8


# Below this the own probabilities of a model whose answers were never calibrated are a warning.
UNSURE = 0.85
WAY_OUT = "I do not know; sqlcoder-7b-2 can try: `localai pull @cf/defog/sqlcoder-7b-2`"
"""What the embedded model says where it does not know, over every door."""


def report(
    asking: Asking,
    rounds: Sequence[Round],
    chosen: Trial | None,
    trusted: Trust | None = None,
) -> Answer:
    """The answer with what should be known about it; a reason where no candidate was chosen, or the
    chosen one cannot be trusted at all.

    Raises SQLTimeout where that is what stopped the last of them.
    """
    doubted = chosen if trusted is not None and trusted.verdict == "declined" else None
    chosen = None if doubted else chosen
    told = chosen or doubted or _failure(rounds)
    if isinstance(told.error, SQLTimeout):
        raise SQLTimeout(f"{told.error.message} It was: {told.sql}", hint=told.error.hint)
    embedded = asking.spec.reads_slots
    return Answer(
        question=asking.typed,
        asked=asking.question,
        sql=told.sql if chosen else None,
        model_sql=told.model_sql,
        reason=None if chosen else _reason(asking, rounds, told),
        columns=told.result.columns if chosen else (),
        rows=told.result.rows if chosen else (),
        truncated=told.result.truncated if chosen else False,
        model=asking.spec.id,
        usage=total([trial.reply.usage for each in rounds for trial in each.trials]),
        explanation=_explained(chosen, asking.schema),
        confidence=_confidence(told, trusted, embedded=embedded),
        notices=_notices(asking, rounds, chosen),
        model_seconds=sum(each.model_seconds for each in rounds),
        database_seconds=sum(each.database_seconds for each in rounds),
        # Where the database refused it, its tables may no longer be what they were.
        declined=chosen is None and (told.declines or embedded and _is_undecided(told)),
        unsure=chosen is not None and _is_unsure(told, trusted),
        unlinked=_lost(asking, rounds),
        left_out=told.misses,
        retries=len(rounds) - 1,
    )


def _confidence(told: Trial, trusted: Trust | None, *, embedded: bool) -> float | None:
    if embedded:
        return round(trusted.right, 3) if trusted else None
    return told.reply.confidence


def _is_undecided(told: Trial) -> bool:
    """Whether its SQL failed before the database saw it, or did not fail."""
    return told.sql is None or told.error is None


def _is_unsure(told: Trial, trusted: Trust | None) -> bool:
    if trusted is not None:
        return trusted.verdict != "sure"
    return told.reply.confidence is not None and told.reply.confidence < UNSURE


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
    """Why there is no answer; of the embedded model first what else can try."""
    embedded = asking.spec.reads_slots
    parts = [f"{WAY_OUT}."] if embedded else []
    if not (embedded and failed.declines):
        parts.append(_sentence(str(failed.error or "The model is not sure enough of its answer.")))
    if (failed.declines or embedded) and (words := _lost(asking, rounds)):
        parts.append(f"{_uncalled(words)}.")
    if failed.misses:
        parts.append(_missed(failed.misses))
    tried = len(rounds) + sum(len(each.trials) - 1 for each in rounds)
    # The embedded model's forks are one try of its own.
    if tried > 1 and not embedded:
        parts.append(f"None of {tried} tries brought an answer.")
    return " ".join(parts)


def _lost(asking: Asking, rounds: Sequence[Round]) -> tuple[str, ...]:
    return lost(asking.schema, asking.question, rounds[-1].prompt)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _missed(names: Sequence[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"The SQL leaves out {listed}, which the question names."


def _notices(asking: Asking, rounds: Sequence[Round], chosen: Trial | None) -> tuple[str, ...]:
    last = rounds[-1]
    notices = list(chosen.notices) if chosen else []
    if chosen and (words := _lost(asking, rounds)):
        notices.append(f"{_uncalled(words)}: see how the SQL takes it.")
    if chosen and chosen.misses:
        notices.append(_missed(chosen.misses))
    if asking.question != asking.typed:
        notices.append(f"Understood as: {asking.question}")
    notes = unused(asking.question, asking.schema.notes) if asking.spec.reads_slots else ()
    notices += [f"The embedded model reads no notes, and did not read: {note}" for note in notes]
    if last.part is not asking.schema:
        notices.append(_left_out(asking, last))
    if chosen and len(rounds) > 1:
        failed = rounds[0].trials[0]
        notices.append(f"This is the second try. The first ended so: {failed.error}")
    earlier = asking.options.earlier
    if chosen and earlier and chosen.model_sql == earlier.sql:
        notices.append("The follow-up changed nothing: the SQL is the same as before.")
    if chosen and len(last.trials) > 1 and not asking.spec.reads_slots:
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
