from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from localai.errors import DatabaseError
from localai.schema import ForeignKey
from localai.sql.database import Introspection
from localai.sql.databases.sqlite_connection import reading
from localai.sql.databases.sqlite_schema import introspect


def made(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_the_shop_is_read_whole(shop: Path) -> None:
    schema = introspect(shop)
    products = schema.table("products")
    assert products is not None and products.columns[3].comment == "euros"
    assert [t.name for t in schema.tables] == ["customers", "products", "orders", "order_items"]
    customers = schema.tables[0]
    assert [(c.name, c.type) for c in customers.columns][:2] == [
        ("id", "INTEGER"),
        ("name", "TEXT"),
    ]
    assert customers.primary_key == ("id",)
    city = customers.column("city")
    assert city is not None and city.values[:3] == ("Berlin", "Hamburg", "London")
    assert schema.tables[3].primary_key == ("order_id", "product_id")
    assert schema.foreign_keys == (
        ForeignKey("orders", ("customer_id",), "customers", ("id",)),
        ForeignKey("order_items", ("order_id",), "orders", ("id",)),
        ForeignKey("order_items", ("product_id",), "products", ("id",)),
    )
    assert schema.dialect == "sqlite"


def test_joins_are_inferred_from_names_where_none_is_declared(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        """
        CREATE TABLE category (id INTEGER PRIMARY KEY, title TEXT);
        CREATE TABLE companies (company_id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE Users (ID INTEGER, name TEXT);
        CREATE TABLE sales (id INTEGER, category_id INT, company_id INT, userId INT, order_id INT,
                            parent_id INT, FOREIGN KEY (parent_id) REFERENCES category);
        """,
    )
    keys = introspect(path).foreign_keys
    assert [(k.columns[0], k.to_table, k.to_columns[0]) for k in keys] == [
        ("parent_id", "category", "id"),
        ("category_id", "category", "id"),
        ("company_id", "companies", "company_id"),
        ("userId", "Users", "ID"),
    ]


def test_odd_names_keys_and_views_are_read(tmp_path: Path) -> None:
    path = made(
        tmp_path / "odd #1 % ?.db",
        """
        CREATE TABLE "Order Details" ("Unit Price" REAL, "say ""hi"" now" TEXT, a INT, b INT,
            total REAL GENERATED ALWAYS AS ("Unit Price" * 2), PRIMARY KEY (b, a));
        CREATE TABLE parts (a INT, b INT, FOREIGN KEY (b, a) REFERENCES "Order Details",
            FOREIGN KEY (a) REFERENCES nowhere (x));
        CREATE VIEW cheap AS SELECT "Unit Price" AS p FROM "Order Details";
        CREATE VIEW broken AS SELECT x FROM gone;
        CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT);
        """,
    )
    schema = introspect(path)
    assert [t.name for t in schema.tables] == ["Order Details", "parts", "cheap", "counted"]
    details = schema.tables[0]
    assert [c.name for c in details.columns] == ["Unit Price", 'say "hi" now', "a", "b", "total"]
    assert details.primary_key == ("b", "a")
    assert schema.tables[2].is_view
    assert schema.foreign_keys == (ForeignKey("parts", ("b", "a"), "Order Details", ("b", "a")),)


def test_full_text_tables_come_without_their_inner_ones(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE VIRTUAL TABLE notes USING fts5(title, body);")
    (notes,) = introspect(path).tables
    assert [c.name for c in notes.columns] == ["title", "body"]


def test_values_are_those_of_columns_with_few_and_short_ones(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        f"""
        CREATE TABLE t (few TEXT, many TEXT, long TEXT, number INTEGER, untyped, bytes TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO t SELECT CASE i % 3 WHEN 0 THEN 'x' WHEN 1 THEN 'Y' END, 'v' || i,
            '{"l" * 61}', i, 'u', x'ff' FROM n;
        INSERT INTO t (few) VALUES (''), (CAST(x'41ff' AS TEXT));
        """,
    )
    (table,) = introspect(path).tables
    assert {c.name: c.values for c in table.columns} == {
        "few": ("A\ufffd", "Y", "x"),
        "many": (),
        "long": (),
        "number": (),
        "untyped": ("u",),
        "bytes": (),
    }


def test_a_slow_view_does_not_hold_the_answer_up(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        """
        CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT CAST(i AS TEXT) AS i FROM n WHERE i < 0;
        CREATE TABLE t (x TEXT);
        INSERT INTO t VALUES ('a');
        """,
    )
    start = time.monotonic()
    view, table = introspect(path, Introspection(seconds=0.2)).tables
    assert time.monotonic() - start < 10
    assert table.columns[0].values == ("a",)
    assert view.columns[0].values == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"", "is an empty file"),
        (b"name,city\nAnna,Berlin\n", "is not a SQLite database"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "is damaged"),
    ],
)
def test_what_is_no_database_is_said_and_never_made(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DatabaseError, match=words) as caught:
        introspect(path)
    assert str(path) in caught.value.message
    assert path.exists() == (content is not None)


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="is a folder"):
        introspect(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(DatabaseError, match="is not a file"):
        introspect(tmp_path / "pipe.db")


def test_columns_of_an_unknown_collation_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.create_collation("LOCALIZED", lambda a, b: (a > b) - (a < b))
        connection.execute("CREATE TABLE t (x TEXT COLLATE LOCALIZED)")
        connection.execute("INSERT INTO t VALUES ('a')")
    (table,) = introspect(path).tables
    assert [(c.name, c.values) for c in table.columns] == [("x", ("a",))]


def test_a_database_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="has no tables"):
        introspect(made(tmp_path / "a.db", "CREATE TABLE t (a); DROP TABLE t;"))


