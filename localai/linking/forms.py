"""Owns the forms of words that a column or table may be mentioned by, and how surely.

It must not know questions, slots or the schema's values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from localai.linking.columns import Item
from localai.linking.lexicon import DISPLAY_WORDS, NOUNS_TOO, RELATED, STOP, UNITS
from localai.linking.naming import (
    FILLERS,
    KEY_WORDS,
    bag,
    head_of,
    other_figures,
    other_names,
    participles,
    parts_of,
    rephrased,
    with_synonyms,
)
from localai.linking.senses import PERSONS
from localai.linking.words import deep_stem, stem

_CUSTOMERS = ("customer", "client")
# A name's words that say which of several names it is.
_NAMING = frozenset("full display short long middle legal nick common user file first last".split())
_DAYS = frozenset("date day datetime timestamp year".split())
_TIMES = frozenset("minute hour second day".split())
Scores = dict[Item, float]


class Forms:
    """`said` maps joined stems to (item, score 0..1); `deep` and `related` do so for verb stems and
    for synonyms, `bags` for verb stems in any order."""

    def __init__(
        self, words: Mapping[Item, list[str]], referred: Mapping[Item, Collection[int]]
    ) -> None:
        self.said: dict[str, Scores] = {}
        self.deep: dict[str, Scores] = {}
        self.related: dict[str, Scores] = {}
        self.bags: dict[frozenset[str], Scores] = {}
        self._words = words
        self._referred = referred
        self._heads = {stem(ws[-1]) for item, ws in words.items() if item.column < 0}
        self._table_stems = {stem(w) for item, ws in words.items() if item.column < 0 for w in ws}

    def add(self, stems: Sequence[str], item: Item, score: float) -> None:
        """One form more; a small word is no name save where it is a table's noun, as `order`."""
        if len(stems) == 1 and stems[0] in STOP and score < 0.9:
            if item.column >= 0 or stems[0] not in NOUNS_TOO:
                return
        keep_best(self.said.setdefault("".join(stems), {}), item, score)

    def add_table(self, item: Item) -> None:
        """All forms of a table's words."""
        words = self._words[item]
        stems = [stem(word) for word in words]
        self.add(stems, item, 1.0)
        if len(stems) > 1:
            self.add([stems[-1]], item, 0.62)
            self.add([stems[0]], item, 0.5)
            self.add([stem(head_of(words))], item, 0.62)
        for other in (*rephrased(tuple(stems)), *parts_of(stems)):
            self.add(other, item, 0.78)
        if len(stems) > 1:
            for said, changed in with_synonyms(stems[-3:]):
                self.add(said, item, 0.84 - 0.08 * changed)
        self._loosely(stems, item)
        # Where accounts are all that is known of customers, they are customers.
        if stems[-1] == "account" and not self._heads.intersection(_CUSTOMERS):
            for word in _CUSTOMERS:
                self.add([word], item, 0.7)

    def add_column(self, item: Item) -> None:
        """All forms of a column's words; those of all tables are known already."""
        words = self._words[item]
        stems = [stem(word) for word in words if word not in FILLERS] or [stem(w) for w in words]
        core = self._without_table(stems, item)
        trimmed = core
        while len(trimmed) > 1 and trimmed[-1] in UNITS:
            trimmed = trimmed[:-1]
        if words[-1] in FILLERS and len(words) > 1:
            full = [stem(word) for word in words]
            for said in (full, full[::-1], *rephrased(tuple(full))):
                self.add(said, item, 1.0 if said == full else 0.9)
        if self._is_others_key(item, core):
            self.add(stems, item, 1.0)
        else:
            # Of two `product_name`, the one of the table of products is meant.
            self.add(stems, item, 1.04 if len(core) < len(stems) else 1.0)
            self._add_core(core, trimmed, item)
        if len(trimmed) > 1:
            self._add_parts(trimmed, item)
            if not self._table_stems.intersection(trimmed):
                keep_best(self.bags.setdefault(bag(trimmed), {}), item, 0.8)
        self._loosely(trimmed, item)
        self._rephrase(stems, trimmed, item)
        self._add_synonyms(trimmed, item)

    def add_by_table(self, item: Item, stored: Collection[str]) -> None:
        """`client id`: the column's own words behind the other ways of saying its table, save where
        one of these is a value of the data."""
        words = [stem(word) for word in self._words[item] if word not in FILLERS]
        table = [stem(word) for word in self._words[Item(item.table, -1)]]
        own = [word for word in words if word not in table]
        if not own or self._is_others_key(item, own):
            return
        for said in other_names(table):
            if not self._table_stems.issuperset(said) and "".join(said) not in stored:
                self.add([*said, *own], item, 0.86)

    def _without_table(self, stems: list[str], item: Item) -> list[str]:
        table = {stem(word) for word in self._words[Item(item.table, -1)]}
        return [word for word in stems if word not in table] or stems

    def _is_others_key(self, item: Item, core: Collection[str]) -> bool:
        """Whether a column without its table's words is but another's key: a bare id is the row's
        own."""
        return item in self._referred and {*core} <= KEY_WORDS

    def _add_core(self, core: list[str], trimmed: list[str], item: Item) -> None:
        named = self._words[Item(item.table, -1)]
        self.add(core, item, 0.95)
        self.add(trimmed, item, 0.9)
        self.add([*map(stem, named), *core], item, 1.0)
        self.add([stem(named[-1]), *trimmed], item, 0.98)

    def _add_parts(self, trimmed: list[str], item: Item) -> None:
        """Forms of some of the name's words, and of its key's in the other ways."""
        is_key = trimmed[-1] in KEY_WORDS
        if trimmed[0] in ("number", "count", "total", "num"):
            self.add(trimmed[1:], item, 0.8)
        for word in ("number", "id", "code") if is_key else ():
            self.add([*trimmed[:-1], word], item, 0.85)
        # Of the number of product categories a category says little.
        is_far = len(trimmed) > 2 and trimmed[0] in ("number", "count", "num")
        self.add([trimmed[-1]], item, 0.5 if is_key or is_far else 0.72)
        told = self._told_by_table(item)
        for word in trimmed[:-1]:
            for table in told.get(word, ()):
                self.add([word], Item(table, -1), 0.7)
            if word not in told:
                self.add([word], item, 0.45 if is_key else 0.55)
        self._add_heads(trimmed, item)
        for part in parts_of(trimmed):
            self.add(part, item, 0.76)

    def _add_heads(self, trimmed: list[str], item: Item) -> None:
        """`by category` of a category's name, and `shipped` of a shipping date."""
        if len(trimmed) == 2 and trimmed[1] in DISPLAY_WORDS:
            if trimmed[0] not in _NAMING and trimmed[0] not in self._table_stems:
                self.add([trimmed[0]], item, 0.8)
        if trimmed[-1] in _DAYS:
            for said in participles(trimmed[-2]):
                self.add([said], item, 0.85)

    def _rephrase(self, stems: list[str], trimmed: list[str], item: Item) -> None:
        """Forms with a phrase of the name said in another way."""
        named = [stem(word) for word in self._words[Item(item.table, -1)]]
        for name in {tuple(stems), tuple(trimmed)}:
            for other in rephrased(name):
                if other[0] == "number" and PERSONS.issuperset(other[1:]):
                    continue  # the number of students is mostly counted
                self.add(other, item, 0.88)
                if not {*named}.intersection(other):
                    self.add([named[-1], *other], item, 0.88)
        if len(trimmed) > 1:
            for other in rephrased((trimmed[-1],)):
                self.add(other, item, 0.7)

    def _add_synonyms(self, trimmed: list[str], item: Item) -> None:
        """Forms with one or two words of the name said otherwise, or turned round."""
        for said in other_figures(trimmed):
            self.add(said, item, 0.86)
        if len(trimmed) > 1 and trimmed[-1] in _TIMES:  # a wait of so many minutes
            for said in (trimmed[:-1], *other_figures(trimmed[:-1])):
                self.add(said, item, 0.82)
        if len(trimmed) == 2 and not {*trimmed} & {*STOP, *self._table_stems}:
            self.add(trimmed[::-1], item, 0.82)  # type of account
        if 1 < len(trimmed) < 4:
            for said, changed in with_synonyms(trimmed):
                self.add(said, item, 0.84 - 0.08 * changed)

    def _loosely(self, stems: list[str], item: Item) -> None:
        weight = 1.0 if len(stems) == 1 else 0.8
        told = self._told_by_table(item)
        for word in stems:
            if word in STOP or word in KEY_WORDS or word in told:
                continue
            keep_best(self.deep.setdefault(deep_stem(word), {}), item, 0.65 * weight)
            for other in RELATED.get(word, ()):
                keep_best(self.related.setdefault(other, {}), item, 0.7 * weight)

    def _told_by_table(self, item: Item) -> dict[str, list[int]]:
        """The words of a foreign key that its tables are called by, and so mean when said alone."""
        told: dict[str, list[int]] = {}
        for table in sorted(self._referred.get(item, ())):
            for word in {stem(word) for word in self._words[Item(table, -1)]}:
                told.setdefault(word, []).append(table)
        return told


def keep_best(scores: Scores, item: Item, score: float) -> None:
    """Keeps the higher of two scores of one item."""
    if scores.get(item, 0.0) < score:
        scores[item] = score
