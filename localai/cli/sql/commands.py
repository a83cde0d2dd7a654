"""The commands of a sitting, each a line that begins with a backslash; it must not read lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from localai.cli.output import note, printable
from localai.cli.sql import history as told_history
from localai.cli.sql.answered import (
    SHOWN_ROWS,
    draw_chart,
    refuse_existing,
    rows_of,
    table,
    tell_lines,
    write,
)
from localai.cli.sql.confirm import edited
from localai.cli.sql.formats import SUFFIXES
from localai.cli.sql.question import agree, tell
from localai.cli.sql.session import Session
from localai.cli.sql.waiting import Status, awaited
from localai.errors import InvalidRequest
from localai.schema import Table
from localai.sql import Answer


class Leave(Exception):
    """The sitting is over."""


class Sitting:
    """What the lines of a sitting work on."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, question: str, *, follow_up: bool = False) -> bool:
        """Answer a question, and remember it; whether there is an answer."""
        session, chosen = self.session, self.session.settings
        earlier = session.earlier() if follow_up or chosen.follow_up else None
        session.settings = replace(chosen, follow_up=False)
        status = Status(session)
        run = chosen.options.run and not chosen.confirm
        inquiry = session.question(question, earlier=earlier, run=run, on_event=status.on_event)
        return self._finish(awaited(inquiry, status), ran=run)

    def sql(self, text: str) -> bool:
        """Check SQL, run it, and remember it as an answer. Raises SQLRejected."""
        session, chosen = self.session, self.session.settings
        run = chosen.options.run and not chosen.confirm
        answer = awaited(
            session.own_sql(text, run=run), Status(session, "Looking into the database ...")
        )
        return self._finish(answer, ran=run)

    def _finish(self, answer: Answer, *, ran: bool) -> bool:
        session = self.session
        ran = ran and session.source.can_run
        if session.settings.confirm and answer.sql is not None and session.source.can_run:
            agreed = agree(session, answer)
            answer, ran = agreed or answer, agreed is not None
        session.keep(answer, ran=ran)
        tell(session, answer, ran=ran, model=session.settings.verbose)
        if answer.sql is not None and session.settings.form == "table":
            click.echo()
        return answer.sql is not None

    def answer(self) -> Answer:
        """The last answer. Raises InvalidRequest where there is none."""
        if self.session.last is None:
            raise InvalidRequest("There is no answer yet.", hint="Ask a question first.")
        return self.session.last

    def rows(self) -> Answer:
        """The last answer, which has rows. Raises InvalidRequest."""
        answer = self.answer()
        if not answer.columns:
            raise InvalidRequest("The last query has not run: there are no rows.")
        return answer


def run(sitting: Sitting, line: str) -> bool:
    """Run the command of a line. Raises Leave, InvalidRequest."""
    name, _, rest = line.partition(" ")
    command = COMMANDS.get(name) or COMMANDS.get(ALSO.get(name, ""))
    if command is None:
        from difflib import get_close_matches

        close = get_close_matches(name, [*COMMANDS, *ALSO], n=1)
        raise InvalidRequest(
            f"There is no command {name}.",
            hint=f"Did you mean {close[0]}?" if close else "\\help lists the commands.",
        )
    return command.do(sitting, rest.strip()) is not False


def _help(sitting: Sitting, _: str) -> None:
    note("A question in plain words, or SQL that begins with SELECT or WITH (read as PostgreSQL's,")
    note("whatever the database). '-c and only in Berlin' goes on from the last question.")
    width = max(len(f"{name} {one.takes}") for name, one in COMMANDS.items())
    for name, one in COMMANDS.items():
        note(f"  {f'{name} {one.takes}'.ljust(width)}  {one.what}")
    note("Ctrl-C ends an answer at once, Ctrl-D leaves. Tab completes names and values.")


def _tables(sitting: Sitting, _: str) -> None:
    schema = sitting.session.schema()
    for one in schema.tables:
        kind = "view" if one.is_view else "table"
        comment = f"  -- {one.comment}" if one.comment else ""
        click.echo(printable(f"{one.name}  ({kind}, {len(one.columns)} columns){comment}"))


def _schema(sitting: Sitting, name: str) -> None:
    schema = sitting.session.schema()
    if not name:
        found = list(schema.tables)
    else:
        one = schema.table(name.strip('"'))
        if one is None:
            from difflib import get_close_matches

            names = {t.name.lower(): t.name for t in schema.tables}
            close = get_close_matches(name.lower(), names, n=1)
            hint = f"Did you mean {names[close[0]]}?" if close else "\\tables lists them."
            raise InvalidRequest(f"There is no table {name}.", hint=hint)
        found = [one]
    links = {
        (key.table.lower(), column.lower()): f"-> {key.to_table}.{target}"
        for key in schema.foreign_keys
        for column, target in zip(key.columns, key.to_columns, strict=True)
    }
    for one in found:
        _tell_table(one, links)


