"""Tables of a terminal: what fits, what is wrapped, what is left out, and that it is said."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from localai.cli.sql.cells import shown
from localai.cli.sql.grid import LEAST_WIDTH, MOST_LINES, Look, draw
from localai.sql.database import Cell


def lines(columns: list[str], rows: list[list[Cell]], width: int | None = None) -> list[str]:
    return list(draw(columns, rows, Look(width)).lines)


def test_numbers_stand_under_one_another() -> None:
    assert lines(["name", "price"], [["tea", 3.5], ["saffron", 120], ["salt", None]]) == [
        "name     price",
        "───────  ─────",
        "tea        3.5",
        "saffron    120",
        "salt      NULL",
    ]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([3.5, 12.25, 9.0], ["3.50", "12.25", "9.00"]),
        ([1 / 3, 2 / 3], ["0.3333", "0.6667"]),
        ([0.1 + 0.2], ["0.3"]),
        ([12.0, 7.0], ["12", "7"]),
        ([1e20, 0.00001, 0.0], ["1e+20", "1e-05", "0"]),
        ([10**18, 2], ["1000000000000000000", "2"]),
        ([True, False, None], ["true", "false", "NULL"]),
        ([float("inf"), 1.5], ["inf", "1.5"]),
    ],
)
def test_values_have_sensible_digits(cells: list[Cell], texts: list[str]) -> None:
    assert list(shown("n", cells).texts) == texts


def test_a_column_of_numbers_and_texts_is_no_column_of_numbers() -> None:
    assert not shown("n", [1, "2"]).right
    assert not shown("n", [None, None]).right
    assert not shown("n", [True]).right
    assert shown("n", [None, 1]).right


@pytest.mark.parametrize(
    "hostile",
    ["[red]x[/red]", "\x1b[2J\x1b]0;title\x07", "a\nb\rc", "\u202egnp.exe", "\x9b31m", "\u2028"],
)
def test_a_cell_steers_nothing(hostile: str) -> None:
    drawn = lines([hostile], [[hostile], ["plain"]])
    assert len(drawn) == 4
    assert all(sign == " " or sign.isprintable() for line in drawn for sign in line)


@pytest.mark.parametrize("width", [20, 30, 47, 60, 80, 200])
@pytest.mark.parametrize("count", [1, 2, 5, 12, 40])
@pytest.mark.parametrize("rows", [1, 30])
def test_no_line_is_wider_than_the_terminal(width: int, count: int, rows: int) -> None:
    columns = [f"a heading number {i}" for i in range(count)]
    cells: list[Cell] = ["some words in a row " * 3, 123456.789, "東京タワー" * 4, None, "x" * 300]
    drawn = draw(columns, [[cells[i % 5] for i in range(count)]] * rows, Look(width))
    # A number is never broken: alone on a line it may be all that there is.
    assert max(map(cell_len, drawn.lines)) <= width
    if not drawn.omitted:
        assert sum("heading" in line or "number" in line for line in drawn.lines) >= 1


def test_long_texts_are_wrapped_between_words() -> None:
    text = "a long comment that goes on until the end of the line"
    drawn = lines(["id", "comment"], [[1, text]], 30)
    assert drawn[2:] == [
        "1   a long comment that goes",
        "    on until the end of the",
        "    line",
    ] or (" ".join(" ".join(line.split()) for line in drawn[2:]).replace("1 ", "", 1) == text)


def test_very_long_texts_are_cut_and_that_is_told() -> None:
    drawn = draw(["comment"], [["word " * 500]], Look(40))
    assert drawn.cut
    assert drawn.lines[-1].endswith("…")
    assert len(drawn.lines) == 2 + MOST_LINES
    whole = draw(["comment"], [["word " * 500]], Look(None))
    assert not whole.cut
    assert len(whole.lines) == 3


def test_few_rows_of_many_columns_are_shown_as_records() -> None:
    columns = [f"column_{i}" for i in range(20)]
    drawn = draw(columns, [[f"value {i}" for i in range(20)]] * 2, Look(60))
    assert drawn.lines[0].startswith("── 1 ─")
    assert drawn.lines[21].startswith("── 2 ─")
    assert [line.split()[0] for line in drawn.lines[1:21]] == columns
    assert not drawn.omitted


def test_many_rows_of_many_columns_lose_columns_and_say_which() -> None:
    columns = [f"column_{i}" for i in range(20)]
    drawn = draw(columns, [["some value"] * 20] * 30, Look(60))
    assert len(drawn.lines) == 32
    assert 0 < len(drawn.omitted) < 20
    assert drawn.omitted == tuple(columns[-len(drawn.omitted) :])


def test_a_wide_heading_over_short_values_is_wrapped() -> None:
    drawn = lines(["SUM(order_items.quantity * order_items.price)", "n"], [[1.5, 2]], 30)
    assert drawn[-1].split() == ["1.5", "2"]
    assert len(drawn) > 3


def test_nothing_at_all_is_drawn_too() -> None:
    assert lines(["a", "b"], []) == ["a  b", "─  ─"]
    assert lines([], []) == ["", ""] or lines([], []) == [""]


def test_without_unicode_rules_are_ascii() -> None:
    drawn = draw(["a"], [["x" * 500]], Look(LEAST_WIDTH + 10, unicode=False))
    assert all(line.isascii() for line in drawn.lines)
    assert drawn.cut


def test_styles_are_there_on_demand_alone() -> None:
    assert "\x1b[1m" in draw(["a"], [[None]], Look(80, styled=True)).lines[0]
    assert "\x1b[2mNULL\x1b[0m" in draw(["a"], [[None]], Look(80, styled=True)).lines[2]
    assert "\x1b" not in "".join(lines(["a"], [[None]], 80))
