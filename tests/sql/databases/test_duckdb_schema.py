from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from struct import iter_unpack, pack

import duckdb
import pytest

from localai.errors import DatabaseError
from localai.schema import Column, ForeignKey, Schema
from localai.sql.database import Introspection
from localai.sql.databases.duckdb_file import open_duckdb

MEMORY = 1_000_000_000
ODD = """
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
    CREATE SCHEMA hr;
    CREATE TABLE hr.people (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES hr.people (ID));
    CREATE TABLE "Order Details" (id INTEGER PRIMARY KEY, m mood, s STRUCT(a INTEGER, b VARCHAR)[],
        "Größe" DECIMAL(10,2), g INTEGER GENERATED ALWAYS AS (id * 2), "select" MAP(VARCHAR, INT));
    COMMENT ON TABLE "Order Details" IS 'the details';
    COMMENT ON COLUMN "Order Details".m IS 'how it feels';
    CREATE TABLE notes (orderdetail_id INTEGER REFERENCES "Order Details" (id), person_id INTEGER,
        status VARCHAR);
    INSERT INTO notes SELECT NULL, NULL, ['open', 'closed', '', NULL][1 + i % 4] FROM range(9) r(i);
    CREATE TABLE people (id INTEGER PRIMARY KEY);
    CREATE VIEW moods AS SELECT m, COUNT(*) AS n FROM "Order Details" GROUP BY m;
    CREATE TABLE gone (a INT);
    CREATE VIEW broken AS SELECT a FROM gone;
    DROP TABLE gone;
    CREATE MACRO tables() AS TABLE SELECT 1;
    CREATE SEQUENCE numbers;
"""


def made(path: Path, script: str) -> Path:
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(script)
    return path


def introspect(path: Path, how: Introspection | None = None) -> Schema:
    with closing(open_duckdb(path, memory=MEMORY)) as database:
        return database.introspect(how or Introspection())


def test_the_shop_is_read_whole(duckdb_file: Path) -> None:
    schema = introspect(duckdb_file)
    assert {t.name for t in schema.tables} == {"customers", "products", "orders", "order_items"}
    items = schema.table("order_items")
    assert items is not None and items.primary_key == ("order_id", "product_id")
    orders = schema.table("orders")
    assert orders is not None and orders.columns[3].values == (
        "cancelled", "delivered", "open", "shipped",
    )  # fmt: skip
    assert ForeignKey("orders", ("customer_id",), "customers", ("id",)) in schema.foreign_keys
    assert not any(key.inferred for key in schema.foreign_keys)
    assert schema.dialect == "duckdb"


def test_what_duckdb_alone_has_is_read(tmp_path: Path) -> None:
    schema = introspect(made(tmp_path / "odd #1 %.duckdb", ODD))
    assert [(t.namespace, t.name, t.is_view) for t in schema.tables] == [
        ("", "Order Details", False),
        ("", "people", False),
        ("", "notes", False),  # DuckDB stores a table before those that refer to it
        ("", "moods", True),
        ("hr", "people", False),
    ]
    details, _, notes = schema.tables[:3]
    assert details.comment == "the details"
    assert [c.name for c in details.columns] == ["id", "m", "s", "Größe", "g", "select"]
    assert details.columns[1] == Column("m", "ENUM", "how it feels", ("it's", "ok", "sad"))
    assert details.columns[2].type == "STRUCT(a INTEGER, b VARCHAR)[]"
    assert notes.columns[2].values == ("closed", "open")
    # The keys of hr.people are not those of the table that its bare name finds.
    assert schema.foreign_keys == (
        ForeignKey("notes", ("orderdetail_id",), "Order Details", ("id",)),
        ForeignKey("notes", ("person_id",), "people", ("id",), inferred=True),
    )


def test_a_table_of_another_schema_can_be_picked(tmp_path: Path) -> None:
    path = made(tmp_path / "a.duckdb", ODD)
    schema = introspect(path, Introspection(tables=("hr.people",)))
    assert [table.namespace for table in schema.tables] == ["hr"]
    assert schema.foreign_keys == (ForeignKey("people", ("boss",), "people", ("id",)),)
    with pytest.raises(DatabaseError, match=r"has no table hr\.persons") as caught:
        introspect(path, Introspection(tables=("hr.persons",)))
    assert "hr.people" in caught.value.hint


