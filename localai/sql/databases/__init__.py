"""Each kind of database that can be asked, a few files per kind; it must not know questions."""

from __future__ import annotations

from pathlib import Path

from localai.sql.database import Database, Limits


def open_database(
    target: str,
    *,
    schema: str = "",
    dialect: str = "",
    memory: int | None = None,
    allow_superuser: bool = False,
) -> Database:
    """Open what `target` names: a file, a folder or a URL; or `schema`, a file of DDL, alone.

    dialect: of the DDL and of the SQL to write for it (found out where empty). memory: bytes for
    queries, Limits' own where None. allow_superuser: whether PostgreSQL may be asked as a role that
    no guard can hold.

    Raises DatabaseError: nothing there, no database, unreadable, not known.
    """
    from localai.sql.databases import ddl, duckdb_file, files, postgres, sqlite

    memory = Limits().memory if memory is None else memory
    if schema:
        return ddl.open_ddl(Path(schema), dialect)
    if "://" in target:
        return postgres.open_postgres(target, allow_superuser=allow_superuser)
    path = Path(target)
    if path.suffix == ".duckdb":
        return duckdb_file.open_duckdb(path, memory=memory)
    if path.suffix in (".csv", ".parquet", ".xlsx") or path.is_dir():
        return files.open_files(path, memory=memory)
    return sqlite.open_sqlite(path)


def describe(target: str) -> tuple[str, str]:
    """Its name as people see it, without a password, and a key, the same each time it is named."""
    return target, target
