from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from localai.errors import DatabaseError
from localai.sql.databases.excel_files import load_excel

DAY = dt.datetime(2024, 1, 31)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as connection:
        yield connection


class Loaded:
    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        names = iter("tuvw")
        self.sheets = load_excel(connection, path, lambda _: next(names))
        self.told = "; ".join(self.sheets[0][2])
        found = connection.execute("FROM t")
        self.columns = {name: str(type_) for name, type_, *_ in found.description or ()}
        self.rows: list[tuple[Any, ...]] = found.fetchall()


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Any:
    def loaded(*sheets: list[list[Any]]) -> Loaded:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for number, rows in enumerate(sheets):
            sheet = book.create_sheet(f"S{number}")
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        return Loaded(connection, tmp_path / "book.xlsx")

    return loaded


def test_types_are_those_of_the_cells(load: Any) -> None:
    table = load(
        [
            ["whole", "decimal", "truth", "day", "moment", "time", "long", "text", "mixed", "none"],
            [1, 1.5, True, DAY, DAY, dt.time(10, 30), dt.timedelta(hours=30), "a", "x", None],
            [2.0, 2, False, DAY, DAY.replace(hour=9), dt.time(11), dt.timedelta(0), "b\n,c", 5],
            [None, None, None, None, None, None, None, '"', DAY],
        ]
    )
    assert list(table.columns.values()) == [
        "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "TIME", "INTERVAL", "VARCHAR",
        "VARCHAR", "VARCHAR",
    ]  # fmt: skip
    assert table.rows == [
        (1, 1.5, True, DAY.date(), DAY, dt.time(10, 30), dt.timedelta(hours=30), "a", "x", None),
        (2, 2.0, False, DAY.date(), DAY.replace(hour=9), dt.time(11), dt.timedelta(0), "b\n,c",
         "5", None),
        (None, None, None, None, None, None, None, '"', "2024-01-31", None),
    ]  # fmt: skip
    assert table.told == ""


@pytest.mark.parametrize(
    ("rows", "columns", "count", "told"),
    [
        ([["a", "b"], [1, 2], [], [None, None], [3, 4], []], ["a", "b"], 2, ""),
        ([[], [], [None, "a", None, "b"], [None, 1, None, 2]], ["a", "b"], 1, ""),
        (
            [["Sales report"], [], ["by", "Anna"], ["a", "b", "c"], [1, 2, 3], [4, 5, 6]],
            ["a", "b", "c"],
            2,
            "2 rows above the headers left out (by Anna)",
        ),
        ([["a", "A", None], [1, 2, 3]], ["a", "A_2", "C"], 1, "a column has no header: it is C"),
        ([["region", 2023, 2024.0], ["x", 1, 2]], ["region", "2023", "2024"], 1, ""),
        ([["region", DAY], ["x", 1]], ["region", "2024-01-31"], 1, ""),
        ([["two\nlines ", "b"], [1, 2]], ["two lines", "b"], 1, ""),
        ([["Anna", 34, 1.5], ["Ben", 28, 2.5]], ["A", "B", "C"], 2, "no headers in it"),
        ([["a", "b"]], ["a", "b"], 0, ""),
        ([["a", "b"], ["x", 1], ["Total", 1]], ["a", "b"], 2, "looks like a total"),
    ],
)
def test_the_table_is_found_on_its_sheet(
    load: Any, rows: list[list[Any]], columns: list[str], count: int, told: str
) -> None:
    table = load(rows)
    assert list(table.columns) == columns
    assert len(table.rows) == count
    assert told in table.told and bool(told) == bool(table.told)


def test_what_excel_could_not_compute_is_empty(load: Any) -> None:
    table = load([["a", "b"], [1, "#N/A"], [2, "#DIV/0!"], [3, 5]])
    assert table.columns["b"] == "BIGINT"
    assert table.rows == [(1, None), (2, None), (3, 5)]
    assert "such as #N/A (2 cells)" in table.told


def test_words_for_nothing_leave_numbers_numbers(load: Any) -> None:
    table = load([["a", "b"], ["x", 1.5], ["y", "n/a"], ["z", "12,5"]])
    assert [row[1] for row in table.rows] == ["1.5", "n/a", "12,5"]
    table = load([["a", "b"], ["x", 1.5], ["y", "n/a"]])
    assert [row[1] for row in table.rows] == [1.5, None]
    assert "says n/a (1 cell)" in table.told


def test_digits_that_are_text_stay_text(load: Any) -> None:
    assert load([["zip"], ["01234"], ["12345"]]).columns == {"zip": "VARCHAR"}


def test_formulas_have_the_values_that_were_stored(load: Any, tmp_path: Path) -> None:
    table = load([["a", "b"], [1, "=A2*2"]])
    assert table.rows == [(1, None)]
    assert "b may hold formulas whose results are not stored" in table.told
    path = tmp_path / "book.xlsx"
    stored = {}
    with zipfile.ZipFile(path) as book:
        stored = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    stored[sheet] = stored[sheet].replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    with zipfile.ZipFile(path, "w") as book:
        for name, content in stored.items():
            book.writestr(name, content)
    with closing(duckdb.connect()) as connection:
        assert Loaded(connection, path).rows == [(1, 2)]


def test_sheets_with_cells_are_tables(load: Any) -> None:
    found = load([["a"], [1]], [], [["b"], [2]])
    assert [(title, table) for title, table, _ in found.sheets] == [("S0", "t"), ("S2", "u")]
    assert load([["a"], [1]], []).sheets == [("", "t", [])]


def test_merged_cells_count_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Report", None, None], ["a", "b", "c"], [1, 2, 3], [None, 4, 5]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    book.save(tmp_path / "a.xlsx")
    assert Loaded(connection, tmp_path / "a.xlsx").rows == [(1, 2, 3), (None, 4, 5)]


def test_a_workbook_without_cells_is_an_error(load: Any) -> None:
    with pytest.raises(DatabaseError, match="has no cells with values"):
        load([], [[None]])


def test_a_damaged_workbook_is_said_to_be_one(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(DatabaseError, match=r"a\.xlsx cannot be read") as caught:
        Loaded(connection, path)
    assert "save it again" in caught.value.hint
