"""What was measured: medians, quartiles, ratios within a round; it must not know workloads."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALES: dict[str, tuple[float, str]] = {
    "tokens/s": (1, "{:.1f}"),
    "ms": (1e3, "{:.1f}"),
    "s": (1, "{:.2f}"),
    "x": (1, "{:.2f}"),
}
"""Unit -> what a value is multiplied by to be shown in it, and how."""


@dataclass
class Figure:
    """One measured thing of one contender: a value for each round, and ratios of the same rounds.

    values: seconds where the unit is a time. ratios: what it is held against -> a ratio each round.
    """

    what: str
    contender: str
    unit: str
    values: list[float]
    ratios: dict[str, list[float]] = field(default_factory=dict)

    def against(self, name: str, others: Sequence[float]) -> Figure:
        """Add the ratios to others of the same rounds."""
        pairs = zip(self.values, others, strict=False)
        self.ratios[name] = [mine / other for mine, other in pairs if other]
        return self

    def told(self) -> dict[str, Any]:
        """For JSON: times in seconds."""
        return {
            "what": self.what,
            "contender": self.contender,
            "unit": "s" if self.unit == "ms" else self.unit,
            **spread(self.values),
            "rounds": self.values,
            "ratios": {name: {**spread(r), "rounds": r} for name, r in self.ratios.items()},
        }


class Rounds:
    """Values as they come: (what, contender) -> one for each round, in order."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str], list[float]] = defaultdict(list)

    def add(self, what: str, contender: str, unit: str, value: float) -> None:
        self._values[what, contender, unit].append(value)

    def of(self, what: str, contender: str) -> list[float]:
        """The values so far; none where there are none."""
        found = [v for key, v in self._values.items() if key[:2] == (what, contender)]
        return found[0] if found else []

    def figures(self, ours: str | None = None) -> list[Figure]:
        """All of them; those of `ours` are held against every other contender's."""
        figures = [Figure(*key, values) for key, values in self._values.items()]
        mine = {one.what: one for one in figures if one.contender == ours}
        for other in figures:
            if other.contender != ours and other.what in mine:
                mine[other.what].against(other.contender, other.values)
        return figures


def spread(values: Iterable[float]) -> dict[str, float]:
    """Median and quartiles."""
    values = sorted(values)
    if len(values) < 2:
        only = values[0] if values else float("nan")
        return {"median": only, "lower": only, "upper": only}
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": median, "lower": lower, "upper": upper}


def share(values: Iterable[float], of: float) -> float:
    """The value that `of` (0 to 1) of them do not exceed."""
    values = sorted(values)
    return values[min(len(values) - 1, int(of * len(values)))]


def text_of(values: Sequence[float], unit: str) -> str:
    """Median (lower to upper quartile), in the unit."""
    scale, form = SCALES[unit]
    found = spread(values)
    median, lower, upper = (
        form.format(found[name] * scale) for name in ("median", "lower", "upper")
    )
    return median if len(values) < 2 else f"{median} ({lower} to {upper})"


def lines(figures: Sequence[Figure], write: Callable[[str], None], *, markdown: bool) -> None:
    """A table; ratios are given with what they are to."""
    if not figures:
        return
    heads = ("", "", "median (quartiles)", "ratio to")
    rows = [
        (
            one.what,
            one.contender,
            f"{text_of(one.values, one.unit)} {one.unit}".replace(" x", ""),
            "; ".join(f"{name}: {text_of(r, 'x')}" for name, r in one.ratios.items() if r),
        )
        for one in figures
    ]
    if markdown:
        write("| " + " | ".join(heads) + " |")
        write("|---|---|---|---|")
        for row in rows:
            write("| " + " | ".join(row) + " |")
        return
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        write("  ".join(cells).rstrip())
