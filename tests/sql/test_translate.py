"""PostgreSQL's answers, worked out by its documentation, against what the translation gives."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from localai.sql.check import check
from localai.sql.database import Cell
from localai.sql.databases.sqlite_query import run
from localai.sql.databases.sqlite_schema import introspect


@pytest.fixture
def days(tmp_path: Path) -> Path:
    path = tmp_path / "days.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TABLE t (d DATE, e DATE, at TIMESTAMP, fee DECIMAL(10, 2), n INTEGER);
            INSERT INTO t VALUES ('2024-03-31', '2023-12-25', '2024-03-31 10:20:30', 100.00, 3);
            """
        )
    return path


def value(path: Path, expression: str) -> Cell:
    ((cell,),) = run(path, check(f"SELECT {expression} FROM t", introspect(path)).sql).rows
    return cell


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("EXTRACT(YEAR FROM d)", 2024),
        ("EXTRACT(MONTH FROM d)", 3),
        ("DATE_PART('day', d)", 31),
        ("EXTRACT(DOW FROM d)", 0),
        ("EXTRACT(DOY FROM d)", 91),
        ("EXTRACT(HOUR FROM at)", 10),
        ("DATE_TRUNC('year', d)", "2024-01-01"),
        ("DATE_TRUNC('quarter', e)", "2023-10-01"),
        ("DATE_TRUNC('quarter', d)", "2024-01-01"),
        ("DATE_TRUNC('month', d)", "2024-03-01"),
        ("DATE_TRUNC('week', d)", "2024-03-25"),
        ("DATE_TRUNC('week', e)", "2023-12-25"),
        ("d - INTERVAL '7 days'", "2024-03-24"),
        ("d + INTERVAL '2 weeks'", "2024-04-14"),
        ("d - INTERVAL '1 month'", "2024-02-29"),
        ("d + INTERVAL '1 month'", "2024-04-30"),
        ("d - INTERVAL '1 year'", "2023-03-31"),
        ("d - INTERVAL '1 quarter'", "2023-12-31"),
        ("DATE_TRUNC('month', d) + INTERVAL '1 month'", "2024-04-01"),
        ("at - INTERVAL '1 month'", "2024-02-29 10:20:30"),
        ("at - INTERVAL '30 minutes'", "2024-03-31 09:50:30"),
        ("at + INTERVAL '1 day'", "2024-04-01 10:20:30"),
        ("d - 7", "2024-03-24"),
        ("d + 1", "2024-04-01"),
        ("d - e", 97),
        ("MAX(d) - MIN(e)", 97),
        ("DATE '2024-01-31' - DATE '2024-01-01'", 30),
        ("fee / n", 100 / 3),
        ("SUM(fee) / COUNT(*) / 8", 12.5),
        ("(fee + 1) / 2", 50.5),
        ("n / 2", 1),
    ],
)
def test_sqlite_gives_postgresqls_answer(days: Path, expression: str, expected: Cell) -> None:
    assert value(days, expression) == pytest.approx(expected)


def test_today_is_the_local_day(days: Path) -> None:
    today = date.today()
    assert value(days, "CURRENT_DATE") == today.isoformat()
    assert value(days, "CURRENT_DATE - INTERVAL '7 days'") == (today - timedelta(7)).isoformat()
    assert value(days, "CURRENT_DATE - 7") == (today - timedelta(7)).isoformat()
    assert str(value(days, "NOW()")).startswith(today.isoformat())
