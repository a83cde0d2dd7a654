from __future__ import annotations

import time
from contextlib import closing

import pytest

from localai.errors import DatabaseError
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.database import Introspection
from localai.sql.databases import postgres_schema
from localai.sql.databases.postgres import open_postgres
from tests.sql.postgres import Postgres

ODD = """
    CREATE SCHEMA hr;
    CREATE SCHEMA "Odd Schema";
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
    CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN code AS varchar(8) CHECK (VALUE <> '');
    CREATE DOMAIN country AS code;
    CREATE TABLE "Order Details" (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feeling mood, place country,
        tags text[], doc jsonb, both_ pair, price numeric(10,2), "Größe" double precision,
        twice int GENERATED ALWAYS AS (2 * 1) STORED, at timestamptz(3), on_ timestamp,
        "select" char(3), length interval, gone int, span int4range, uid uuid
    );
    ALTER TABLE "Order Details" DROP COLUMN gone;
    COMMENT ON TABLE "Order Details" IS 'the details';
    COMMENT ON COLUMN "Order Details".place IS 'where';
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE hr.people (id int PRIMARY KEY, boss int REFERENCES hr.people);
    CREATE TABLE "Odd Schema"."T" (a int, b int, PRIMARY KEY (b, a), status text);
    INSERT INTO "Odd Schema"."T" SELECT i, i, (ARRAY['open', 'closed', '', NULL])[1 + i % 4]
        FROM generate_series(1, 9) i;
    CREATE TABLE notes (order_detail_id int, person_id int, x int, y int, hr_id int REFERENCES
        hr.people, FOREIGN KEY (y, x) REFERENCES "Odd Schema"."T" (b, a));
    CREATE TABLE measured (at date NOT NULL, value int, person_id int REFERENCES people, unit text)
        PARTITION BY RANGE (at);
    CREATE TABLE measured_2023 PARTITION OF measured FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
    INSERT INTO measured SELECT '2023-02-01', i, NULL, (ARRAY['m', 's'])[1 + i / 20001]
        FROM generate_series(1, 40000) i;
    CREATE TABLE cities (name text);
    CREATE TABLE capitals (state text) INHERITS (cities);
    CREATE VIEW open_ones AS SELECT a, status FROM "Odd Schema"."T" WHERE status = 'open';
    CREATE MATERIALIZED VIEW counted AS SELECT status, count(*) AS n FROM "Odd Schema"."T" GROUP BY 1;
    COMMENT ON VIEW open_ones IS 'those still open';
    CREATE VIEW failing AS SELECT (1 / (a - a))::text AS x FROM "Odd Schema"."T";
    CREATE TABLE empty ();
"""  # noqa: E501


@pytest.fixture(scope="module")
def odd(postgres: Postgres) -> str:
    return postgres.database(ODD)


def introspect(url: str, how: Introspection | None = None) -> Schema:
    with closing(open_postgres(url)) as database:
        return database.introspect(how or Introspection())


def table(schema: Schema, name: str) -> Table:
    found = schema.table(name)
    assert found is not None
    return found


def test_what_postgres_alone_has_is_read(postgres: Postgres, odd: str) -> None:
    schema = introspect(postgres.reader(odd))
    assert schema.dialect == "postgres"
    assert [(t.namespace, t.name, t.is_view) for t in schema.tables] == [
        ("", "Order Details", False),
        ("", "people", False),
        ("", "notes", False),
        ("", "measured", False),
        ("", "cities", False),
        ("", "capitals", False),
        ("", "open_ones", True),
        ("", "counted", True),
        ("", "failing", True),
        ("Odd Schema", "T", False),
        ("hr", "people", False),
    ]
    details = schema.tables[0]
    assert details.comment == "the details"
    assert [(c.name, c.type) for c in details.columns] == [
        ("id", "integer"),
        ("feeling", "ENUM"),
        ("place", "varchar(8)"),
        ("tags", "text[]"),
        ("doc", "jsonb"),
        ("both_", "pair"),
        ("price", "numeric(10,2)"),
        ("Größe", "double precision"),
        ("twice", "integer"),
        ("at", "timestamptz(3)"),
        ("on_", "timestamp"),
        ("select", "char(3)"),
        ("length", "interval"),
        ("span", "int4range"),
        ("uid", "uuid"),
    ]
    assert details.columns[1] == Column("feeling", "ENUM", "", ("it's", "ok", "sad"))
    assert details.columns[2].comment == "where"
    assert table(schema, "open_ones").comment == "those still open"
    assert table(schema, "T").primary_key == ("b", "a")
    assert table(schema, "measured").columns[3].values == ("m", "s")


def test_keys_are_of_tables_that_a_bare_name_finds(postgres: Postgres, odd: str) -> None:
    assert introspect(postgres.reader(odd)).foreign_keys == (
        ForeignKey("notes", ("y", "x"), "T", ("b", "a")),
        ForeignKey("measured", ("person_id",), "people", ("id",)),
        ForeignKey("notes", ("order_detail_id",), "Order Details", ("id",), inferred=True),
        ForeignKey("notes", ("person_id",), "people", ("id",), inferred=True),
    )
    picked = introspect(postgres.reader(odd), Introspection(tables=("hr.people", "notes")))
    assert [(t.namespace, t.name) for t in picked.tables] == [("", "notes"), ("hr", "people")]
    assert ForeignKey("notes", ("hr_id",), "people", ("id",)) in picked.foreign_keys


