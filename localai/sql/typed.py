"""SQL that a user wrote goes the road of a model's; it must not know models or doors."""

from __future__ import annotations

import time
from dataclasses import replace

from localai.errors import SQLRejected
from localai.sql.answer import Answer, Options
from localai.sql.source import Source

# Messages of the check speak of the model; these words are the user's own.
WORDING = (
    ("The model's SQL", "The SQL"),
    ("The model's answer", "This"),
    ("the model wrote: ", "this is: "),
    ("the model wrote", "here are"),
)


def answer_sql(text: str, source: Source, options: Options | None = None) -> Answer:
    """The answer to SQL in place of a question: read as PostgreSQL's, as models write it, checked,
    put into the database's dialect and, where the options say so, run.

    Raises SQLRejected, SQLTimeout, DatabaseError, Cancelled.
    """
    from localai.sql.check import check
    from localai.sql.explain import explain

    options = options or Options()
    text = text.strip().rstrip(";").rstrip()
    schema = source.schema(options.reading)
    try:
        checked = check(text, schema, options.today)
    except SQLRejected as error:
        message = error.message
        for old, new in WORDING:
            message = message.replace(old, new)
        raise SQLRejected(message, hint=error.hint) from error
    answer = Answer(
        question=text, asked=text, sql=checked.sql, model_sql=text, reason=None, columns=(),
        rows=(), truncated=False, model="", usage=None, notices=checked.notices,
        explanation=explain(checked.sql, schema.dialect, schema),
    )  # fmt: skip
    return run(answer, source, options) if options.run and source.can_run else answer


def run(answer: Answer, source: Source, options: Options) -> Answer:
    """An answer whose SQL has been checked and not run, with its rows. Raises as Source.run."""
    begun = time.monotonic()
    result = source.run(answer.sql or "", options.limits)
    return replace(
        answer,
        columns=result.columns,
        rows=result.rows,
        truncated=result.truncated,
        database_seconds=answer.database_seconds + time.monotonic() - begun,
    )
