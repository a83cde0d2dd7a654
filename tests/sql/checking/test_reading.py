from __future__ import annotations

import pytest

from tests.sql.checking.shop import SHOP, refusal, sql


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DELETE FROM customers", "Only a SELECT may run"),
        ("UPDATE customers SET name = 'x'", "Only a SELECT may run"),
        ("INSERT INTO customers SELECT * FROM customers", "Only a SELECT may run"),
        ("CREATE TABLE t AS SELECT 1", "Only a SELECT may run"),
        ("ATTACH 'evil.db' AS e", "Only a SELECT may run|not valid"),
        ("DETACH e", "Only a SELECT may run|not valid"),
        ("PRAGMA query_only = 0", "Only a SELECT may run|not valid"),
        ("VACUUM INTO 'evil.db'", "Only a SELECT may run"),
        ("COPY customers TO PROGRAM 'rm x'", "Only a SELECT may run"),
        ("COPY (SELECT 1) TO 'x'", "Only a SELECT may run"),
        ("EXPLAIN ANALYZE DELETE FROM customers", "Only a SELECT may run"),
        ("DO $$ BEGIN END $$", "Only a SELECT may run"),
        ("CALL f()", "Only a SELECT may run"),
        ("SET statement_timeout = 0", "Only a SELECT may run"),
        ("BEGIN", "Only a SELECT may run"),
        ("GRANT ALL ON customers TO x", "Only a SELECT may run"),
        ("INSTALL httpfs", "Only a SELECT may run|not valid"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT 1;; DROP TABLE customers", "2 statements"),
        ("", "0 statements"),
        (";", "0 statements"),
        ("-- nothing", "0 statements"),
        ("VALUES (1)", "Only a SELECT may run"),
        ("WITH d AS (DELETE FROM customers RETURNING *) SELECT * FROM d", "changes data"),
        ("WITH d AS (INSERT INTO orders VALUES (1) RETURNING id) SELECT * FROM d", "changes data"),
        ("SELECT * INTO evil FROM customers", "make a new table"),
        ("SELECT name FROM customers FOR UPDATE", "locks rows"),
        ("SELECT (SELECT name FROM customers FOR SHARE LIMIT 1)", "locks rows"),
        ("SELECT name FROM customers TABLESAMPLE BERNOULLI (1)", "TABLE SAMPLE"),
        ("SELECT pg_sleep(9)", "PG_SLEEP"),
        ('SELECT "pg_sleep"(9)', "PG_SLEEP|pg_sleep"),
        ("SELECT pg_catalog.pg_sleep(9)", "not understood|PG_SLEEP"),
        ("SELECT load_extension('x')", "LOAD_EXTENSION"),
        ("SELECT lo_import('/etc/passwd')", "LO_IMPORT"),
        ("SELECT pg_read_file('/etc/passwd')", "PG_READ_FILE"),
        ("SELECT current_setting('x'), set_config('a', 'b', false)", "CURRENT_SETTING"),
        ("SELECT nextval('s')", "NEXTVAL|not"),
        ("SELECT version()", "VERSION"),
        ("SELECT current_user", "CURRENT_USER"),
        ("SELECT query_to_xml('delete', true, true, '')", "QUERY_TO_XML"),
        ("SELECT dblink('x', 'y')", "DBLINK"),
        ("SELECT * FROM dblink('x', 'y') AS t(a int)", "not"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not one that queries may call"),
        ("SELECT * FROM glob('/etc/*')", "not"),
        ("SELECT * FROM '/etc/passwd'", "no table|not valid"),
        ("SELECT * FROM 'x.parquet'", "no table|not valid"),
        ('SELECT * FROM "x.parquet"', "no table"),
        ("SELECT * FROM pragma_table_info('customers')", "not one that queries may call"),
        ("SELECT * FROM sqlite_master", "no table sqlite_master"),
        ("SELECT * FROM information_schema.tables", "no table"),
        ("SELECT * FROM pg_catalog.pg_user", "no table"),
        ("SELECT * FROM a.b.c", "not a table of this database"),
        ("SELECT zeroblob(400000000)", "ZEROBLOB"),
        ("SELECT $1", "unfilled parameter"),
        ("SELECT ?", "unfilled parameter"),
        ("SELECT :name", "unfilled parameter"),
        ("SELECT @@version", "not"),
        ("SELECT Sorry I cannot", "not valid SQL"),
        ("SELECT 'open", "not valid SQL"),
        ("Here is the query: SELECT 1", "not valid SQL|Only a SELECT"),
        ("SELECT name FROM customers PIVOT (MAX(id) FOR state IN ('a'))", "PIVOT|not valid|pivot"),
        ("SELECT COLUMNS('x') FROM customers", "COLUMNS|not"),
        ("SELECT name FROM customers WHERE MATCH(name) AGAINST ('x')", "not"),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, "too deeply|not valid"),
        ("SELECT 1" + " + 1" * 4000, "too deeply|ok"),
        ("SELECT '" + "x" * 30_000 + "'", "characters"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres"])
def test_whatever_is_more_than_reading_is_refused(query: str, words: str, dialect: str) -> None:
    message = refusal(query, dialect)
    assert any(word in message for word in words.split("|")), message


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("SELECT id /* DROP */ FROM orders -- ; DELETE", "SELECT id FROM orders"),
        ("SELECT id FROM orders /*! INTO OUTFILE 'x' */", "SELECT id FROM orders"),
        ("SELECT id FROM orders;", "SELECT id FROM orders"),
        ("((SELECT id FROM orders))", "SELECT id FROM orders"),
        ("SELECT E'it\\'s'", "SELECT 'it''s'"),
        ("SELECT $$it's; fine$$", "SELECT 'it''s; fine'"),
        ("SELECT $tag$a$$b$tag$", "SELECT 'a$$b'"),
        ("SELECT 'a'';--'", "SELECT 'a'';--'"),
        ("TABLE orders", "SELECT * FROM orders"),
        ("SELECT `id` FROM `orders`", "SELECT id FROM orders"),
        ("SELECT ALL id FROM ONLY orders", "SELECT id FROM orders"),
    ],
)
def test_what_runs_is_written_anew(query: str, written: str) -> None:
    assert sql(query) == written


def test_a_word_of_sqls_own_may_be_a_misspelt_name() -> None:
    assert "Did you mean orders" in refusal("SELECT id FROM order")


def test_the_message_says_where_it_stops_making_sense() -> None:
    assert refusal("SELECT id FROM orders WHERE WHERE").endswith("making sense at: WHERE")


def test_an_empty_schema_has_no_tables() -> None:
    from dataclasses import replace

    assert "no table orders" in refusal("SELECT 1 FROM orders", schema=replace(SHOP, tables=()))
