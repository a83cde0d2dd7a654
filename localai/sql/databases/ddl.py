"""A schema from CREATE TABLE statements, with no data behind it; it must not know engines."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from localai.errors import DatabaseError, SQLRejected
from localai.schema import Schema, Table
from localai.sql.database import Introspection, Limits, Result
from localai.sql.databases.assembly import Key, assembled
from localai.sql.databases.content import first_bytes, unreadable
from localai.sql.databases.ddl_statements import Statement, statements
from localai.sql.databases.encodings import encoding_of

MAX_BYTES = 200_000_000
DIALECTS = ("postgres", "sqlite", "duckdb")
# Words that one of them has, and the others have not.
MYSQL = re.compile(r"auto_increment|engine\s*=|^[^'\n]*`|\) comment\s*=", re.I | re.MULTILINE)
SQLITE = re.compile(
    r"\bautoincrement\b|without\s+rowid|^pragma\s|\)\s*strict;", re.I | re.MULTILINE
)
FLAVOURS = (("mysql", MYSQL), ("sqlite", SQLITE))
TYPE = re.compile(r"create\s+(?:type|domain)\b", re.IGNORECASE)
SECONDS = 5.0  # for SQLite to take in a schema
SHOWN = 5  # statements that were not understood


class SchemaOnly:
    """Tables that SQL can be written and checked for, but not run on."""

    can_run = False

    def __init__(
        self,
        name: str,
        dialect: str,
        tables: Sequence[Table],
        keys: Sequence[Key],
        notices: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.dialect = dialect
        self.notices = notices
        self._tables = tables
        self._keys = keys

    def introspect(self, how: Introspection) -> Schema:
        """As Database.introspect."""
        schema = assembled(self._tables, self._keys, how, name=self.name, dialect=self.dialect)
        return schema if how.values else replace(schema, tables=tuple(map(_bare, schema.tables)))

    def explain(self, sql: str, limits: Limits | None = None) -> None:
        """Nothing can be planned without a database."""

    def run(self, sql: str, limits: Limits) -> Result:
        """Raises SQLRejected: there is no data."""
        raise SQLRejected(
            "There is only a schema here: the SQL can be written and checked, but not run.",
            hint="Name a database with --db to run it.",
        )

    def interrupt(self) -> bool:
        """As Database.interrupt: nothing here takes any time."""
        return True

    def close(self) -> None:
        """As Database.close."""


def open_ddl(path: Path, dialect: str = "") -> SchemaOnly:
    """The tables of the file at `path`. dialect: of the SQL to write, found out where empty.

    Raises DatabaseError: no such file, no tables in it, no such dialect.
    """
    if dialect and dialect not in DIALECTS:
        raise DatabaseError(
            f"There is no dialect {dialect}.", hint=f"There are {', '.join(DIALECTS)}."
        )
    text = _text(path)
    found = next((flavour for flavour, words in FLAVOURS if words.search(text)), "")
    flavour = found or dialect or "postgres"
    target = dialect or (flavour if flavour in DIALECTS else "postgres")
    made = list(statements(text, mysql=flavour == "mysql"))
    tables, keys, strange = _tables(made, flavour, target)
    if not tables:
        raise DatabaseError(
            f"{path} has no CREATE TABLE that can be read{_listed(strange)}.",
            hint="Write one with: pg_dump --schema-only, mysqldump --no-data, "
            "sqlite3 FILE .schema.",
        )
    notices = []
    if strange:
        notices.append(f"{path.name}: not understood{_listed(strange)}.")
    if flavour == "mysql" and not dialect:
        notices.append(f"{path.name} is MySQL's; the SQL is written for PostgreSQL.")
    return SchemaOnly(str(path), target, tables, keys, tuple(notices))


def _text(path: Path) -> str:
    first_bytes(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DatabaseError(
                f"{path} has {size / 1e6:,.0f} MB: too much for a schema.",
                hint="Leave the rows out: pg_dump --schema-only, mysqldump --no-data.",
            )
        return path.read_bytes().decode(encoding_of(path), "replace").removeprefix("\ufeff")
    except OSError as error:
        raise unreadable(path, error) from error


def _tables(
    made: Sequence[Statement], flavour: str, target: str
) -> tuple[Sequence[Table], Sequence[Key], list[Statement]]:
    """Tables, keys, and the statements that were not understood."""
    if flavour == "sqlite":
        return _by_sqlite(made)
    from localai.sql.databases.ddl_tables import Builder, NotUnderstood

    builder = Builder(flavour, target, folds=flavour == "postgres")
    strange = []
    # Types before the tables that use them.
    for statement in sorted(made, key=lambda each: TYPE.match(each.text) is None):
        try:
            builder.take(statement.text)
        except NotUnderstood:
            strange.append(statement)
    return *builder.tables(), strange


def _by_sqlite(
    made: Sequence[Statement],
) -> tuple[Sequence[Table], Sequence[Key], list[Statement]]:
    """SQLite itself knows best what its statements mean."""
    from localai.sql.databases.sqlite_schema import declared_keys, tables_of

    strange = []
    until = time.monotonic() + SECONDS
    with closing(sqlite3.connect(":memory:")) as connection:
        # CREATE TABLE AS may select without end.
        connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        for statement in made:
            try:
                connection.execute(statement.text)
            except (sqlite3.Error, sqlite3.Warning):
                strange.append(statement)
        connection.set_progress_handler(None, 0)
        tables = tuple(tables_of(connection))
        return tables, tuple(declared_keys(connection, tables)), strange


def _listed(strange: Sequence[Statement]) -> str:
    if not strange:
        return ""
    shown = (f"line {each.line} ({each.text.split('(')[0][:40].strip()})" for each in strange)
    more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
    return f": {', '.join(list(shown)[:SHOWN])}{more}"


def _bare(table: Table) -> Table:
    return replace(table, columns=tuple(replace(c, values=()) for c in table.columns))