def _tell_table(one: Table, links: dict[tuple[str, str], str]) -> None:
    click.echo(printable(one.name) + (f"  -- {printable(one.comment)}" if one.comment else ""))
    width = max((len(column.name) for column in one.columns), default=0)
    for column in one.columns:
        remarks = ["key"] if column.name in one.primary_key else []
        remarks += [link] if (link := links.get((one.name.lower(), column.name.lower()))) else []
        remarks += [column.comment] if column.comment else []
        if column.values:
            more = ", ..." if len(column.values) > 5 else ""
            remarks.append(f"e.g. {', '.join(column.values[:5])}{more}")
        line = f"  {column.name.ljust(width)}  {column.type}  {'; '.join(remarks)}"
        click.echo(printable(line.rstrip()))


def _sql(sitting: Sitting, _: str) -> None:
    click.echo(printable(sitting.answer().sql or ""))


def _edit(sitting: Sitting, _: str) -> bool:
    text = edited(sitting.answer().model_sql)
    if text is None or not text.strip():
        note("Nothing was changed.")
        return True
    return sitting.sql(text)


def _explain(sitting: Sitting, _: str) -> None:
    from localai.sql.explain import explain_clauses

    schema = sitting.session.schema()
    tell_lines(explain_clauses(sitting.answer().sql or "", schema.dialect, schema))


def _all(sitting: Sitting, _: str) -> None:
    table(sitting.rows(), all_rows=True)
    click.echo()


def _save(sitting: Sitting, name: str, form: str | None = None) -> None:
    if not name:
        raise InvalidRequest("Name a file.", hint="For example: \\csv rows.csv")
    file = Path(name).expanduser()
    form = form or SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise InvalidRequest(
            f"{file.name}: the ending names no format.", hint=f"Take one of {', '.join(SUFFIXES)}."
        )
    answer = sitting.rows()
    refuse_existing(file, overwrite=False, hint="Take another name.")
    write(answer, file, form)
    note(f"Wrote {rows_of(answer)} to {file}.")
    if answer.truncated:
        note("There are more; leave and come back with --max-rows N to fetch them.")


def _csv(sitting: Sitting, name: str) -> None:
    _save(sitting, name, "csv")


def _plot(sitting: Sitting, _: str) -> bool:
    drawn = draw_chart(sitting.rows())
    click.echo()
    return drawn


def _note(sitting: Sitting, text: str) -> None:
    notes = sitting.session.notes
    if text:
        note("Noted." if notes.add(text) else "That is noted already.")
        sitting.session.read_again()
        return
    for number, one in enumerate(notes.all(), 1):
        click.echo(f"{number}  {printable(one)}")


def _history(sitting: Sitting, words: str) -> None:
    session = sitting.session
    told_history.tell(session.history.entries(database=session.source.key, search=words))


def _model(sitting: Sitting, name: str) -> None:
    session = sitting.session
    spec = session.take_model(name) if name else session.spec
    note(f"Model: {spec.id}")


def _continue(sitting: Sitting, question: str) -> bool:
    if not question:
        raise InvalidRequest("Say how to go on.", hint="For example: \\c and only in Berlin")
    return sitting.ask(question, follow_up=True)


def _quit(sitting: Sitting, _: str) -> None:
    raise Leave


@dataclass(frozen=True, slots=True)
class Command:
    """takes: what follows its name. what: its line in the help. do: false where it failed."""

    takes: str
    what: str
    do: Callable[[Sitting, str], bool | None]


COMMANDS: dict[str, Command] = {
    "\\c": Command(
        "QUESTION", "go on from the last question; -c QUESTION does the same", _continue
    ),
    "\\tables": Command("", "list the tables", _tables),
    "\\schema": Command("[TABLE]", "show columns, types, keys and values", _schema),
    "\\sql": Command("", "show the last SQL", _sql),
    "\\edit": Command("", "edit the last SQL, then check and run it", _edit),
    "\\explain": Command("", "explain the last SQL clause by clause", _explain),
    "\\plot": Command("", "draw the last rows as bars or a line", _plot),
    "\\all": Command("", f"show all rows, not only the first {SHOWN_ROWS}", _all),
    "\\csv": Command("FILE", "write the last rows to a file", _csv),
    "\\save": Command("FILE", "the same as its ending says: .csv .json .md .txt", _save),
    "\\note": Command("[TEXT]", "write down what a word means here, or list what is noted", _note),
    "\\history": Command("[WORDS]", "show earlier questions about this database", _history),
    "\\model": Command("[ID]", "show the model, or answer with another", _model),
    "\\help": Command("", "show this", _help),
    "\\q": Command("", "leave", _quit),
}
ALSO = {"\\quit": "\\q", "\\exit": "\\q", "\\h": "\\help", "\\?": "\\help", "\\d": "\\schema"}
NAMES = tuple(COMMANDS)
