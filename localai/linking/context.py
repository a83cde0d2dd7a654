"""Owns which of several items of one name a question means: the one whose table it speaks of.

It must not know words or slots. Neither the order of a schema nor its spelling decides anything
that closeness, keys or the size of tables can decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from localai.linking.catalog import Catalog, Item
from localai.linking.words import stem

_SURE = 0.68
# What stands right behind its table's name: `accounts opened`.
_TOLD = 0.1
_MENTIONED, _CLOSE, _NEIGHBOUR = 0.22, 0.12, 0.06


class Place(NamedTuple):
    """The question points to `table` at piece `start`; `weight` up to 1 says how surely."""

    table: int
    start: int
    weight: float


def nearest(
    start: int,
    end: int,
    items: Iterable[tuple[Item, float]],
    places: Sequence[Place],
    catalog: Catalog,
) -> tuple[Item, float]:
    """The item that pieces `start` to `end` mean, with its own score."""
    listed = list(items)
    if len(listed) == 1:
        return listed[0]
    elsewhere = [place for place in places if place.start != start]
    mentioned = {place.table for place in elsewhere}

    def rank(pair: tuple[Item, float]) -> tuple[float, int, bool, int, int, tuple[str, str]]:
        item, score = pair
        around = catalog.neighbours.get(item.table, frozenset())
        if item.column < 0:
            return -round(score, 6), 0, False, -len(around), 0, catalog.called(item)
        score += max((_bonus(p, start, end) for p in elsewhere if p.table == item.table), default=0)
        if item.table not in mentioned and mentioned & around:
            score += _NEIGHBOUR
        columns = catalog.schema.tables[item.table].columns
        return (
            -round(score, 6),
            -_shared_words(item.table, mentioned, catalog),
            item in catalog.keys,
            -len(around),
            -len(columns),
            catalog.called(item),
        )

    return min(listed, key=rank)


def _bonus(place: Place, start: int, end: int) -> float:
    """What a mention of its table adds to an item; behind the item counts as nearer."""
    gap = place.start - end if place.start >= end else (start - place.start) * 1.6 + 1
    told = _TOLD if start - place.start == 1 and place.weight == 1.0 else 0.0
    return place.weight * (_MENTIONED + _CLOSE / (1 + 0.15 * gap)) + told


def _shared_words(table: int, others: Collection[int], catalog: Catalog) -> int:
    """How many words of a table's name other tables' names have: a driver's standings have one of
    the drivers'."""
    said = {stem(word) for n in others if n != table for word in catalog.words[Item(n, -1)]}
    return len(said.intersection(map(stem, catalog.words[Item(table, -1)])))


def leading_to(
    tables: Collection[int], items: Sequence[tuple[Item, float]], catalog: Catalog
) -> Sequence[tuple[Item, float]]:
    """Of what a verb may mean, the keys of the rows named behind it: `ended at the station`."""
    if len(items) < 2 or items[0][1] >= _SURE or items[0][0].column < 0:
        return items
    return [pair for pair in items if catalog.referred.get(pair[0], set()) & {*tables}] or items


def own_key(table: int, catalog: Catalog) -> Item | None:
    """The one column that tells a table's rows apart."""
    names = [column.name for column in catalog.schema.tables[table].columns]
    primary = catalog.schema.tables[table].primary_key
    if len(primary) != 1 or primary[0] not in names:
        return None
    return Item(table, names.index(primary[0]))


def own_name(table: int, catalog: Catalog) -> Item | None:
    """The one column that a table's rows are named by."""
    items = [Item(table, place) for place in range(len(catalog.schema.tables[table].columns))]
    names = [
        item for item in items if catalog.words[item][-1] == "name" and item in catalog.display
    ]
    return names[0] if len(names) == 1 else None
