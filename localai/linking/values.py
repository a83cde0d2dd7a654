"""Owns the values in a question: quoted texts, numbers, periods of time and the data's own words.

It must not know how a value is compared or written in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import MULTIPLIERS, NUMBER_WORDS, STOP, VALUE_WORDS
from localai.linking.periods import period
from localai.linking.senses import COUNTRY_OF, SPELLINGS
from localai.linking.words import Piece

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
    dated = "d" in catalog.kinds.values()
    for start, piece in enumerate(pieces):
        if piece.kind == "quoted":
            spans.append(ValueSpan(start, start + 1, _quoted(piece.text[1:-1], catalog), 9.0))
            continue
        for span in (
            _period(pieces, start, question, catalog, dated),
            _number(pieces, start, question),
            _letter(pieces, start),
        ):
            if span is not None:
                spans.append(span)
        spans.extend(_stored(pieces, start, question, catalog))
        spans.extend(_gendered(pieces, start, catalog))
    return spans


def _letter(pieces: Sequence[Piece], start: int) -> ValueSpan | None:
    """`the letter s`: a text of one or two letters."""
    piece = pieces[start]
    if start and pieces[start - 1].stem == "letter" and piece.kind == "word":
        if len(piece.text) < 3 and piece.text.lower() not in ("in", "of", "at", "as", "is"):
            return ValueSpan(start, start + 1, Value("text", piece.text, exact=True), 2.0)
    return None


def _quoted(text: str, catalog: Catalog) -> Value:
    key = "".join(character for character in text.lower() if character.isalnum())
    stored = {(i.table, i.column): value for i, value in catalog.stored.get(key, {}).items()}
    number = text.replace(".", "", 1).isdecimal() and not stored
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
        found = (
            catalog.stored.get(joined)
            or catalog.stored.get(joined[: -len(piece.text)] + piece.stem)
            or _spelt_otherwise(joined, piece.text, catalog)
        )
        if not found or not _worth_it(pieces, start, end, found, catalog):
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


def _spelt_otherwise(word: str, text: str, catalog: Catalog) -> dict[Item, str]:
    """The stored texts of a country or state that is said in another way: `Italian`, `US`."""
    if word == "us" and text != "US":
        return {}
    found: dict[Item, str] = {}
    for key in sorted(SPELLINGS.get(word, ())):
        for item, value in catalog.stored.get(key, {}).items():
            if len(key) > 2 or value.isupper():
                found.setdefault(item, value)
    return found


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
    if len(set(found.values())) == 1:
        return Value("stored", text, found)
    return Value("text", COUNTRY_OF.get(text.lower(), text))


def _worth_it(
    pieces: Sequence[Piece], start: int, end: int, found: Mapping[Item, str], catalog: Catalog
) -> bool:
    """A lone small word or letter is a value only in the data's own capitals."""
    if end > start + 1:
        return True
    text = pieces[start].text
    if text == "US":
        return True
    if pieces[start].kind == "number":
        return len(text) > 1 and any(not value.isdecimal() for value in found.values())
    if len(text) == 1 and start and text.isupper() and text in found.values():
        named = {word for item in found for word in catalog.words[item]}
        if pieces[start - 1].stem in named:
            return True  # grade A
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
    if text.isdecimal() and len(text) == 4 and 1500 <= int(text) <= 2200:
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


def _period(
    pieces: Sequence[Piece], start: int, question: str, catalog: Catalog, dated: bool
) -> ValueSpan | None:
    """A stretch of time or a moment; where no column is a date, only one written with its year."""
    if pieces[start].kind == "date" and ":" in pieces[start].text:
        return _moment(pieces[start].text, start)
    found = period(pieces, start)
    if found is None or (not dated and found.plain):
        return None
    text = question[pieces[start].start : pieces[found.end - 1].end]
    stored = _quoted(text, catalog).stored if found.end == start + 1 else {}
    value = Value("period", _spelt(text, found.low, found.high), stored, found.low, found.high)
    score = found.end - start + 2.0
    if found.plain:
        score = 0.63 if found.end == start + 1 else 1.15
    return ValueSpan(start, found.end, value, score)


def _moment(text: str, start: int) -> ValueSpan | None:
    """A time of a day: the second or minute that begins then."""
    day, _, clock = text.replace("T", " ").partition(" ")
    try:
        begin = datetime.fromisoformat(f"{day} {clock:0>5}")
    except ValueError:
        return None
    step = timedelta(seconds=1) if clock.count(":") == 2 else timedelta(minutes=1)
    low, high = f"'{begin}'", f"'{begin + step}'"
    return ValueSpan(start, start + 1, Value("period", text, {}, low, high), 3.0)


def _spelt(text: str, low: str, high: str) -> str:
    """A day or month as ISO 8601 writes it, as data mostly does; any other period as asked."""
    if not low.startswith("'") or not high.startswith("'"):
        return text.lower()
    first, after = date.fromisoformat(low.strip("'")), date.fromisoformat(high.strip("'"))
    if (after - first).days == 1:
        return str(first)
    return str(first)[:7] if (after - first).days <= 31 and first.day == 1 else text.lower()
