"""What is added up, counted with and compared, by the kinds of columns."""

from __future__ import annotations

import pytest

from localai.sql.kinds import declared
from tests.sql.checking.shop import passes, refusal, sql


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT SUM(name) FROM customers", "name holds text, which cannot be added up"),
        ("SELECT AVG(state) FROM customers", "state holds text"),
        ("SELECT AVG(c.name) FROM customers c", "c.name holds text"),
        ("SELECT SUM(t.x) FROM (SELECT UPPER(name) AS x FROM customers) t", "t.x holds text"),
        ("SELECT AVG(ordered_on) FROM orders", "ordered_on holds dates"),
        ("SELECT SUM(DISTINCT shipped_at) FROM orders", "points in time"),
        ("SELECT AVG(active) FROM customers", "yes or no"),
        ("SELECT name * 2 FROM customers", "counts with name, which is text"),
        ("SELECT id FROM orders WHERE total - status > 1", "counts with status"),
        ("SELECT id FROM orders WHERE total > 'lots'", "total holds numbers"),
        ("SELECT id FROM orders WHERE id = 'first'", "compares it with the text 'first'"),
        ("SELECT id FROM orders WHERE COUNT(*) > 'five'", "holds numbers"),
        ("SELECT id FROM orders WHERE ordered_on > 'last week'", "is none that is understood"),
        ("SELECT id FROM orders WHERE ordered_on = 'Christmas'", "Write dates as 2024-06-15"),
        ("SELECT id FROM orders WHERE id > CURRENT_DATE", "TO_TIMESTAMP(id)"),
        ("SELECT EXTRACT(YEAR FROM total) FROM orders", "total is a number"),
        ("SELECT YEAR(id) FROM orders", "id is a number"),
        ("SELECT DATE_TRUNC('month', id) FROM orders", "id is a number"),
        ("SELECT EXTRACT(FORTNIGHT FROM ordered_on) FROM orders", "FORTNIGHT is not a part"),
        ("SELECT ordered_on + INTERVAL '1 fortnight' FROM orders", "not a span of time"),
        ("SELECT 5 + 'x' FROM orders", "counts with the text 'x'"),
    ],
)
def test_nonsense_is_refused(query: str, words: str) -> None:
    assert words in refusal(query)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("SELECT SUM(code) FROM order_lines", "SUM(NUMBER(code))"),
        ("SELECT AVG(quantity) FROM products", "AVG(NUMBER(quantity))"),
        ("SELECT quantity * price FROM products", "NUMBER(quantity) * price"),
        ("SELECT id FROM products WHERE quantity > 5", "NUMBER(quantity) > 5"),
        ("SELECT id FROM customers WHERE name = 5", "name = '5'"),
        ("SELECT id FROM customers WHERE name IN (5, -6)", "name IN ('5', '-6')"),
        ("SELECT id FROM orders WHERE total > '5'", "total > 5"),
        ("SELECT id FROM orders WHERE -5 < total AND total <> '-6'", "total <> -6"),
        ("SELECT 'Dear ' + name + '!' FROM customers", "'Dear ' || name || '!'"),
        ("SELECT id FROM customers WHERE active = 'yes'", "active = TRUE"),
        ("SELECT EXTRACT(DAY FROM ordered_on - '2024-01-01') FROM orders", "AS INTEGER)"),
        (
            "SELECT id FROM orders WHERE ordered_on - DATE '2024-01-01' > INTERVAL '3 days'",
            "AS INTEGER) > 3",
        ),
    ],
)
def test_what_has_one_meaning_is_put_in_its_words(query: str, part: str) -> None:
    assert part in sql(query)


def test_numbers_kept_as_text_are_told_of() -> None:
    assert passes("SELECT SUM(code), MAX(code) FROM order_lines").notices == (
        "code is kept as text, and was read as numbers; what is no number was left out.",
    )


@pytest.mark.parametrize(
    ("column_type", "kind"),
    [
        ("INTEGER", "integer"), ("tinyint(1)", "integer"), ("UNSIGNED BIG INT", "bigint"),
        ("serial", "integer"), ("VARCHAR(20)", "text"), ("character varying(5)", "text"),
        ("DATETIME", "timestamp"), ("timestamp with time zone", "timestamp"), ("date", "date"),
        ("time without time zone", "time"), ("INTERVAL", "interval"), ("POINT", "other"),
        ("DECIMAL(10, 2)", "decimal"), ("double precision", "real"), ("BOOL", "boolean"),
        ("integer[]", "array"), ("jsonb", "json"), ("ODD TYPE (1 2", None), ("", None),
        ("HUGEINT", "bigint"), ("uuid", "other"), ("BLOB", "other"), ("money", "decimal"),
    ],
)  # fmt: skip
def test_declared_types_are_kinds(column_type: str, kind: str | None) -> None:
    assert declared(column_type) == kind
