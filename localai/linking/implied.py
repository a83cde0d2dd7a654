"""Owns what a question means without naming it: the column of an adjective, a value or a period.

It must not know slot numbers or SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from localai.linking.catalog import Catalog, Item
from localai.linking.days import by_reach, denied_day, own_day, verbs_before
from localai.linking.holders import unheld
from localai.linking.lexicon import HINTS, IDIOMS
from localai.linking.measures import with_measures
from localai.linking.mentions import Mention
from localai.linking.naming import FILLERS
from localai.linking.words import Piece, stem

_COUNTING = frozenset("number amount count quantity total average of the".split())
# What orders rows by their days.
_RECENCY = frozenset(
    "latest newest recent recently earliest oldest chronological chronologically".split()
)


def with_implied(
    mentions: list[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, with those added that words only hint at; values have their columns."""
    named = with_measures(_whole_names(mentions, pieces, catalog), pieces, catalog)
    return _with_columns(_hinted_columns(named, pieces, catalog), pieces, catalog)


def _whole_names(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """`full name`, or the name of a person with two: the last name's slot behind the first's."""
    out: list[Mention] = []
    named = {mention.item for mention in mentions}
    for mention in mentions:
        out.append(mention)
        if mention.item is None or mention.item.column < 0:
            continue
        words = [piece.stem for piece in pieces[mention.start : mention.end]]
        both = _first_and_last(mention.item.table, catalog)
        if words[-1] == "name" and {*words} <= {"full", "name"} and mention.item in both:
            first, last = both
            if not {first, last} - {mention.item} & named:
                out[-1] = replace(mention, item=first, keeps_words=False)
                out.append(Mention(mention.end, mention.end, last, None))
    return out


def _first_and_last(table: int, catalog: Catalog) -> tuple[Item, ...]:
    """The two columns that make up the names of a table's rows; none where one column does."""
    found: dict[str, Item] = {}
    for place in range(len(catalog.schema.tables[table].columns)):
        words = catalog.words[Item(table, place)]
        if words in (["name"], ["full", "name"]):
            return ()
        if words[-1] == "name" and len(words) > 1 and words[-2] in ("first", "last"):
            found.setdefault(words[-2], Item(table, place))
    return (found["first"], found["last"]) if len(found) == 2 else ()


def _hinted_columns(
    mentions: list[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """Adds columns that adjectives and question words point to: `oldest` -> age."""
    taken = {place for mention in mentions for place in range(mention.start, mention.end)}
    tables = [mention.item.table for mention in mentions if mention.item is not None]
    tables += [table for m in mentions if m.value for table, _ in m.value.stored]
    named = {mention.item for mention in mentions if mention.item is not None}
    named |= {Item(*place) for m in mentions if m.value for place in m.value.stored}
    held = {m.start for m in mentions if m.value is not None and m.value.stored}
    added = []
    for place, piece in enumerate(pieces):
        word = piece.text.lower()
        following = pieces[place + 1].text.lower() if place + 1 < len(pieces) else ""
        if (word, following) in IDIOMS:
            continue
        if word in ("called", "named") and place + 1 in held:
            continue  # the data tell which column holds it
        if place in taken or _says_of_what(place, mentions, pieces, catalog):
            continue
        ahead = [m.item.table for m in mentions if m.item and 0 < m.start - place < 3]
        item = denied_day(place, pieces, tables, catalog)
        if word in _RECENCY:
            asked = [*ahead[:1], *by_reach(tables, catalog)]
            item = _recent(word, asked, named, verbs_before(place, pieces), catalog)
        if item is None and word in HINTS and not _tells_which(word, following, place):
            item = _hinted(HINTS[word], [*ahead, *tables], named, catalog)
        if item is not None and item not in named:
            added.append(Mention(place, place + 1, item, None, True))
            named.add(item)
    return sorted([*mentions, *added], key=lambda mention: mention.start)


def _tells_which(word: str, following: str, place: int) -> bool:
    """Whether "where" opens a condition and asks for no place: `rows where the name is`."""
    return word == "where" and place > 0 and following in ("the", "their", "its", "there", "no")


def _recent(
    word: str,
    tables: Sequence[int],
    named: Collection[Item | None],
    verbs: set[str],
    catalog: Catalog,
) -> Item | None:
    """The day of the first table's rows, or what else makes the oldest of them."""
    if not tables or any(
        item is not None and item.table == tables[0] and catalog.kinds.get(item) == "d"
        for item in named
    ):
        return None
    if word == "oldest":
        aged = _hinted(HINTS[word], tables[:1], named, catalog)
        if aged is not None and aged.table == tables[0]:
            return aged
    return own_day(tables[0], verbs, catalog)


def _says_of_what(
    place: int, mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> bool:
    """Whether an adjective stands before the figure that it is about: `the largest area`."""
    for mention in mentions:
        if mention.start <= place or mention.item is None or mention.item.column < 0:
            continue
        if all(piece.text.lower() in _COUNTING for piece in pieces[place + 1 : mention.start]):
            return catalog.kinds[mention.item] in "nd"
    return False


def _hinted(
    targets: Sequence[str], tables: Sequence[int], named: Collection[Item | None], catalog: Catalog
) -> Item | None:
    """The column of a mentioned table, or else of its neighbours, that the targets speak of; none
    where the question names one of them itself."""
    around = {near for table in tables for near in catalog.neighbours.get(table, ())}
    best: tuple[tuple[int | str, ...], Item] | None = None
    for item, words in catalog.words.items():
        stems = [stem(word) for word in words if word not in FILLERS] or words
        if item.column < 0 or item in catalog.keys or not {*targets} & {*stems}:
            continue
        if item in named and item.table in tables:
            return None
        near = tables.index(item.table) if item.table in tables else 50
        if tables and near == 50 and item.table not in around:
            continue
        sure = 0 if stems[-1] in targets or len(stems) == 1 else 1
        likely = min(targets.index(word) for word in stems if word in targets)
        around_it = len(catalog.neighbours.get(item.table, ()))
        rank = (near, sure, likely, len(words), -around_it, *catalog.called(item))
        if best is None or rank < best[0]:
            best = (rank, item)
    return None if best is None else best[1]


def _with_columns(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """Gives each value the column that holds it, and each period the one date it can mean."""
    named = [mention for mention in mentions if mention.item is not None]
    out = []
    for mention in mentions:
        if mention.value is not None:
            places = [Item(*place) for place in mention.value.stored]
            if not places:
                places = unheld(mention, named, pieces, catalog)
            near = min(
                places, key=lambda item: _remoteness(item, mention, named, catalog), default=None
            )
            mention = replace(mention, item=near)
        out.append(mention)
    return out


def _remoteness(
    item: Item, mention: Mention, named: Sequence[Mention], catalog: Catalog
) -> tuple[float | str, ...]:
    """How far the column's own mention, or its table's, is from the value; a table that keys join
    with a mentioned one is nearer than any other."""
    column = [abs(m.start - mention.start) for m in named if m.item == item]
    table = [abs(m.start - mention.start) for m in named if m.item and m.item.table == item.table]
    around = catalog.neighbours.get(item.table, frozenset())
    joined = any(m.item and m.item.table in around for m in named)
    columns = catalog.schema.tables[item.table].columns
    return (
        min(column, default=99), min(table, default=99), not joined, item in catalog.keys,
        item not in catalog.display, -len(around), -len(columns), *catalog.called(item),
    )  # fmt: skip
