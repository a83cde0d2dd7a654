"""Loads Parquet files into DuckDB, those in parts as one table; it must not know what is asked.

Spark and others write a table as a folder of parts, or of folders named `year=2024`; people write
sales_2023.parquet and sales_2024.parquet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localai.sql.databases.csv_dialect import exactly, literal, refused
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

# What numbers the parts of a table: digits, or the long random IDs of those that wrote them.
NUMBERS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\d+", re.IGNORECASE
)
PART_WORDS = {"part", "parts", "data", "chunk", "file", "split", "c", "r", "m", "of"}
PART_WORDS |= {"snappy", "gz", "gzip", "zstd", "lz", "brotli"}
KEYED = re.compile(r"[^=]+=[^=]*")
Columns = tuple[tuple[str, str], ...]
FILE = "file"  # the column that tells the parts of sales_2023 and sales_2024 apart


@dataclass(frozen=True)
class Parts:
    """The files of one table. told_apart: whether their names say more than a part's number."""

    name: str
    files: list[Path]
    told_apart: bool = False


def datasets(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Parts]:
    """The tables that the Parquet files in a folder make, and those in folders within it."""
    inner = _folders(folder)
    for each in [folder] if _is_keyed(folder) else [folder, *inner]:
        if not _is_keyed(each):
            yield from _grouped(connection, each)
        elif files := _parquet(each, "**/*"):
            yield Parts(_name(each), files)


def is_without_parquet(folder: Path) -> bool:
    """Whether this is a folder that `datasets` finds nothing in."""
    return folder.is_dir() and folder.name[0] not in "._" and not _parquet(folder, "**/*")


def load_parquet(connection: duckdb.DuckDBPyConnection, parts: Parts, table: str) -> list[str]:
    """Make `table` of the files; what is told of it. Raises DatabaseError: damaged, unlike."""
    import duckdb

    name, files = always_quoted(table), literal([exactly(file) for file in parts.files])
    columns = "*"
    if parts.told_apart:
        columns = rf"parse_filename(filename, true) AS {FILE}, * EXCLUDE (filename)"
    try:
        connection.execute(
            f"CREATE TABLE {name} AS SELECT {columns} FROM "
            f"read_parquet({files}, filename = {literal(parts.told_apart)})"
        )
    except duckdb.Error as error:
        raise refused(parts.files[0], error, "Take another copy of it.") from error
    if len(parts.files) == 1:
        return []
    told = f"{len(parts.files)} files, {parts.files[0].name} to {parts.files[-1].name}, in one"
    return [f"{told}, told apart by the column {FILE}" if parts.told_apart else told]


def _grouped(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Parts]:
    """Files whose names differ in numbers alone, and which have the same columns, are parts."""
    groups: dict[tuple[str, Columns | None], list[Path]] = {}
    for file in _parquet(folder, "*"):
        groups.setdefault((_words(file), _columns(connection, file)), []).append(file)
    for (words, columns), files in groups.items():
        if len(files) == 1:
            yield Parts(files[0].stem, files)
            continue
        taken = any(name.lower() in (FILE, "filename") for name, _ in columns or ())
        yield Parts(words or _name(folder), files, bool(words) and not taken)


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")


def _is_keyed(folder: Path) -> bool:
    inner = _folders(folder)
    return bool(inner) and all(KEYED.fullmatch(each.name) for each in inner)


def _name(folder: Path) -> str:
    return folder.resolve().name.removesuffix(".parquet")


def _parquet(folder: Path, pattern: str) -> list[Path]:
    found = [each for each in folder.glob(pattern) if each.suffix.lower() == ".parquet"]
    return sorted(each for each in found if each.is_file() and each.name[0] not in "._")


def _words(file: Path) -> str:
    words = re.split(r"[\W_]+", NUMBERS.sub(" ", file.stem))
    return "_".join(word for word in words if word and word.lower() not in PART_WORDS)


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> Columns | None:
    import duckdb

    try:
        rows = connection.execute(
            f"DESCRIBE FROM read_parquet({literal(exactly(file))})"
        ).fetchall()
    except duckdb.Error:
        return None  # loading it will tell why
    return tuple((name, type_) for name, type_, *_ in rows)
