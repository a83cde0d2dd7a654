"""Rows that answer as the right rows do, and rows that only look so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from localai.sql.compare import Match, Right, compare
from localai.sql.database import Cell

EXACT, SUBSET, WRONG = Match(True, True), Match(False, True), Match(False, False)
Rows = Sequence[Sequence[Cell]]


def match(right: Rows, given: Rows, keys: Rows | None = None) -> Match:
    columns = len(given[0]) if given else 1
    return compare(Right(len(right[0]) if right else 1, right, keys), columns, given)


@pytest.mark.parametrize(
    ("right", "given", "expected"),
    [
        ([(1,)], [(1,)], EXACT),
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], EXACT),
        ([("a",), ("b",)], [("b", 7), ("a", 9)], SUBSET),
        ([("a", 1)], [("a",)], WRONG),
        ([("a", 1), ("b", 2)], [("a", 2), ("b", 1)], WRONG),
        ([("a",)], [("a",), ("a",)], WRONG),
        ([("a",), ("a",)], [("a",)], WRONG),
        ([("a",), ("b",)], [("a",)], WRONG),
        ([(0.1 + 0.2,)], [(0.3,)], EXACT),
        ([(9.285714,)], [(9.29,)], WRONG),
        ([(5,)], [(5.0,)], EXACT),
        ([(5,)], [("5",)], EXACT),
        ([("9780012377354",)], [("9780012377355",)], WRONG),
        ([("007",)], [("7",)], WRONG),
        ([(9780012377354,)], [(9780012377355,)], WRONG),
        ([(True,), (False,)], [(0,), (1,)], EXACT),
        ([(None,)], [(None,)], EXACT),
        ([(None,)], [(0,)], WRONG),
        ([(None,)], [("",)], WRONG),
        ([("2026-03-01",)], [("2026-03-01 00:00:00",)], EXACT),
        ([("2026-03-01T00:00:00+00:00",)], [("2026-03-01",)], EXACT),
        ([("2026-03-01 10:00:00",)], [("2026-03-01T10:00:00.000",)], EXACT),
        ([("2026-03-01 10:00:00",)], [("2026-03-01 10:00:01",)], WRONG),
        ([("Ann",)], [("ann",)], WRONG),
        # Two columns of the same values: which is which shows in the rows alone.
        ([(1, 2), (2, 1), (3, 3)], [(1, 2, 9), (2, 1, 9), (3, 3, 9)], SUBSET),
        ([("x", 1, 2), ("y", 2, 1)], [("x", 2, 1), ("y", 1, 2)], EXACT),
        ([("x", 1, 2), ("y", 2, 3)], [("x", 3, 2), ("y", 2, 1)], WRONG),
        ([], [], EXACT),
        ([], [(1,)], WRONG),
        ([(1,)], [], WRONG),
    ],
)
def test_rows_without_order(right: Rows, given: Rows, expected: Match) -> None:
    assert match(right, given) == expected


def test_no_rows_of_other_columns_are_no_match() -> None:
    assert compare(Right(1, []), 2, []) == WRONG


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("a",), ("b",), ("c",)], EXACT),
        ([("b",), ("a",), ("c",)], EXACT),
        ([("a",), ("c",), ("b",)], WRONG),
        ([("c",), ("b",), ("a",)], WRONG),
        ([("a", 0), ("b", 0), ("c", 0)], SUBSET),
    ],
)
def test_order_counts_between_rows_of_different_keys(given: Rows, expected: Match) -> None:
    assert match([("a",), ("b",), ("c",)], given, keys=[(9,), (9,), (5,)]) == expected


def test_many_alike_columns_end_soon() -> None:
    rows = [tuple(range(12)) for _ in range(3)]
    assert match([(0,) * 9] * 3, [(0,) * 12] * 3) == SUBSET
    assert match(rows, rows) == EXACT
