"""Owns whose alias a short name may be; it must not know how that is written as a grammar.

A SELECT names columns by aliases that only its FROM explains, and a grammar cannot look ahead. But
`s` stands for sales or students, not for customers: what could own it has the columns to choose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from localai.linking.lexicon import ABBREVIATIONS
from localai.linking.words import split_name, stem
from localai.schema import Schema

# Any table's: what models number tables by, and the two sides of a table joined with itself.
GENERIC = ("t", "a", "b", "x", "y")
# Of a foreign key's words these name no role: `manager_id` makes the other side a manager.
_KEY_WORDS = frozenset("id ids code key no nr num number fk ref uuid".split())
_VOWELS = frozenset("aeiou")
# In a crowd nearly every short name has many owners, which is no better than any table.
CROWD = 60


def owners(schema: Schema) -> dict[str, frozenset[int]]:
    """Alias in lower case -> the places of the tables that may own it. What is not among them, and
    is no table's name, has any owner or none: that is for the caller to say."""
    crowd = len(schema.tables) > CROWD
    found: dict[str, set[int]] = defaultdict(set)
    for place, table in enumerate(schema.tables):
        for alias in _short_forms(split_name(table.name), crowd=crowd):
            found[alias].add(place)
    for role, place in _roles(schema):
        for alias in _short_forms([role], crowd=crowd):
            found[alias].add(place)
    everyone = frozenset(range(len(schema.tables)))
    owned = {alias: frozenset(places) for alias, places in found.items() if _plain(alias)}
    return owned | dict.fromkeys(GENERIC, everyone)


def _short_forms(words: list[str], *, crowd: bool) -> Iterator[str]:
    """order, items -> oi, o, or, ord, orde, order, od, oe, i, it, item, items, ..."""
    yield "".join(word[0] for word in words)
    for word in words:
        yield from (word[:length] for length in range(1, 4 if crowd else 6))
        yield from (word, stem(word))
        if not crowd:
            consonants = [letter for letter in word[1:] if letter not in _VOWELS]
            yield from (word[0] + letter for letter in word[1:])
            yield word[0] + "".join(consonants[:2])
            yield from _ABBREVIATED.get(stem(word), ())


def _abbreviated() -> dict[str, list[str]]:
    short = defaultdict(list)
    for abbreviation, written in ABBREVIATIONS.items():
        short[written].append(abbreviation)
    return short


_ABBREVIATED = _abbreviated()


def _roles(schema: Schema) -> Iterator[tuple[str, int]]:
    places = {table.name.lower(): place for place, table in enumerate(schema.tables)}
    for key in schema.foreign_keys:
        place = places.get(key.to_table.lower())
        if place is not None:
            words = {word for column in key.columns for word in split_name(column)}
            yield from ((word, place) for word in sorted(words - _KEY_WORDS))


def _plain(alias: str) -> bool:
    return alias.isascii() and alias.isalnum() and alias[0].isalpha()
