"""Owns the stretches of time that count from today, as SQL; it must not know columns or slots.

"Last week" is the calendar's week before this one. "The last week" and "the past week" are the
seven days up to today, and so with months and years; a quarter is always the calendar's unless it
is past.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from localai.linking.lexicon import NUMBER_WORDS
from localai.linking.words import Piece, stem

TODAY = "CURRENT_DATE"
NOW = ("this", "current")
_TOMORROW = f"{TODAY} + INTERVAL '1 day'"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_BACK = ("last", "past", "previous", "preceding", "trailing", "prior")
_AHEAD = ("next", "coming", "upcoming", "following")
_UNITS = ("day", "week", "month", "quarter", "year")
_BOUNDS = ("than", "since", "before", "after", "until", "over", "least", "from")
_SINGLE = {
    "today": (TODAY, _TOMORROW),
    "tonight": (TODAY, _TOMORROW),
    "yesterday": (f"{TODAY} - INTERVAL '1 day'", TODAY),
    "tomorrow": (_TOMORROW, f"{TODAY} + INTERVAL '2 day'"),
    "ytd": (f"DATE_TRUNC('year', {TODAY})", _TOMORROW),
    "mtd": (f"DATE_TRUNC('month', {TODAY})", _TOMORROW),
    "qtd": (f"DATE_TRUNC('quarter', {TODAY})", _TOMORROW),
}
_FEW = {"couple": 2, "few": 3, "one": 1, "a": 1, "an": 1, **NUMBER_WORDS}


class Period(NamedTuple):
    """Pieces up to `end` (exclusive) name the time from `low` to before `high`. With `plain` the
    words may mean other things as well, so that a name of the schema goes first."""

    end: int
    low: str
    high: str
    plain: bool = False


def relative(pieces: Sequence[Piece], start: int) -> Period | None:
    """The stretch that begins at piece `start` and counts from today, or None."""
    word = word_at(pieces, start)
    if word in _SINGLE:
        low, high = _SINGLE[word]
        return Period(start + 1, low, high)
    return _to_date(pieces, start) or _ago(pieces, start) or _counted(pieces, start)


def word_at(pieces: Sequence[Piece], place: int) -> str:
    """The piece at `place` in lower case; empty where there is none."""
    return pieces[place].text.lower() if 0 <= place < len(pieces) else ""


def _to_date(pieces: Sequence[Piece], start: int) -> Period | None:
    """`year to date`, `this month so far`, `so far this year`."""
    words = [word_at(pieces, place) for place in range(start, start + 4)]
    unit = ""
    end = start + 4
    if words[1:3] == ["to", "date"]:
        unit, end = words[0], start + 3
    elif words[0] in NOW and words[2:] == ["so", "far"]:
        unit = words[1]
    elif words[:2] == ["so", "far"] and words[2] in NOW:
        unit = words[3]
    return Period(end, _begin(unit), _TOMORROW) if unit in _UNITS else None


def _begin(unit: str) -> str:
    return f"DATE_TRUNC('{unit}', {TODAY})" if unit != "day" else TODAY


def _step(unit: str, count: int) -> str:
    return f"INTERVAL '{3 * count} month'" if unit == "quarter" else f"INTERVAL '{count} {unit}'"


def _number(pieces: Sequence[Piece], place: int) -> tuple[int, int]:
    """The count at `place` and where it ends; 0 if there is none."""
    word = word_at(pieces, place)
    count = int(word) if word.isdecimal() and len(word) < 5 else _FEW.get(word, 0)
    place += 1
    if word in ("a", "an") and word_at(pieces, place) in ("couple", "few"):
        count, place = _FEW[word_at(pieces, place)], place + 1
    if word_at(pieces, place) == "of" and word_at(pieces, place - 1) == "couple":
        place += 1
    return count, place


def _ago(pieces: Sequence[Piece], start: int) -> Period | None:
    """`3 days ago` is that day, `two weeks ago` that week; as a bound it is a day as well."""
    count, place = _number(pieces, start)
    unit = stem(word_at(pieces, place))
    behind = word_at(pieces, place + 1)
    if not count or unit not in _UNITS or behind not in ("ago", "old", "earlier"):
        return None
    if behind == "old" and unit == "year":
        return None  # an age, of people mostly
    as_bound = any(word_at(pieces, start - back) in _BOUNDS for back in (1, 2))
    if unit == "day" or as_bound or behind != "ago":
        low = f"{TODAY} - {_step(unit, count)}"
        return Period(place + 2, low, f"{low} + INTERVAL '1 day'")
    low = f"{_begin(unit)} - {_step(unit, count)}"
    return Period(place + 2, low, f"{low} + {_step(unit, 1)}")


def _counted(pieces: Sequence[Piece], start: int) -> Period | None:
    """`last week`, `the past 7 days`, `next month`, `last Monday`, `this weekend`."""
    word = word_at(pieces, start)
    if word not in (*_BACK, *_AHEAD, *NOW):
        return _weekday(pieces, start, 0) if word in _DAYS else None
    unit = word_at(pieces, start + 1)
    if unit in _DAYS:
        return _weekday(pieces, start, start + 1)
    if unit == "weekend":
        return _weekend(word, start + 2)
    if unit in _UNITS and unit != "day":
        rolls = word == "past" or (
            word in _BACK and unit != "quarter" and word_at(pieces, start - 1) == "the"
        )
        low, high = _stretch(word, unit, 1) if rolls else _calendar(word, unit)
        return Period(start + 2, low, high, plain=True)
    if word in NOW:
        return None
    count, place = _number(pieces, start + 1)
    unit = stem(word_at(pieces, place))
    if not count or unit not in (*_UNITS, "hour"):
        return None
    low, high = _stretch(word, unit, count)
    return Period(place + 1, low, high)


def _stretch(word: str, unit: str, count: int) -> tuple[str, str]:
    """A stretch that ends with today, or begins with it; hours are counted from now."""
    if unit == "hour":
        now, step = "CURRENT_TIMESTAMP", _step(unit, count)
        return (now, f"{now} + {step}") if word in _AHEAD else (f"{now} - {step}", now)
    if word in _AHEAD:
        return TODAY, f"{_TOMORROW} + {_step(unit, count)}"
    return f"{TODAY} - {_step(unit, count)}", _TOMORROW


def _calendar(word: str, unit: str) -> tuple[str, str]:
    begin, step = _begin(unit), _step(unit, 1)
    if word in NOW:
        return begin, f"{begin} + {step}"
    if word in _AHEAD:
        return f"{begin} + {step}", f"{begin} + {step} + {step}"
    return f"{begin} - {step}", begin


def _weekend(word: str, end: int) -> Period:
    week = f"DATE_TRUNC('week', {TODAY})"
    if word in _BACK:
        return Period(end, f"{week} - INTERVAL '2 day'", week)
    ahead = 7 if word in _AHEAD else 0
    low, high = f"INTERVAL '{5 + ahead} day'", f"INTERVAL '{7 + ahead} day'"
    return Period(end, f"{week} + {low}", f"{week} + {high}")


def _weekday(pieces: Sequence[Piece], start: int, place: int) -> Period | None:
    """The latest such day, before today where it is the last one; a bare one needs a preposition,
    for `Monday` may be a text of the data."""
    lead = word_at(pieces, start)
    if not place and word_at(pieces, start - 1) not in ("on", "since", "before", "after", "until"):
        return None
    number = _DAYS.index(word_at(pieces, place or start))
    if not place or lead in _BACK:
        back = number + (1 if place else 0)
        past = f" - INTERVAL '{back} day'" if back else ""
        base = f"DATE_TRUNC('week', {TODAY}{past})"
    elif lead in NOW:
        base = f"DATE_TRUNC('week', {TODAY})"
    else:
        past = f" - INTERVAL '{number} day'" if number else ""
        base = f"DATE_TRUNC('week', {TODAY}{past}) + INTERVAL '7 day'"
    low = base + (f" + INTERVAL '{number} day'" if number else "")
    return Period((place or start) + 1, low, f"{low} + INTERVAL '1 day'", not place)
