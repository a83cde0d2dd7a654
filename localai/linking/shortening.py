"""Owns shortened words of names, as `clsng` of a closing date, and which words they stand for.

It must not know columns or slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from localai.linking.english import KNOWN
from localai.linking.lexicon import STOP
from localai.linking.naming import KEY_WORDS
from localai.linking.senses import SPELLINGS
from localai.linking.words import deep_stem, stem

_VOWELS = "aeiou"
# A shortened name, and a word that it may stand for, have at least so many letters.
_SHORTEST, _SHORTEST_WORD = 3, 4
# Fewer first letters of a word, or of its consonants, are the first letters of too many others.
_BEGINNING = 4
# What a name written as one word may go on with; of a longer word "any" is only the end.
_WORDS_BESIDE = (KNOWN | KEY_WORDS) - (STOP - KEY_WORDS)
_TWICE = re.compile(r"(.)\1+")


def is_shortened(word: str) -> bool:
    """Whether a name's word may be short for a longer one: it is no English word itself."""
    return len(word) >= _SHORTEST and word.isalpha() and not {word, stem(word)} & KNOWN


def corner(word: str) -> str:
    """The two consonants that a word and all that is short for it begin with."""
    return skeleton(word)[:2]


@lru_cache(maxsize=65536)
def skeleton(word: str, vowels: str = "aeiouy") -> str:
    """A word's first letter and its consonants, doubled ones once: `address` -> adrs."""
    return _TWICE.sub(r"\1", word[0] + re.sub(f"[{vowels}]", "", word[1:]))


def meant(word: str, shortened: Iterable[str]) -> str:
    """The only one of these shortened words that is short for `word`, else ''.

    One that has all consonants goes before one that has the first of them only.
    """
    if len(word) < _SHORTEST_WORD:
        return ""
    ways = {word, stem(word)}
    return _only([(max(_fit(short, way) for way in ways), short) for short in shortened], 1)


def written_out(words: Iterable[str]) -> dict[str, str]:
    """Each shortened word of a schema's names -> the only word that it can be short for: another
    one of these, else, where it has no vowels, a common word of English."""
    said = set(words)
    by_corner = _by_corner(said)
    found = {word: word[:-1] for word in said if word.endswith(("us", "is")) and word[:-1] in said}
    for short in filter(is_shortened, said):
        word = _only([(_fit(short, one), one) for one in by_corner[corner(short)]], 1)
        if not word and len(short) >= _BEGINNING and not {*short[1:]} & {*_VOWELS}:
            english = _common().get(corner(short), ())
            sure = 3 if len(short) == _BEGINNING else 2
            word = _only([(_fit(short, one), one) for one in english], sure)
        if word:
            found[short] = word
    return found


def _only(fits: Sequence[tuple[int, str]], sure: int) -> str:
    """The one that fits best, at least so surely; of several with one stem the shortest."""
    top = max((fit for fit, _ in fits), default=0)
    best = sorted((word for fit, word in fits if fit == top), key=lambda word: (len(word), word))
    return best[0] if top >= sure and len(set(map(stem, best))) == 1 else ""


def _by_corner(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        if word.isalpha():
            found.setdefault(corner(word), []).append(word)
    return found


@lru_cache(maxsize=1)
def _common() -> dict[str, list[str]]:
    return _by_corner(word for word in KNOWN - {*SPELLINGS} if len(word) > _BEGINNING)


def _fit(short: str, word: str) -> int:
    """How surely `short` is short for `word`, letter for letter: 0 not at all, 3 at best."""
    if len(short) >= len(word) or short[0] != word[0]:
        return 0
    if word.startswith(short) and word[len(short) :] in _WORDS_BESIDE:
        return 0  # `skuid` is two words
    if any(letter in _VOWELS for letter in short[1:]):
        return _fit_with_vowels(short, word)
    ways = {_TWICE.sub(r"\1", way) for way in (short, stem(short))}
    bones = {skeleton(word), skeleton(word, _VOWELS)}
    if ways & bones:
        return 3
    if any(bone.startswith(way) for bone in bones for way in ways if len(way) >= _BEGINNING):
        return 2
    if any(_lacks_one(way, bone) for bone in bones for way in ways if len(way) >= _BEGINNING):
        return 2
    return int(len(short) > _BEGINNING - 1 and word.startswith(short))


def _lacks_one(short: str, bone: str) -> bool:
    """`dprtmt` of a department: one consonant, but not the last, is left out."""
    if len(short) != len(bone) - 1 or short[-1] != bone[-1]:
        return False
    same = next((n for n, letter in enumerate(short) if letter != bone[n]), len(short))
    return short[same:] == bone[same + 1 :]


def _fit_with_vowels(short: str, word: str) -> int:
    """Short words that keep vowels: the first letters (`cust`), or without some (`custmr`)."""
    if len(short) < _BEGINNING or len(word) - len(short) < 2:
        return 0
    if word.startswith(short):
        return int(deep_stem(word) != deep_stem(short))  # `joined` is no longer form of `join`
    left = iter(word)
    return 2 * (skeleton(short) == skeleton(word) and all(letter in left for letter in short))
