"""Tells what a file is by its first bytes; it must not know how any kind is opened."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path

from localai.errors import DatabaseError

# Of SQLite (https://sqlite.org/fileformat2.html, 1.3), DuckDB (after 8 bytes of checksum), Parquet,
# gzip, zip, and Microsoft's compound files: old Excel, and new Excel with a password.
SQLITE, DUCKDB, PARQUET = b"SQLite format 3\0", b"DUCK", b"PAR1"
GZIP, ZIP, COMPOUND = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
READ_BYTES = 4096
ALLOWED = (
    "a SQLite or DuckDB file, a CSV, TSV, Parquet or xlsx file or a folder of them, "
    "or a URL such as postgresql://user@host/database"
)


class Kind(Enum):
    """What a file can be."""

    SQLITE = "a SQLite database"
    DUCKDB = "a DuckDB database"
    PARQUET = "a Parquet file"
    XLSX = "an Excel file"
    TEXT = "a text file"
    FOLDER = "a folder"


def kind_of(path: Path) -> Kind:
    """What the file or folder is. Raises DatabaseError: not there, unreadable, of no known kind."""
    if os.path.isdir(path):
        return Kind.FOLDER
    start = first_bytes(path)
    if start.startswith(SQLITE):
        return Kind.SQLITE
    if start[8:12] == DUCKDB:
        return Kind.DUCKDB
    if start.startswith(PARQUET):
        return Kind.PARQUET
    if start.startswith(ZIP):
        return _zipped(path)
    if start.startswith(COMPOUND):
        raise _compound(path)
    return _text(path, start)


def first_bytes(path: Path) -> bytes:
    """How the file begins. Raises DatabaseError: not there, no file, unreadable, empty."""
    try:
        if not path.exists():
            raise DatabaseError(
                f"There is no file {path}.", hint=f"Check the path; a database is {ALLOWED}."
            )
        if not path.is_file():
            # Opening a pipe would wait for its other end.
            raise DatabaseError(f"{path} is not a file.", hint=f"Name {ALLOWED}.")
        with path.open("rb") as file:
            start = file.read(READ_BYTES)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not start:
        raise DatabaseError(f"{path} is an empty file.", hint="Put tables into it first.")
    return start


def unreadable(path: Path, error: Exception) -> DatabaseError:
    """What the system's refusal to read a file means."""
    reason = getattr(error, "strerror", None) or error
    return DatabaseError(f"{path} cannot be read: {reason}.", hint="Check the file's permissions.")


def _zipped(path: Path) -> Kind:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise DatabaseError(
            f"{path} is damaged: {error}.", hint="Save it again, or take another copy."
        ) from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    what = "an archive"
    if "xl/workbook.bin" in names:
        what = "a binary Excel file (.xlsb)"
    elif "mimetype" in names and "content.xml" in names:
        what = "an OpenDocument file"
    raise DatabaseError(
        f"{path} is {what}, which is not read.",
        hint="Save it as .xlsx or .csv." if what != "an archive" else "Unpack it first.",
    )


def _compound(path: Path) -> DatabaseError:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if ENCRYPTED in block:
                return DatabaseError(
                    f"{path} is protected by a password.",
                    hint="Open it in Excel and save it without one.",
                )
    return DatabaseError(
        f"{path} is an old Excel file (.xls), which is not read.", hint="Save it as .xlsx."
    )


def _text(path: Path, start: bytes) -> Kind:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if start.startswith(GZIP):
        suffixes = suffixes[:-1] if suffixes[-1:] == [".gz"] else suffixes
        start = _unzipped(path)
    if suffixes[-1:] in ([], *([suffix] for suffix in TABLE_SUFFIXES)) and _is_text(start):
        return Kind.TEXT
    if suffixes[-1:] == [".sql"]:
        hint = "A file of CREATE TABLE statements goes with --schema."
    elif suffixes[-1:] in ([".db"], [".sqlite"], [".sqlite3"], [".duckdb"], [".db3"]):
        hint = "It does not begin as one; an encrypted database must be decrypted first."
    else:
        hint = f"Name {ALLOWED}. Tables in text go by one of {' '.join(TABLE_SUFFIXES)}."
    raise DatabaseError(f"{path} is not a database or a table that can be read.", hint=hint)


def _unzipped(path: Path) -> bytes:
    import gzip
    import zlib

    try:
        with gzip.open(path, "rb") as file:
            return file.read(READ_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise DatabaseError(f"{path} is damaged: {error}.", hint="Take another copy.") from error


def _is_text(start: bytes) -> bool:
    # UTF-16 has a zero byte in each Latin letter, and a mark at its beginning.
    return b"\0" not in start or start.startswith((b"\xff\xfe", b"\xfe\xff"))
