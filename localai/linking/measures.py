"""Owns sums of money that no column is called by: revenue is an amount, or price times quantity.

It must not know slots or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.catalog import Catalog, Item
from localai.linking.mentions import Mention
from localai.linking.words import Piece, stem

_MONEY = frozenset(
    """revenue revenues turnover sales takings proceeds earnings income spent spend spends spending
    earned""".split()
)
_ASKED = frozenset(
    """total sum average mean overall our much most highest lowest more by gross net monthly daily
    weekly yearly annual quarterly""".split()
)
_AMOUNTS = frozenset("amount total revenue subtotal paid payment turnover takings sum".split())
_COUNTED = frozenset("quantity quantities qty units".split()) | {"unit"}
_PRICES = ("price", "fee", "fare", "charge", "rate", "cost")
# A quantity that lies in a store was not sold.
_IN_STORE = frozenset("stock hand store available inventory reorder minimum maximum left".split())


def with_measures(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, with the amount, or the price and the quantity, behind a word for money."""
    taken = {place: m for m in mentions for place in range(m.start, m.end)}
    out = list(mentions)
    for place, piece in enumerate(pieces):
        word = piece.text.lower()
        if word not in _MONEY or not _is_sum(place, pieces, taken.get(place)):
            continue
        said = taken.get(place)
        rest = [m for m in mentions if m is not said]
        tables = [m.item.table for m in mentions if m.item is not None]
        columns = measure(tables, catalog)
        if not columns or any(m.item in columns for m in rest):
            continue
        first, *others = columns
        out = [*rest, Mention(place, place + 1, first, None, True)]
        out += [Mention(place + 1, place + 1, column, None) for column in others]
        break
    return sorted(out, key=lambda mention: (mention.start, mention.end))


def _is_sum(place: int, pieces: Sequence[Piece], found: Mention | None) -> bool:
    """Whether the word asks for money: a table of sales also has rows to list and to count."""
    if found is None:
        return True
    if found.item is None or found.item.column >= 0 or found.end - found.start > 1:
        return False
    if pieces[place].text.lower() != "sales":
        return True
    before = pieces[place - 1].text.lower() if place else ""
    after = pieces[place + 1].text.lower() if place + 1 < len(pieces) else ""
    return before in _ASKED or after in ("by", "per", "for", "across") and place < 3


def measure(tables: Sequence[int], catalog: Catalog) -> list[Item]:
    """The amount that a transaction has, or its price and its quantity; none if nothing is sold.

    Of several tables, the one that refers to others, is referred to by few and lies near `tables`.
    """
    best: tuple[tuple[int | str, ...], list[Item]] | None = None
    for number in range(len(catalog.schema.tables)):
        found = _measure_of(number, catalog)
        if not found:
            continue
        near = number in tables or bool(catalog.neighbours.get(number, frozenset()) & {*tables})
        leaving = {t for item, to in catalog.referred.items() if item.table == number for t in to}
        entering = {i.table for i, to in catalog.referred.items() if number in to}
        kinds = [catalog.kinds[Item(number, n)] for n in range(_count(number, catalog))]
        rank = (
            -near,
            len(entering) - len(leaving),
            -kinds.count("d"),
            len(found),
            catalog.schema.tables[number].name,
        )
        if best is None or rank < best[0]:
            best = rank, found
    return best[1] if best else []


def _count(table: int, catalog: Catalog) -> int:
    return len(catalog.schema.tables[table].columns)


def _measure_of(table: int, catalog: Catalog) -> list[Item]:
    if not any(item.table == table for item in catalog.referred) and len(catalog.neighbours) > 1:
        return []
    amounts = _numbers(table, _AMOUNTS, catalog)
    if amounts:
        return amounts[:1]
    counted = [
        item
        for item in _numbers(table, _COUNTED, catalog)
        if not _IN_STORE & {*catalog.words[item]} and not {*_PRICES} & {*catalog.words[item]}
    ]
    prices = _numbers(table, frozenset(_PRICES), catalog)
    if counted and not prices:
        around = sorted(
            catalog.neighbours.get(table, ()), key=lambda t: catalog.called(Item(t, -1))
        )
        prices = [i for other in around for i in _numbers(other, frozenset(_PRICES), catalog)]
    return [prices[0], counted[0]] if counted and prices else []


def _numbers(table: int, words: frozenset[str], catalog: Catalog) -> list[Item]:
    """The table's number columns of such a name, those first that say little else."""
    items = [Item(table, place) for place in range(_count(table, catalog))]
    found = [
        item
        for item in items
        if catalog.kinds[item] == "n"
        and item not in catalog.keys
        and words & {*map(stem, catalog.words[item])}
    ]
    order = {word: place for place, word in enumerate(_PRICES)}
    return sorted(
        found,
        key=lambda i: (
            min(order.get(w, 9) for w in catalog.words[i]),
            len(catalog.words[i]),
            catalog.called(i),
        ),
    )
