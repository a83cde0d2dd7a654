"""Owns what people may mean by a period; it must not know how the product understands it."""

from __future__ import annotations

DAY, WEEK = "CURRENT_DATE", "DATE_TRUNC('week', CURRENT_DATE)"
TOMORROW = f"{DAY} + INTERVAL '1 day'"
MONTH, QUARTER = "DATE_TRUNC('month', CURRENT_DATE)", "DATE_TRUNC('quarter', CURRENT_DATE)"
YEAR = "DATE_TRUNC('year', CURRENT_DATE)"


def _ago(start: str, length: str) -> str:
    return f"{start} - INTERVAL '{length}'"


def _on(start: str, length: str) -> str:
    return f"{start} + INTERVAL '{length}'"


def _up_to_now(length: str) -> list[tuple[str, str]]:
    """So long back from today: with whatever lies in the future, up to today's end, without it."""
    start = _ago(DAY, length)
    return [(start, ""), (start, TOMORROW), (start, DAY)]


# What each period may mean, as first moment and first moment after ("" where it is open): the last
# whole week, or the seven days up to now.
PERIODS: dict[str, list[tuple[str, str]]] = {
    "last week": [(_ago(WEEK, "1 week"), WEEK), *_up_to_now("7 days")],
    "last month": [
        (_ago(MONTH, "1 month"), MONTH), *_up_to_now("1 month"), *_up_to_now("30 days"),
    ],
    "last quarter": [(_ago(QUARTER, "3 months"), QUARTER), *_up_to_now("3 months")],
    "last year": [(_ago(YEAR, "1 year"), YEAR), *_up_to_now("1 year")],
    "last 30 days": _up_to_now("30 days"),
    "past week": _up_to_now("7 days"),
    "this week": [(WEEK, ""), (WEEK, TOMORROW), (WEEK, _on(WEEK, "1 week"))],
    "this month": [(MONTH, ""), (MONTH, TOMORROW), (MONTH, _on(MONTH, "1 month"))],
    "this year": [(YEAR, ""), (YEAR, TOMORROW), (YEAR, _on(YEAR, "1 year"))],
    "next week": [
        (_on(WEEK, "1 week"), _on(WEEK, "2 weeks")), (DAY, _on(DAY, "7 days")),
        (TOMORROW, _on(DAY, "8 days")),
    ],
    "next 30 days": [
        (DAY, _on(DAY, "30 days")), (DAY, _on(DAY, "31 days")), (TOMORROW, _on(DAY, "31 days")),
    ],
    "yesterday": [(_ago(DAY, "1 day"), DAY)],
    "today": [(DAY, TOMORROW)],
    "tomorrow": [(TOMORROW, _on(DAY, "2 days"))],
    "february": [("'2026-02-01'", "'2026-03-01'")],
    "2025": [("'2025-01-01'", "'2026-01-01'")],
}  # fmt: skip
