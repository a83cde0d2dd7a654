"""A schema from CREATE TABLE statements, with no data behind it; it must not know engines."""

from __future__ import annotations

import re
import sqlite3
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
FLAVOURS = (
    ("mysql", re.compile(r"auto_increment|engine\s*=|^[^'\n]*`|\) comment\s*=", re.I | re.M)),
    ("sqlite", re.compile(r"\bautoincrement\b|without\s+rowid|^pragma\s|\)\s*strict\s*;", re.I | re.M)),
)  # fmt: skip
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
