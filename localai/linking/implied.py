"""Owns what a question means without naming it: the column of an adjective, a value or a period.

It must not know slot numbers or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from localai.linking.catalog import Catalog, Item
from localai.linking.lexicon import HINTS
from localai.linking.mentions import Mention
from localai.linking.words import Piece, stem


def with_implied(
    mentions: list[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, with those added that words only hint at; values have their columns."""
    return _with_columns(_hinted_columns(mentions, pieces, catalog), catalog)


def _hinted_columns(
    mentions: list[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """Adds columns that adjectives and question words point to: `oldest` -> age."""
    taken = {place for mention in mentions for place in range(mention.start, mention.end)}
    tables = [mention.item.table for mention in mentions if mention.item is not None]
    named = {mention.item for mention in mentions if mention.item is not None}
    added = []
    for place, piece in enumerate(pieces):
        word = piece.text.lower()
        if place in taken or word not in HINTS:
            continue
        item = _hinted(HINTS[word], tables, catalog)
        if item is not None and item not in named:
            added.append(Mention(place, place + 1, item, None, True))
            named.add(item)
    return sorted([*mentions, *added], key=lambda mention: mention.start)


def _hinted(targets: frozenset[str], tables: Sequence[int], catalog: Catalog) -> Item | None:
    best: tuple[tuple[int, int], Item] | None = None
    for item, words in catalog.words.items():
        if item.column < 0 or item in catalog.keys:
            continue
        stems = [stem(word) for word in words]
        if not targets.intersection(stems):
            continue
        near = tables.index(item.table) if item.table in tables else (0 if not tables else 99)
        if near == 99:
            continue
        rank = (near, 0 if stems[-1] in targets or len(stems) == 1 else 1)
        if best is None or rank < best[0]:
            best = (rank, item)
    return None if best is None else best[1]


def _with_columns(mentions: Sequence[Mention], catalog: Catalog) -> list[Mention]:
    """Gives each value the column that holds it, and each period the one date it can mean."""
    named = [mention for mention in mentions if mention.item is not None]
    out = []
    for mention in mentions:
        if mention.value is not None:
            places = [Item(*place) for place in mention.value.stored]
            if not places and mention.value.low:
                places = _dates(mention, named, catalog)
            near = min(places, key=lambda item: _remoteness(item, mention, named), default=None)
            mention = replace(mention, item=near)
        out.append(mention)
    return out


def _remoteness(item: Item, mention: Mention, named: Sequence[Mention]) -> tuple[int, int, Item]:
    """How far the column's own mention, or its table's, is from the value."""
    column = [abs(m.start - mention.start) for m in named if m.item == item]
    table = [abs(m.start - mention.start) for m in named if m.item and m.item.table == item.table]
    return min(column, default=99), min(table, default=99), item


def _dates(mention: Mention, named: Sequence[Mention], catalog: Catalog) -> list[Item]:
    """The only date column of a table that is mentioned, unless a column stands by the value."""
    if any(m.item and m.item.column >= 0 and 0 <= mention.start - m.end <= 2 for m in named):
        return []
    tables = dict.fromkeys(m.item.table for m in named if m.item is not None)
    for table in tables:
        dates = [
            item for item, kind in catalog.kinds.items() if item.table == table and kind == "d"
        ]
        if dates:
            return dates if len(dates) == 1 else []
    return []
