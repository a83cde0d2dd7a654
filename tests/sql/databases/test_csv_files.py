from __future__ import annotations

import datetime
import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from localai.errors import DatabaseError
from localai.sql.databases.csv_files import load_csv


class Loaded:
    def __init__(self, connection: duckdb.DuckDBPyConnection, told: list[str]) -> None:
        self.told = "; ".join(told)
        found = connection.execute("FROM t")
        self.columns = {name: str(type_) for name, type_, *_ in found.description or ()}
        self.rows: list[tuple[Any, ...]] = found.fetchall()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as connection:
        yield connection


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Any:
    def loaded(content: str | bytes, name: str = "a.csv") -> Loaded:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Loaded(connection, load_csv(connection, path, "t"))

    return loaded


@pytest.mark.parametrize(
    "content",
    [
        "name,n\nMüller,1\n",
        "name;n\nMüller;1\n",
        "name\tn\nMüller\t1\n",
        "name|n\r\nMüller|1\r\n",
        '"name","n"\n"Müller","1"\n',
        "\ufeffname,n\nMüller,1",
        "sep=;\nname;n\nMüller;1\n",
        'sep=,\r\n"name","n"\r\n"Müller","1"\r\n',
    ],
)
def test_any_delimiter_will_do(load: Any, content: str) -> None:
    table = load(content)
    assert table.columns == {"name": "VARCHAR", "n": "BIGINT"}
    assert table.rows == [("Müller", 1)]
    assert table.told == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
def test_any_encoding_will_do(load: Any, encoding: str, packed: bool) -> None:
    content = "name,price\nMüller,€ 5\n“Ça”,–\n".encode(encoding)
    if packed:
        content = gzip.compress(content)
    table = load(content, "a.csv.gz" if packed else "a.csv")
    assert table.rows == [("Müller", 5), ("“Ça”", None)]
    assert ("Windows-1252" in table.told) == (encoding == "cp1252")


def test_another_encoding_far_into_the_file_is_found_too(load: Any) -> None:
    content = b"name,n\n" + (b"x" * 500 + b",1\n") * 10_000 + "Müller,2\n".encode("cp1252")
    table = load(content)
    assert table.rows[-1] == ("Müller", 2)
    assert "Windows-1252" in table.told


def test_a_few_bad_bytes_spoil_no_other_letters(load: Any) -> None:
    for before in (9, 600_000):
        content = b"name,n\n" + "Müller,1\n".encode() * before + b"M\xfcller,2\nX,3\n"
        table = load(content)
        assert table.rows[-2:] == [("M\ufffdller", 2), ("X", 3)]
        assert "not all of it is UTF-8" in table.told


def test_a_name_is_no_pattern(load: Any, tmp_path: Path) -> None:
    (tmp_path / "a1.csv").write_text("a,b\n3,4\n")
    assert load("a,b\n1,2\n", "a[1].csv").rows == [(1, 2)]
    assert load("a,b\n1,2\n", "a?.csv").rows == [(1, 2)]


def test_gzip_is_known_by_its_content(load: Any) -> None:
    assert load(gzip.compress(b"a,b\n1,2\n"), "a.csv").rows == [(1, 2)]


def test_quotes_may_hold_anything(load: Any) -> None:
    table = load('name,said\n"a, b","x\ny"\n"c ""d""",z\n' + "e,f\n" * 9)
    assert table.rows[:2] == [("a, b", "x\ny"), ('c "d"', "z")]


def test_the_first_quotes_may_come_late(load: Any) -> None:
    table = load("name,n\n" + "x,1\n" * 60_000 + '"a, b",2\n')
    assert table.rows[-1] == ("a, b", 2)


def test_types_are_those_of_the_values(load: Any) -> None:
    table = load(
        "i,f,b,d,t,zip,phone,empty\n"
        "1,1.5,true,2024-01-31,2024-01-31 10:30:00,01234,+49 1,\n"
        "2,2,false,2024-02-28,2024-02-28 00:00:00,00123,030,\n"
    )
    assert list(table.columns.values()) == [
        "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR",
    ]  # fmt: skip
    assert table.told == ""


@pytest.mark.parametrize(
    ("values", "numbers", "told"),
    [
        (["1.234,56", "0,5", "-12,5", "7"], [1234.56, 0.5, -12.5, 7.0], "1.234,56 is 1234.56"),
        (["1,234.56", "0.5", "2,000"], [1234.56, 0.5, 2000.0], "1,234.56 is 1234.56"),
        (["1,234", "2,000"], [1234, 2000], "1,234 is 1234"),
        (["$12", "$1,200"], [12, 1200], "$1,200 is 1200"),
        (["12,5 %", "3,75 %"], [12.5, 3.75], "12,5 % is 12.5"),
        (["1 234,5", "12,25"], [1234.5, 12.25], "1 234,5 is 1234.5"),
        (["1'234.50", "2.25"], [1234.5, 2.25], ""),
        (["5", "n/a", "-", "7"], [5, None, None, 7], "says n/a (2 cells)"),
        (["−5", "7"], [-5, 7], ""),
        (["1.5", "nan"], [1.5, None], ""),
    ],
)
def test_numbers_as_people_write_them_are_numbers(
    load: Any, values: list[str], numbers: list[float | None], told: str
) -> None:
    table = load("a,b\n" + "".join(f'x,"{value}"\n' for value in values))
    assert [row[1] for row in table.rows] == numbers
    assert told in table.told


