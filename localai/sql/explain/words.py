"""Names, lists and literals in plain English; it must not know queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.0+)?)?")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def listing(parts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def readable(name: str) -> str:
    """A name of a table or column as people would say it, in quotes where it is no plain word."""
    name = name.lstrip("_") or name
    if _PLAIN.fullmatch(name):
        return _HUMP.sub(" ", name).replace("_", " ").lower()
    return f'"{name}"'


def is_plural(name: str) -> bool:
    """Whether a table's readable name can stand for its rows: orders, order items."""
    last = name.lower().split(" ")[-1]
    return last in ("people", "children") or re.search(r"[^sui]s$|ies$|ues$", last) is not None


def bare(phrase: str) -> str:
    """The phrase without the article that begins it."""
    return phrase.removeprefix("the ")


def definite(phrase: str) -> str:
    """The phrase with an article, where it begins with a plain word that can carry one."""
    has_own = (
        "the ",
        "part ",
        "all ",
        "today",
        "each ",
        "every ",
        "whether ",
        "how ",
        "no ",
        "now",
        "minus ",
    )
    first = phrase[:1]
    if phrase.startswith(has_own) or not (first.isalpha() or first == '"'):
        return phrase
    return f"the {phrase}"


def day(text: str) -> str | None:
    """`1 March 2026` (with the time, if there is one) for an ISO date; None for other texts."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    shown = f"{found.day} {MONTHS[found.month - 1]} {found.year}"
    return f"{shown} {match[4]}" if match[4] else shown


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."
