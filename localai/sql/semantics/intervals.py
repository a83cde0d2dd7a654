"""PostgreSQL's intervals: months, days and microseconds apart; it must not know any calendar."""

from __future__ import annotations

import re
from typing import NamedTuple

SECOND = 1_000_000
DAY = 86_400 * SECOND
MONTH_DAYS = 30  # what PostgreSQL takes a month for when it compares, or splits one

# unit -> (months, days, microseconds) of one
UNITS: dict[str, tuple[int, int, int]] = {
    "millennium": (12_000, 0, 0),
    "century": (1_200, 0, 0),
    "decade": (120, 0, 0),
    "year": (12, 0, 0),
    "quarter": (3, 0, 0),
    "month": (1, 0, 0),
    "week": (0, 7, 0),
    "day": (0, 1, 0),
    "hour": (0, 0, 3600 * SECOND),
    "minute": (0, 0, 60 * SECOND),
    "second": (0, 0, SECOND),
    "millisecond": (0, 0, 1000),
    "microsecond": (0, 0, 1),
}
SPELLINGS = {
    **{name: name for name in UNITS},
    "millennia": "millennium", "mil": "millennium", "mils": "millennium",
    "centuries": "century", "c": "century", "cent": "century",
    "dec": "decade", "decs": "decade",
    "y": "year", "yr": "year", "yrs": "year",
    "qtr": "quarter",
    "mon": "month", "mons": "month",
    "w": "week",
    "d": "day",
    "h": "hour", "hr": "hour", "hrs": "hour",
    "m": "minute", "min": "minute", "mins": "minute",
    "s": "second", "sec": "second", "secs": "second",
    "ms": "millisecond", "msec": "millisecond", "msecs": "millisecond",
    "us": "microsecond", "usec": "microsecond", "usecs": "microsecond",
}  # fmt: skip
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
CLOCK = r"(?P<sign>[+-]?)(?P<hours>\d+):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2}(?:\.\d+)?))?"
PIECE = re.compile(rf"\s*(?:{CLOCK}|(?P<count>{NUMBER})\s*(?P<unit>[a-z]+))", re.IGNORECASE)
# Bounds far beyond any calendar, so that a long number is an error and not a long loop.
LARGEST = 10_000_000


class Interval(NamedTuple):
    """A span of time; the three parts may differ in sign, as in PostgreSQL."""

    months: int = 0
    days: int = 0
    micros: int = 0

    def __neg__(self) -> Interval:
        return Interval(-self.months, -self.days, -self.micros)

    def plus(self, other: Interval) -> Interval:
        """The sum, part by part."""
        return Interval(*(a + b for a, b in zip(self, other, strict=True)))

    def times(self, factor: float) -> Interval:
        """The product; what is left of a month becomes days of it, and of a day time."""
        months, days = int(self.months * factor), int(self.days * factor)
        rest_days = round((self.months * factor - months) * MONTH_DAYS, 6)
        rest = (self.days * factor - days) + (rest_days - int(rest_days))
        rest_micros = round(rest * DAY)
        whole = int(rest_micros / DAY)
        micros = round(self.micros * factor) + rest_micros - whole * DAY
        return Interval(months, days + int(rest_days) + whole, micros)

    def length(self) -> int:
        """Microseconds, for comparing: a month counts as 30 days."""
        return (self.months * MONTH_DAYS + self.days) * DAY + self.micros

    def text(self) -> str:
        """As PostgreSQL shows it: `1 year 2 mons -3 days +04:05:06`."""
        years, months = _split(self.months, 12)
        shown: list[str] = []
        before = False
        for value, name in ((years, "year"), (months, "mon"), (self.days, "day")):
            if value:
                plus = "+" if before and value > 0 else ""
                shown.append(f"{plus}{value} {name}{'' if value == 1 else 's'}")
                before = value < 0
        if self.micros or not shown:
            sign = "-" if self.micros < 0 else "+" if before else ""
            shown.append(sign + clock(abs(self.micros)))
        return " ".join(shown)


