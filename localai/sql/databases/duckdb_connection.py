"""Opens DuckDB so that SQL can change and reach nothing; it must not know schemas or questions."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from localai.errors import DatabaseError

if TYPE_CHECKING:
    import duckdb

# Reading only keeps COPY from nothing, nor does it keep queries from files and from Python's
# variables (https://duckdb.org/docs/operations_manual/securing_duckdb/overview).
GUARDS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
MAX_THREADS = 4
# Of the process's memory in bytes, what is not DuckDB's: Python, results, DuckDB's own structures.
OVERHEAD = 300_000_000

# Sorting on disk ends at this many times the memory.
DISK_PER_MEMORY = 2


def connect(path: Path, memory: int) -> duckdb.DuckDBPyConnection:
    """A locked connection to a file, for reading. memory: bytes that the whole process may take.

    Raises DatabaseError: locked, damaged, encrypted, of another version.
    """
    import duckdb

    settings = {
        **_settings(memory),
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    try:
        return duckdb.connect(str(path), read_only=True, config=settings)
    except duckdb.Error as error:
        raise explained(path, error) from error


def in_memory(memory: int) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that may read files until it is locked."""
    import duckdb

    return duckdb.connect(":memory:", config=_settings(memory))


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the connection from files and from any other setting, for good."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _settings(memory: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        **GUARDS,
        "memory_limit": f"{max(memory // 2, memory - OVERHEAD)}B",
        "threads": str(min(MAX_THREADS, os.cpu_count() or 1)),
        # Otherwise a folder is made beside the database.
        "temp_directory": os.path.join(tempfile.gettempdir(), "localai-duckdb"),
        "max_temp_directory_size": f"{memory * DISK_PER_MEMORY}B",
    }


def explained(path: object, error: Exception) -> DatabaseError:
    """What DuckDB's complaint about a file means, in words for its user."""
    text = str(error)
    if "Could not set lock" in text:
        holder = re.search(r"\(PID \d+\)", text)
        return DatabaseError(
            f"{path} is locked by another program{f' {holder[0]}' if holder else ''}.",
            hint="Close it there, or ask a copy of the file.",
        )
    if "version number" in text:
        return _of_another_version(path, text)
    if "encrypted" in text:
        return DatabaseError(
            f"{path} is encrypted.", hint="Ask a copy that is not (COPY FROM DATABASE makes one)."
        )
    first = text.partition("\n")[0]
    if re.search("Corrupt|not a valid|Could not read enough|erializ", text):
        return DatabaseError(f"{path} is damaged: {first}.", hint="Take another copy of it.")
    return DatabaseError(f"{path} cannot be opened: {first}.")


def _of_another_version(path: object, text: str) -> DatabaseError:
    import duckdb

    if "newer version" in text:
        return DatabaseError(
            f"{path} was written by a newer DuckDB than the {duckdb.__version__} installed here.",
            hint="Update it with: pip install --upgrade duckdb",
        )
    return DatabaseError(
        f"{path} was written by an old DuckDB, which {duckdb.__version__} cannot read.",
        hint="Export it with that version (EXPORT DATABASE), or with it write Parquet files.",
    )
