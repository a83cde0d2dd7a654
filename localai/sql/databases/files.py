"""CSV, Parquet and Excel files, loaded into DuckDB's memory to be asked; it must not know SQL."""

from __future__ import annotations

from pathlib import Path

from localai.sql.databases.duckdb_file import DuckDBDatabase


def open_files(path: Path, *, memory: int) -> DuckDBDatabase:
    """The tables of a file or of a folder of files; connection locked after loading.

    Raises DatabaseError where there are none, or one cannot be read.
    """
    raise NotImplementedError
