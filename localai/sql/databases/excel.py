"""Reads the sheets of Excel files as tables; it must not know how they are loaded or asked.

Values are those that Excel has stored: formulas are not computed here.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from localai.errors import DatabaseError
from localai.sql.databases.excel_types import ERRORS, written
from localai.sql.databases.headers import LOOKED_AT, column_names, header_row, is_empty

Row = tuple[Any, ...]
Found = TypeVar("Found")
TOTAL = re.compile(r"(?:grand |sub)?totals?|sum|summe|gesamt\w*|suma|totale", re.IGNORECASE)
SHOWN_CHARS = 60
FORMULA_ROWS = 20  # in which formulas are looked for


@dataclass
class Column:
    """One column that holds cells. kinds: of its cells, as excel_types names them."""

    place: int
    name: str
    kinds: set[str] = field(default_factory=set)


@dataclass
class Sheet:
    """One sheet with cells. Its rows are to be read once, to the end; only then columns and told
    are complete: columns that hold something, and what is to be told of the sheet."""

    title: str
    rows: Iterator[list[str]]
    columns: list[Column] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def read_sheets(path: Path, use: Callable[[list[Sheet]], Found]) -> Found:
    """What `use` makes of the sheets that hold cells. Raises DatabaseError: damaged, no cells."""
    with _opened(path, data_only=True) as workbook:
        found = []
        for sheet in workbook.worksheets:
            cells = itertools.dropwhile(_is_blank, _rows(path, sheet))
            head = list(itertools.islice(cells, LOOKED_AT))
            if head:
                found.append(_sheet(path, sheet.title, head, cells))
        if not found:
            raise DatabaseError(f"{path} has no cells with values.", hint="Fill a sheet first.")
        return use(found)


@contextmanager
def _opened(path: Path, *, data_only: bool) -> Iterator[Any]:
    import openpyxl

    with warnings.catch_warnings():
        # Of formats and extensions that have nothing to do with the cells.
        warnings.simplefilter("ignore")
        try:
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
        except Exception as error:
            raise _unreadable(path, error) from error
        with closing(workbook):
            yield workbook


def _rows(path: Path, sheet: Any) -> Iterator[Row]:
    try:
        # Some programs write a size that is not the sheet's.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except Exception as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DatabaseError:
    # openpyxl says what is wrong with a file in exceptions of every kind.
    return DatabaseError(
        f"{path} cannot be read: {type(error).__name__}: {error}.",
        hint="Open it in Excel and save it again, as .xlsx or .csv.",
    )


def _is_blank(row: Row) -> bool:
    return all(map(is_empty, row))


def _sheet(path: Path, title: str, head: list[Row], rest: Iterator[Row]) -> Sheet:
    place = header_row(head)
    headers = head[place] if _are_headers(head[place]) else ()
    data = itertools.chain(head[place + bool(headers) :], rest)
    sheet = Sheet(title, iter(()))
    above = [row for row in head[:place] if not _is_blank(row)]
    if above:
        shown = " ".join(str(cell) for cell in above[-1] if not is_empty(cell))[:SHOWN_CHARS]
        count = "1 row" if len(above) == 1 else f"{len(above)} rows"
        sheet.told.append(f"{count} above the headers left out ({shown})")
    if not headers:
        sheet.told.append("no headers in it: its columns are called A, B, C ...")
    sheet.rows = _written(path, sheet, headers, data)
    return sheet


def _are_headers(row: Row) -> bool:
    """Whether these may be headers: texts, dates and years, but no other numbers."""
    kinds = {written(cell)[0] for cell in row if not is_empty(cell) and not _is_year(cell)}
    return kinds <= {"text", "date"}


def _is_year(cell: object) -> bool:
    return isinstance(cell, int | float) and cell in range(1900, 2101)


def _written(path: Path, sheet: Sheet, headers: Row, data: Iterator[Row]) -> Iterator[list[str]]:
    """The rows as texts; completes the sheet behind the last one."""
    kinds: dict[int, set[str]] = {}
    errors = 0
    last: Row = ()
    for row in data:
        texts = []
        for place, cell in enumerate(row):
            if is_empty(cell) or cell in ERRORS:
                errors += cell in ERRORS
                texts.append("")
                continue
            kind, text = written(cell)
            kinds.setdefault(place, set()).add(kind)
            texts.append(text.replace("\0", ""))
        if any(texts):
            last = row
            yield texts
    named = {place for place, cell in enumerate(headers) if not is_empty(cell)}
    _complete(sheet, headers, sorted(named | set(kinds)), kinds)
    if errors:
        cells = "1 cell" if errors == 1 else f"{errors} cells"
        sheet.told.append(f"empty where Excel shows an error such as #N/A ({cells})")
    if any(isinstance(cell, str) and TOTAL.fullmatch(cell.strip(" :")) for cell in last):
        sheet.told.append("its last row looks like a total, and counts like every other row")
    hollow = [column.name for column in sheet.columns if not column.kinds]
    if hollow and _has_formulas(path, sheet.title):
        sheet.told.append(
            f"{', '.join(hollow)} may hold formulas whose results are not stored: open it in "
            "Excel and save it"
        )


def _complete(
    sheet: Sheet, headers: Row, places: Sequence[int], kinds: dict[int, set[str]]
) -> None:
    cells = [headers[place] if place < len(headers) else None for place in places]
    names, told = column_names(cells, [_letters(place) for place in places])
    sheet.columns = [
        Column(place, name, kinds.get(place, set()))
        for place, name in zip(places, names, strict=True)
    ]
    if headers:
        sheet.told += told


def _has_formulas(path: Path, title: str) -> bool:
    with _opened(path, data_only=False) as workbook:
        rows = itertools.islice(_rows(path, workbook[title]), LOOKED_AT + FORMULA_ROWS)
        return any(isinstance(cell, str) and cell.startswith("=") for row in rows for cell in row)


def _letters(place: int) -> str:
    """What Excel calls the column: A to Z, then AA."""
    found = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
