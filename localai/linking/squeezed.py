"""Owns names that are written as one word, as `numberofpages`, and the words that they are made of.

It must not know columns or slots.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from localai.linking.english import KNOWN
from localai.linking.lexicon import ABBREVIATIONS, RELATED, UNITS
from localai.linking.naming import KEY_WORDS
from localai.linking.words import deep_stem, stem

# A name is tried from so many letters on, and a word of it has at least so many.
_SHORTEST, _SHORTEST_WORD = 6, 3
_SMALL = frozenset("of on at in by to is no id".split())
_FIRST = ("numberof", "last", "old", "net", "previous", "planned", "max", "min", "total")
_LAST = (
    *("number", "amount", "reference", "method", "status", "price", "count", "title", "class"),
    *("name", "date", "type", "time", "rate", "cost", "code", "year", "city", "day"),
    *("size", "level", "length", "weight", "height", "price", "limit"),
)
# Shortened words that no English word ends in.
_SHORT_LAST = {
    "dt": "date",
    "dte": "date",
    "typ": "type",
    "nm": "name",
    "cd": "code",
    "amt": "amount",
    "qty": "quantity",
    "nbr": "number",
    "ttl": "title",
}
# Endings of single words that are words too.
_ENDINGS = frozenset("ship age pet able less son ton man men port".split())
# How words end that go with "is" in the name of what says yes or no.
_ADJECTIVES = ("ed", "ic", "al", "ive", "ous", "ent", "ant", "ble", "ary", "ory", "en")
_PARTICIPLES = frozenset(
    "sold sent held paid built born read taken left seen met won lost made given shown due".split()
)
# What measures, written behind a name: of other units too many words end so.
_MEASURES = frozenset("usd eur gbp pct sqm kmh kg km cm".split())
_VOCABULARY = KNOWN | frozenset(RELATED) | _PARTICIPLES
_WRITTEN_OUT = frozenset(word for text in ABBREVIATIONS.values() for word in text.split())
_DEEP = frozenset(deep_stem(word) for word in _VOCABULARY if len(word) > 4)


def parted(word: str, beside: Collection[str] = ()) -> list[str]:
    """The words of a name in small letters that has no sign between them; `beside` are words of the
    schema's other names. What is a word itself, or nothing known, stays whole."""
    shortened = next((last for last in _SHORT_LAST if word.endswith(last)), "")
    if shortened and len(word) > len(shortened) + 1 and word not in ABBREVIATIONS:
        return [*parted(word.removesuffix(shortened), beside), _SHORT_LAST[shortened]]
    if len(word) < _SHORTEST or not word.isalpha() or _is_known(word) or word in beside:
        return [word]
    others = frozenset(other for other in beside if len(other) > _SHORTEST_WORD)
    return list(_covered(word, others)) or _peeled(word, others)


@lru_cache(maxsize=65536)
def _is_known(word: str) -> bool:
    if word in ABBREVIATIONS or {word, stem(word)} & (_VOCABULARY | _WRITTEN_OUT):
        return True
    return len(word) > 5 and word.endswith(("ed", "ing")) and deep_stem(word) in _DEEP


def _covered(word: str, others: frozenset[str]) -> tuple[str, ...]:
    """The fewest known words that the whole name is made of, the longest first; none if none are.
    Small words stand only between others, or as what a date or a key ends in."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            if start not in best:
                continue
            part = word[start:end]
            if not _may_stand(part, best[start], end == len(word), others):
                continue
            found = (*best[start], part)
            if end not in best or len(found) < len(best[end]):
                best[end] = found
    found = best.get(len(word), ())
    return found if len(found) > 1 else ()


def _may_stand(part: str, before: tuple[str, ...], last: bool, others: frozenset[str]) -> bool:
    if part in ("on", "at"):
        return last and any(map(_is_participle, before))
    if part in ("is", "has"):
        return not before
    if part in _ENDINGS and last:
        return False
    if part in KEY_WORDS or part in _MEASURES:
        return last and bool(before)
    if part in _SMALL:
        return bool(before) and not last
    return len(part) > _SHORTEST_WORD - 1 and (
        part in others or (_is_known(part) and (len(part) > _SHORTEST_WORD or part not in UNITS))
    )


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in _PARTICIPLES


def _peeled(word: str, others: frozenset[str]) -> list[str]:
    """A name with what is known at its ends taken off: `is` and `verified`."""
    for first in _FIRST:
        rest = word.removeprefix(first)
        if rest != word and len(rest) > _SHORTEST_WORD:
            head = ["number", "of"] if first == "numberof" else [first]
            return [*head, *parted(rest, others)]
    for first in ("is", "has"):
        rest = word.removeprefix(first)
        if rest != word and len(rest) > _SHORTEST_WORD and _may_follow(first, rest):
            return [first, *parted(rest, others)]
    for last in (*_MEASURES, *_LAST):
        rest = word.removesuffix(last)
        if rest != word and len(rest) > _SHORTEST_WORD:
            return [*parted(rest, others), last]
    for last in ("on", "at"):
        rest = word.removesuffix(last)
        if rest != word and len(rest) > _SHORTEST_WORD and _is_participle(rest):
            return [*parted(rest, others), last]
    return [word]


def _may_follow(first: str, rest: str) -> bool:
    if first == "is":
        return rest.endswith(_ADJECTIVES)
    return rest[0] not in "hst"
