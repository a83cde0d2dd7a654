"""Lets through one SELECT over known names, in the database's dialect; it must not run anything.

The text that comes out is written anew from the syntax tree, never the model's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.checking.calls import refuse_calls, refuse_miscounted
from localai.sql.checking.comparing import check_comparisons
from localai.sql.checking.counting import check_sums
from localai.sql.checking.grouping import check_groups
from localai.sql.checking.products import check_joins
from localai.sql.checking.reading import ONE_LINE, Unreadable, read
from localai.sql.checking.relations import suggestion
from localai.sql.checking.resolving import resolve
from localai.sql.checking.values import missing_values
from localai.sql.names import needs_quotes
from localai.sql.translation import translate
from localai.sql.translation.spans import spell_out_parts

DIALECTS = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run. sql: its text in the schema's dialect. notices: what its asker should
    know of it, in plain English. tables: the tables that it reads, each once."""

    sql: str
    notices: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


def check(text: str, schema: Schema, today: date | None = None) -> Checked:
    """The query in `text` (PostgreSQL) as SQL of the schema's dialect, of the same meaning.

    today: what CURRENT_DATE and its kin mean, which NOW() then is the start of; by default the
    moment on this machine's clock.

    Raises SQLRejected: not one SELECT, unknown tables, columns or functions, or a construct that
    the database would misread without saying so. The message is meant for people.
    """
    clock = datetime.now().replace(microsecond=0)
    now = clock if today is None else datetime.combine(today, time.min)
    try:
        return _checked(text, schema, now)
    except RecursionError as error:
        raise SQLRejected("The model's SQL is nested too deeply.") from error


def _checked(text: str, schema: Schema, now: datetime) -> Checked:
    tree = _read(text, schema)
    refuse_calls(tree, schema.dialect)
    refuse_miscounted(text)
    spell_out_parts(tree)
    names = resolve(tree, schema)
    check_groups(tree, names, schema)
    notices = [*check_joins(tree, names), *missing_values(tree, names)]
    notices += check_sums(tree, names, schema.dialect)
    notices += check_comparisons(tree, names, schema.dialect)
    tree = translate(tree, schema.dialect, now)
    return Checked(
        _write(tree, schema.dialect),
        tuple(dict.fromkeys(notices)),
        tuple(dict.fromkeys(names.tables)),
    )


def _read(text: str, schema: Schema) -> exp.Query:
    try:
        return read(text)
    except Unreadable as error:
        # A misspelt name may happen to be a word of SQL's own.
        names = [name for t in schema.tables for name in (t.name, *(c.name for c in t.columns))]
        hint = suggestion(error.word, names) if error.word else ""
        raise SQLRejected(error.message, hint=hint or error.hint) from error


def _write(tree: exp.Query, dialect: str) -> str:
    for identifier in tree.find_all(exp.Identifier):
        # SQLite takes a quoted name that it does not know for a text; a bare one is an error.
        identifier.set("quoted", needs_quotes(identifier.name, dialect))
    write = partial(tree.sql, dialect, unsupported_level=ErrorLevel.RAISE, comments=False)
    try:
        line = write()
        return line if len(line) <= ONE_LINE else write(pretty=True)
    except SqlglotError as error:
        name, lines = DIALECTS.get(dialect, dialect), str(error).splitlines()
        raise SQLRejected(f"{name} cannot say this: {lines[0]}.") from error
