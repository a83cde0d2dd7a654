"""PostgreSQL's LIKE, SIMILAR TO and regular expressions as Python's; it must not know any SQL."""

from __future__ import annotations

import re
from functools import lru_cache

# Letters beyond English: of Latin, Greek, Cyrillic and what follows, and of China, Japan, Korea.
LETTERS = (
    "a-zA-Z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u1fff"
    "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
)
CLASSES = {
    "alpha": LETTERS, "digit": "0-9", "alnum": f"0-9{LETTERS}", "upper": "A-Z\u00c0-\u00de",
    "lower": "a-z\u00df-\u00ff", "space": r"\s", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9a-fA-F",
    "blank": r" \t", "word": r"\w",
}  # fmt: skip
# The same for RE2, whose own know English letters alone.
RE2 = {
    "[:alpha:]": r"\p{L}", "[:alnum:]": r"\p{L}\p{N}", "[:upper:]": r"\p{Lu}",
    "[:lower:]": r"\p{Ll}", "\\m": r"\b", "\\M": r"\b", "\\y": r"\b", "\\Y": r"\B",
}  # fmt: skip
POSIX = re.compile(r"\[:(\w+):\]")
BORDERS = {r"\m": r"\b(?=\w)", r"\M": r"\b(?<=\w)", r"\y": r"\b", r"\Y": r"\B"}
FLAGS = {"i": re.IGNORECASE, "n": re.MULTILINE, "m": re.MULTILINE, "x": re.VERBOSE}


@lru_cache(maxsize=64)
def like(pattern: str, *, case: bool = True, escape: str = "\\") -> re.Pattern[str]:
    """What matches a whole text as LIKE does (with `case` false: as ILIKE does)."""
    shown: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if escape and letter == escape:
            shown.append(re.escape(next(letters, escape)))
        else:
            shown.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return re.compile("".join(shown), re.DOTALL | (0 if case else re.IGNORECASE))


def glob(pattern: str, escape: str = "\\") -> str:
    """A LIKE pattern as SQLite's GLOB, which tells capitals apart as PostgreSQL's LIKE does."""
    shown: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == escape:
            letter = next(letters, escape)
        elif letter in "%_":
            shown.append("*" if letter == "%" else "?")
            continue
        shown.append(f"[{letter}]" if letter in "*?[" else letter)
    return "".join(shown)


def similar(pattern: str) -> str:
    """A SIMILAR TO pattern as a regular expression for the whole text."""
    shown: list[str] = []
    letters, inside = iter(pattern), False
    for letter in letters:
        if letter == "\\":
            shown.append(re.escape(next(letters, "\\")))
        elif inside or letter in "|*+?{}()[]":
            inside = letter == "[" or (inside and letter != "]")
            shown.append(letter)
        else:
            shown.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return f"^(?:{''.join(shown)})$"


@lru_cache(maxsize=64)
def regex(pattern: str, flags: str = "") -> re.Pattern[str] | None:
    """The pattern compiled for Python, or None where Python does not know it."""
    for border, ours in BORDERS.items():
        pattern = pattern.replace(border, ours)
    pattern = POSIX.sub(lambda match: CLASSES.get(match[1], ""), pattern)
    chosen = 0
    for flag in flags:
        chosen |= FLAGS.get(flag, 0)
    try:
        return re.compile(pattern, chosen | (0 if "n" in flags else re.DOTALL))
    except re.error:
        return None


def replacement(text: str) -> str:
    r"""REGEXP_REPLACE's `\1` and `\&` as Python's."""
    return re.sub(r"\\&", r"\\g<0>", text)


def for_re2(pattern: str) -> str:
    """The pattern for DuckDB, which takes RE2's."""
    for theirs, ours in RE2.items():
        pattern = pattern.replace(theirs, ours)
    shown: list[str] = []
    letters, inside = iter(pattern), False
    for letter in letters:
        if letter == "\\":
            sign = next(letters, "")
            word = r"\p{L}\p{N}_" if inside else r"[\p{L}\p{N}_]"
            shown.append(word if sign == "w" else letter + sign)
            continue
        inside = letter == "[" or (inside and letter != "]")
        shown.append(letter)
    return "".join(shown)
