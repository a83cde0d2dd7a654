"""Owns sums of money, and of pieces, that no column is called by: revenue is an amount, or price
times quantity, of what is sold.

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
# Of these, the ones that are no person's pay.
_SOLD = _MONEY - frozenset("income earnings earned".split())
# "How much did we sell": verbs that ask for money after how much or what.
_EARNING = frozenset(
    """sell sells sold make makes made earn earns earned bring brings brought generate generates
    generated pay pays paid""".split()
)
_PIECES = frozenset("units unit pieces piece items item copies quantity quantities".split())
_SELLING = frozenset("sold sell sells selling".split())
_ASKED = frozenset(
    """total sum average mean overall our much most highest lowest more by gross net monthly daily
    weekly yearly annual quarterly""".split()
)
_PART_OF = frozenset("share percentage percent proportion fraction trend breakdown".split())
# What tells which rows, so that these are meant.
_TOLD = ("was", "were", "is", "are", "that", "which", "with", "have", "has", "had", "whose")
_AMOUNTS = frozenset("amount total revenue subtotal paid payment turnover takings sum".split())
_COUNTED = frozenset("quantity quantities qty units".split()) | {"unit"}
_PRICES = ("price", "fee", "fare", "charge", "rate", "cost")
# A quantity that lies in a store was not sold.
_IN_STORE = frozenset("stock hand store available inventory reorder minimum maximum left".split())
# What a price or a quantity is called beside the one that counts.
_OTHERWISE = frozenset(
    """supply purchase buying wholesale list old last planned net previous base regular standard
    expected minimum maximum returned ordered""".split()
)
# Tables of money that is not taken for what is sold.
_UNSOLD = frozenset(
    """quote quotation offer proposal estimate budget refund fine penalty claim loan grant expense
    salary supply material recipe ingredient need stock inventory payroll donation credit payment
    remittance""".split()
)
# Words between "how much" and its verb.
_FAR = 5


def with_measures(
    mentions: Sequence[Mention], pieces: Sequence[Piece], catalog: Catalog
) -> list[Mention]:
    """The mentions, with the amount, or the price and the quantity, behind a word for money, and
    the quantity behind pieces that are sold."""
    taken = {place: m for m in mentions for place in range(m.start, m.end)}
    words = [piece.text.lower() for piece in pieces]
    tables = [m.item.table for m in mentions if m.item is not None]
    for place in range(len(pieces)):
        counted = _counts_pieces(place, words)
        if not counted and not _asks_for_money(place, words, taken, catalog):
            continue
        columns = measure(tables, catalog)
        columns = columns[1:] if counted else columns
        said = _along(place, words, taken)
        if any(_is_figure(m, columns, words, catalog) for m in said) and not counted:
            continue
        rest = [m for m in mentions if m not in said]
        columns = [c for c in columns if all(m.item != c for m in rest)]
        if not columns or any(m.start <= place < m.end for m in rest):
            continue
        first, *others = columns
        out = [*rest, Mention(place, place + 1, first, None, True)]
        out += [Mention(place + 1, place + 1, column, None) for column in others]
        return sorted(out, key=lambda mention: (mention.start, mention.end))
    return list(mentions)


def _counts_pieces(place: int, words: Sequence[str]) -> bool:
    """`units sold`, `how many pieces did we sell`."""
    if words[place] not in _PIECES:
        return False
    following = words[place + 1 : place + 2]
    many = words[max(0, place - 2) : place] == ["how", "many"]
    return bool(_SELLING & {*(words[place + 1 : place + 1 + _FAR] if many else following)})


def _asks_for_money(
    place: int, words: Sequence[str], taken: dict[int, Mention], catalog: Catalog
) -> bool:
    word = words[place]
    if word in _MONEY:
        return _is_sum(place, words, taken.get(place), catalog)
    if word in _EARNING:
        return _follows_how_much(place, words, taken, catalog)
    if word == "much" and words[place - 1] == "how":
        before = words[max(0, place - 3) : place - 1]
        return bool({*before} & _EARNING)
    return False


def _follows_how_much(
    place: int, words: Sequence[str], taken: dict[int, Mention], catalog: Catalog
) -> bool:
    """Whether "how much", "how much money" or "what" asks for what is sold or earned: no figure
    stands between."""
    for start in range(place - 1, max(-1, place - 1 - 2 * _FAR), -1):
        found = taken.get(start)
        if found is not None and found.item is not None and found.item.column >= 0:
            if catalog.kinds[found.item] in "n" and not found.keeps_words:
                return False
        if words[start] == "much" and words[start - 1] == "how" and start:
            return True
        if words[start] == "what" and words[place] in _SELLING | {"bring"}:
            return words[start + 1 : start + 2] in (["did"], ["do"], ["does"], ["have"], ["has"])
    return False


def _is_sum(place: int, words: Sequence[str], found: Mention | None, catalog: Catalog) -> bool:
    """Whether the word asks for money: a table of sales also has rows to list and to count."""
    if found is None:
        return True
    item = found.item
    if item is not None and item.column >= 0:
        said = {*words[found.start : found.end]}
        other = catalog.kinds[item] != "n" or not _is_called(item, found, words, catalog)
        return found.keeps_words or (said <= _SOLD and other)
    following = words[place + 1] if place + 1 < len(words) else ""
    if words[place : place + 3] == ["income", "from", "sales"]:
        return True
    if item is None or found.end - found.start > 1:
        return False
    if words[place] != "sales" or following in ("revenue", "turnover"):
        return True
    return _is_bare_sum(place, words, item, catalog)


def _is_bare_sum(place: int, words: Sequence[str], item: Item, catalog: Catalog) -> bool:
    """Whether sales are money though `item`, a table, may be called so."""
    before = words[max(0, place - 2) : place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if "sale" not in map(stem, catalog.words[item]):
        return not {"many", "number", "count", "amount", "no"} & {*before}
    if before[-1:] == ["of"]:
        return bool(_PART_OF & {*before}) and following not in _TOLD
    return bool(_ASKED & {*before[-1:]}) or (
        following in ("by", "per", "for", "across") and place < 3
    )


def _along(place: int, words: Sequence[str], taken: dict[int, Mention]) -> list[Mention]:
    """What was found at the word and at others for money right behind it: `sales revenue`."""
    found = [taken[place]] if place in taken else []
    end = place + 1
    while end < len(words) and (words[end] in _MONEY or words[end] == "from"):
        end += 1
    for number in range(place + 1, end):
        if number in taken and words[number] in _MONEY and taken[number] not in found:
            found.append(taken[number])
    return found


def _is_figure(
    mention: Mention, columns: Sequence[Item], words: Sequence[str], catalog: Catalog
) -> bool:
    """Whether a find is a value, or a column of numbers that is surely called so."""
    item = mention.item
    if item is None or item.column < 0 or mention.keeps_words or item in columns:
        return mention.value is not None
    return catalog.kinds[item] == "n" and _is_called(item, mention, words, catalog)


def _is_called(item: Item, mention: Mention, words: Sequence[str], catalog: Catalog) -> bool:
    """Whether a word of the column's own name was said, and no other for it."""
    said = map(stem, words[mention.start : mention.end])
    return bool({*said} & {*map(stem, catalog.words[item])})


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
        kinds = [catalog.kinds[Item(number, n)] for n in range(_count(number, catalog))]
        rank = (
            bool(_UNSOLD & {*map(stem, catalog.words[Item(number, -1)])}),
            _is_priced_thing(number, found, catalog),
            -near,
            any(item.table != number for item in found),
            "d" not in kinds and any(item.table != number for item in found),
            len(_entering(number, catalog)) - len(_leaving(number, catalog)),
            -kinds.count("d"),
            len(found),
            catalog.schema.tables[number].name,
        )
        if best is None or rank < best[0]:
            best = rank, found
    return best[1] if best else []


