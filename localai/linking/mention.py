"""Owns what a find in a question is, and whose key a bare `id` among other columns means.

It must not know how finds are made, slot numbers or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from localai.linking.catalog import Catalog, Item
from localai.linking.context import own_key, own_name
from localai.linking.values import Value
from localai.linking.words import Piece

_JOINTS = frozenset((",", "and", "or", "&"))
_OF_ROWS = frozenset("of for in the all each every any".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """Pieces `start` to `end` (exclusive) mean `item` or `value`; a value's `item` is its column.

    With `keeps_words` the words stay in the prompt before the slot, for they say more than the
    item's name, or the link is unsure. With `negated` they deny the item: `inactive`.
    """

    start: int
    end: int
    item: Item | None
    value: Value | None
    keeps_words: bool = False
    negated: bool = False


def with_own_keys(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, where the id of `name and id` is that of the rows whose name is asked for, and
    the id in `id and name of the customer` is the customer's."""
    out = list(mentions)
    for place, mention in enumerate(mentions):
        said = pieces[mention.start].stem if mention.end == mention.start + 1 else ""
        if said not in ("id", "name") or mention.item is None or mention.item.column < 0:
            continue
        table = _listed_with(place, mentions, pieces, catalog)
        if table is None or table == mention.item.table:
            continue
        if said == "id" and mention.item in catalog.keys:
            out[place] = replace(mention, item=own_key(table, catalog) or mention.item)
        elif said == "name":
            out[place] = replace(mention, item=own_name(table, catalog) or mention.item)
    return out


def _listed_with(
    place: int, mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> int | None:
    """The table of which the columns in a list are, the one at `place` among them; None where it
    stands alone."""
    first = last = place
    while first and _are_joined(mentions[first - 1], mentions[first], pieces, _JOINTS):
        first -= 1
    while last + 1 < len(mentions) and _are_joined(
        mentions[last], mentions[last + 1], pieces, _JOINTS
    ):
        last += 1
    if last + 1 < len(mentions) and _are_joined(
        mentions[last], mentions[last + 1], pieces, _OF_ROWS
    ):
        of = mentions[last + 1].item
        if of is not None and of.column < 0:
            return of.table
    beside = [mentions[n].item for n in (place - 1, place + 1) if first <= n <= last]
    told = next((item for item in beside if item is not None and item.column >= 0), None)
    if told is None:
        return None
    return next(iter(sorted(catalog.referred.get(told, ()))), told.table)


def _are_joined(
    left: Mention, right: Mention, pieces: Sequence[Piece], words: frozenset[str]
) -> bool:
    between = pieces[left.end : right.start]
    return bool(between) and all(piece.text.lower() in words for piece in between)
