"""Owns the values in a question: quoted texts, numbers, periods of time and the data's own words.

It must not know how a value is compared or written in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import MONTHS, MULTIPLIERS, NUMBER_WORDS, STOP, VALUE_WORDS
from localai.linking.words import Piece, stem

_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a question names. `kind` is number, text (quoted or guessed), stored or period.

    stored: (table, column) places -> the data's own spelling. low, high: the period's first day and
    the first day after it, as SQL; for a number that can be a year they are set too.
    """

    kind: str
    text: str
    stored: Mapping[tuple[int, int], str] = field(default_factory=dict)
    low: str = ""
    high: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """Pieces `start` to `end` (exclusive) are `value`; `score` orders overlapping finds."""

    start: int
    end: int
    value: Value
    score: float


def find_values(pieces: Sequence[Piece], question: str, catalog: Catalog) -> list[ValueSpan]:
    """Every value in the question, overlapping finds included."""
    spans = []
    for start, piece in enumerate(pieces):
        if piece.kind == "quoted":
            spans.append(ValueSpan(start, start + 1, _quoted(piece.text[1:-1], catalog), 9.0))
            continue
        period = _period(pieces, start)
        if period is not None:
            spans.append(period)
        number = _number(pieces, start, question)
        if number is not None:
            spans.append(number)
        spans.extend(_stored(pieces, start, question, catalog))
        spans.extend(_gendered(pieces, start, catalog))
    return spans


def _quoted(text: str, catalog: Catalog) -> Value:
    key = "".join(character for character in text.lower() if character.isalnum())
    stored = {(i.table, i.column): value for i, value in catalog.stored.get(key, {}).items()}
    number = text.replace(".", "", 1).isdigit() and not stored
    return Value("number" if number else "text", text, stored, exact=True)


def _stored(
    pieces: Sequence[Piece], start: int, question: str, catalog: Catalog
) -> list[ValueSpan]:
    spans = []
    joined = ""
    for end in range(start + 1, min(start + _LONGEST, len(pieces)) + 1):
        piece = pieces[end - 1]
        if piece.kind == "quoted":
            break
        if piece.kind == "sign":
            if end == start + 1:
                break
            continue
        joined += "".join(c for c in piece.text.lower() if c.isalnum())
        found = catalog.stored.get(joined) or catalog.stored.get(
            joined[: -len(piece.text)] + piece.stem
        )
        if not found or not _worth_it(pieces, start, end, found):
            continue
        text = question[pieces[start].start : piece.end]
        stored = {(item.table, item.column): value for item, value in found.items()}
        same_case = text in found.values() and text != text.lower()
        spans.append(
            ValueSpan(
                start,
                end,
                Value("stored", text, stored),
                end - start + (0.5 if same_case else -0.1),
            )
        )
    return spans


def part_of_stored(text: str, catalog: Catalog) -> Value:
    """The one listed value that has `text` among its words ("Lindqvist" of "Greta Lindqvist"), else
    the text itself, as a value that no listed column holds."""
    wanted = set(text.lower().split())
    found = {
        (item.table, item.column): value
        for places in catalog.stored.values()
        for item, value in places.items()
        if wanted < set(value.lower().split())
    }
    return Value("stored", text, found) if len(set(found.values())) == 1 else Value("text", text)


def _worth_it(pieces: Sequence[Piece], start: int, end: int, found: Mapping[Item, str]) -> bool:
    """A lone small word or letter is a value only in the data's own capitals."""
    if end > start + 1:
        return True
    text = pieces[start].text
    if pieces[start].kind == "number":
        return len(text) > 1 and any(not value.isdigit() for value in found.values())
    if len(text) == 1 or text.lower() in STOP:
        return start > 0 and text != text.lower() and text in found.values() and text not in "AI"
    return True


def _gendered(pieces: Sequence[Piece], start: int, catalog: Catalog) -> list[ValueSpan]:
    for word in VALUE_WORDS.get(pieces[start].stem, ()):
        found = {
            (item.table, item.column): value
            for item, value in catalog.stored.get(word, {}).items()
            if value.lower() == word
        }
        if found:
            return [ValueSpan(start, start + 1, Value("stored", pieces[start].text, found), 0.9)]
    return []


def _number(pieces: Sequence[Piece], start: int, question: str) -> ValueSpan | None:
    piece = pieces[start]
    end = start + 1
    if piece.kind == "number":
        text = piece.text.replace(",", "")
        if (
            start
            and pieces[start - 1].text == "-"
            and (start < 2 or pieces[start - 2].kind == "word")
        ):
            before = pieces[start - 1].start
            if before == 0 or question[before - 1] == " ":
                text = "-" + text
    elif piece.stem == "one" and _counts(pieces, start):
        text = "1"
    elif piece.kind == "word" and piece.text.lower() in NUMBER_WORDS:
        text = str(NUMBER_WORDS[piece.text.lower()])
    else:
        return None
    following = pieces[end].text.lower() if end < len(pieces) else ""
    if following in MULTIPLIERS and (following not in "km" or pieces[end].start == piece.end):
        if not (following == "m" and _is_metres(pieces, start)):
            text = _plain(float(text) * MULTIPLIERS[following])
            end += 1
    low, high = ("", "")
    if text.isdigit() and len(text) == 4 and 1500 <= int(text) <= 2200:
        low, high = f"'{text}-01-01'", f"'{int(text) + 1}-01-01'"
    glued = end < len(pieces) and pieces[end].kind == "word" and pieces[end].start == piece.end
    return ValueSpan(start, end, Value("number", text, {}, low, high), 0.6 if glued else 1.2)


