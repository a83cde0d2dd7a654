from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from localai.errors import DatabaseError, SQLRejected
from localai.schema import Column, ForeignKey, Schema
from localai.sql.database import Introspection, Limits
from localai.sql.databases import open_database
from localai.sql.databases.ddl import open_ddl
from localai.sql.databases.ddl_statements import statements
from tests.sql.databases.test_postgres_schema import ODD
from tests.sql.postgres import Postgres

PLAIN = """\
-- the shop
CREATE TABLE Customers ( -- those who buy
    CustomerID INT PRIMARY KEY, -- who
    Name VARCHAR(100) NOT NULL,
    /* still with us? */
    Status TEXT CHECK (Status IN ('gone', 'active')),
    "Joined On" DATE
);
create table if not exists sales.orders (
    id bigserial primary key,
    customer_id int references customers,
    feeling public.mood, place country,
    "when" timestamp with time zone default now(),
    tags text[], price numeric(10,2), -- euros
    check (feeling <> 'sad')
);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN country AS varchar(2) NOT NULL CHECK (VALUE <> '');
ALTER TABLE ONLY sales.orders ADD COLUMN sent boolean, ADD COLUMN lines int;
ALTER TABLE sales.orders OWNER TO somebody;
ALTER TABLE sales.orders ADD FOREIGN KEY (lines) REFERENCES nowhere (x);
CREATE TABLE lines (a int, b int, PRIMARY KEY (b, a));
CREATE TABLE parts (x int, y int);
ALTER TABLE parts ADD CONSTRAINT k FOREIGN KEY (y, x) REFERENCES lines (B, A) ON DELETE CASCADE;
COMMENT ON TABLE customers IS 'who buys; it''s them';
COMMENT ON COLUMN sales.orders.price IS 'what it cost';
CREATE VIEW big AS SELECT o.*, c.name AS who, price * 2 AS twice
    FROM sales.orders o JOIN customers c ON c.customerid = o.customer_id;
CREATE FUNCTION f() RETURNS int AS $$ CREATE TABLE no (a int); $$ LANGUAGE sql;
CREATE INDEX i ON lines (a);
INSERT INTO lines VALUES ('CREATE TABLE no (a int);', 1);
COPY lines (a, b) FROM stdin;
1\tCREATE TABLE no (a int);
it's\t;
\\.
\\connect elsewhere
CREATE TABLE last (a int)"""

MYSQL = """\
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
CREATE TABLE `orders` (
  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'the; id',
  `status` enum('open','it''s','x\\'y') NOT NULL DEFAULT 'open', # the state
  `customer_id` int(10) unsigned DEFAULT NULL,
  `total` decimal(10,2) DEFAULT '0.00', -- in euros
  `paid` tinyint(1) DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `k` (`customer_id`),
  CONSTRAINT `fk` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4 COMMENT='all orders';
INSERT INTO `orders` VALUES (1,'CREATE TABLE no (a int);',2),(3,'it\\'s; fine',4);
CREATE TABLE `customers` (`id` int unsigned NOT NULL, `name` varchar(50), PRIMARY KEY (`id`));
DELIMITER ;;
CREATE PROCEDURE p() BEGIN CREATE TABLE no (a int); SELECT 1; END ;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `open_orders` AS select `orders`.`id` AS `id` from `orders` */;
"""

SQLITE = """\
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE "a b" (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, c); -- not the table
INSERT INTO "a b" VALUES(1,'x;CREATE TABLE no (a)','y');
CREATE TABLE w (k TEXT PRIMARY KEY, ab INTEGER REFERENCES "a b") WITHOUT ROWID;
CREATE VIEW v AS SELECT b, count(*) AS n FROM "a b" GROUP BY b;
CREATE VIRTUAL TABLE n USING fts5(title, body);
CREATE TRIGGER t AFTER INSERT ON w BEGIN UPDATE w SET k = 1; END;
COMMIT;
"""


def read(tmp_path: Path, text: str, dialect: str = "") -> tuple[Schema, tuple[str, ...]]:
    path = tmp_path / "schema.sql"
    path.write_text(text)
    with closing(open_database("", schema=str(path), dialect=dialect)) as database:
        return database.introspect(Introspection()), database.notices


def columns(schema: Schema, table: str) -> list[tuple[str, str]]:
    found = schema.table(table)
    assert found is not None
    return [(column.name, column.type) for column in found.columns]


def test_postgres_statements_make_its_schema(tmp_path: Path) -> None:
    schema, notices = read(tmp_path, PLAIN)
    assert notices == ()
    assert schema.dialect == "postgres"
    assert [(t.namespace, t.name, t.is_view) for t in schema.tables] == [
        ("", "customers", False),
        ("", "lines", False),
        ("", "parts", False),
        ("", "big", True),
        ("", "last", False),
        ("sales", "orders", False),
    ]
    customers, orders = schema.tables[0], schema.tables[-1]
    assert (customers.comment, customers.primary_key) == ("who buys; it's them", ("customerid",))
    assert customers.columns == (
        Column("customerid", "INT", "who"),
        Column("name", "VARCHAR(100)"),
        Column("status", "TEXT", "still with us?", ("active", "gone")),
        Column("Joined On", "DATE"),
    )
    assert columns(schema, "orders") == [
        ("id", "BIGINT"),
        ("customer_id", "INT"),
        ("feeling", "ENUM"),
        ("place", "VARCHAR(2)"),
        ("when", "TIMESTAMPTZ"),
        ("tags", "TEXT[]"),
        ("price", "DECIMAL(10, 2)"),
        ("sent", "BOOLEAN"),
        ("lines", "INT"),
    ]
    assert orders.columns[2].values == ("ok", "sad")
    assert orders.columns[6].comment == "what it cost"
    assert [name for name, _ in columns(schema, "big")][-3:] == ["lines", "who", "twice"]
    assert schema.foreign_keys[:2] == (
        ForeignKey("orders", ("customer_id",), "customers", ("customerid",)),
        ForeignKey("parts", ("y", "x"), "lines", ("b", "a")),
    )


