"""Stretches of days that a question counts from today, back and ahead."""

from __future__ import annotations

import pytest

from localai.linking import link
from localai.schema import Column, Schema, Table

VISITS = Table("visits", (Column("id", "INTEGER"), Column("booked_for", "DATE")), ("id",))
DAY = "INTERVAL '1 day'"
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


def test_next_is_no_period_without_a_unit() -> None:
    assert link(Schema((VISITS,)), "Which visits come next?").slots.values == ()
