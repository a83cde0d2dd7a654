"""Owns the date of stretches of time that a question groups by, "per month", where it names none.

It must not know slots, SQL or which function such a stretch is.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog
from localai.linking.days import day_of
from localai.linking.mentions import Mention
from localai.linking.words import Piece, deep_stem, stem

_UNITS = frozenset("day week month quarter year date weekday hour".split())
_ADVERBS = frozenset("daily weekly monthly quarterly yearly annually annual hourly".split())
_EACH = frozenset("per each every by".split())
_WHICH = frozenset("which what".split())
# Between "by" and the unit.
_BETWEEN = frozenset("calendar the single".split())
_GROUPS = _EACH | {"across", "for"}
_VERB_LENGTH = 4


def with_bins(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, with the date behind the word for a stretch of time, where none is there."""
    if any(m.item is not None and catalog.kinds.get(m.item) == "d" for m in mentions):
        return list(mentions)
    taken = {place for m in mentions for place in range(m.start, m.end)}
    words = [piece.text.lower() for piece in pieces]
    for place in range(len(words)):
        if place in taken or not _is_bin(place, words):
            continue
        tables = [m.item.table for m in mentions if m.item is not None]
        verbs = {deep_stem(word) for word in words if len(word) > _VERB_LENGTH}
        found = day_of(tables, verbs, catalog)
        if not found:
            break
        added = Mention(place + 1, place + 1, found[0], None)
        return sorted([*mentions, added], key=lambda mention: (mention.start, mention.end))
    return list(mentions)


def _is_bin(place: int, words: Sequence[str]) -> bool:
    word = words[place]
    if word in _ADVERBS:
        return True
    before = _before(place, words)
    if word == "time":
        return before == "over"
    unit = stem(word)
    if unit not in _UNITS:
        return False
    if word != unit:
        return before == "over" or words[place - 2 : place] == ["over", "the"]
    if before in _EACH or (before in _WHICH and unit != "date"):
        return True
    if before in ("and", ","):
        return bool(_GROUPS & {*words[: place - 1]})
    repeated = words[place + 2 : place + 3] == [word]
    return repeated or (place == 0 and words[1:2] in (["with"], ["by"]))


def _before(place: int, words: Sequence[str]) -> str:
    place -= 1
    while place >= 0 and words[place] in _BETWEEN:
        place -= 1
    return words[place] if place >= 0 else ""