def test_the_search_path_decides_what_needs_its_schema(postgres: Postgres, odd: str) -> None:
    schema = introspect(postgres.reader(odd) + "?options=-csearch_path%3Dhr")
    assert [(t.namespace, t.name) for t in schema.tables][:2] == [
        ("", "people"),
        ("Odd Schema", "T"),
    ]
    assert ("public", "people") in [(t.namespace, t.name) for t in schema.tables]


def test_values_are_those_of_columns_with_few_and_short_ones(postgres: Postgres) -> None:
    url = postgres.database(
        """
        CREATE TABLE small (few text, number int, long text, list text[]);
        INSERT INTO small SELECT (ARRAY['b', 'a', '', NULL])[1 + i % 4], i, repeat('l', 61),
            ARRAY['x'] FROM generate_series(1, 100) i;
        CREATE TABLE big AS SELECT (ARRAY['b', 'a'])[1 + i / 20001] AS few, 'v' || i AS many,
            'x' || (i % 50) AS fifty FROM generate_series(1, 40000) i;
        CREATE TABLE counted AS SELECT few, many FROM big;
        ANALYZE counted;
        CREATE VIEW failing AS SELECT (1 / (number - number))::text AS x FROM small;
        CREATE VIEW slow AS SELECT pg_sleep(100)::text AS x;
        CREATE VIEW good AS SELECT few FROM small;
        """
    )
    start = time.monotonic()
    schema = introspect(postgres.reader(url), Introspection(seconds=2))
    assert time.monotonic() - start < 20
    values = {(t.name, c.name): c.values for t in schema.tables for c in t.columns if c.values}
    assert values.pop(("big", "fifty")) == tuple(sorted(f"x{i}" for i in range(50)))
    assert values == {
        ("small", "few"): ("a", "b"),
        ("big", "few"): ("a", "b"),
        ("counted", "few"): ("a", "b"),
        ("good", "few"): ("a", "b"),
    }


def test_no_values_are_read_where_nobody_wants_them(postgres: Postgres, odd: str) -> None:
    schema = introspect(postgres.reader(odd), Introspection(values=False))
    assert not any(column.values for table in schema.tables for column in table.columns)


def test_what_a_role_may_not_read_is_left_out(postgres: Postgres) -> None:
    url = postgres.database(
        """
        CREATE TABLE seen (id int PRIMARY KEY, secret_id int, hidden text);
        CREATE TABLE secret (id int PRIMARY KEY);
        CREATE SCHEMA closed;
        CREATE TABLE closed.also (id int);
        """
    )
    grants = "GRANT SELECT (id, secret_id) ON seen TO {role}; GRANT SELECT ON closed.also TO {role}"
    schema = introspect(postgres.role(url, grants=grants))
    assert [(t.name, [c.name for c in t.columns]) for t in schema.tables] == [
        ("seen", ["id", "secret_id"])
    ]
    with pytest.raises(DatabaseError, match="has 3 tables, and role.* may read none") as caught:
        introspect(postgres.role(url))
    assert "GRANT SELECT ON ALL TABLES" in caught.value.hint


def test_a_database_without_tables_is_an_error(postgres: Postgres) -> None:
    with pytest.raises(DatabaseError, match="has no tables"):
        introspect(postgres.reader(postgres.database()))


def test_a_foreign_table_that_cannot_be_read_has_no_values(postgres: Postgres) -> None:
    url = postgres.database(
        """
        CREATE FOREIGN DATA WRAPPER unwritten;
        CREATE SERVER gone FOREIGN DATA WRAPPER unwritten;
        CREATE FOREIGN TABLE far (name text) SERVER gone;
        CREATE TABLE near (name text);
        INSERT INTO near VALUES ('a');
        """
    )
    schema = introspect(postgres.reader(url))
    assert {t.name: t.columns[0].values for t in schema.tables} == {"far": (), "near": ("a",)}


def test_a_locked_table_is_not_waited_for(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_schema, "SIZE_SECONDS", 0.2)
    url = postgres.database(
        "CREATE TABLE t (a text); INSERT INTO t VALUES ('x'); CREATE TABLE u ()"
    )
    with closing(postgres.connect(url)) as other, other.transaction():
        other.execute("LOCK TABLE t")
        (table,) = introspect(postgres.reader(url)).tables
    assert table.columns == (Column("a", "text"),)


def test_nothing_that_is_read_stays_open(postgres: Postgres, odd: str) -> None:
    with closing(open_postgres(postgres.reader(odd))) as database:
        database.introspect(Introspection())
        assert database.connection.execute("SHOW statement_timeout").fetchone() == ("0",)
        assert database.connection.info.transaction_status.name == "IDLE"
