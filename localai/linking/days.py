"""Owns which date of a schema a time in a question means where the question names none: that on
which began what is counted or listed.

It must not know slots, SQL or how times are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from localai.linking.catalog import Catalog, Item
from localai.linking.senses import VERBS
from localai.linking.words import Piece, deep_stem, stem

# Words of dates, by when in a record's life such a day is: what it is about happens, it begins.
_HAPPENS = frozenset(
    """order ordered sell sold sale book booked booking issue issued serve served transaction
    invoice invoiced purchase purchased rent rented rental happen happened""".split()
)
_BEGINS = frozenset(
    """start started begin begun place placed submit submitted report reported post posted loan
    loaned borrow borrowed lent admission admitted depart departure departed hold held check
    picked file filed filing reserve reserved checked sign signed request requested send sent
    schedule scheduled open opened opening visit visited enroll enrolled enrollment register
    registered registration hire hired join joined found founded""".split()
)
# What comes of it, and other days of the same name.
_LATER = frozenset(
    """end ended ends due deliver delivered delivery arrive arrival arrived ship shipped shipping
    return returned pay paid payment close closed closing finish finished complete completed
    completion resolve resolved settle settled receive received approve approved release released
    fix fixed repaired expire expires expiry expiration valid until deadline discharge discharged
    leave left leaving cancel cancelled canceled update updated modified changed terminated retire
    retired last previous planned expected estimated out actual next old death deleted removed"""
    .split()
)  # fmt: skip
_BORN = frozenset(("birth", "born", "birthday", "birthdate"))
_YEARS = ("year", "yr", "founded", "established", "built", "opened", "season")
_BARE = frozenset("date day time on at".split())
_DENIALS = frozenset(("not", "never", "t", "no", "yet"))
_TIMES = frozenset(
    """year yr month day date time season quarter week period since birth birthday when founded
    established built opened""".split()
)
# Keys from a table to one that may tell its day: from a product over its sales to their orders.
_NEAR = 2
# A verb stands among so many words before a time, and has more letters.
_BEFORE, _SHORT = 4, 3


def tells_time(item: Item, catalog: Catalog) -> bool:
    """Whether a column holds times, or is called as if it did: a lead time is a number of days."""
    told = _TIMES - {"time", "day", "period", "date"} if catalog.kinds[item] == "n" else _TIMES
    return catalog.kinds[item] == "d" or bool(told & {*map(stem, catalog.words[item])})


def day_of(
    tables: Iterable[int], verbs: set[str], catalog: Catalog, year: bool = False
) -> list[Item]:
    """The one date that a time stands for in a question that speaks of these tables: the one that
    the `verbs` beside it tell, else the day of the rows that lead to all the others; none where
    several may be. For a `year` also a column of years."""
    asked = by_reach(tables, catalog)
    for table in asked:
        spoken = _spoken(table, verbs, catalog, year)
        if spoken:
            return spoken[:1]
    for table in asked[:1]:
        found = _own(table, catalog, year)
        if found is not None:
            return found
    return _around(asked, catalog, year)


def own_day(table: int, verbs: set[str], catalog: Catalog) -> Item | None:
    """The date by which a table's rows are old or new; None where none or several may be meant."""
    found = _spoken(table, verbs, catalog, False) or _own(table, catalog, False)
    return found[0] if found else None


def denied_day(
    place: int, pieces: Sequence[Piece], tables: Iterable[int], catalog: Catalog
) -> Item | None:
    """The date on which the verb at a place happens, which has not: `not yet shipped`."""
    before = [piece.text.lower() for piece in pieces[max(0, place - _BEFORE) : place]]
    word = pieces[place].text.lower()
    if not _DENIALS & {*before[-3:]} or not (word in VERBS or word.endswith("ed")):
        return None
    told = {deep_stem(word), *map(deep_stem, VERBS.get(word, ()))}
    for table in dict.fromkeys(tables):
        found = _spoken(table, told, catalog, False)
        if len(found) == 1:
            return found[0]
    return None


def verbs_before(place: int, pieces: Sequence[Piece]) -> set[str]:
    """The stems of the longer words before a place, of which one may tell what happened then."""
    return {
        deep_stem(piece.text.lower())
        for piece in pieces[max(0, place - _BEFORE) : place]
        if piece.kind == "word" and len(piece.text) > _SHORT
    }