@pytest.mark.parametrize(
    "values",
    [
        ["01234", "12345"],
        ["1.234,56", "1,234.56"],
        ["192.168.0.1", "10.0.0.1"],
        ["12-5", "3-4"],
        ["555 123 456", "555 123 457"],
        ["1,2", "x"],
        ["n/a", "-"],
        ["2024-13-45", "2024-01-01"],
    ],
)
def test_what_may_be_no_number_stays_text(load: Any, values: list[str]) -> None:
    table = load("a,b\n" + "".join(f'x,"{value}"\n' for value in values))
    assert [row[1] for row in table.rows] == values


def test_a_comma_that_may_be_either_stays_where_semicolons_part_values(load: Any) -> None:
    assert load("a;b\nx;1,234\ny;2,345\n").columns["b"] == "VARCHAR"


def test_dates_may_have_gaps(load: Any) -> None:
    table = load("a,b\nx,2024-01-31\ny,NA\n")
    assert [row[1] for row in table.rows] == [datetime.date(2024, 1, 31), None]


@pytest.mark.parametrize(
    ("values", "first", "told"),
    [
        (["31.12.2023", "01.02.2024"], (2023, 12, 31), ""),
        (["12/31/2023", "01/02/2024"], (2023, 12, 31), ""),
        (["31/12/2023", "01/02/2024"], (2023, 12, 31), ""),
        (["01/02/2024", "03/04/2024"], (2024, 2, 1), "dates in b are read as day/month"),
        (["31.12.23", "01.02.24"], (2023, 12, 31), "dates in b are read as %d.%m.%y"),
        (["01/02/2024"] * 30_000 + ["01/31/2024"], (2024, 1, 2), ""),
    ],
)
def test_dates_are_read_in_any_order(
    load: Any, values: list[str], first: tuple[int, int, int], told: str
) -> None:
    table = load("a,b\n" + "".join(f"x,{value}\n" for value in values))
    assert table.rows[0][1] == datetime.date(*first)
    assert table.told.startswith(told) and bool(told) == bool(table.told)


def test_a_column_that_turns_out_to_be_another_type_is_read_again(load: Any) -> None:
    table = load("a,b,c\n" + "1,2,3\n" * 30_000 + "x,2.5,n/a\n")
    assert table.columns == {"a": "VARCHAR", "b": "DOUBLE", "c": "BIGINT"}
    assert table.rows[-1] == ("x", 2.5, None)
    assert "column a is text, as it holds x among numbers" in table.told
    assert "column b" not in table.told


@pytest.mark.parametrize(
    ("usual", "last", "kind"),
    [
        ("1", "2.5", "DOUBLE"),
        ("1", "007", "VARCHAR"),
        ("1", "12345678901234567890", "VARCHAR"),
        ("1", "1234567890123456789", "BIGINT"),
        ("2024-01-01", "2024-01-02 10:30:00", "TIMESTAMP"),
        ("2024-01-01", "unknown", "VARCHAR"),
        ("1.5", "1,5", "VARCHAR"),
        ("true", "maybe", "VARCHAR"),
        ("10:30", "25:00", "VARCHAR"),
    ],
)
def test_no_value_is_changed_by_its_columns_type(
    load: Any, usual: str, last: str, kind: str
) -> None:
    table = load("k;v\n" + f"x;{usual}\n" * 30_000 + f"x;{last}\n")
    assert table.columns["v"] == kind
    assert str(table.rows[-1][1]) == last


@pytest.mark.parametrize(
    ("content", "columns", "told"),
    [
        ("a,A,,a\n1,2,3,4\n", ["a", "A_2", "column3", "a_3"], "another column is called A"),
        ("x,1\ny,2\n", ["column1", "column2"], "no headers in it"),
        ("Sales report\n\na,b,c\n1,2,3\n4,5,6\n", ["a", "b", "c"], "left out (Sales report)"),
        ("Sales 2023,,\n,,\na,b,c\n1,2,3\n4,5,6\n", ["a", "b", "c"], "left out (Sales 2023)"),
        ("# by x\na,b\n1,2\n", ["a", "b"], "1 line above the headers left out (# by x)"),
        ('"two\nlines",b\n1,2\n', ["two lines", "b"], ""),
        ("name,city\n", ["name", "city"], ""),
        ("name\nAnna\nBen\n", ["name"], ""),
    ],
)
def test_headers_are_found_and_named(
    load: Any, content: str, columns: list[str], told: str
) -> None:
    table = load(content)
    assert list(table.columns) == columns
    assert told in table.told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b,c\n1,2,3\n1,2\n4,5,6,7\n", "line 3 has 2 values, and line 1 has 3"),
        ("a,b\n" + "1,2\n" * 70_000 + "1,2,3\n", "line 70002 has more values than"),
        ("a,b\n" + "1,2\n" * 70_000 + "1\n", "line 70002 has fewer values than"),
        ("a,b\n1,2\n" * 40_000 + '"1,2\n3,4\n', "line"),
    ],
    ids=["short", "many", "few", "quote"],
)
def test_a_line_that_cannot_be_read_is_named(load: Any, content: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=f"a.csv cannot be read: .*{words}") as caught:
        load(content)
    assert "quotes" in caught.value.hint


def test_a_damaged_archive_is_said_to_be_one(load: Any) -> None:
    with pytest.raises(DatabaseError, match="is damaged"):
        load(gzip.compress(b"a,b\n1,2\n" * 999)[:40], "a.csv.gz")
