"""Stretches of days that a question counts from today, back and ahead."""

from __future__ import annotations

import pytest

from localai.linking import link
from localai.schema import Column, Schema, Table

VISITS = Table("visits", (Column("id", "INTEGER"), Column("booked_for", "DATE")), ("id",))
DAY = "INTERVAL '1 day'"
MARCH = "DATE_TRUNC('year', CURRENT_DATE - INTERVAL '2 month') + INTERVAL '2 month'"
WEEK = "DATE_TRUNC('week', CURRENT_DATE)"


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("today", "CURRENT_DATE", f"CURRENT_DATE + {DAY}"),
        ("tomorrow", f"CURRENT_DATE + {DAY}", "CURRENT_DATE + INTERVAL '2 day'"),
        ("this week", WEEK, f"{WEEK} + INTERVAL '1 week'"),
        (
            "next week",
            f"{WEEK} + INTERVAL '1 week'",
            f"{WEEK} + INTERVAL '1 week' + INTERVAL '1 week'",
        ),
        ("last week", f"{WEEK} - INTERVAL '1 week'", WEEK),
        ("the last week", "CURRENT_DATE - INTERVAL '1 week'", f"CURRENT_DATE + {DAY}"),
        ("the past 2 quarters", "CURRENT_DATE - INTERVAL '6 month'", f"CURRENT_DATE + {DAY}"),
        ("this year so far", "DATE_TRUNC('year', CURRENT_DATE)", f"CURRENT_DATE + {DAY}"),
        (
            "3 days ago",
            "CURRENT_DATE - INTERVAL '3 day'",
            f"CURRENT_DATE - INTERVAL '3 day' + {DAY}",
        ),
        (
            "two weeks ago",
            f"{WEEK} - INTERVAL '2 week'",
            f"{WEEK} - INTERVAL '2 week' + INTERVAL '1 week'",
        ),
        ("last weekend", f"{WEEK} - INTERVAL '2 day'", WEEK),
        ("the last 24 hours", "CURRENT_TIMESTAMP - INTERVAL '24 hour'", "CURRENT_TIMESTAMP"),
        (
            "March",
            MARCH,
            f"{MARCH} + INTERVAL '1 month'",
        ),
        (
            "last Monday",
            "DATE_TRUNC('week', CURRENT_DATE - INTERVAL '1 day')",
            f"DATE_TRUNC('week', CURRENT_DATE - INTERVAL '1 day') + {DAY}",
        ),
        ("Q3 2023", "'2023-07-01'", "'2023-10-01'"),
        ("the first quarter of 2024", "'2024-01-01'", "'2024-04-01'"),
        ("the second half of 2024", "'2024-07-01'", "'2025-01-01'"),
        ("the 90s", "'1990-01-01'", "'2000-01-01'"),
        ("25/03/2024", "'2024-03-25'", "'2024-03-26'"),
        ("31.12.2024", "'2024-12-31'", "'2025-01-01'"),
        ("2024-03", "'2024-03-01'", "'2024-04-01'"),
        ("May 3rd 2024", "'2024-05-03'", "'2024-05-04'"),
        ("the 3rd of May 2024", "'2024-05-03'", "'2024-05-04'"),
        ("between November and March 2023", "'2022-11-01'", "'2023-04-01'"),
        ("from 2024-01-01 to 2024-01-31", "'2024-01-01'", "'2024-02-01'"),
        ("2024-03-17 07:13:53", "'2024-03-17 07:13:53'", "'2024-03-17 07:13:54'"),
        ("the last 7 days", "CURRENT_DATE - INTERVAL '7 day'", f"CURRENT_DATE + {DAY}"),
        ("the next 7 days", "CURRENT_DATE", f"CURRENT_DATE + {DAY} + INTERVAL '7 day'"),
        ("the coming two months", "CURRENT_DATE", f"CURRENT_DATE + {DAY} + INTERVAL '2 month'"),
    ],
)
def test_a_period_has_its_first_day_and_the_first_day_after_it(
    words: str, low: str, high: str
) -> None:
    linked = link(Schema((VISITS,)), f"How many visits are booked for {words}?")
    (value,) = linked.slots.values
    assert (value.kind, value.low, value.high) == ("period", low, high)


@pytest.mark.parametrize("words", ["05/03/2024", "the red march", "31/31/2024"])
def test_what_may_be_read_in_two_ways_is_no_period(words: str) -> None:
    values = link(Schema((VISITS,)), f"visits with {words}").slots.values
    assert not any(value.kind == "period" for value in values)


def test_next_is_no_period_without_a_unit() -> None:
    assert link(Schema((VISITS,)), "Which visits come next?").slots.values == ()


def test_a_small_figure_above_the_line_is_no_day() -> None:
    assert link(Schema((VISITS,)), "visits ² May ² of 2024").slots.values
