"""The same tables in PostgreSQL, SQLite and DuckDB, and their rows made comparable."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localai.sql.databases import sqlite_functions
from localai.sql.databases.sqlite_schema import introspect
from localai.sql.semantics import intervals
from localai.sql.semantics.moments import read, write

if TYPE_CHECKING:
    import duckdb
    import psycopg

HERE = Path(__file__).parent
TABLES = (HERE / "tables.sql").read_text(encoding="utf-8")
TODAY = date(2024, 6, 15)
Row = tuple[object, ...]

# PostgreSQL's own clock cannot be stopped: the reference gets its words spelt out.
CLOCKS = (
    (r"\bCURRENT_DATE\b", "DATE '2024-06-15'"),
    (r"\b(?:NOW\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP)", "TIMESTAMP '2024-06-15 00:00:00'"),
    (r"\bAGE\((\w+)\)", r"AGE(DATE '2024-06-15', \1)"),
)


def with_stopped_clock(sql: str) -> str:
    for pattern, shown in CLOCKS:
        sql = re.sub(pattern, shown, sql)
    return sql


class Engines:
    """Three databases of the same rows."""

    def __init__(self, url: str, folder: Path) -> None:
        import duckdb
        import psycopg

        self.postgres: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        psycopg.adapters.register_loader("interval", _IntervalText)
        self.postgres.adapters.register_loader("interval", _IntervalText)
        path = folder / "rows.db"
        self.sqlite = sqlite3.connect(path)
        self.sqlite.executescript(TABLES)
        sqlite_functions.register(self.sqlite)
        self.duckdb: duckdb.DuckDBPyConnection = duckdb.connect()
        self.duckdb.execute(TABLES)
        self.schema = introspect(path)

    def close(self) -> None:
        self.postgres.close()
        self.sqlite.close()
        self.duckdb.close()

    def run(self, dialect: str, sql: str) -> list[Row]:
        """The rows as the engine's driver gives them; DuckDB's spans of time as texts."""
        if dialect == "duckdb":
            return self._duckdb(sql)
        with closing(
            self.postgres.cursor() if dialect == "postgres" else self.sqlite.cursor()
        ) as c:
            return list(c.execute(sql).fetchall())

    def _duckdb(self, sql: str) -> list[Row]:
        relation = self.duckdb.sql(sql)
        shown = [
            f"CAST(#{at} AS VARCHAR)" if str(kind) == "INTERVAL" else f"#{at}"
            for at, kind in enumerate(relation.types, 1)
        ]
        return relation.project(", ".join(shown)).fetchall()

    def expected(self, sql: str) -> tuple[list[Row], list[str]]:
        """PostgreSQL's rows of the query as it was written, and the types of their columns."""
        with self.postgres.cursor() as cursor:
            cursor.execute(with_stopped_clock(sql))
            types = [column.type_display for column in cursor.description or ()]
            return cursor.fetchall(), types


def _loader() -> Any:
    from psycopg.adapt import Loader

    class IntervalText(Loader):
        def load(self, data: Any) -> str:
            return bytes(data).decode()

    return IntervalText


_IntervalText = _loader()


def comparable(rows: Sequence[Row], types: Sequence[str], *, ordered: bool) -> list[Row]:
    """The rows with numbers to 9 digits, dates as texts, lists as lists; sorted unless ordered."""
    shown = [
        tuple(_cell(cell, kind) for cell, kind in zip(row, types, strict=True)) for row in rows
    ]
    return shown if ordered else sorted(shown, key=repr)


def _cell(cell: object, kind: str) -> object:
    if cell is None:
        return None
    if kind == "interval":
        span = intervals.parse(str(cell))
        assert span is not None, cell
        return (span.months, span.days, round(span.micros / 1000))
    if kind.endswith("[]"):
        items = json.loads(cell) if isinstance(cell, str) else list(cell)  # type: ignore[call-overload]
        return [_cell(item, "") for item in items]
    if kind in ("date", "timestamp", "timestamptz"):
        moment = read(str(cell))
        assert moment is not None, cell
        return write(moment, day=True)
    if isinstance(cell, bool | int | float | Decimal):
        return float(f"{float(cell):.9g}")
    if isinstance(cell, datetime | date | time):
        return str(cell)
    return cell


def queries() -> list[tuple[str, str]]:
    """Section and text of each query in queries.sql."""
    found: list[tuple[str, str]] = []
    section = ""
    for line in (HERE / "queries.sql").read_text(encoding="utf-8").splitlines():
        if line.startswith("-- # "):
            section = line[5:]
        elif line.strip():
            found.append((section, line.strip().rstrip(";")))
    return found