def _counts(pieces: Sequence[Piece], start: int) -> bool:
    before = pieces[start - 1].text.lower() if start else ""
    return before in ("than", "least", "most", "exactly", "only") or (
        before == "top" and start + 1 < len(pieces)
    )


def _is_metres(pieces: Sequence[Piece], start: int) -> bool:
    return start == 0 or pieces[start - 1].text not in "$€£"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _period(pieces: Sequence[Piece], start: int) -> ValueSpan | None:
    """A day, a month with its year, or a stretch of days that counts from today."""
    piece = pieces[start]
    if piece.kind == "date":
        return _day(piece.text.replace("/", "-"), start, start + 1)
    word = piece.text.lower()
    if word in MONTHS and start + 1 < len(pieces):
        return _written_date(pieces, start, MONTHS[word])
    if (
        piece.kind == "number"
        and start + 2 < len(pieces)
        and pieces[start + 1].text.lower() in MONTHS
    ):
        year = pieces[start + 2]
        if _is_year(year):
            month = MONTHS[pieces[start + 1].text.lower()]
            return _day(f"{year.text}-{month:02d}-{piece.text:0>2}", start, start + 3)
    return _relative(pieces, start)


def _day(text: str, start: int, end: int) -> ValueSpan | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    after = (day + timedelta(days=1)).isoformat()
    return ValueSpan(
        start, end, Value("period", text, {}, f"'{text}'", f"'{after}'"), end - start + 2
    )


def _is_year(piece: Piece) -> bool:
    return piece.kind == "number" and len(piece.text) == 4 and piece.text.isdigit()


def _written_date(pieces: Sequence[Piece], start: int, month: int) -> ValueSpan | None:
    following = [p for p in range(start + 1, min(start + 5, len(pieces)))
                 if pieces[p].text.lower() not in (",", "of", "th", "st", "nd", "rd")]  # fmt: skip
    if not following:
        return None
    if _is_year(pieces[following[0]]):
        year = int(pieces[following[0]].text)
        low = date(year, month, 1)
        high = date(year + month // 12, month % 12 + 1, 1)
        value = Value("period", f"{year}-{month:02d}", {}, f"'{low}'", f"'{high}'")
        return ValueSpan(start, following[0] + 1, value, 4.0)
    if (
        len(following) > 1
        and pieces[following[0]].text.isdigit()
        and _is_year(pieces[following[1]])
    ):
        text = f"{pieces[following[1]].text}-{month:02d}-{int(pieces[following[0]].text):02d}"
        return _day(text, start, following[1] + 1)
    return None


_TODAY = "CURRENT_DATE"
_SPANS = {
    "today": (_TODAY, f"{_TODAY} + INTERVAL '1 day'"),
    "yesterday": (f"{_TODAY} - INTERVAL '1 day'", _TODAY),
    "tomorrow": (f"{_TODAY} + INTERVAL '1 day'", f"{_TODAY} + INTERVAL '2 day'"),
}
_AHEAD = ("next", "coming", "upcoming")


def _relative(pieces: Sequence[Piece], start: int) -> ValueSpan | None:
    word = pieces[start].text.lower()
    if word in _SPANS:
        low, high = _SPANS[word]
        return ValueSpan(start, start + 1, Value("period", word, {}, low, high), 2.0)
    following = [p.text.lower() for p in pieces[start + 1 : start + 3]]
    if word in ("last", "this", "past", "previous", "current", *_AHEAD) and following:
        unit = following[0]
        if unit in ("week", "month", "year", "quarter"):
            low, high = _calendar(word, unit)
            return ValueSpan(
                start, start + 2, Value("period", f"{word} {unit}", {}, low, high), 3.0
            )
        if len(following) == 2 and stem(following[1]) in ("day", "week", "month", "year"):
            count = NUMBER_WORDS.get(following[0], following[0])
            if str(count).isdigit():
                low, high = _days(word, f"INTERVAL '{count} {stem(following[1])}'")
                return ValueSpan(start, start + 3, Value("period", "last", {}, low, high), 4.0)
    return None


def _days(word: str, length: str) -> tuple[str, str]:
    """A stretch of days that ends with today, or begins with it."""
    tomorrow = f"{_TODAY} + INTERVAL '1 day'"
    if word in _AHEAD:
        return _TODAY, f"{tomorrow} + {length}"
    return f"{_TODAY} - {length}", tomorrow


def _calendar(word: str, unit: str) -> tuple[str, str]:
    begin = f"DATE_TRUNC('{unit}', {_TODAY})"
    step = "INTERVAL '3 month'" if unit == "quarter" else f"INTERVAL '1 {unit}'"
    if word in ("this", "current"):
        return begin, f"{begin} + {step}"
    if word in _AHEAD:
        return f"{begin} + {step}", f"{begin} + {step} + {step}"
    return f"{begin} - {step}", begin
