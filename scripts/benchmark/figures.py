"""What was measured: medians, quartiles, ratios within a round; it must not know workloads."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALES: dict[str, tuple[float, str]] = {
    "tokens/s": (1, "{:.1f}"),
    "ms": (1e3, "{:.1f}"),
    "s": (1, "{:.2f}"),
    "x": (1, "{:.2f}"),
}
"""Unit -> what a value is multiplied by to be shown in it, and how."""

DETAILS = ("decoding only", "processor time a token", "tokens p50", "tokens p99")
"""Ends of what is left out of a README: the bench's own table and JSON have all."""

MAIN = "llama-server"
"""The peer whose ratio a README gives."""


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


def table(figures: Sequence[Figure], *, brief: bool) -> list[list[str]]:
    """A heading and a row for each thing measured, a column for each contender; ratios to others
    have columns of their own, ratios to a contender's own figures stand in its cells.

    brief: as a README wants it, without DETAILS, and with ratios to MAIN alone.
    """
    names = list(dict.fromkeys(one.contender for one in figures))
    held = [name for name in names if any(name in one.ratios for one in figures)]
    held = [name for name in held if name == MAIN or not brief]
    ours = next((one.contender for one in figures if set(one.ratios) & set(names)), "")
    rows = [["", *names, *(f"{ours} to {name}" for name in held)]]
    by_place = {(one.what, one.contender): one for one in figures}
    whats = {one.what: one.unit for one in figures}
    for what in (what for what in whats if not (brief and what.endswith(DETAILS))):
        mine = by_place.get((what, ours))
        ratios = (mine.ratios.get(name, []) if mine else [] for name in held)
        cells = (_cell(by_place.get((what, name)), names) for name in names)
        unit = "" if whats[what] == "x" else f", {whats[what]}"
        rows.append([what + unit, *cells, *(text_of(r, "x") if r else "" for r in ratios)])
    return rows


def _cell(one: Figure | None, names: Sequence[str]) -> str:
    if one is None:
        return ""
    own = (
        f"{text_of(ratios, 'x')} x {name}"
        for name, ratios in one.ratios.items()
        if name not in names and ratios
    )
    return "; ".join([text_of(one.values, one.unit), *own])


def lines(rows: Sequence[Sequence[str]], *, markdown: bool) -> list[str]:
    """The table as text, or for a README."""
    if markdown:
        ruler = ["---"] * len(rows[0])
        return [f"| {' | '.join(row)} |" for row in (rows[0], ruler, *rows[1:])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
