"""Draws a line in text, with dots of Braille or with stars; it must not know what it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localai.cli.sql.cells import number
from localai.cli.sql.chart import Chart
from localai.cli.sql.grid import Look

HEIGHT = 12
LEAST_WIDTH = 5
# The bits of a Braille sign's dots, from the top: two columns of four (Unicode, chapter 21).
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
BRAILLE = 0x2800


def draw(chart: Chart, look: Look) -> list[str]:
    """The lines of the chart: the figures of the y axis to the left, first and last place below."""
    ((name, values),) = chart.series
    there = [value for value in values if value is not None]
    low, high = _bounds(there)
    figures = [_figure(value, high - low) for value in (high, (low + high) / 2, low)]
    margin = max(map(len, figures))
    width = max(LEAST_WIDTH, (look.width or 80) - margin - 3)
    canvas = _Canvas(width, HEIGHT, look.unicode)
    for x, y, x2, y2 in _pieces(chart.places, values, low, high):
        canvas.connect(x, y, x2, y2)
    lines = [name]
    wall, corner, floor = ("\u2502", "\u2514", "\u2500") if look.unicode else ("|", "+", "-")
    for row, text in enumerate(canvas.rows()):
        figure = {0: figures[0], HEIGHT // 2: figures[1], HEIGHT - 1: figures[2]}.get(row, "")
        lines.append(f"{figure.rjust(margin)} {wall}{text}".rstrip())
    lines.append(f"{' ' * margin} {corner}{floor * width}")
    lines.append(" " * (margin + 2) + _ends(chart.labels, width))
    return lines


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if 0 < low < high * 0.5:
        low = 0.0
    elif low * 0.5 < high < 0:
        high = 0.0
    return (low - 1, high + 1) if low == high else (low, high)


def _pieces(
    places: Sequence[float], values: Sequence[float | None], low: float, high: float
) -> Iterator[tuple[float, float, float, float]]:
    """The line from point to point, in parts (0 to 1) of the width and, from the top, the height;
    a missing value is a gap."""
    first, span = places[0], (places[-1] - places[0]) or 1.0
    points = [
        None if value is None else ((place - first) / span, (high - value) / (high - low))
        for place, value in zip(places, values, strict=True)
    ]
    for at, point in enumerate(points):
        following = points[at + 1] if at + 1 < len(points) else None
        if point is not None:
            yield (*point, *(following or point))


class _Canvas:
    """A grid of signs, each of two by four dots, or one where there is no Braille."""

    def __init__(self, width: int, height: int, braille: bool) -> None:
        self._wide, self._high = (2, 4) if braille else (1, 1)
        self._columns, self._rows = width * self._wide, height * self._high
        self._size = (width, height)
        self._dots: set[tuple[int, int]] = set()

    def connect(self, x: float, y: float, x2: float, y2: float) -> None:
        start = (x * (self._columns - 1), y * (self._rows - 1))
        end = (x2 * (self._columns - 1), y2 * (self._rows - 1))
        steps = max(1, round(max(abs(end[0] - start[0]), abs(end[1] - start[1]))))
        for step in range(steps + 1):
            part = step / steps
            column = round(start[0] + (end[0] - start[0]) * part)
            self._dots.add((column, round(start[1] + (end[1] - start[1]) * part)))

    def rows(self) -> Iterator[str]:
        width, height = self._size
        for row in range(height):
            yield "".join(self._sign(column, row) for column in range(width))

    def _sign(self, column: int, row: int) -> str:
        if self._wide == 1:
            return "*" if (column, row) in self._dots else " "
        bits = 0
        for down, pair in enumerate(DOTS):
            for right, bit in enumerate(pair):
                if (column * 2 + right, row * 4 + down) in self._dots:
                    bits |= bit
        return chr(BRAILLE + bits) if bits else " "


def _figure(value: float, span: float) -> str:
    return number(value, 0 if span >= 20 else 1 if span >= 2 else 4)


def _ends(labels: Sequence[str], width: int) -> str:
    first, last = labels[0], labels[-1]
    if len(first) + len(last) + 2 > width:
        return first[:width]
    return first + last.rjust(width - len(first))
