"""A schema from a file of CREATE TABLEs, with no data behind; it must not know engines."""

from __future__ import annotations

from pathlib import Path

from localai.errors import SQLRejected
from localai.schema import Schema
from localai.sql.database import Introspection, Limits, Result


class SchemaOnly:
    """Tables that SQL can be written and checked for, but not run on."""

    can_run = False
    notices: tuple[str, ...] = ()

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.dialect = schema.dialect

    def introspect(self, how: Introspection) -> Schema:
        """As Database.introspect."""
        return self.schema

    def explain(self, sql: str) -> None:
        """Nothing can be planned without a database."""

    def run(self, sql: str, limits: Limits) -> Result:
        """Raises SQLRejected: there is no data."""
        raise SQLRejected(
            "There is only a schema here: the SQL can be written and checked, but not run.",
            hint="Name a database with --db to run it.",
        )

    def interrupt(self) -> bool:
        """As Database.interrupt: nothing ever runs."""
        return True

    def close(self) -> None:
        """As Database.close."""


def open_ddl(path: Path, dialect: str = "") -> SchemaOnly:
    """The tables of the file at `path`. Raises DatabaseError where it has none."""
    raise NotImplementedError
