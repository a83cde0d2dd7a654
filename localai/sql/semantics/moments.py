"""PostgreSQL's calendar over dates and timestamps; it must not know how they are shown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

from localai.sql.semantics.intervals import DAY, SECOND, UNITS, Interval, part_of_clock, tidy

EPOCH = datetime(1970, 1, 1)
LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?"
    r"\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)


def read(text: object) -> datetime | None:
    """The moment that a text of ISO form holds, its time zone dropped, or None."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return _loose(text)


def _loose(text: str) -> datetime | None:
    match = LOOSE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micros = int((match[7] or "0").ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, micros)
    except ValueError:
        return None


def write(moment: datetime, *, day: bool = False) -> str:
    """`2024-06-15 13:45:00.5`, or with `day` and at midnight `2024-06-15`."""
    if day and not micros_of_day(moment):
        return moment.date().isoformat()
    shown = moment.isoformat(" ")
    return shown.rstrip("0") if moment.microsecond else shown


def micros_of_day(moment: datetime) -> int:
    """Microseconds since that day's midnight."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds * SECOND + moment.microsecond


def add(moment: datetime, interval: Interval) -> datetime | None:
    """The sum: months first (31 January and one month is the last of February), then days, then
    time; None beyond the years 1 to 9999."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + interval.months, 12)
    try:
        day = min(moment.day, monthrange(year, month + 1)[1])
        moved = moment.replace(year=year, month=month + 1, day=day)
        return moved + timedelta(days=interval.days, microseconds=interval.micros)
    except (ValueError, OverflowError):
        return None


def between(later: datetime, earlier: datetime) -> Interval:
    """`later - earlier` of timestamps: days and time, no months."""
    micros = (later - earlier) // timedelta(microseconds=1)
    days = abs(micros) // DAY * (1 if micros >= 0 else -1)
    return Interval(0, days, micros - days * DAY)


def age(one: datetime, other: datetime) -> Interval:
    """AGE(one, other): years, months, days and time, as a calendar counts them."""
    if one < other:
        return -age(other, one)
    months = (one.year - other.year) * 12 + one.month - other.month
    days = one.day - other.day
    micros = micros_of_day(one) - micros_of_day(other)
    if micros < 0:
        micros, days = micros + DAY, days - 1
    while days < 0:
        # The earlier one's month lends its days (timestamp_age in PostgreSQL's timestamp.c).
        days, months = days + monthrange(other.year, other.month)[1], months - 1
    return Interval(months, days, micros)


def truncate(unit: str, moment: datetime) -> datetime | None:
    """DATE_TRUNC(unit, moment); None for an unknown unit."""
    months, days, micros = UNITS.get(unit, (0, 0, 0))
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return midnight - timedelta(days=moment.weekday())
    if unit in ("century", "millennium"):
        # The first century began in year 1.
        years = months // 12
        return midnight.replace(year=(moment.year - 1) // years * years + 1, month=1, day=1)
    if months:
        year, month = divmod((moment.year * 12 + moment.month - 1) // months * months, 12)
        return midnight.replace(year=year, month=month + 1, day=1) if year else None
    if days:
        return midnight
    if micros:
        return midnight + timedelta(microseconds=micros_of_day(moment) // micros * micros)
    return None


def part(unit: str, moment: datetime) -> float | int | None:
    """EXTRACT(unit FROM moment); None for an unknown unit."""
    iso = moment.isocalendar()
    found = {
        "millennium": (moment.year - 1) // 1000 + 1,
        "century": (moment.year - 1) // 100 + 1,
        "decade": moment.year // 10,
        "year": moment.year,
        "isoyear": iso.year,
        "quarter": (moment.month + 2) // 3,
        "month": moment.month,
        "week": iso.week,
        "day": moment.day,
        "doy": moment.timetuple().tm_yday,
        "dow": iso.weekday % 7,
        "isodow": iso.weekday,
        "julian": moment.toordinal() + 1_721_425 + tidy(micros_of_day(moment) / DAY),
    }
    if unit in found:
        return found[unit]
    if unit == "epoch":
        return tidy((moment - EPOCH) / timedelta(seconds=1))
    return part_of_clock(unit, micros_of_day(moment))
