"""A sitting of `localai sql`: line by line, questions, SQL and commands; it must not know models.

What the commands do stands in `commands.py`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import click

from localai.cli.output import note, printable
from localai.cli.sql import commands
from localai.cli.sql.commands import Leave, Sitting
from localai.cli.sql.session import Session
from localai.cli.sql.typing_in import Lines, PipedLines, TerminalLines
from localai.cli.sql.waiting import Status, beside
from localai.errors import LocalAIError, SQLRejected
from localai.weights.store import data_directory

FILE = "sql-lines"
# Capitals or a semicolon say that SQL is meant: "select the cities" may be a question.
SURE = re.compile(r"\s*(SELECT|WITH)\b|\s*(select|with)\b.*;\s*$", re.DOTALL)
MAYBE = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
FOLLOWING = re.compile(r"\s*-c\s+(?=\S)")


def sit(session: Session) -> int:
    """Read and answer lines until there are no more; the exit code of the command.

    Raises DatabaseError where the database cannot be opened or read.
    """
    # What is wrong with the database is said before anybody types.
    status = Status(session)
    try:
        beside(session.schema, session.source.cancel, status.tick)
    finally:
        status.end()
    session.tell_notices()
    lines = _lines(session)
    if lines.interactive:
        _welcome(session)
        session.read_ahead()
    sitting, failed = Sitting(session), False
    while True:
        try:
            failed = not obey(sitting, lines.read().strip()) or failed
        except KeyboardInterrupt:
            # Also one that comes between a line's end and the next prompt.
            if not lines.interactive:
                raise
        except (EOFError, Leave):
            break
    return 1 if failed and not lines.interactive else 0


def _lines(session: Session) -> Lines:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return PipedLines()
    file = data_directory() / FILE if session.settings.history else None
    name = session.source.name.rstrip("/").rsplit("/", 1)[-1]
    return TerminalLines(name, commands.NAMES, lambda: _words(session), file)


def _welcome(session: Session) -> None:
    note(f"{printable(session.source.name)}, answered by {session.spec.id}. Ask in plain words;")
    note("\\help lists the commands, Ctrl-C ends an answer, Ctrl-D leaves.")
    if session.rereads():
        note("It reads the schema for each question; with --layout schema-first, only once.")


def _words(session: Session) -> Iterator[str]:
    """Names and values of the database, for completion."""
    try:
        schema = session.schema()
    except LocalAIError:
        return
    for table in schema.tables:
        yield table.name
        for column in table.columns:
            yield column.name
    for table in schema.tables:
        for column in table.columns:
            yield from column.values


def obey(sitting: Sitting, line: str) -> bool:
    """Do what a line says; whether that worked. Raises Leave."""
    if not line:
        return True
    try:
        return _obey(sitting, line)
    except KeyboardInterrupt:
        note("Stopped.")
    except LocalAIError as error:
        note(f"Error: {printable(error.message)}")
        if error.hint:
            note(printable(error.hint))
    except click.Abort:
        note("Stopped.")
    return False


def _obey(sitting: Sitting, line: str) -> bool:
    if line.startswith("\\"):
        return commands.run(sitting, line)
    follow_up = FOLLOWING.match(line)
    if follow_up:
        return sitting.ask(line[follow_up.end() :], follow_up=True)
    if SURE.match(line):
        return sitting.sql(line)
    if MAYBE.match(line):
        try:
            return sitting.sql(line)
        except SQLRejected:
            note("Taken for a question; SQL in capitals, or with ; at its end, is run as SQL.")
    return sitting.ask(line)
