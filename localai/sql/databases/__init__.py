"""Each kind of database that can be asked, a few files per kind; it must not know questions."""

from __future__ import annotations

from pathlib import Path

from localai.errors import DatabaseError
from localai.sql.database import Database, Limits
from localai.sql.databases.content import Kind, kind_of
from localai.sql.databases.postgres_url import PostgresURL
from localai.sql.databases.targets import describe, read

__all__ = ["describe", "open_database"]


def open_database(
    target: str,
    *,
    schema: str = "",
    dialect: str = "",
    memory: int | None = None,
    allow_superuser: bool = False,
) -> Database:
    """Open what `target` names: a file, a folder or a URL; or `schema`, a file of DDL, alone.

    What a file is, its first bytes tell, not its name. dialect: of the SQL to write for DDL (found
    out where empty). memory: bytes for the whole process, Limits' own where None. allow_superuser:
    whether PostgreSQL may be asked as a role that no guard can hold.

    Raises DatabaseError: nothing there, no database, unreadable, not known.
    """
    if schema:
        if target:
            raise DatabaseError(
                "A database and a file of CREATE TABLE statements are named.",
                hint="Name one of them: a database brings its own schema.",
            )
        from localai.sql.databases.ddl import open_ddl

        return open_ddl(Path(schema).expanduser(), dialect)
    found = read(target)
    if isinstance(found, PostgresURL):
        from localai.sql.databases.postgres import open_postgres

        return open_postgres(found, allow_superuser=allow_superuser)
    return _opened(found, Limits().memory if memory is None else memory)


def _opened(path: Path, memory: int) -> Database:
    kind = kind_of(path)
    if kind is Kind.SQLITE:
        from localai.sql.databases.sqlite import open_sqlite

        return open_sqlite(path)
    if kind is Kind.DUCKDB:
        from localai.sql.databases.duckdb_file import open_duckdb

        return open_duckdb(path, memory=memory)
    from localai.sql.databases.files import open_files

    return open_files(path, memory=memory)
