"""Owns whether a lone word of a question may name something, by what stands around it.

It must not know which item it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import COMMANDS, IDIOMS, NOUNS_TOO, NUMBER_WORDS, OPENINGS, STOP
from localai.linking.words import Piece, stem

FIGURES = frozenset("total average minimum maximum".split())
_HOW_MANY = frozenset("number amount count quantity sum of".split())
_BEHIND_VERBS = frozenset("the a an up most least no it them him her more less".split())
_BEFORE_NOUNS = frozenset("the and or by each every per their its , & list show".split())
_BEHIND_NOUNS = frozenset("and or of for in , & ? .".split()) | {""}
# What asks for a part of a whole, and seldom for a column of such a name.
_PARTS = frozenset("percentage percent share proportion fraction".split())


def can_stand_alone(
    pieces: Sequence[Piece], start: int, scores: Mapping[Item, float], catalog: Catalog
) -> bool:
    """Whether a lone word may name an item: small words and opening commands must earn it."""
    word = pieces[start].text.lower()
    following = pieces[start + 1].text.lower() if start + 1 < len(pieces) else ""
    if start == 0 and word in COMMANDS and following not in ("of", "and", ","):
        return False
    if word in ("number", "numbers", "count", "order", "total") and following in ("of", "by"):
        return False
    if word in OPENINGS and following in ("with", "of"):
        return following == "of" and word not in ("kind", "kinds", "sort", "sorts")
    if word in FIGURES and (stem(following) in catalog.forms or following in _HOW_MANY):
        return False
    if word in _PARTS and max(scores.values(), default=0.0) < 0.9:
        return False
    if word.startswith(("take", "took", "taking")) and (word, following) in IDIOMS:
        return False
    before = pieces[start - 1] if start else pieces[start]
    if (before.text.lower(), word) in IDIOMS or (word in ("time", "times") and _counts(before)):
        return False
    if pieces[start].stem in STOP - NOUNS_TOO and following in _BEHIND_VERBS:
        return False
    if word in STOP:
        named = word in NOUNS_TOO or _is_listed(before.text.lower(), following)
        return named and max(scores.values(), default=0.0) >= 0.9
    return True


def _is_listed(before: str, following: str) -> bool:
    """Whether a word stands where columns do: `the make, the model and the year`."""
    return before in _BEFORE_NOUNS and following in _BEHIND_NOUNS


def _counts(piece: Piece) -> bool:
    """Whether a number stands there: `three times` is no time."""
    return piece.kind == "number" or piece.text.lower() in NUMBER_WORDS or piece.stem == "one"