def test_a_locked_database_is_said_to_be_locked(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localai.sql.databases.sqlite_connection.LOCK_WAIT_S", 0.1)
    with closing(sqlite3.connect(shop, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="is locked by another program"):
            introspect(shop)


def wal(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (x TEXT);")
    return connection


def test_a_wal_database_is_read_without_files_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    wal(path).close()
    assert [t.name for t in introspect(path).tables] == ["t"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.db"]


def test_a_wal_database_in_use_shows_its_newest_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(wal(path)) as other:
        other.execute("INSERT INTO t VALUES ('new')")
        (table,) = introspect(path).tables
        assert table.columns[0].values == ("new",)


def test_a_link_to_a_wal_database_in_use_shows_its_newest_rows(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real" / "a.db", tmp_path / "link.db"
    link.symlink_to(path)
    with closing(wal(path)) as other:
        other.execute("INSERT INTO t VALUES ('new')")
        (table,) = introspect(link).tables
        assert table.columns[0].values == ("new",)


def test_a_wal_database_changed_in_the_middle_is_not_answered_from(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    wal(path).close()
    with pytest.raises(DatabaseError, match="was changed by another program"):
        with reading(path) as connection:
            connection.execute("SELECT * FROM t").fetchall()
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("INSERT INTO t VALUES ('late')")


def test_keys_are_spelled_as_their_columns(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE People (Id INTEGER PRIMARY KEY, Boss INT REFERENCES PEOPLE (ID));",
    )
    assert introspect(path).foreign_keys == (ForeignKey("People", ("Boss",), "People", ("Id",)),)


def test_a_big_table_is_sampled_all_over(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        """
        CREATE TABLE t (phase TEXT, code TEXT, rowid TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO t SELECT CASE WHEN i < 20000 THEN 'early' WHEN i < 40000 THEN 'middle'
            ELSE 'late' END, CASE WHEN i < 1000 THEN 'x' ELSE 'c' || i END, 'no' FROM n;
        """,
    )
    (table,) = introspect(path, Introspection(seconds=30)).tables
    assert [c.values for c in table.columns] == [("early", "late", "middle"), (), ("no",)]


def test_values_are_left_alone_where_nobody_wants_them(shop: Path) -> None:
    schema = introspect(shop, Introspection(values=False))
    assert not any(column.values for table in schema.tables for column in table.columns)


def test_tables_can_be_picked(shop: Path) -> None:
    schema = introspect(shop, Introspection(tables=("Order_Items", "products")))
    assert [table.name for table in schema.tables] == ["products", "order_items"]
    assert [key.to_table for key in schema.foreign_keys] == ["products"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("costumers", "Did you mean customers?"), ("xyz", "It has: customers, products, orders")],
)
def test_a_table_that_is_not_there_is_named(shop: Path, wanted: str, hint: str) -> None:
    with pytest.raises(DatabaseError, match=f"has no table {wanted}") as caught:
        introspect(shop, Introspection(tables=("orders", wanted)))
    assert caught.value.hint.startswith(hint)
