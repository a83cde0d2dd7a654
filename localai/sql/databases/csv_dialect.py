"""Tells how a CSV file is written, and where its headers stand; it must not know how it is loaded.

DuckDB's sniffer tells the delimiter, quotes and types. By itself it would leave out the lines that
do not fit them, so where the table begins is told here, and each line from there on must fit.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localai.errors import DatabaseError
from localai.sql.databases.encodings import is_gzip
from localai.sql.databases.headers import LOOKED_AT, header_row, is_empty

if TYPE_CHECKING:
    import duckdb

SEPARATOR = re.compile(r"\"?sep=(.)\"?\r?\n", re.IGNORECASE)  # Excel's own first line
SHORT_YEAR = re.compile(r"%y(.)%m.%d")
NONE = "(empty)"  # how the sniffer says that there is no such character
SHOWN_CHARS = 60


class NotUTF8(Exception):
    """DuckDB has met bytes that are not UTF-8."""


@dataclass
class Dialect:
    """How a file is written. skip: lines above the headers, or above the first row."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    skip: int = 0
    has_header: bool = True
    headers: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    date_format: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def comma(self) -> bool:
        """Whether the comma of 1,234 is surely one between thousands, as values are quoted."""
        return self.delimiter == ","


def dialect_of(
    connection: duckdb.DuckDBPyConnection, readable: Path, head: str, path: Path
) -> Dialect:
    """The dialect of the UTF-8 file `readable`, which begins with `head`.

    path: what its user calls it. Raises DatabaseError where it holds no table, NotUTF8.
    """
    given = {}
    if separator := SEPARATOR.match(head):
        given = {"delim": separator[1], "skip": 1}
    found = _sniffed(connection, readable, given, path)
    rows, lines = _rows(head, found)
    place = header_row(rows) if rows else 0
    skip = lines[place] if rows else 0
    if skip != found.skip:
        given = {"delim": found.delimiter, "quote": found.quote, "escape": found.escape}
        _check_lengths(rows[place:], lines[place:], path)
        found = _sniffed(connection, readable, {**given, "skip": skip}, path)
    _read_short_years(connection, readable, found, path)
    if not found.quote and not _is_even(head, found):
        found.quote = found.escape = '"'
    found.headers = list(rows[place]) if rows and found.has_header else []
    above = [" ".join(row).strip() for row in rows[:place] if not all(map(is_empty, row))]
    if above and not (separator and len(above) == 1):
        found.told.append(f"{_lines(len(above))} above the headers left out ({_shown(above[-1])})")
    return found


def file_options(readable: Path, **options: Any) -> str:
    """The arguments of read_csv or sniff_csv, as SQL."""
    options["compression"] = "gzip" if is_gzip(readable) else "none"
    parts = [literal(exactly(readable)), *(f"{name} = {literal(v)}" for name, v in options.items())]
    return ", ".join(parts)


def exactly(path: Path) -> str:
    """The path as DuckDB finds this very file, which it else may take for a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def literal(value: Any) -> str:
    """A text, number, boolean, list or dict as DuckDB's SQL."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


MEND = "Each line must have as many values, and those that hold the delimiter stand in quotes."


def refused(path: Path, error: Exception, hint: str = MEND) -> DatabaseError:
    """What DuckDB says of a file, in words. Raises NotUTF8 where it is about that."""
    text = str(error)
    if "Invalid unicode" in text or "not utf-8" in text:
        raise NotUTF8
    if "Out of Memory" in text:
        return DatabaseError(
            f"{path} is too big to be loaded: {text.partition(chr(10))[0]}.",
            hint=f"Made into a DuckDB file once, it is asked where it lies: {kept(path)}",
        )
    line = re.search(r"(?:Error on Line|line): (\d+)", text)
    where = f" in line {line[1]}" if line else ""
    first = re.sub(r"^[\w ]+ Error: ", "", text.partition("\n")[0])
    return DatabaseError(f"{path} cannot be read{where}: {first}", hint=hint)


def kept(path: Path) -> str:
    """The command that makes a DuckDB file of a file."""
    call = f"read_{'parquet' if path.suffix.lower() == '.parquet' else 'csv'}({str(path)!r})"
    made = f"duckdb.connect('data.duckdb').{call}.create('data')"
    return f'python -c "import duckdb; {made}"'


def _sniffed(
    connection: duckdb.DuckDBPyConnection, readable: Path, given: dict[str, Any], path: Path
) -> Dialect:
    import duckdb

    try:
        row = connection.execute(
            "SELECT Delimiter, Quote, Escape, SkipRows, HasHeader, DateFormat, "
            "list_transform(Columns, lambda c: c.type) "
            f"FROM sniff_csv({file_options(readable, **given)})"
        ).fetchone()
    except duckdb.Error as error:
        raise refused(path, error) from error
    assert row is not None
    delimiter, quote, escape, skip, has_header, date_format, types = row
    quote, escape = ("" if sign == NONE else sign for sign in (quote, escape))
    skip = given.get("skip", skip)
    return Dialect(
        delimiter, quote, escape or quote, skip, has_header, [], types, date_format or ""
    )


def _read_short_years(
    connection: duckdb.DuckDBPyConnection, readable: Path, found: Dialect, path: Path
) -> None:
    """Read 31.12.23 as people write it: the sniffer tries the year first."""
    order = SHORT_YEAR.fullmatch(found.date_format)
    if order is None:
        return
    for usual in ("%d{0}%m{0}%y", "%m{0}%d{0}%y"):
        given: dict[str, Any] = {
            "delim": found.delimiter, "quote": found.quote, "escape": found.escape,
            "skip": found.skip, "dateformat": usual.format(order[1]),
        }  # fmt: skip
        if _sniffed(connection, readable, given, path).types == found.types:
            found.date_format = given["dateformat"]
            return


def _is_even(head: str, dialect: Dialect) -> bool:
    """Whether there are quotes, past what the sniffer looks at, and they are mere characters."""
    whole = head[: head.rfind("\n") + 1]
    rows = _rows(whole, dialect, len(whole))[0][dialect.skip :]
    return '"' in head and len({len(row) for row in rows if row}) == 1


def _rows(head: str, dialect: Dialect, count: int = LOOKED_AT) -> tuple[list[list[str]], list[int]]:
    """The first rows, and how many lines stand before each."""
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=dialect.delimiter[:1],
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
    )
    rows: list[list[str]] = []
    lines: list[int] = []
    while len(rows) < count:
        lines.append(reader.line_num)
        try:
            rows.append(next(reader))
        except (StopIteration, csv.Error):
            break
    return rows, lines


def _check_lengths(rows: list[list[str]], lines: list[int], path: Path) -> None:
    """Raises DatabaseError for the first line that has not as many values as the first of all."""
    for row, line in zip(rows, lines, strict=False):
        if row and len(row) != len(rows[0]):
            raise DatabaseError(
                f"{path} cannot be read: line {line + 1} has {len(row)} values, and line "
                f"{lines[0] + 1} has {len(rows[0])}.",
                hint=MEND,
            )


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "..."
