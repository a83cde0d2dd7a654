"""Bars and lines as text: to scale, within the width, plain where there are no other signs."""

from __future__ import annotations

import math

import pytest
from rich.cells import cell_len

from localai.cli.sql import bars, line
from localai.cli.sql.chart import Chart, choose
from localai.cli.sql.grid import Look

LOOKS = [Look(width, unicode) for width in (30, 60, 100) for unicode in (True, False)]


def bars_of(*values: float | None) -> Chart:
    labels = tuple(f"label {i}" for i in range(len(values)))
    return Chart("bars", labels, (("n", values),))


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(
    "values",
    [(1, 2, 3), (-5, 0, 5), (-1, -2, None), (0, 0, 0), (1e9, 3, 0.001), (None, 1e-9, 2)],
)
def test_bars_stay_in_the_width(look: Look, values: tuple[float | None, ...]) -> None:
    drawn = bars.draw(bars_of(*values), look)
    assert all(cell_len(text) <= (look.width or 0) for text in drawn)
    assert look.unicode or all(text.isascii() for text in drawn)
    assert len(drawn) == len(values) + 1


def test_bars_are_to_scale() -> None:
    drawn = bars.draw(bars_of(10, 5, 2.5, 0, None), Look(80))[1:]
    full = drawn[0].count("█")
    assert abs(drawn[1].count("█") - full / 2) <= 1
    assert abs(drawn[2].count("█") - full / 4) <= 1
    assert "█" not in drawn[3] + drawn[4]
    assert "NULL" in drawn[4]


def test_negative_bars_go_the_other_way_from_one_axis() -> None:
    above, below = bars.draw(bars_of(5, -10), Look(60))[1:]
    axis = above.index("│")
    assert below.index("│") == axis
    assert "█" in above[axis:] and "█" not in above[:axis]
    assert "█" in below[:axis] and "█" not in below[axis:]


def test_long_labels_are_shortened() -> None:
    chart = Chart("bars", ("a label that goes on and on " * 3, "東京" * 20), (("n", (1.0, 2.0)),))
    for text in bars.draw(chart, Look(50))[1:]:
        assert "…" in text
        assert cell_len(text) <= 50


def test_series_have_a_legend() -> None:
    chart = Chart("bars", ("a",), (("net", (1.0,)), ("gross", (2.0,))))
    assert bars.draw(chart, Look(50))[0] == "█ net   ▒ gross"
    assert bars.draw(chart, Look(50, unicode=False))[0] == "# net   = gross"


def line_of(values: list[float | None]) -> Chart:
    rows = [[f"2026-{at + 1:02d}", value] for at, value in enumerate(values)]
    found = choose(["month", "n"], rows)
    assert isinstance(found, Chart) and found.kind == "line"
    return found


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(
    "values",
    [
        [math.sin(at) for at in range(12)],
        [5.0] * 4,
        [1.0, None, 3.0],
        [-1e9, 1e9],
        [None, 2.0, None],
        [0.0001, 0.0002],
    ],
)
def test_a_line_stays_in_the_width(look: Look, values: list[float | None]) -> None:
    drawn = line.draw(line_of(values), look)
    assert all(len(text) <= (look.width or 0) for text in drawn)
    assert look.unicode or all(text.isascii() for text in drawn)
    assert len(drawn) == line.HEIGHT + 3
    assert drawn[-1].split() == ["2026-01", f"2026-{len(values):02d}"]


def test_a_line_rises_where_values_rise() -> None:
    drawn = line.draw(line_of([0.0, 5.0, 10.0]), Look(60, unicode=False))[1:-2]
    stars = [text.index("*") for text in drawn]
    assert stars == sorted(stars, reverse=True)
    assert drawn[0].startswith("10") and drawn[-1].split()[0] in ("0", "0.0")


def test_a_missing_value_is_a_gap() -> None:
    whole = "".join(line.draw(line_of([1.0, 1.0, 1.0, 1.0]), Look(60, unicode=False)))
    gap = "".join(line.draw(line_of([1.0, None, 1.0, 1.0]), Look(60, unicode=False)))
    assert gap.count("*") < whole.count("*")
