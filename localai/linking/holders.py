"""Owns the column of a value that no listed value tells: a year's, a place's, a number's, a name's.

It must not know slots or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog, Item
from localai.linking.days import day_of, tells_time, verbs_before
from localai.linking.lexicon import STOP, UNITS
from localai.linking.mentions import Mention
from localai.linking.senses import COUNTRIES, COUNTRY_OF, SPELLINGS
from localai.linking.words import Piece, stem

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
_SURELY_WHEN = (
    *("in", "since", "before", "after", "during", "until", "till", "throughout", "year", "years"),
    *("onwards", "within"),
)
_OPENING = (
    "did",
    "was",
    "were",
    "show",
    "list",
    "me",
    "give",
    "the",
    "our",
    "all",
    "find",
    "get",
    "see",
    "count",
    "need",
)
_WHEN = ("between", "from", "by", "of", "for")


def unheld(
    mention: Mention, named: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Item]:
    """The columns that the value of `mention` may stand in; none where the question says one."""
    value = mention.value
    if value is None:
        return []
    near = [m for m in named if m.item and m.item.column >= 0 and 0 <= mention.start - m.end <= 2]
    tables = list(dict.fromkeys(m.item.table for m in named if m.item is not None))
    if value.low and _is_time(mention, near, pieces, catalog):
        timed = any(m.item is not None and tells_time(m.item, catalog) for m in near)
        verbs = verbs_before(mention.start, pieces)
        year = value.kind == "number"
        return [] if timed else day_of(tables, verbs, catalog, year)
    if value.kind == "number":
        return _numbered(mention, named, pieces, catalog)
    if value.kind == "text" and not value.exact and not near:
        if _before(mention, pieces) in _WHERE or value.text in COUNTRY_OF.values():
            return _where(value.text, tables, catalog)
        return _called(mention, named, catalog)
    return []


def _is_time(
    mention: Mention, near: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> bool:
    """Whether a number that can be a year is one; other periods are times in any case."""
    if mention.value is None or mention.value.kind != "number":
        return True
    word = _before(mention, pieces)
    if word in _SURELY_WHEN or _stands_ahead(mention, pieces):
        return True
    figure = any(
        m.item is not None and catalog.kinds[m.item] in "nb" and mention.start - m.end < 2
        for m in near
    )
    if word == "than":
        return pieces[mention.start - 2].text.lower() in ("later", "earlier")
    if word == "to" and pieces[mention.start - 2].text.lower() in ("prior", "up"):
        return True
    return word in _WHEN and not figure


def _stands_ahead(mention: Mention, pieces: Sequence[Piece]) -> bool:
    """`2013 orders by city`, `show 2013 sales`: a year before what happened in it."""
    place = mention.start
    following = pieces[place + 1] if place + 1 < len(pieces) else pieces[place]
    word = following.text.lower()
    if following.kind != "word" or word in STOP - {"total", "average", "number"} or word in UNITS:
        return False
    before = pieces[place - 1]
    return place == 0 or before.text.lower() in _OPENING or before.text in (",", ":")


def _before(mention: Mention, pieces: Sequence[Piece]) -> str:
    place = mention.start - 1
    if place >= 0 and pieces[place].text.lower() == "the":
        place -= 1
    return pieces[place].text.lower() if place >= 0 else ""


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