def clock(micros: int) -> str:
    """`04:05:06.5` from microseconds since midnight (hours may pass 24)."""
    seconds, fraction = divmod(micros, SECOND)
    shown = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{shown}.{fraction:06d}".rstrip("0") if fraction else shown


def parse(text: str, unit: str = "") -> Interval | None:
    """The interval that `text` (or, with `unit`, a bare number of it) stands for, or None."""
    text = text.strip().lower()
    if re.fullmatch(NUMBER, text):
        return _several(text, unit or "second")
    ago = text.endswith(" ago")
    text = text.removesuffix(" ago").removeprefix("@ ")
    total, end = Interval(), 0
    while end < len(text.rstrip()):
        match = PIECE.match(text, end)
        part = None if match is None else _piece(match)
        if match is None or part is None:
            return None
        total, end = total.plus(part), match.end()
    if end == 0:
        return None
    return -total if ago else total


def unit_of(spelling: str) -> str | None:
    """The unit's own name: `month` for MON, months and the like; None for no unit."""
    word = spelling.strip().lower()
    return SPELLINGS.get(word) or SPELLINGS.get(word.removesuffix("s"))


def _piece(match: re.Match[str]) -> Interval | None:
    if match["unit"]:
        return _several(match["count"], match["unit"])
    seconds = float(match["seconds"] or 0)
    micros = (int(match["hours"]) * 3600 + int(match["minutes"]) * 60) * SECOND
    micros += round(seconds * SECOND)
    return Interval(0, 0, -micros if match["sign"] == "-" else micros)


def _several(count: str, spelling: str) -> Interval | None:
    unit = unit_of(spelling)
    if unit is None or abs(float(count)) > LARGEST * 1000:
        return None
    one = Interval(*UNITS[unit])
    if one.micros:
        return Interval(0, 0, round(float(count) * one.micros))
    if abs(float(count)) > LARGEST:
        return None
    if "." not in count:
        return Interval(one.months * int(count), one.days * int(count), 0)
    if one.months > 1:
        # Of years and more, PostgreSQL keeps whole months.
        return Interval(round(one.months * float(count)), 0, 0)
    return one.times(float(count))


def part(unit: str, interval: Interval) -> float | int | None:
    """EXTRACT(unit FROM interval); None for a unit that an interval has not."""
    years, months = _split(interval.months, 12)
    found = {
        "millennium": int(years / 1000),
        "century": int(years / 100),
        "decade": int(years / 10),
        "year": years,
        "quarter": int(months / 3) + 1,
        "month": months,
        "week": int(interval.days / 7),
        "day": interval.days,
    }
    if unit in found:
        return found[unit]
    if unit == "epoch":
        days = years * 365.25 + months * MONTH_DAYS + interval.days
        return tidy(days * 86_400 + interval.micros / SECOND)
    return part_of_clock(unit, interval.micros)


def part_of_clock(unit: str, micros: int) -> float | int | None:
    """The hours, minutes or seconds in microseconds of a time of day, with their sign."""
    sign, micros = (-1 if micros < 0 else 1), abs(micros)
    if unit == "hour":
        return sign * (micros // (3600 * SECOND))
    if unit == "minute":
        return sign * (micros // (60 * SECOND) % 60)
    scale = {"second": SECOND, "millisecond": 1000, "microsecond": 1}.get(unit)
    return None if scale is None else tidy(sign * (micros % (60 * SECOND)) / scale)


def tidy(number: float) -> float | int:
    """A whole number as an int."""
    return int(number) if float(number).is_integer() else number


def truncate(unit: str, interval: Interval) -> Interval | None:
    """DATE_TRUNC(unit, interval); None for an unknown unit."""
    months, days, micros = UNITS.get(unit, (0, 0, 0))
    if months:
        return Interval(_split(interval.months, months)[0] * months)
    if days:
        return Interval(interval.months, _split(interval.days, days)[0] * days)
    if micros:
        return Interval(*interval[:2], _split(interval.micros, micros)[0] * micros)
    return None


def _split(value: int, size: int) -> tuple[int, int]:
    # divmod rounds down; PostgreSQL, as C does, towards zero.
    whole = abs(value) // size
    return (whole, value - whole * size) if value >= 0 else (-whole, value + whole * size)
