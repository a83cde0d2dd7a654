"""Owns the stretches of time that a question names: its days, months, quarters and what counts from
today, each as SQL for its first moment and the first moment after it.

It must not know columns, slots or how a period is compared.

A month, quarter or day without its year is the latest one that has begun. A week begins on Monday.
"Last week" is the calendar's; "the last week" and "the past week" are the seven days up to today,
and so with months and years. Years alone are numbers, which `values` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from localai.linking.lexicon import MONTHS
from localai.linking.relative import NOW, TODAY, Period, relative, word_at
from localai.linking.words import Piece

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_LEADS = frozenset(
    "in on since until till before after from by during of to and between for through last than "
    "throughout within".split()
)
_ENDINGS = ("st", "nd", "rd", "th")


def period(pieces: Sequence[Piece], start: int) -> Period | None:
    """The longest period that begins at piece `start`, or None."""
    joined = _between(pieces, start)
    if joined is not None:
        return joined
    return _single(pieces, start)


def _single(pieces: Sequence[Piece], start: int) -> Period | None:
    if start >= len(pieces):
        return None
    for reader in _READERS:
        found = reader(pieces, start)
        if found is not None:
            return found
    return None


def _after_the(pieces: Sequence[Piece], place: int) -> int:
    return place + (word_at(pieces, place) == "the")


def _between(pieces: Sequence[Piece], start: int) -> Period | None:
    """`between January and March 2023`, `from 2023-01-01 to 2023-02-01`: one stretch. The first
    month takes the second's year."""
    lead = word_at(pieces, start)
    if lead not in ("between", "from"):
        return None
    first = _single(pieces, _after_the(pieces, start + 1))
    if first is None:
        return None
    joint = word_at(pieces, first.end)
    if joint not in (
        ("and", "-") if lead == "between" else ("to", "until", "till", "through", "-")
    ):
        return None
    second = _single(pieces, _after_the(pieces, first.end + 1))
    if second is None:
        return None
    low = first.low
    month = MONTHS.get(word_at(pieces, first.end - 1))
    if month and second.low.startswith("'") and not low.startswith("'"):
        year = int(second.low[1:5]) - (month > int(second.low[6:8]))
        low = f"'{year}-{month:02d}-01'"
    return Period(second.end, low, second.high)


def _written(pieces: Sequence[Piece], start: int) -> Period | None:
    """A day or month in digits; none where day and month could be each other's."""
    piece = pieces[start]
    if piece.kind != "date" or ":" in piece.text:
        return None
    parts = [int(part) for part in piece.text.replace("/", "-").replace(".", "-").split("-")]
    if len(parts) == 2:
        return _months(start + 1, parts[0], parts[1], 1)
    if parts[0] > 31:
        return _day(start + 1, *parts)
    first, second, year = parts
    if "." in piece.text or first > 12 or first == second:
        return _day(start + 1, year, second, first)
    return _day(start + 1, year, first, second) if second > 12 else None


def _day(end: int, year: int, month: int, number: int) -> Period | None:
    try:
        day = date(year, month, number)
    except ValueError:
        return None
    return Period(end, f"'{day}'", f"'{day + timedelta(days=1)}'")