def test_no_values_are_read_where_nobody_wants_them(tmp_path: Path) -> None:
    schema = introspect(made(tmp_path / "a.duckdb", ODD), Introspection(values=False))
    assert not any(column.values for table in schema.tables for column in table.columns)


def test_values_are_those_of_columns_with_few_and_short_ones(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.duckdb",
        """
        CREATE TABLE big AS SELECT ['a', 'b', NULL][1 + i % 3] AS few, 'v' || i AS many,
            repeat('l', 61) AS long, 'x' || (i % 50) AS fifty, i AS number
        FROM range(700000) r(i);
        CREATE TABLE empty (few VARCHAR);
        CREATE VIEW late AS SELECT CASE WHEN i < 0 THEN 'x' END AS x
        FROM range(100000000) a(i), range(100000000) b(j) WHERE i + j < 0;
        """,
    )
    start = time.monotonic()
    schema = introspect(path, Introspection(seconds=2))
    assert time.monotonic() - start < 20
    big, empty, late = schema.tables
    assert [len(c.values) for c in big.columns] == [2, 0, 0, 50, 0]
    assert [c.values for c in (*empty.columns, *late.columns)] == [(), ()]


def test_a_database_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="has no tables"):
        introspect(made(tmp_path / "a.duckdb", "CREATE MACRO one() AS 1"))


def test_changes_that_wait_in_a_log_are_read_and_stay_there(tmp_path: Path) -> None:
    script = (
        "import duckdb, os; c = duckdb.connect('a.duckdb');"
        "c.execute('CREATE TABLE t (x VARCHAR)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    assert [table.name for table in introspect(tmp_path / "a.duckdb").tables] == ["t"]
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A file that another process holds open."""
    script = (
        "import duckdb; c = duckdb.connect('a.duckdb'); c.execute('CREATE TABLE t (x INT)');"
        "print('ready', flush=True); input()"
    )
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe) as process:
        assert process.stdout and process.stdout.readline()
        yield tmp_path / "a.duckdb"
        process.kill()


def test_a_file_that_another_process_writes_is_said_to_be_locked(held: Path) -> None:
    with pytest.raises(DatabaseError, match=r"is locked by another program \(PID \d+\)"):
        introspect(held)


def versioned(path: Path, version: int) -> None:
    # The header's first 4,096 bytes: checksum, DUCK, version, all little-endian.
    content = bytearray(made(path, "CREATE TABLE t (a INT)").read_bytes())
    content[12:20] = pack("<Q", version)
    checksum = 5381
    for (word,) in iter_unpack("<Q", content[8:4096]):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    content[:8] = pack("<Q", checksum)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("version", "words", "hint"),
    [(60_000, "a newer DuckDB", "upgrade duckdb"), (3, "an old DuckDB", "EXPORT DATABASE")],
)
def test_a_file_of_another_version_is_said_to_be_one(
    tmp_path: Path, version: int, words: str, hint: str
) -> None:
    versioned(tmp_path / "a.duckdb", version)
    with pytest.raises(DatabaseError, match=words) as caught:
        introspect(tmp_path / "a.duckdb")
    assert hint in caught.value.hint


def test_an_encrypted_file_is_said_to_be_one(tmp_path: Path) -> None:
    with closing(duckdb.connect()) as connection:
        connection.execute("SET force_mbedtls_unsafe = 'true'")
        connection.execute(f"ATTACH '{tmp_path / 'a.duckdb'}' AS e (ENCRYPTION_KEY 'secret')")
        connection.execute("CREATE TABLE e.t (a INT)")
    with pytest.raises(DatabaseError, match="is encrypted"):
        introspect(tmp_path / "a.duckdb")


@pytest.mark.parametrize("keep", [20, 9000, None])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, keep: int | None) -> None:
    path = made(tmp_path / "a.duckdb", "CREATE TABLE t AS SELECT i FROM range(100000) r(i)")
    content = path.read_bytes()
    path.write_bytes(content[:keep] if keep else content[:4000] + b"\xff" * 9000 + content[13000:])
    with pytest.raises(DatabaseError, match="is damaged"):
        introspect(path)
