from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pytest

from localai.errors import DatabaseError, SQLError
from localai.schema import ForeignKey, Schema
from localai.sql.database import Introspection, Limits
from localai.sql.databases import open_database
from localai.sql.databases.files import table_name


def parquet(path: Path, query: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(duckdb.connect()) as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def read(path: Path) -> tuple[Schema, str]:
    with closing(open_database(str(path))) as database:
        return database.introspect(Introspection()), "\n".join(database.notices)


def tables(schema: Schema) -> list[str]:
    return [table.name for table in schema.tables]


@pytest.mark.parametrize(
    ("name", "tame"),
    [
        ("sales-2023", "sales_2023"),
        ("Sales (final) v2", "sales_final_v2"),
        ("2023", "t_2023"),
        ("Größe", "größe"),
        ("...", "data"),
        ("order", "order"),
    ],
)
def test_tables_have_names_that_are_easily_written(name: str, tame: str) -> None:
    assert table_name(name) == tame


def test_a_folder_is_all_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "Customers 2024.csv").write_text("customer_id,city\n1,Köln\n")
    (tmp_path / "orders.tsv").write_text("id\tcustomer_id\n7\t1\n")
    parquet(tmp_path / "items.parquet", "SELECT 7 AS order_id, 2.5 AS price")
    book = openpyxl.Workbook()
    book.worksheets[0].append(["name"])
    book.worksheets[0].append(["x"])
    book.save(tmp_path / "plan.xlsx")
    book.create_sheet("People").append(["id"])
    book.save(tmp_path / "Two.xlsx")
    for name in ("~$plan.xlsx", ".hidden.csv", "README.md", "photo.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.csv").write_text("a,b\n1,2\n")
    schema, told = read(tmp_path)
    assert tables(schema) == [
        "customers_2024", "two_sheet", "two_people", "orders", "plan", "items",
    ]  # fmt: skip
    assert ForeignKey("orders", ("customer_id",), "customers_2024", ("customer_id",), True) in (
        schema.foreign_keys
    )
    assert ForeignKey("items", ("order_id",), "orders", ("id",), True) in schema.foreign_keys
    assert "Customers 2024.csv: the table customers_2024." in told
    assert "Two.xlsx, People: the table two_people; no rows in it." in told
    assert "Left out, as no tables: photo.png, the folder old." in told
    assert "README" not in told and "~$" not in told


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a b.csv").write_text("x\n1\n")
    (tmp_path / "a-b.csv").write_text("y\n1\n")
    schema, told = read(tmp_path)
    assert tables(schema) == ["a_b", "a_b_2"]
    assert "a-b.csv: the table a_b_2." in told


def test_what_cannot_be_read_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("a,b\n1,2\n")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n1,2,3\n")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    schema, told = read(tmp_path)
    assert tables(schema) == ["good"]
    for words in ("line 3 has 3 values", "empty.csv is an empty file", "cut.parquet cannot be"):
        assert words in told


def test_parts_are_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    for number in range(3):
        parquet(
            folder / f"part-{number:05}-c0ffee00c0ffee00.snappy.parquet", f"SELECT {number} AS n"
        )
    (folder / "_SUCCESS").touch()
    schema, told = read(folder)
    assert tables(schema) == ["events"]
    assert "3 files" in told
    assert [c.name for c in schema.tables[0].columns] == ["n"]


def test_files_of_different_years_are_one_table_that_tells_them_apart(tmp_path: Path) -> None:
    for year in (2023, 2024):
        parquet(tmp_path / f"sales_{year}.parquet", "SELECT 1 AS amount")
    parquet(tmp_path / "stores_2024.parquet", "SELECT 'x' AS name")
    schema, told = read(tmp_path)
    assert tables(schema) == ["sales", "stores_2024"]
    assert schema.tables[0].columns[0].values == ("sales_2023", "sales_2024")
    assert "told apart by the column file" in told


def test_files_with_other_columns_are_tables_of_their_own(tmp_path: Path) -> None:
    parquet(tmp_path / "a_1.parquet", "SELECT 1 AS x")
    parquet(tmp_path / "a_2.parquet", "SELECT 1 AS y")
    assert tables(read(tmp_path)[0]) == ["a_1", "a_2"]


def test_folders_named_by_values_have_these_as_columns(tmp_path: Path) -> None:
    for year in (2023, 2024):
        parquet(tmp_path / "sales" / f"year={year}" / "0.parquet", "SELECT 1 AS amount")
    for folder in (tmp_path, tmp_path / "sales"):
        schema, _ = read(folder)
        assert tables(schema) == ["sales"]
        assert [c.name for c in schema.tables[0].columns] == ["amount", "year"]


def test_no_query_reaches_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with closing(open_database(str(path))) as database:
        assert database.run("SELECT b FROM a", Limits()).rows == ((2,),)
        for sql in (f"SELECT * FROM '{path}'", f"COPY a TO '{path}'", "SET memory_limit = '9GB'"):
            with pytest.raises(SQLError):
                database.run(sql, Limits())
    assert path.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("make", "words", "hint"),
    [
        (lambda path: path.mkdir(), "is a folder without CSV", "Check the path"),
        (lambda path: path.touch(), "is an empty file", "Put tables into it"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000),
         "is an old Excel file", "Save it as .xlsx"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999
            + "EncryptedPackage".encode("utf-16-le")), "is protected by a password", "without one"),
        (lambda path: path.write_bytes(b"PK\x03\x04 cut"), "is damaged", "another copy"),
        (lambda path: path.write_bytes(b"\x00\x01\x02"), "is not a database or a table", "xlsx"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_to_be_none(
    tmp_path: Path, make: object, words: str, hint: str
) -> None:
    path = tmp_path / "x.thing"
    make(path)  # type: ignore[operator]
    with pytest.raises(DatabaseError, match=words) as caught:
        open_database(str(path))
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("dump.sql", "--schema"),
        ("shop.db", "encrypted database must be decrypted"),
        ("data.json", "CSV, TSV, Parquet or xlsx"),
    ],
)
def test_text_that_is_no_table_is_said_to_be_none(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / name).write_text("CREATE TABLE t (a INT);")
    with pytest.raises(DatabaseError, match="is not a database or a table") as caught:
        open_database(str(tmp_path / name))
    assert hint in caught.value.hint


def test_a_folder_with_a_database_names_it(tmp_path: Path, shop: Path) -> None:
    with pytest.raises(DatabaseError, match="is a folder without") as caught:
        open_database(str(shop.parent))
    assert str(shop) in caught.value.hint


def test_content_tells_what_a_file_is_and_not_its_name(
    tmp_path: Path, shop: Path, duckdb_file: Path
) -> None:
    for source, name, dialect in (
        (shop, "a.csv", "sqlite"),
        (duckdb_file, "a.db", "duckdb"),
    ):
        path = tmp_path / name
        path.write_bytes(source.read_bytes())
        with closing(open_database(str(path))) as database:
            assert database.dialect == dialect
    parquet(tmp_path / "b.dat", "SELECT 1 AS n")
    assert tables(read(tmp_path / "b.dat")[0]) == ["b"]
