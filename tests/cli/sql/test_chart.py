"""What is drawn of which columns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from localai.cli.sql.chart import MOST_BARS, Chart, choose
from localai.sql.database import Cell

Rows = Sequence[Sequence[Cell]]


def chart(columns: list[str], rows: Rows) -> Chart:
    found = choose(columns, rows)
    assert isinstance(found, Chart), found
    return found


def test_labels_and_numbers_are_bars() -> None:
    found = chart(["city", "count"], [["Berlin", 9], ["Paris", None]])
    assert found == Chart("bars", ("Berlin", "Paris"), (("count", (9.0, None)),))


@pytest.mark.parametrize(
    "moments",
    [
        ["2026-01-31", "2025-12-31", "2026-03-01"],
        ["2026-01", "2025-12", "2026-03"],
        ["2026-01-31 10:00:00", "2025-12-31T23:59:59", "2026-03-01 00:00:00+02"],
        ["2025-Q4", "2025-Q1", "2026-Q1"],
    ],
)
def test_dates_and_numbers_are_a_line(moments: list[Cell]) -> None:
    found = chart(["total", "month"], [[at, moment] for at, moment in enumerate(moments)])
    assert found.kind == "line"
    assert list(found.places) == sorted(found.places)


def test_a_line_goes_by_time_whatever_the_order_of_rows() -> None:
    found = chart(["day", "n"], [["2026-03-03", 3], ["2026-03-01", 1], ["2026-03-02", 2]])
    assert found.labels == ("2026-03-01", "2026-03-02", "2026-03-03")
    assert found.series == (("n", (1.0, 2.0, 3.0)),)
    assert found.places[1] - found.places[0] == found.places[2] - found.places[1]


def test_years_and_rising_numbers_are_the_x_axis() -> None:
    assert chart(["year", "n"], [[2024, 5], [2023, 9]]).labels == ("2023", "2024")
    rising = chart(["distance", "fare"], [[1, 5.0], [2, 9.0], [7, 3.0]])
    assert (rising.kind, rising.places) == ("line", (1.0, 2.0, 7.0))
    assert chart(["a", "b"], [[3, 5.0], [2, 9.0]]).kind == "bars"


def test_ids_are_not_measured() -> None:
    found = chart(["id", "name", "total"], [[7, "a", 3], [8, "b", 4]])
    assert [name for name, _ in found.series] == ["total"]
    only = chart(["name", "customer_id"], [["a", 3], ["b", 4]])
    assert [name for name, _ in only.series] == ["customer_id"]


def test_numbers_of_one_size_stand_side_by_side() -> None:
    found = chart(["city", "net", "gross"], [["a", 10, 12], ["b", 5, 6]])
    assert [name for name, _ in found.series] == ["net", "gross"]
    assert found.remarks == ()


def test_what_is_not_drawn_is_told() -> None:
    found = chart(["city", "n", "revenue"], [["a", 10, 12_000], ["b", 5, 60_000]])
    assert [name for name, _ in found.series] == ["n"]
    assert found.remarks == ("Not drawn: revenue.",)
    many = chart(["city", "n"], [[f"c{i}", i] for i in range(100)])
    assert len(many.labels) == MOST_BARS
    assert "100 rows" in many.remarks[0]


def test_repeated_dates_with_labels_are_bars() -> None:
    found = chart(["month", "city", "n"], [["2026-01", "a", 1], ["2026-01", "b", 2]])
    assert (found.kind, found.labels) == ("bars", ("2026-01, a", "2026-01, b"))


def test_one_row_of_several_numbers_is_bars_over_their_names() -> None:
    found = chart(["avg", "max"], [[1.5, 3]])
    assert found == Chart("bars", ("avg", "max"), (("", (1.5, 3.0)),))


@pytest.mark.parametrize(
    ("columns", "rows", "word"),
    [
        (["a"], [], "no rows"),
        (["a", "b"], [["x", "y"]], "no column of numbers (a, b)"),
        (["n"], [[1]], "one row with one number"),
        (["a", "n"], [["x", 1]], "one row"),
        (["n"], [[1], [2]], "labels or dates"),
        (["a", "n"], [["x", None], ["y", None]], "no column of numbers"),
        (["a", "n"], [["x", float("inf")]], "no column of numbers"),
        (["a", "flag"], [["x", True], ["y", False]], "no column of numbers"),
    ],
)
def test_what_cannot_be_drawn_is_told(columns: list[str], rows: Rows, word: str) -> None:
    told = choose(columns, rows)
    assert isinstance(told, str)
    assert told.startswith("Nothing to plot: ")
    assert word in told