def by_reach(tables: Iterable[int], catalog: Catalog) -> list[int]:
    """The tables, those first whose rows lead to most of the others: an order to its customer."""
    asked = list(dict.fromkeys(tables))
    return sorted(asked, key=lambda table: -len(_above(table, catalog) & {*asked}))


def _spoken(table: int, verbs: set[str], catalog: Catalog, year: bool) -> list[Item]:
    dates = sorted(_dates(table, catalog, year), key=lambda item: _stage(item, catalog) > 2)
    return [item for item in dates if verbs & {*map(deep_stem, catalog.words[item])}]


def _above(table: int, catalog: Catalog) -> set[int]:
    """The tables that a row of this one leads to, over whatever number of keys."""
    seen: set[int] = set()
    ring = {table}
    while ring:
        ring = {up for one in ring for up in _parents(one, catalog)} - seen - {table}
        seen |= ring
    return seen


def _parents(table: int, catalog: Catalog) -> set[int]:
    return {*catalog.above.get(table, ())}


def _dates(table: int, catalog: Catalog, year: bool) -> list[Item]:
    items = [Item(table, place) for place in range(len(catalog.schema.tables[table].columns))]
    dates = [item for item in items if catalog.kinds[item] == "d"]
    if year:
        years = [item for item in items if {*map(stem, catalog.words[item])} & {*_YEARS}]
        return [item for item in years if item not in catalog.keys] or dates
    return dates


def _own(table: int, catalog: Catalog, year: bool) -> list[Item] | None:
    """The date of a table's rows; none of several that may be; None where it has no dates."""
    dates = [item for item in _dates(table, catalog, year) if not _BORN & {*catalog.words[item]}]
    if not dates:
        return None
    own = {deep_stem(word) for word in catalog.words[Item(table, -1)]}
    like = [i for i in dates if own & {*map(deep_stem, catalog.words[i])}]
    like = [i for i in like if _stage(i, catalog) < 3]
    if len(like) == 1:
        return like  # the loan's own day, not that of its end
    first = min(_stage(item, catalog) for item in dates)
    best = [item for item in dates if _stage(item, catalog) == first]
    plain = min(best, key=lambda item: len(catalog.words[item]))
    words = {*catalog.words[plain]}
    others = [item for item in best if item != plain]
    # Beside a `net start date` it is the start date.
    return [plain] if all(words < {*catalog.words[item]} for item in others) else []


def _stage(item: Item, catalog: Catalog) -> int:
    """Orders dates: what happens, what begins, what is not known, what comes later."""
    words = {*catalog.words[item]}
    if words & _LATER:
        return 3
    bare = words - {*catalog.words[Item(item.table, -1)]}
    if bare != words:
        words = bare
        if words <= _BARE:
            return 0  # `booking_date` beside `booking_check_in_date`
    return 0 if words & _HAPPENS else 1 if words & _BEGINS else 2


def _around(asked: Sequence[int], catalog: Catalog, year: bool) -> list[Item]:
    """The day of what the first table's rows belong to, of an order's line that of the order; else
    that of the one dated table near by."""
    seen, ring = {*asked[:1]}, {*asked[:1]}
    for _ in range(_NEAR):
        ring = {up for table in ring for up in _parents(table, catalog)} - seen
        seen |= ring
        found = _dated(ring, catalog, year)
        if found:
            return found
    seen, ring = {*asked}, {*asked}
    for _ in range(_NEAR):
        ring = {n for table in ring for n in catalog.neighbours.get(table, ())} - seen
        seen |= ring
        found = _dated(ring, catalog, year)
        if found:
            return found
    return []


def _dated(tables: Iterable[int], catalog: Catalog, year: bool) -> list[Item]:
    """The date of the one of these tables that has one; of several, of the one whose rows are most
    of an event: they lead to most others, and their date says what happens."""
    ranked: dict[tuple[int, int], list[Item]] = {}
    for table in sorted(tables):
        for item in _own(table, catalog, year) or ():
            rank = (-len(_parents(table, catalog)), _stage(item, catalog))
            ranked.setdefault(rank, []).append(item)
    best = ranked[min(ranked)] if ranked else []
    return best if len(best) == 1 else []
