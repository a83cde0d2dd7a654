from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pytest

from localai.errors import DatabaseError
from localai.sql.database import Introspection
from localai.sql.databases import open_database
from localai.sql.source import open_source
from tests.sql.postgres import Postgres

ROWS = "VALUES ('Köln', 2), ('Bonn', 3)"
NAMES = [
    'a"b', "per%s{0}", "dot.ted", "new\nline", "emoji😀", "日本", "select", "MiXed", "back\\slash",
    "quo'te", ";drop", "--c", "$1", "[b]", "`x`", " lead", "a" * 60,
]  # fmt: skip


def parquet(path: Path, query: str) -> None:
    with closing(duckdb.connect()) as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def as_csv(folder: Path, _: Postgres) -> str:
    (folder / "sales.csv").write_text("city;amount\nKöln;2\nBonn;3\n")
    return str(folder / "sales.csv")


def as_xlsx(folder: Path, _: Postgres) -> str:
    book = openpyxl.Workbook()
    for row in (["Sales of the year"], [], ["city", "amount"], ["Köln", 2], ["Bonn", 3]):
        book.worksheets[0].append(row)
    book.save(folder / "sales.xlsx")
    return str(folder / "sales.xlsx")


def as_parquet(folder: Path, _: Postgres) -> str:
    (folder / "sales").mkdir()
    for number, row in enumerate(("('Köln', 2)", "('Bonn', 3)")):
        parquet(folder / "sales" / f"part-{number}.parquet", f"FROM (VALUES {row}) t(city, amount)")
    return str(folder / "sales")


def as_duckdb(folder: Path, _: Postgres) -> str:
    with closing(duckdb.connect(str(folder / "sales.duckdb"))) as connection:
        connection.execute(f"CREATE TABLE sales AS FROM ({ROWS}) t(city, amount)")
    return f"duckdb:///{folder}/sales.duckdb"


def as_sqlite(folder: Path, _: Postgres) -> str:
    with closing(sqlite3.connect(folder / "sales.db")) as connection, connection:
        connection.execute("CREATE TABLE sales (city TEXT, amount INTEGER)")
        connection.execute(f"INSERT INTO sales {ROWS}")
    return str(folder / "sales.db")


def as_postgres(_: Path, postgres: Postgres) -> str:
    url = postgres.database(f"CREATE TABLE sales (city text, amount int); INSERT INTO sales {ROWS}")
    return postgres.reader(url, password="p@ss").replace("postgresql:", "postgresql+psycopg:")


@pytest.mark.parametrize("make", [as_csv, as_xlsx, as_parquet, as_duckdb, as_sqlite, as_postgres])
def test_every_kind_answers(
    tmp_path: Path, postgres: Postgres, make: Callable[[Path, Postgres], str]
) -> None:
    with open_source(make(tmp_path, postgres)) as source:
        (sales,) = source.schema().tables
        assert sales.name == "sales"
        assert [c.name for c in sales.columns] == ["city", "amount"]
        assert sales.columns[0].values == ("Bonn", "Köln")
        found = source.run("SELECT city, amount * 2 FROM sales ORDER BY amount")
        assert found.rows == (("Köln", 4), ("Bonn", 6))
        assert "p@ss" not in source.name + source.key and "p%40ss" not in source.name + source.key


@pytest.mark.parametrize("kind", ["sqlite", "duckdb", "postgres"])
def test_any_name_will_do(tmp_path: Path, postgres: Postgres, kind: str) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in NAMES]
    columns = ", ".join(f"{name} VARCHAR(9)" for name in quoted)
    values = ", ".join("'v'" for _ in quoted)
    script = "".join(
        f"CREATE TABLE {name} ({columns}); INSERT INTO {name} VALUES ({values});" for name in quoted
    )
    target = str(tmp_path / "a.db")
    if kind == "sqlite":
        with closing(sqlite3.connect(target)) as lite:
            lite.executescript(script)
    elif kind == "duckdb":
        with closing(duckdb.connect(target)) as duck:
            duck.execute(script)
    else:
        target = postgres.reader(postgres.database(script))
    with closing(open_database(target)) as database:
        schema = database.introspect(Introspection(seconds=20))
    assert sorted(table.name for table in schema.tables) == sorted(NAMES)
    for table in schema.tables:
        assert [(c.name, c.values) for c in table.columns] == [(name, ("v",)) for name in NAMES]


def test_sqlite_alone_loads_no_other_kind(shop: Path) -> None:
    script = (
        "import sys; from localai.sql.databases import open_database;"
        "from localai.sql.database import Introspection;"
        "open_database(sys.argv[1]).introspect(Introspection());"
        "print(sorted({'duckdb', 'psycopg', 'openpyxl', 'zipfile'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(shop)]
    assert subprocess.run(command, check=True, capture_output=True).stdout.strip() == b"[]"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a.db", "a.duckdb", "a.csv"])
def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("a,b\n")
    path.chmod(0)
    with pytest.raises(DatabaseError, match="cannot be read: Permission denied") as caught:
        open_database(str(path))
    assert "permissions" in caught.value.hint