def _is_priced_thing(table: int, found: Sequence[Item], catalog: Catalog) -> bool:
    """Whether rows with a price and a quantity of their own are what is sold by other rows, which
    have the quantity that counts."""
    return len(found) > 1 and any(_sold(other, catalog) for other in _entering(table, catalog))


def _leaving(table: int, catalog: Catalog) -> frozenset[int]:
    return catalog.above.get(table, frozenset())


def _entering(table: int, catalog: Catalog) -> set[int]:
    return {other for other, above in catalog.above.items() if table in above}


def _count(table: int, catalog: Catalog) -> int:
    return len(catalog.schema.tables[table].columns)


def _measure_of(table: int, catalog: Catalog) -> list[Item]:
    items = [Item(table, place) for place in range(_count(table, catalog))]
    dated = any(catalog.kinds[item] == "d" for item in items)
    alone = not _leaving(table, catalog) and bool(_entering(table, catalog))
    amounts = _numbers(table, _AMOUNTS, catalog)
    if amounts and (dated or not alone):
        return amounts[:1]
    if alone:
        return []
    counted = _sold(table, catalog)
    prices = _numbers(table, frozenset(_PRICES), catalog)
    if counted and not prices:
        around = sorted(
            catalog.neighbours.get(table, ()), key=lambda t: catalog.called(Item(t, -1))
        )
        prices = [i for other in around for i in _numbers(other, frozenset(_PRICES), catalog)]
    if counted and prices:
        return [prices[0], counted[0]]
    return [item for item in prices[:1] if {"sale", "selling", "sold"} & {*catalog.words[item]}]


def _sold(table: int, catalog: Catalog) -> list[Item]:
    """The quantities of the table's rows that do not lie in a store."""
    return [
        item
        for item in _numbers(table, _COUNTED, catalog)
        if not _IN_STORE & {*catalog.words[item]} and not {*_PRICES} & {*catalog.words[item]}
    ]


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
    return sorted(found, key=lambda item: _rank(item, catalog))


def _rank(item: Item, catalog: Catalog) -> tuple[bool, bool, int, int, tuple[str, str]]:
    order = {word: place for place, word in enumerate(_PRICES)}
    words = catalog.words[item]
    other, bare = bool(_OTHERWISE & {*words}), "unit" not in words
    return other, bare, min(order.get(w, 9) for w in words), len(words), catalog.called(item)