def test_mysql_dumps_make_a_schema(tmp_path: Path) -> None:
    schema, notices = read(tmp_path, MYSQL)
    assert schema.dialect == "postgres"
    assert notices == ("schema.sql is MySQL's; the SQL is written for PostgreSQL.",)
    assert [t.name for t in schema.tables] == ["orders", "customers", "open_orders"]
    orders = schema.tables[0]
    assert orders.comment == "all orders"
    assert orders.columns == (
        Column("id", "INT", "the; id"),
        Column("status", "ENUM", "the state", ("it's", "open", "x'y")),
        Column("customer_id", "BIGINT"),
        Column("total", "DECIMAL(10, 2)", "in euros"),
        Column("paid", "BOOLEAN"),
    )
    assert schema.foreign_keys == (ForeignKey("orders", ("customer_id",), "customers", ("id",)),)
    assert read(tmp_path, MYSQL, "sqlite")[1] == ()


def test_sqlite_dumps_make_a_schema(tmp_path: Path) -> None:
    schema, notices = read(tmp_path, SQLITE)
    assert (schema.dialect, notices) == ("sqlite", ())
    assert [(t.name, t.is_view) for t in schema.tables] == [
        ("a b", False),
        ("w", False),
        ("v", True),
        ("n", False),
    ]
    assert columns(schema, "a b") == [("id", "INTEGER"), ("b", "TEXT"), ("c", "")]
    assert schema.foreign_keys == (ForeignKey("w", ("ab",), "a b", ("id",)),)


def test_a_dump_tells_what_the_database_tells(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database(ODD)
    path = tmp_path / "dump.sql"
    with path.open("wb") as file:
        subprocess.run([postgres.programs / "pg_dump", url], check=True, stdout=file)
    with (
        closing(open_ddl(path)) as dumped,
        closing(open_database(postgres.reader(url))) as asked,
    ):
        assert dumped.notices == ()
        ours, theirs = (each.introspect(Introspection()) for each in (dumped, asked))

    def facts(schema: Schema) -> set[object]:
        return {
            (
                t.namespace,
                t.name,
                t.is_view,
                t.comment,
                t.primary_key,
                tuple(c.name for c in t.columns),
            )
            for t in schema.tables
        }

    assert facts(ours) == facts(theirs)
    assert set(ours.foreign_keys) == set(theirs.foreign_keys)


def test_names_are_not_folded_where_the_dialect_does_not_fold_them(tmp_path: Path) -> None:
    text = "CREATE TABLE Users (UserId INT PRIMARY KEY);"
    assert read(tmp_path, text, "duckdb")[0].tables[0].name == "Users"
    assert read(tmp_path, text)[0].tables[0].columns[0].name == "userid"


def test_what_is_not_understood_is_told(tmp_path: Path) -> None:
    text = "CREATE TABLE a (x int);\n\n-- odd\nCREATE VIEW v AS SELECT y FROM nowhere.b;\n"
    schema, notices = read(tmp_path, text)
    assert [t.name for t in schema.tables] == ["a"]
    assert notices == (
        "schema.sql: not understood: line 4 (CREATE VIEW v AS SELECT y FROM nowhere.b).",
    )


def test_values_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text(PLAIN)
    schema = open_ddl(path).introspect(Introspection(values=False, tables=("customers",)))
    assert [t.name for t in schema.tables] == ["customers"]
    assert not any(column.values for column in schema.tables[0].columns)


def test_there_is_nothing_to_run_it_on(tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text(PLAIN)
    database = open_ddl(path)
    assert not database.can_run
    with pytest.raises(SQLRejected, match="only a schema"):
        database.run("SELECT 1", Limits())


@pytest.mark.parametrize(
    ("text", "dialect", "words"),
    [
        ("", "", "is an empty file"),
        ("SELECT 1;", "", "has no CREATE TABLE"),
        ("CREATE TABLE t AS SELECT * FROM nowhere;", "", r"line 1 \(CREATE TABLE t"),
        ("CREATE TABLE t (a int);", "oracle", "There is no dialect oracle"),
    ],
)
def test_what_is_no_schema_is_said_to_be_none(
    tmp_path: Path, text: str, dialect: str, words: str
) -> None:
    with pytest.raises(DatabaseError, match=words) as caught:
        read(tmp_path, text, dialect)
    assert caught.value.hint


def test_a_database_and_a_schema_are_one_too_many(tmp_path: Path, shop: Path) -> None:
    with pytest.raises(DatabaseError, match="are named") as caught:
        open_database(str(shop), schema=str(tmp_path / "a.sql"))
    assert "Name one of them" in caught.value.hint


def test_lines_are_counted_through_all_that_is_skipped() -> None:
    assert [each.line for each in statements(PLAIN, mysql=False)][-1] == PLAIN.count("\n") + 1
    assert [each.line for each in statements(MYSQL, mysql=True)] == [2, 13, 17]


@pytest.mark.parametrize(
    "text", ["'", '"', "$$", "/*", ";;;", "CREATE TABLE (", "CREATE TABLE t ("]
)
@pytest.mark.parametrize("mysql", [False, True])
def test_no_text_is_too_odd(tmp_path: Path, text: str, mysql: bool) -> None:
    list(statements(text, mysql=mysql))
    with pytest.raises(DatabaseError):
        read(tmp_path, text)
