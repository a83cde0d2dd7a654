"""Draws bars in text; it must not know what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

from localai.cli.sql.cells import NULL, number, shown
from localai.cli.sql.chart import Chart
from localai.cli.sql.grid import Look

EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589"  # left parts of a block, an eighth each
FULL = "\u2588"
# What the bars of several series are filled with.
FILLS = (("\u2588", "\u2592", "\u2591"), ("#", "=", "-"))
MOST_LABEL = 0.4  # of the width
LEAST_BAR = 10
MOST_DIGITS = 6


def draw(chart: Chart, look: Look) -> list[str]:
    """The lines of the chart. The longest bar fills the width that labels and values leave."""
    width = look.width or 80
    numbers = [value for _, values in chart.series for value in values if value is not None]
    texts = _figures(chart)
    longest = max(len(text) for column in texts for text in column)
    beside = width - longest - 4
    most = min(int(width * MOST_LABEL), beside - LEAST_BAR)
    label = min(max(map(_length, chart.labels)), max(4, most))
    room = max(1, beside - label)
    scale = _Scale(min(0.0, *numbers), max(0.0, *numbers), room)
    lines = list(_legend(chart, look))
    for at, name in enumerate(chart.labels):
        for which, (_, values) in enumerate(chart.series):
            head = _fit("" if which else name, label, look)
            text = texts[which][at].rjust(longest)
            bar = scale.bar(values[at], FILLS[0 if look.unicode else 1][which], look)
            lines.append(f"{head}  {text}  {bar}".rstrip())
        if len(chart.series) > 1 and at < len(chart.labels) - 1:
            lines.append("")
    return lines


class _Scale:
    """Turns values into bars that begin at zero, wherever that is between least and most."""

    def __init__(self, least: float, most: float, room: int) -> None:
        span = (most - least) or 1.0
        self._room = room if least == 0 else room - 1
        self._unit = self._room / span
        self._left = round(-least * self._unit)
        self._signed = least < 0

    def bar(self, value: float | None, fill: str, look: Look) -> str:
        size = abs(value or 0.0) * self._unit
        positive = self._solid(size, fill, look) if value and value > 0 else ""
        if not self._signed:
            return positive
        negative = fill * min(self._left, max(1, round(size))) if value and value < 0 else ""
        axis = "\N{BOX DRAWINGS LIGHT VERTICAL}" if look.unicode else "|"
        return f"{negative.rjust(self._left)}{axis}{positive}"

    def _solid(self, size: float, fill: str, look: Look) -> str:
        if fill != FULL:
            return fill * max(1, round(size))
        eighths = max(1, round(size * 8))
        return FULL * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _figures(chart: Chart) -> list[list[str]]:
    """The values of each series as texts, with as many decimals as their size leaves room for."""
    every = [value for _, values in chart.series for value in values]
    digits = len(f"{max(abs(value or 0.0) for value in every):.0f}")
    needed = max(len(text.partition(".")[2]) for text in shown("", every).texts)
    decimals = min(needed, max(0, MOST_DIGITS - digits))
    return [
        [NULL if value is None else number(value, decimals) for value in values]
        for _, values in chart.series
    ]


def _legend(chart: Chart, look: Look) -> Iterator[str]:
    names = [name for name, _ in chart.series]
    if len(names) > 1:
        fills = FILLS[0 if look.unicode else 1]
        yield "   ".join(f"{fills[i]} {name}" for i, name in enumerate(names))
        yield ""
    elif names[0]:
        yield names[0]


def _length(text: str) -> int:
    from rich.cells import cell_len

    return len(text) if text.isascii() else cell_len(text)


def _fit(text: str, width: int, look: Look) -> str:
    if _length(text) > width:
        while text and _length(text) > width - len(look.more):
            text = text[:-1]
        text += look.more
    return text + " " * (width - _length(text))