def _months(end: int, year: int, month: int, count: int) -> Period:
    after = month + count - 1
    low, high = date(year, month, 1), date(year + after // 12, after % 12 + 1, 1)
    return Period(end, f"'{low}'", f"'{high}'")


def _year(pieces: Sequence[Piece], place: int) -> tuple[int, int]:
    """The year that stands at `place`, maybe after `of`, `in` or a comma, and where it ends; 0 if
    none does. 1 stands for this year and 2 for last year."""
    while word_at(pieces, place) in ("of", ",", "in", "the", "'", "’", "/", "-"):
        place += 1
    text = word_at(pieces, place)
    if len(text) == 4 and text.isdecimal() and 1500 <= int(text) <= 2200:
        return int(text), place + 1
    if text in (*NOW, "last", "previous") and word_at(pieces, place + 1) == "year":
        return (1 if text in NOW else 2), place + 2
    return 0, place


def _named_month(pieces: Sequence[Piece], start: int) -> Period | None:
    place, number = start, 0
    if pieces[start].text.isdecimal() and len(pieces[start].text) < 3:
        number, place = int(pieces[start].text), start + 1
        place += word_at(pieces, place) in _ENDINGS
        place += word_at(pieces, place) == "of"
    elif word_at(pieces, start) in ("last", "this"):
        place = start + 1
    month = MONTHS.get(word_at(pieces, place))
    if not month:
        return None
    bare = place + 1
    if word_at(pieces, bare) == "." and len(pieces[place].text) < 5 and bare + 1 < len(pieces):
        bare += 1
    if not number and word_at(pieces, bare).isdecimal() and len(word_at(pieces, bare)) < 3:
        number, bare = int(word_at(pieces, bare)), bare + 1
        bare += word_at(pieces, bare) in _ENDINGS
    year, end = _year(pieces, bare)
    if year > 2:
        return _day(end, year, month, number) if number else _months(end, year, month, 1)
    if not number and not year and not _meant(pieces, place, start):
        return None
    end = end if year else bare
    return _yearless(end, month, 1, number, year)


def _meant(pieces: Sequence[Piece], place: int, start: int) -> bool:
    """Whether a bare word is a month: `may` and `march` are words of their own."""
    text = pieces[place].text
    if place > start or word_at(pieces, place - 1) in _LEADS:
        return True
    return text.lower() not in ("may", "march", "mar") and (text[0].isupper() or len(text) > 4)


def _yearless(end: int, month: int, count: int, day: int, year: int) -> Period:
    """Months, or a day of one, of the latest year in which they have begun (`year` 0), of this
    year (1) or of last year (2)."""
    step = f" + INTERVAL '{month - 1} month'" if month > 1 else ""
    back = step.replace("+", "-")
    if day > 1:
        step += f" + INTERVAL '{day - 1} day'"
        back += f" - INTERVAL '{day - 1} day'"
    if year:
        back = " - INTERVAL '1 year'" if year == 2 else ""
    low = f"DATE_TRUNC('year', {TODAY}{back}){step}"
    length = "1 day" if day else f"{count} month"
    return Period(end, low, f"{low} + INTERVAL '{length}'", not year)


def _part_of_year(pieces: Sequence[Piece], start: int) -> Period | None:
    """`Q3 2023`, `2023 Q3`, `third quarter of last year`, `first half of 2024`."""
    year, place = 0, start
    if len(pieces[start].text) == 4 and pieces[start].text.isdecimal():
        year, place = int(pieces[start].text), start + 1
        place += word_at(pieces, place) == "-"
    part, end = _part(pieces, place)
    if part is None:
        return None
    month, count = part
    if not year:
        year, after = _year(pieces, end)
        end = after if year else end
    if year > 2:
        return _months(end, year, month, count)
    return _yearless(end, month, count, 0, year)._replace(plain=False)


def _part(pieces: Sequence[Piece], place: int) -> tuple[tuple[int, int] | None, int]:
    """(first month, months) of a quarter or half, and where it ends."""
    word, after = word_at(pieces, place), word_at(pieces, place + 1)
    number, unit, end = 0, "", place + 2
    if word in ("q", "h") and after in ("1", "2", "3", "4"):
        number, unit = int(after), {"q": "quarter", "h": "half"}[word]
    elif word in _ORDINALS:
        number, unit = _ORDINALS[word], after
    elif word in ("1", "2", "3", "4") and after in _ENDINGS:
        number, unit, end = int(word), word_at(pieces, place + 2), place + 3
    elif word == "quarter" and after in ("1", "2", "3", "4"):
        number, unit = int(after), "quarter"
    size = {"quarter": 3, "half": 6}.get(unit, 0)
    if not size or number * size > 12:
        return None, place
    following = _year(pieces, end)[0]
    if unit == "half" and not following:
        return None, place
    return ((number - 1) * size + 1, size), end


def _decade(pieces: Sequence[Piece], start: int) -> Period | None:
    """`the 90s`, `1990s`, `the '80s`."""
    text = pieces[start].text
    if not (text.isdecimal() and text.endswith("0") and len(text) in (2, 4)):
        return None
    end = start + 1 + (word_at(pieces, start + 1) in ("'", "’"))
    if word_at(pieces, end) != "s" or pieces[end].start > pieces[start].end + 1:
        return None
    year = int(text) if len(text) == 4 else (1900 if int(text) >= 30 else 2000) + int(text)
    return Period(end + 1, f"'{year}-01-01'", f"'{year + 10}-01-01'")


_READERS: tuple[Callable[[Sequence[Piece], int], Period | None], ...] = (
    _written, _part_of_year, _named_month, _decade, relative,
)  # fmt: skip
