"""Owns which of several items of one name a question means: the one whose table it speaks of.

It must not know words or slots. Neither the order of a schema nor its spelling decides anything
that closeness, keys or the size of tables can decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from localai.linking.catalog import Catalog, Item

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

    def rank(pair: tuple[Item, float]) -> tuple[float, bool, int, int, tuple[str, str]]:
        item, score = pair
        around = catalog.neighbours.get(item.table, frozenset())
        if item.column < 0:
            return -round(score, 6), False, -len(around), 0, catalog.called(item)
        score += max((_bonus(p, start, end) for p in elsewhere if p.table == item.table), default=0)
        if item.table not in mentioned and mentioned & around:
            score += _NEIGHBOUR
        columns = catalog.schema.tables[item.table].columns
        return (
            -round(score, 6),
            item in catalog.keys,
            -len(around),
            -len(columns),
            catalog.called(item),
        )

    return min(listed, key=rank)


def _bonus(place: Place, start: int, end: int) -> float:
    """What a mention of its table adds to an item; behind the item counts as nearer."""
    gap = place.start - end if place.start >= end else (start - place.start) * 1.6 + 1
    return place.weight * (_MENTIONED + _CLOSE / (1 + 0.15 * gap))
