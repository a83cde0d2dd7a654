"""`localai sql`: one question and its answer, or a sitting; it must not know SQL or prompts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from localai.cli.options import opened
from localai.cli.output import emit, note, printable
from localai.cli.sql.answered import refuse_existing, show, tell_beside, tell_lines, tell_no_answer
from localai.cli.sql.confirm import confirmed
from localai.cli.sql.session import Session
from localai.cli.sql.settings import (
    QuestionCommand,
    Settings,
    question_options,
    settings,
)
from localai.cli.sql.waiting import Status, awaited
from localai.errors import InvalidRequest
from localai.sql import Answer, open_source


@click.command("sql", cls=QuestionCommand)
@click.argument("question", required=False)
@question_options
@click.pass_context
def question(ctx: click.Context, /, question: str | None, **given: Any) -> None:
    """Answer QUESTION about a database: a model writes SQL, it is checked, then run.

    Only one SELECT over names that exist is run, in a process that cannot write. You see the SQL,
    what it does in plain English, and the rows. Without a question a prompt opens that takes one
    after the other, and SQL too; \\help there lists its commands. A question that is exactly the
    name of a command below is that command.

    \b
    Exit codes: 0 answered, 1 no answer or an error, 2 wrong usage, 130 Ctrl-C. With --json "sql"
    is null where there is no answer, and "reason" says why.

    \b
    Examples:
      localai sql --db shop.db "How many orders were placed in each city?"
      localai sql --db shop.db "and only this year?" -c --plot
      localai sql --db sales.xlsx "Which products cost more than 20?" -o products.csv
      localai sql --db postgresql://me@host/shop "Who ordered most?" --confirm
      localai sql --db shop.db
    """
    chosen = settings(ctx, **given)
    if question is not None and not question.strip():
        raise click.UsageError("The question is empty.")
    if question is None and (chosen.file or chosen.as_json):
        raise click.UsageError("-o and --json go with a question.")
    _refuse_file(chosen)
    # The database opens in a process of its own while this one gets ready for the model.
    with open_source(
        chosen.target,
        schema=chosen.schema,
        dialect=chosen.dialect,
        memory=chosen.options.limits.memory,
        allow_superuser=chosen.allow_superuser,
    ) as source, opened(chosen.engine) as runtime:  # fmt: skip
        session = Session(runtime, source, chosen)
        session.load()
        if question is None:
            from localai.cli.sql.repl import sit

            ctx.exit(sit(session))
        if not _answer(session, question):
            ctx.exit(1)


def _answer(session: Session, question: str) -> bool:
    """Answer one question; whether there is an answer."""
    chosen = session.settings
    earlier = session.earlier() if chosen.follow_up else None
    status = Status(session)
    run = chosen.options.run and not chosen.confirm
    answer = awaited(
        session.question(question, earlier=earlier, run=run, on_event=status.on_event), status
    )
    ran = run and session.source.can_run
    if chosen.confirm and answer.sql is not None and session.source.can_run:
        agreed = agree(session, answer)
        answer, ran = agreed or answer, agreed is not None
    if chosen.as_json:
        _write_file(chosen, answer)
        emit(answer.to_dict())
    else:
        tell(session, answer, ran=ran)
    session.keep(answer, ran=ran)
    return answer.sql is not None and (ran or not chosen.confirm)


def agree(session: Session, answer: Answer) -> Answer | None:
    """The answer with its rows, once its user has agreed to its SQL; None where they have not."""

    def check(text: str) -> Answer:
        own = awaited(session.own_sql(text, run=False), Status(session, "Checking ..."))
        return replace(answer, sql=own.sql, model_sql=own.model_sql, explanation=None)

    def tell_sql(shown: Answer) -> None:
        note(printable(shown.sql or ""))
        tell_lines(explained(session, shown), beside=True)

    chosen = confirmed(answer, check, tell_sql)
    if chosen is None:
        note("Not run.")
        return None
    return awaited(session.run(chosen), Status(session, "Looking into the database ..."))


def tell(session: Session, answer: Answer, *, ran: bool, model: bool = True) -> None:
    """Show an answer to people, as the settings have it. model: whether to name the model."""
    chosen = session.settings
    session.tell_notices()
    if answer.model and model:
        note(f"Model: {answer.model}")
    if chosen.verbose:
        _tell_written(session)
    if answer.sql is None:
        tell_no_answer(answer)
        tell_beside(answer, verbose=chosen.verbose)
        return
    if chosen.confirm and not ran:
        return
    show(
        answer,
        form=chosen.form,
        file=chosen.file,
        overwrite=chosen.overwrite,
        plot=chosen.plot,
        ran=ran,
        all_rows=chosen.all_rows,
        explained=explained(session, answer),
        # Whoever has just agreed to the SQL, or typed it, need not read it again.
        told=sys.stdout.isatty() and chosen.confirm,
    )
    tell_beside(answer, verbose=chosen.verbose)


def explained(session: Session, answer: Answer) -> Sequence[str]:
    """What the SQL does: in one line, or with --explain clause by clause."""
    from localai.sql.explain import explain, explain_clauses

    schema = session.schema()
    if session.settings.explain:
        return explain_clauses(answer.sql or "", schema.dialect, schema)
    return (answer.explanation or explain(answer.sql or "", schema.dialect, schema),)


def _tell_written(session: Session) -> None:
    first = ""
    for number, written in enumerate(session.written, 1):
        request = written.request
        given = request.prompt or "\n".join(message.content for message in request.messages)
        if number == 1 or not given.startswith(first):
            note(f"--- prompt\n{printable(given)}\n---")
            first = given
        # A fork goes on from the prompt with the answer's beginning after it.
        text = given[len(first) :] + written.text
        note(f"Candidate {number}: {printable(' '.join(text.split()))}")


def _write_file(chosen: Settings, answer: Answer) -> None:
    if chosen.file is not None and answer.sql is not None:
        from localai.cli.sql.answered import write

        write(answer, chosen.file, chosen.form, overwrite=chosen.overwrite)


def _refuse_file(chosen: Settings) -> None:
    """Raises InvalidRequest for a file that may not be written, before any work is done."""
    file = chosen.file
    if file is None:
        return
    target = Path(chosen.target or chosen.schema)
    if file.exists() and target.exists() and file.samefile(target):
        raise InvalidRequest(f"{file} is the database that is asked.", field="output")
    refuse_existing(file, overwrite=chosen.overwrite)
    if not file.parent.is_dir():
        raise InvalidRequest(f"There is no folder {file.parent}.", field="output")
    if target.is_dir() and file.parent.samefile(target):
        sys.stderr.flush()
        note(
            f"{file.name} lies in the folder that is asked, and will be a table of it from now on."
        )
