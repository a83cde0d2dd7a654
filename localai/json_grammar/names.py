"""Names of properties that are not among given ones, as GBNF; it must not know schemas."""

from __future__ import annotations

from collections.abc import Iterable

from localai.json_grammar import characters
from localai.json_grammar.rules import Rules
from localai.json_grammar.strings import sized

_ALL = characters.outside(characters.outside(((0x20, characters.LAST),)))


def others(rules: Rules, taken: Iterable[str], most: int) -> str:
    """A text in quotes of 1 to `most` characters, none of the names `taken`."""
    words = sorted(set(taken))
    if not words:
        return f'"\\"" {sized(rules, 1, most)} "\\""'
    return f'"\\"" {_beyond(rules, words, most, first=True)} "\\""'


def _beyond(rules: Rules, words: list[str], most: int, *, first: bool = False) -> str:
    """Texts of up to `most` characters that are none of the words, which are sorted."""
    free = sized(rules, 0, max(0, most - 1))
    following: dict[str, list[str]] = {}
    for word in words:
        if word:
            following.setdefault(word[0], []).append(word[1:])
    ways = []
    for letter, rest in following.items():
        one = characters.one_of(rules, ((ord(letter), ord(letter)),))
        # Behind a letter of a word: what is none of the words that go on with it.
        if one is not None and most > 1:
            ways.append(f"{one} {rules.add('name', _beyond(rules, rest, most - 1))}".strip())
    begun = characters.joined((ord(letter), ord(letter)) for letter in following)
    other = characters.one_of(rules, characters.without(_ALL, begun))
    ways.append(f"{other} {free}")
    if "" not in words and not first:
        ways.append('""')
    return "(" + " | ".join(ways) + ")"
