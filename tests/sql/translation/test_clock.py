"""Today is the user's, in every kind of database and for every way of asking for it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from localai.sql.check import check
from tests.sql.checking.shop import SHOP, sql

TODAY = date(2024, 3, 31)
DIALECTS = ("sqlite", "duckdb", "postgres")


def stopped(text: str, dialect: str = "sqlite") -> str:
    from dataclasses import replace

    return " ".join(check(text, replace(SHOP, dialect=dialect), TODAY).sql.split())


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("CURRENT_DATE", "'2024-03-31'"),
        ("NOW()", "'2024-03-31'"),
        ("CURRENT_TIMESTAMP", "'2024-03-31'"),
        ("LOCALTIMESTAMP", "'2024-03-31'"),
        ("CURRENT_TIME", "'00:00:00'"),
        ("NOW()::date", "'2024-03-31'"),
        ("'today'::date", "'2024-03-31'"),
        ("DATE 'yesterday'", "'2024-03-30'"),
        ("'tomorrow'::timestamp", "'2024-04-01'"),
        ("'now'::date", "'2024-03-31'"),
        ("DATE('now')", "'2024-03-31'"),
        ("DATE('now', '-1 day')", "DATE('2024-03-31', '-1 day')"),
        ("STRFTIME('%Y', 'now')", "STRFTIME('%Y', '2024-03-31')"),
        ("CURRENT_DATE - 7", "'2024-03-24'"),
        ("CURRENT_DATE - INTERVAL '1 month'", "'2024-02-29'"),
        ("DATE_TRUNC('week', CURRENT_DATE)", "'2024-03-25'"),
        ("DATE_TRUNC('month', NOW() - INTERVAL '1 month')", "'2024-02-01'"),
        ("DATE_TRUNC('quarter', CURRENT_DATE) + INTERVAL '3 months'", "'2024-04-01'"),
        ("EXTRACT(YEAR FROM CURRENT_DATE)", "2024"),
        ("TO_CHAR(CURRENT_DATE, 'FMMonth')", "'March'"),
        ("CURRENT_DATE - DATE '2024-01-01'", "90"),
        ("AGE(TIMESTAMP '2024-01-01')", "'2 mons 30 days'"),
        ("NOW() AT TIME ZONE 'UTC'", "'2024-03-31'"),
        ("ordered_on > CURRENT_DATE", "ordered_on > '2024-03-31'"),
        ("ordered_on = 'yesterday'", "ordered_on = '2024-03-30'"),
        ("AGE(ordered_on)", "AGE('2024-03-31', ordered_on)"),
    ],
)
def test_sqlite_gets_it_worked_out(expression: str, written: str) -> None:
    assert stopped(f"SELECT {expression} FROM orders") == f"SELECT {written} FROM orders"


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("CURRENT_DATE", "CAST('2024-03-31' AS DATE)"),
        ("NOW()", "CAST('2024-03-31 00:00:00' AS TIMESTAMP)"),
        ("AGE(ordered_on)", "AGE(CAST('2024-03-31' AS DATE), ordered_on)"),
        ("ordered_on = 'today'", "ordered_on = '2024-03-31'"),
        ("DATE 'tomorrow'", "CAST('2024-04-01' AS DATE)"),
    ],
)
def test_others_get_it_as_a_date(expression: str, written: str, dialect: str) -> None:
    assert stopped(f"SELECT {expression} FROM orders", dialect) == f"SELECT {written} FROM orders"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_a_day_it_is_this_machines_moment(dialect: str) -> None:
    before = datetime.now().replace(microsecond=0)
    text = sql("SELECT CURRENT_DATE - 1, NOW() FROM orders", dialect)
    shown = re.findall(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", text)
    assert before <= datetime.fromisoformat(shown[0]) <= before + timedelta(minutes=5)
    assert "CURRENT" not in text
    assert "NOW" not in text


def test_a_text_that_happens_to_be_such_a_word_stays() -> None:
    assert stopped("SELECT id FROM orders WHERE status = 'now'").endswith("status = 'now'")
