"""CSV, Parquet and Excel files, loaded into DuckDB's memory to be asked; it must not know SQL.

Each file is a table, each sheet of a workbook is one, and a folder is all of its files.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from localai.errors import DatabaseError
from localai.sql.databases.content import Kind, kind_of, unreadable
from localai.sql.databases.csv_dialect import kept
from localai.sql.databases.csv_files import load_csv
from localai.sql.databases.duckdb_connection import in_memory, lock
from localai.sql.databases.duckdb_file import DuckDBDatabase
from localai.sql.databases.excel_files import load_excel
from localai.sql.databases.parquet_files import Parts, datasets, is_without_parquet, load_parquet
from localai.sql.names import always_quoted

if TYPE_CHECKING:
    import duckdb

SUFFIXES = {".csv", ".tsv", ".tab", ".xlsx", ".xlsm"}
DATABASES = {".db", ".sqlite", ".sqlite3", ".duckdb"}
DEFAULT_TITLE = re.compile(r"(?:sheet|tabelle|feuil|hoja|foglio|plan|blad)\s?\d*", re.IGNORECASE)
# What lies beside data everywhere, and is worth no word.
UNTOLD = re.compile(r"[._~].*|.*\.(?:md|txt|crc|json|log|ya?ml|html|pdf|sql|py)|[A-Z_]+", re.ASCII)
SLOW_SECONDS = 10.0
SHOWN = 10  # names


def open_files(path: Path, *, memory: int) -> DuckDBDatabase:
    """The tables of a file or of a folder of files, in a process that may take `memory` bytes.

    The connection is locked when they are loaded. Raises DatabaseError where there are no tables,
    or the file cannot be read; of a folder such a file is left out, and that is told.
    """
    connection = in_memory(memory)
    loading = _Loading(connection)
    start = time.monotonic()
    try:
        if path.is_dir():
            loading.folder(path)
        else:
            loading.file(path, alone=True)
        lock(connection)
    except OSError as error:
        connection.close()
        raise unreadable(path, error) from error
    except BaseException:
        connection.close()
        raise
    seconds = time.monotonic() - start
    if seconds > SLOW_SECONDS:
        how = "" if path.is_dir() or path.suffix.lower() == ".xlsx" else f": {kept(path)}"
        loading.told.append(
            f"Loading took {seconds:.0f} s, as it will each time. Made into a DuckDB file once, it "
            f"is asked where it lies{how}"
        )
    return DuckDBDatabase(connection, str(path), tuple(loading.told))


def table_name(name: str) -> str:
    """A name that needs no quotes, as far as that can be: `Sales-2023` is sales_2023."""
    tame = re.sub(r"\W+", "_", name).strip("_").lower() or "data"
    return f"t_{tame}" if tame[0].isdigit() else tame


class _Loading:
    """Files on their way into tables. told: what their user should know."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.told: list[str] = []
        self.tables: set[str] = set()

    def folder(self, path: Path) -> None:
        """Every file of data that lies in it, and Parquet files in folders of their own."""
        entries = sorted(each for each in path.iterdir() if each.name[0] not in ".~")
        files = [each for each in entries if each.is_file() and each.suffix.lower() != ".parquet"]
        tabular = [each for each in files if _suffix(each) in SUFFIXES]
        loads = [(each.name, partial(self.file, each, alone=False)) for each in tabular]
        parquet = datasets(self.connection, path)
        loads += [(parts.name, partial(self.parquet, parts)) for parts in parquet]
        refusals = [self._refusal(name, load) for name, load in loads]
        if not self.tables:
            raise next(filter(None, refusals), None) or _no_files(path, files)
        left = [each.name for each in files if each not in tabular]
        left = [name for name in left if not UNTOLD.fullmatch(name)]
        left += [f"the folder {each.name}" for each in entries if is_without_parquet(each)]
        if left:
            more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
            self.told.append(f"Left out, as no tables: {', '.join(left[:SHOWN])}{more}.")

    def file(self, path: Path, *, alone: bool) -> None:
        """One file. alone: whether its tables need not show what file they come from."""
        kind = kind_of(path)
        if kind is Kind.XLSX:
            self._workbook(path, alone=alone)
        elif kind is Kind.PARQUET:
            self.parquet(Parts(path.stem, [path]))
        elif kind is Kind.TEXT:
            table = self._table(_stem(path))
            self._tell(path.name, _stem(path), table, load_csv(self.connection, path, table))
        else:
            raise DatabaseError(f"{path} is {kind.value}.", hint="Ask it by itself.")

    def parquet(self, parts: Parts) -> None:
        """The files of one table."""
        table = self._table(parts.name)
        self._tell(parts.name, parts.name, table, load_parquet(self.connection, parts, table))

    def _workbook(self, path: Path, *, alone: bool) -> None:
        def named(title: str) -> str:
            if not title:
                return self._table(path.stem)
            clear = alone and not DEFAULT_TITLE.fullmatch(title)
            return self._table(title if clear else f"{path.stem}_{title}")

        for title, table, told in load_excel(self.connection, path, named):
            place = f"{path.name}, {title}" if title else path.name
            self._tell(place, title or path.stem, table, told)

    def _table(self, name: str) -> str:
        """A free name for a table, taken from now on."""
        tame = found = table_name(name)
        number = 1
        while found in self.tables:
            number += 1
            found = f"{tame}_{number}"
        self.tables.add(found)
        return found

    def _tell(self, place: str, name: str, table: str, told: list[str]) -> None:
        row = self.connection.execute(f"SELECT 1 FROM {always_quoted(table)} LIMIT 1").fetchone()
        if row is None:
            told = [*told, "no rows in it"]
        if table != name:
            told = [f"the table {table}", *told]
        if told:
            self.told.append(f"{place}: {'; '.join(told)}.")

    def _refusal(self, name: str, load: Callable[[], None]) -> DatabaseError | None:
        """Load something of a folder; why it had to be left out, which is told, or None."""
        before = set(self.tables)
        try:
            load()
        except DatabaseError as error:
            for table in self.tables - before:
                self.connection.execute(f"DROP TABLE IF EXISTS {always_quoted(table)}")
            self.tables = before
            self.told.append(f"{name} is left out: {error}")
            return error
        return None


def _stem(path: Path) -> str:
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _suffix(path: Path) -> str:
    inner = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return inner.lower()


def _no_files(path: Path, files: Iterable[Path]) -> DatabaseError:
    databases = [str(file) for file in files if file.suffix.lower() in DATABASES]
    hint = f"Name a database in it, such as {databases[0]}." if databases else "Check the path."
    return DatabaseError(f"{path} is a folder without CSV, TSV, Parquet or xlsx files.", hint=hint)
