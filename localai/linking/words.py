"""Owns words: how names and questions fall into words, and which words mean the same.

It must not know schemas' keys, slots or SQL.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from localai.linking.lexicon import ABBREVIATIONS, IRREGULAR

_PIECE = re.compile(
    r"""(?P<quoted>"[^"\n]+"|“[^”\n]+”|(?<![\w'])'[^'\n]+'(?!\w))
    |(?P<date>\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)|\d{4}/\d{2}/\d{2}(?!\d)
        |\d{1,2}/\d{1,2}/\d{4}(?!\d)|\d{1,2}\.\d{1,2}\.\d{4}(?!\d)
        |\d{4}-(?:0[1-9]|1[0-2])(?![-\d]))
    |(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)
    |(?P<word>[^\W\d_]+)
    |(?P<sign>\S)""",
    re.VERBOSE,
)
_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-öø-ÿ]+|\d+|[^\W\d_]+")
# An ending, and the fewest letters that must stay before it.
_DEEP_ENDINGS = (
    *(("ations", 4), ("ation", 4), ("ings", 3), ("ing", 3), ("ments", 3), ("ment", 3)),
    *(("ances", 4), ("ance", 4), ("ators", 4), ("ator", 4), ("ions", 5), ("ion", 5)),
    *(("ers", 4), ("ors", 4), ("or", 4), ("er", 4), ("als", 4), ("al", 4), ("ies", 3)),
    *(("ied", 3), ("ed", 3), ("es", 4), ("e", 3), ("s", 3), ("y", 4)),
)
_DOUBLED = re.compile(r"([bdglmnprt])\1$")


class Piece(NamedTuple):
    """One piece of a question: `kind` is quoted, date, number, word or sign."""

    kind: str
    text: str
    start: int
    end: int
    stem: str


def split_question(question: str) -> list[Piece]:
    """The pieces of a question in order; nothing but white space is left out."""
    pieces = []
    for match in _PIECE.finditer(question):
        kind = str(match.lastgroup)
        text = match.group()
        pieces.append(Piece(kind, text, match.start(), match.end(), stem(text)))
    return pieces


def split_name(name: str) -> list[str]:
    """The lower-case words of a name: `orderDate` and `order_date` -> order, date."""
    return [word.lower() for word in _NAME_WORD.findall(name)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The singular of an English noun, roughly; any other word as it is, in lower case."""
    word = word.lower()
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def deep_stem(word: str) -> str:
    """What `manages`, `manager` and `managing` share, and `hired` and `hire`."""
    word = word.lower()
    for ending, kept in _DEEP_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= kept:
            rest = word[: len(word) - len(ending)]
            if ending in ("ed", "ing", "er", "ers") and len(rest) > 3:
                rest = _DOUBLED.sub(r"\1", rest)
            return rest
    return word


def expand(words: Sequence[str]) -> list[str]:
    """The words with abbreviations written out: `cust`, `dob` -> customer, date, of, birth."""
    out: list[str] = []
    for word in words:
        out.extend(ABBREVIATIONS.get(word, word).split())
    return out
