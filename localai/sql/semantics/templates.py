"""PostgreSQL's date templates (TO_CHAR, TO_DATE): `YYYY-MM-DD`, `FMMonth`; no numbers here.

English names whatever the machine's locale (https://www.postgresql.org/docs/current/functions-formatting.html).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
NAME_WIDTH = 9  # September, Wednesday

NUMBERS: dict[str, tuple[int, Callable[[datetime], int]]] = {
    "YYYY": (4, lambda d: d.year),
    "YYY": (3, lambda d: d.year % 1000),
    "YY": (2, lambda d: d.year % 100),
    "Y": (1, lambda d: d.year % 10),
    "IYYY": (4, lambda d: d.isocalendar().year),
    "IYY": (3, lambda d: d.isocalendar().year % 1000),
    "IY": (2, lambda d: d.isocalendar().year % 100),
    "CC": (2, lambda d: (d.year - 1) // 100 + 1),
    "Q": (1, lambda d: (d.month + 2) // 3),
    "MM": (2, lambda d: d.month),
    "WW": (2, lambda d: (d.timetuple().tm_yday - 1) // 7 + 1),
    "W": (1, lambda d: (d.day - 1) // 7 + 1),
    "IW": (2, lambda d: d.isocalendar().week),
    "DDD": (3, lambda d: d.timetuple().tm_yday),
    "IDDD": (3, lambda d: (d.isocalendar().week - 1) * 7 + d.isoweekday()),
    "DD": (2, lambda d: d.day),
    "D": (1, lambda d: d.isoweekday() % 7 + 1),
    "ID": (1, lambda d: d.isoweekday()),
    "J": (1, lambda d: d.toordinal() + 1_721_425),
    "HH24": (2, lambda d: d.hour),
    "HH12": (2, lambda d: (d.hour + 11) % 12 + 1),
    "HH": (2, lambda d: (d.hour + 11) % 12 + 1),
    "MI": (2, lambda d: d.minute),
    "SSSSS": (1, lambda d: d.hour * 3600 + d.minute * 60 + d.second),
    "SSSS": (1, lambda d: d.hour * 3600 + d.minute * 60 + d.second),
    "SS": (2, lambda d: d.second),
    "MS": (3, lambda d: d.microsecond // 1000),
    "US": (6, lambda d: d.microsecond),
}
NAMES: dict[str, Callable[[datetime], str]] = {
    "MONTH": lambda d: MONTHS[d.month - 1],
    "MON": lambda d: MONTHS[d.month - 1][:3],
    "DAY": lambda d: DAYS[d.weekday()],
    "DY": lambda d: DAYS[d.weekday()][:3],
    "AM": lambda d: "AM" if d.hour < 12 else "PM",
    "PM": lambda d: "AM" if d.hour < 12 else "PM",
    "A.M.": lambda d: "A.M." if d.hour < 12 else "P.M.",
    "P.M.": lambda d: "A.M." if d.hour < 12 else "P.M.",
    "BC": lambda _: "AD",
    "AD": lambda _: "AD",
    "RM": lambda d: ROMAN[d.month - 1],
}
PADDED = {"MONTH": NAME_WIDTH, "DAY": NAME_WIDTH, "RM": 4}
WORDS = sorted([*NUMBERS, *NAMES, "Y,YYY"], key=len, reverse=True)
TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)"|(FM|TM)*('
    + "|".join(map(re.escape, WORDS))
    + r")(TH\b|TH(?=[^a-z])|TH$)?",
    re.IGNORECASE,
)


class Token(NamedTuple):
    """One piece of a template: a `word` of it as written, or (word empty) a text as it is."""

    word: str
    text: str = ""
    fill: bool = True
    ordinal: str = ""


def tokens(template: str) -> Iterator[Token]:
    """The pieces of a template, in order."""
    end = 0
    for match in TOKEN.finditer(template):
        if match.start() > end:
            yield Token("", template[end : match.start()])
        end = match.end()
        if match[3] is None:
            yield Token("", re.sub(r"\\(.)", r"\1", match[1]))
        else:
            yield Token(match[3], fill=match[2] is None, ordinal=match[4] or "")
    if end < len(template):
        yield Token("", template[end:])


def show(moment: datetime, template: str) -> str:
    """TO_CHAR(moment, template)."""
    return "".join(_shown(moment, token) for token in tokens(template))


def _shown(moment: datetime, token: Token) -> str:
    word = token.word.upper()
    if not word:
        return token.text
    if word in NAMES:
        name = _cased(NAMES[word](moment), token.word)
        return name.ljust(PADDED.get(word, 0)) if token.fill else name
    if word == "Y,YYY":
        return f"{moment.year:,}"
    width, number = NUMBERS[word]
    value = number(moment)
    text = str(value).rjust(width, "0") if token.fill else str(value)
    return text + (_ordinal(value, token.ordinal) if token.ordinal else "")


def _cased(name: str, word: str) -> str:
    if word.islower():
        return name.lower()
    # MONTH and Mo...: the second letter decides, as in PostgreSQL.
    letters = [letter for letter in word if letter.isalpha()]
    return name.upper() if letters[1].isupper() else name


def _ordinal(value: int, written: str) -> str:
    teen = value // 10 % 10 == 1
    ending = {1: "ST", 2: "ND", 3: "RD"}.get(value % 10, "TH") if not teen else "TH"
    return ending if written.isupper() else ending.lower()


def parse(text: str, template: str) -> datetime | None:
    """TO_TIMESTAMP(text, template); None where the text does not fit it."""
    found: dict[str, int] = {}
    rest = text.lstrip()
    for token in tokens(template):
        after = _taken(rest, token, found)
        if after is None:
            return None
        rest = after
        if not rest:
            break
    return _moment(found)


def _taken(rest: str, token: Token, found: dict[str, int]) -> str | None:
    word = token.word.upper()
    if not word:
        # Separators stand for any separator; other letters for any one letter.
        for letter in token.text:
            if rest and (letter.isalnum() or not rest[0].isalnum()):
                rest = rest[1:]
        return rest
    rest = rest.lstrip()
    if word in NAMES:
        return _name_taken(rest, word, found)
    pattern = rf"\d{{1,{NUMBERS[word][0]}}}" if word in NUMBERS else r"\d,\d{3}"
    match = re.match(pattern, rest)
    if match is None or word in ("W", "CC"):
        return None
    found[word] = int(match[0].replace(",", ""))
    rest = rest[match.end() :]
    return re.sub(r"^(st|nd|rd|th)", "", rest, flags=re.IGNORECASE) if token.ordinal else rest


def _name_taken(rest: str, word: str, found: dict[str, int]) -> str | None:
    if word in ("MONTH", "MON"):
        for index, name in enumerate(MONTHS):
            for spelling in (name, name[:3]):
                if rest.lower().startswith(spelling.lower()):
                    found["MM"] = index + 1
                    return rest[len(spelling) :]
        return None
    pattern = r"[ap]\.m\.|[ap]m" if word[0] in "AP" else r"[a-z]+"
    match = re.match(pattern, rest, re.IGNORECASE)
    if match is None:
        return None
    if word[0] in "AP":
        found["PM"] = int(match[0][0] in "pP")
    return rest[match.end() :]


def _moment(found: dict[str, int]) -> datetime | None:
    try:
        day = _day(found)
        hour = found.get("HH24", 0)
        for word in ("HH12", "HH"):
            hour = found[word] % 12 + 12 * found.get("PM", 0) if word in found else hour
        micros = found.get("US", found.get("MS", 0) * 1000)
        rest = timedelta(seconds=found.get("SSSSS", found.get("SSSS", 0)))
        clock = (hour, found.get("MI", 0), found.get("SS", 0), micros)
        return datetime(day.year, day.month, day.day, *clock) + rest
    except (ValueError, OverflowError):
        return None


def _day(found: dict[str, int]) -> datetime:
    if "J" in found:
        return datetime.fromordinal(found["J"] - 1_721_425)
    if "IYYY" in found:
        return datetime.fromisocalendar(found["IYYY"], found.get("IW", 1), found.get("ID", 1))
    year = found.get("YYYY", found.get("Y,YYY"))
    if year is None:
        year = _full_year(found["YY"]) if "YY" in found else 1
    if "DDD" in found:
        return datetime(year, 1, 1) + timedelta(days=found["DDD"] - 1)
    month = found.get("MM", 1)
    day = found.get("DD", 1)
    if day > monthrange(year, month)[1]:
        raise ValueError(day)
    return datetime(year, month, day)


def _full_year(short: int) -> int:
    # The year nearest to 2020, as PostgreSQL adds to two digits.
    return short + (2000 if short < 70 else 1900)
