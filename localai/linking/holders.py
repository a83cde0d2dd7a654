"""Owns the column of a value that no listed value tells: a year's, a place's, a number's, a name's.

It must not know slots or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog, Item
from localai.linking.mentions import Mention
from localai.linking.senses import COUNTRIES, COUNTRY_OF, SPELLINGS
from localai.linking.words import Piece, deep_stem, stem

_PLACES = (
    "city",
    "town",
    "location",
    "country",
    "state",
    "region",
    "place",
    "address",
    "venue",
    "nationality",
)
_WHERE = ("in", "from", "near", "at", "around", "outside", "to")
_WHEN = ("in", "since", "before", "after", "during", "until", "between", "from", "by", "of", "for")
# Keys from a table to one that may tell its day: from a product over its sales to their orders.
_NEAR = 2
_YEARS = ("year", "yr", "founded", "established", "built", "opened", "season")


def unheld(
    mention: Mention, named: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Item]:
    """The columns that the value of `mention` may stand in; none where the question says one."""
    value = mention.value
    if value is None:
        return []
    near = [m.item for m in named if m.item and 0 <= mention.start - m.end <= 2]
    kinds = "ds" if value.kind == "period" else "dsnb"  # "revenue last week" is no date's figure
    beside = any(item.column >= 0 and catalog.kinds[item] in kinds for item in near)
    tables = list(dict.fromkeys(m.item.table for m in named if m.item is not None))
    if value.low and not (value.kind == "number" and _before(mention, pieces) not in _WHEN):
        return [] if beside else _dates(mention, tables, pieces, catalog)
    if value.kind == "number":
        return _numbered(mention, named, pieces, catalog)
    if value.kind == "text" and not value.exact and not beside:
        if _before(mention, pieces) in _WHERE or value.text in COUNTRY_OF.values():
            return _where(value.text, tables, catalog)
        return _called(mention, named, catalog)
    return []


def _before(mention: Mention, pieces: Sequence[Piece]) -> str:
    place = mention.start - 1
    if place >= 0 and pieces[place].text.lower() == "the":
        place -= 1
    return pieces[place].text.lower() if place >= 0 else ""


def _dates(
    mention: Mention, tables: Sequence[int], pieces: Sequence[Piece], catalog: Catalog
) -> list[Item]:
    """The only date of the first mentioned table that has one, or the one that a verb before the
    value speaks of; for a year its column of years."""
    verbs = {
        deep_stem(piece.text.lower())
        for piece in pieces[max(0, mention.start - 4) : mention.start]
        if piece.kind == "word" and len(piece.text) > 3
    }
    for table in tables:
        found = _dates_of(table, mention, verbs, catalog)
        if found is not None:
            return found
    # "revenue by product last week": the day stands in the one table near by that has any.
    seen, ring = {*tables}, {*tables}
    for _ in range(_NEAR):
        ring = {n for table in ring for n in catalog.neighbours.get(table, ())} - seen
        seen |= ring
        dated = [found for t in sorted(ring) if (found := _dates_of(t, mention, verbs, catalog))]
        if dated:
            return dated[0] if len(dated) == 1 else []
    return []


def _dates_of(table: int, mention: Mention, verbs: set[str], catalog: Catalog) -> list[Item] | None:
    """The table's date that is meant; none of several that may be; None where it has no dates."""
    items = [Item(table, n) for n in range(len(catalog.schema.tables[table].columns))]
    dates = [item for item in items if catalog.kinds[item] == "d"]
    if mention.value and mention.value.kind == "number":
        years = [item for item in items if set(map(stem, catalog.words[item])) & {*_YEARS}]
        dates = [item for item in years if item not in catalog.keys] or dates
    spoken = [i for i in dates if verbs & {deep_stem(word) for word in catalog.words[i]}]
    if spoken:
        return spoken[:1]
    own = {deep_stem(word) for word in catalog.words[Item(table, -1)]}
    like = [i for i in dates if own & {deep_stem(word) for word in catalog.words[i]}]
    if len(like) == 1:
        return like  # the loan's own day, not that of its end
    return None if not dates else dates if len(dates) == 1 else []


def _numbered(
    mention: Mention, named: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Item]:
    """`room 105`, `order number 12`: the key of the table named just before in the singular."""
    for other in named:
        item = other.item
        if item is None or item.column >= 0 or other.end != mention.start or other.keeps_words:
            continue
        if pieces[other.end - 1].text.lower() != pieces[other.end - 1].stem:
            continue
        primary = {name.lower() for name in catalog.schema.tables[item.table].primary_key}
        columns = catalog.schema.tables[item.table].columns
        keys = [Item(item.table, n) for n, c in enumerate(columns) if c.name.lower() in primary]
        return keys if len(keys) == 1 and catalog.kinds[keys[0]] == "n" else []
    return []


def _where(text: str, tables: Sequence[int], catalog: Catalog) -> list[Item]:
    """`in Paris`: the only column of places of the first mentioned table that has one, where a
    country's name means the country."""
    word = "".join(filter(str.isalnum, text.lower()))
    country = word in COUNTRIES or text in COUNTRY_OF.values()
    state = word in SPELLINGS and not country
    for table in tables:
        found: dict[str, list[Item]] = {}
        for place in range(len(catalog.schema.tables[table].columns)):
            item = Item(table, place)
            words = {stem(w) for w in catalog.words[item]} & {*_PLACES}
            if words and catalog.kinds[item] == "s" and item not in catalog.keys:
                for word in words:
                    found.setdefault(word, []).append(item)
        if not found:
            continue
        for wanted in (
            ("country", "nationality") if country else ("state", "region") if state else _PLACES
        ):
            if wanted in found and (country or wanted not in ("country", "state", "nationality")):
                return found[wanted] if len(found[wanted]) == 1 else []
        items = {item for items in found.values() for item in items}
        return list(items) if len(items) == 1 else []
    return []


def _called(mention: Mention, named: Sequence[Mention], catalog: Catalog) -> list[Item]:
    """`customer Anna Berg`: the one column that names the rows of the table named just before."""
    for other in named:
        if other.item is not None and other.item.column < 0 and other.end == mention.start:
            names = [item for item in catalog.display if item.table == other.item.table]
            return names if len(names) == 1 else []
    return []
