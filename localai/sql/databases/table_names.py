"""Finds tables by the words of a key's name, in singular or plural; it must not know columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from localai.schema import Table

WORD = re.compile(r"[A-Z]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-öø-ÿ]+|\d+|[^\W\d_]+")
PREFIXES = {"tbl", "tb", "t", "dim", "fact", "fct", "d", "f", "stg", "raw", "v", "vw"}
IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}
MIN_SINGULAR = 3  # letters
# Endings of plurals, with what the singular has instead; the last are German.
PLURALS = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""), ("en", ""), ("n", ""))
EXACT, SINGULAR, NUMBERED, SHORTENED = 0, 1, 3, 10  # the lower, the surer


def words(name: str) -> list[str]:
    """The words of a name in lower case: `OrderItem_ID` has order, item and id."""
    return [word.lower() for word in WORD.findall(name)]


def singulars(word: str) -> Iterator[str]:
    """What the singular of a word may be: houses are of a house, statuses of a status."""
    if word in IRREGULAR:
        yield IRREGULAR[word]
    for ending, instead in PLURALS:
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and not word.endswith("ss") and len(stem) >= MIN_SINGULAR:
            yield stem


class TableNames:
    """Tables by name. tables: those that a bare name finds, each name's first one."""

    def __init__(self, tables: Sequence[Table]) -> None:
        firsts: dict[str, Table] = {}
        for table in tables:
            firsts.setdefault(table.name.lower(), table)
        self.tables = tuple(firsts.values())
        self._words = {table.name: words(table.name) for table in self.tables}
        self._found: dict[str, list[tuple[int, Table]]] = {}
        start, end = self._around()
        for table in self.tables:
            named = self._words[table.name]
            self._add(named, EXACT, table)
            self._add(named[start : len(named) - end], EXACT, table)
            if len(named) > 1 and named[-1].isdigit():
                self._add(named[:-1], NUMBERED, table)  # customers_2023
            if len(named) - end > start + 1:
                self._add(named[start + 1 : len(named) - end], SHORTENED, table)

    def find(self, stem: Sequence[str], asking: Table) -> Table | None:
        """The one table that a key `stem` + `_id` in the table `asking` can mean, or None."""
        joined = "".join(stem)
        found = [*self._found.get(joined, ())]
        for singular in singulars(joined):
            found += [(rank + SINGULAR, table) for rank, table in self._found.get(singular, ())]
        ranked: dict[tuple[object, ...], list[Table]] = {}
        for rank, table in found:
            if rank >= SHORTENED and not self._may_be_shortened(table, asking):
                continue
            ours = self._words[table.name][:1] == self._words[asking.name][:1]
            place = (rank, table.is_view, table.namespace != asking.namespace, not ours)
            if table not in ranked.setdefault(place, []):
                ranked[place].append(table)
        best = ranked[min(ranked)] if ranked else []
        return best[0] if len(best) == 1 else None

    def _around(self) -> tuple[int, int]:
        """How many words all names begin with, and end with, as in `olist_orders_dataset`."""
        named = list(self._words.values())
        if len(named) < 2 or any(len(each) < 2 for each in named):
            return 0, 0
        start = int(len({each[0] for each in named}) == 1)
        longer = all(len(each) > start + 1 for each in named)
        return start, int(longer and len({each[-1] for each in named}) == 1)

    def _add(self, named: Sequence[str], rank: int, table: Table) -> None:
        joined = "".join(named)
        self._found.setdefault(joined, []).append((rank, table))
        for singular in singulars(joined):
            self._found.setdefault(singular, []).append((rank + SINGULAR, table))

    def _may_be_shortened(self, table: Table, asking: Table) -> bool:
        # `shop_customer` is meant by `customer_id` in `shop_order`, not in any other table.
        first = self._words[table.name][0]
        return first in PREFIXES or self._words[asking.name][:1] == [first]
