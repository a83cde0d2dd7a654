"""Owns what a schema's items are called: every form of words a column or table may be mentioned by.

It must not know questions or slots.
"""

from __future__ import annotations

from collections.abc import Sequence

from localai.linking.columns import Item, key_columns, kind_of, referred
from localai.linking.joins import edges
from localai.linking.lexicon import (
    DISPLAY_WORDS,
    FALSE_WORDS,
    RELATED,
    SORTING_WORDS,
    STOP,
    TRUE_WORDS,
    UNITS,
)
from localai.linking.naming import (
    KEY_WORDS,
    NAMELESS,
    column_words,
    parts_of,
    rephrased,
    shared_prefix,
    with_synonyms,
)
from localai.linking.shortening import corner, is_shortened, written_out
from localai.linking.words import deep_stem, expand, split_name, stem
from localai.schema import Schema, Table

__all__ = ["Catalog", "Item"]

# What table names begin with and nobody says.
_DRESSING = frozenset("tbl dim fact tb ref lookup lu lkp vw mst stg tab".split())
_FILLERS = frozenset("of the by in at on is has was a an to for and from".split())


class Catalog:
    """The forms of a schema's items. `forms` maps joined stems to (item, score 0..1); `deep` and
    `related` do so for verb stems and for synonyms."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.forms: dict[str, dict[Item, float]] = {}
        self.deep: dict[str, dict[Item, float]] = {}
        self.related: dict[str, dict[Item, float]] = {}
        self.words: dict[Item, list[str]] = {}
        self.kinds: dict[Item, str] = {}
        self.display: set[Item] = set()
        self.stored: dict[str, dict[Item, str]] = {}
        # A slip is mended to a word of names or values: by its first letter and its length.
        self.spellings: dict[tuple[str, int], set[str]] = {}
        self.spelt: dict[str, str] = {}
        # Words of names that are no English ones, by the consonants that they begin with.
        self.shortened: dict[str, list[str]] = {}
        names = [name for table in schema.tables for name in (table.name, *_columns(table))]
        split = expand([word for name in names for word in split_name(name)])
        self.written = written_out(split)
        for short in filter(is_shortened, set(split)):
            self.shortened.setdefault(corner(short), []).append(short)
        self.keys = key_columns(schema)
        graph = edges(schema)
        self.neighbours = {
            table: frozenset(edge.right for edge in found) for table, found in graph.items()
        }
        self.referred = referred(schema, graph, self.keys)
        for number, table in enumerate(schema.tables):
            self._add_table(number, table)
        self.table_stems = {
            stem(word) for n in range(len(schema.tables)) for word in self.words[Item(n, -1)]
        }
        for number, table in enumerate(schema.tables):
            self._add_columns(number, table)

        said = {word for words in self.words.values() for word in words}
        self.stems = {stem(word) for word in said}
        for word in said:
            self._spell(word)

    def knows(self, root: str, word: str) -> bool:
        """Whether a word of a question stands for something here as it is spelt."""
        if root in self.forms or root in self.related or word in self.stored:
            return True
        return word in self.spelt or deep_stem(root) in self.deep

    def _split(self, name: str) -> list[str]:
        return [self.written.get(word, word) for word in split_name(name)]

    def _spell(self, word: str) -> None:
        for said in {word, f"{word}s"} if len(word) > 4 and word.isalpha() else ():
            self.spelt.setdefault(said, stem(said))
            self.spellings.setdefault((said[0], len(said)), set()).add(said)

    def _add_table(self, number: int, table: Table) -> None:
        item = Item(number, -1)
        words = [w for w in self._split(table.name) if w not in _DRESSING] or [table.name.lower()]
        words = expand(words) or [NAMELESS]
        self.words[item] = words
        stems = [stem(word) for word in words]
        self._form(stems, item, 1.0)
        if len(stems) > 1:
            self._form([stems[-1]], item, 0.62)
            self._form([stems[0]], item, 0.5)
        for other in (*rephrased(tuple(stems)), *parts_of(stems)):
            self._form(other, item, 0.78)
        if len(stems) > 1:
            for said, changed in with_synonyms(stems[-3:]):
                self._form(said, item, 0.84 - 0.08 * changed)
        self._loosely(stems, item)

    def _add_columns(self, number: int, table: Table) -> None:
        split = [self._split(column.name) or [column.name.lower()] for column in table.columns]
        shared = shared_prefix(split)
        table_stems = {stem(word) for word in self.words[Item(number, -1)]}
        for place, column in enumerate(table.columns):
            item = Item(number, place)
            words = column_words(split[place][shared:], self.words[Item(number, -1)])
            self.words[item] = words
            self.kinds[item] = kind_of(column)
            self._add_column_forms(item, words, table_stems)
            for value in column.values:
                self._add_value(item, value)
            if [column.name.lower()] == [name.lower() for name in table.primary_key]:
                self._form(["id"], item, 0.66)
        self._mark_display(number, table)

    def _add_column_forms(self, item: Item, words: list[str], table_stems: set[str]) -> None:
        stems = [stem(word) for word in words if word not in _FILLERS] or [stem(w) for w in words]
        core = [s for s in stems if s not in table_stems] or stems
        trimmed = core
        while len(trimmed) > 1 and trimmed[-1] in UNITS:
            trimmed = trimmed[:-1]
        named = self.words[Item(item.table, -1)]
        if words[-1] in ("on", "at") and len(words) > 1:
            self._form([stem(word) for word in words], item, 1.0)
        # Of two `product_name`, the one of the table of products is meant.
        self._form(stems, item, 1.04 if len(core) < len(stems) else 1.0)
        self._form(core, item, 0.95)
        self._form(trimmed, item, 0.9)
        self._form([stem(w) for w in named] + core, item, 1.0)
        self._form([stem(named[-1]), *trimmed], item, 0.98)
        if len(trimmed) > 1:
            if trimmed[0] in ("number", "count", "total", "num"):
                self._form(trimmed[1:], item, 0.8)
            if trimmed[-1] in KEY_WORDS:
                for word in ("number", "id", "code"):
                    self._form([*trimmed[:-1], word], item, 0.85)
            tail = 0.72 if trimmed[-1] not in KEY_WORDS else 0.5
            self._form([trimmed[-1]], item, tail)
            told = self._told_by_table(item)
            for word in trimmed[:-1]:
                if word in told:
                    for table in self.referred[item]:
                        self._form([word], Item(table, -1), 0.7)
                    continue
                self._form([word], item, 0.55 if trimmed[-1] not in KEY_WORDS else 0.45)
        self._loosely(trimmed, item)
        self._otherwise(stems, trimmed, table_stems, item)

    def _otherwise(
        self, stems: list[str], trimmed: list[str], table_stems: set[str], item: Item
    ) -> None:
        """Forms with a phrase of the name said in another way, and one or two words of it."""
        for name in {tuple(stems), tuple(trimmed)}:
            for other in rephrased(name):
                self._form(other, item, 0.88)
                if not table_stems.intersection(other):
                    self._form([stem(self.words[Item(item.table, -1)][-1]), *other], item, 0.88)
        if len(trimmed) > 1:
            for other in rephrased((trimmed[-1],)):
                self._form(other, item, 0.7)
        for part in parts_of(trimmed):
            self._form(part, item, 0.76)
        if len(trimmed) == 2 and not {*trimmed} & {*STOP, *self.table_stems}:
            self._form(trimmed[::-1], item, 0.82)  # type of account
        if 1 < len(trimmed) < 4:
            for said, changed in with_synonyms(trimmed):
                self._form(said, item, 0.84 - 0.08 * changed)

    def _loosely(self, stems: list[str], item: Item) -> None:
        weight = 1.0 if len(stems) == 1 else 0.8
        told = self._told_by_table(item)
        for word in stems:
            if word in STOP or word in KEY_WORDS or word in told:
                continue
            _keep_best(self.deep.setdefault(deep_stem(word), {}), item, 0.65 * weight)
            for other in RELATED.get(word, ()):
                _keep_best(self.related.setdefault(other, {}), item, 0.7 * weight)

    def _told_by_table(self, item: Item) -> set[str]:
        """The words of a foreign key that its table is called by, and so means when said alone."""
        told: set[str] = set()
        for table in self.referred.get(item, ()):
            told |= {stem(word) for word in self.words[Item(table, -1)]}
        return told

    def _form(self, stems: Sequence[str], item: Item, score: float) -> None:
        if len(stems) == 1 and stems[0] in STOP and score < 0.9:
            return
        _keep_best(self.forms.setdefault("".join(stems), {}), item, score)

    def _add_value(self, item: Item, value: str) -> None:
        key = "".join(character for character in value.lower() if character.isalnum())
        if not key or value.lower() in TRUE_WORDS or value.lower() in FALSE_WORDS:
            return
        for word in value.lower().split():
            self._spell(word)
        for form in {key, stem(key)}:
            self.stored.setdefault(form, {}).setdefault(item, value)

    def says_something(self, item: Item) -> bool:
        """Whether a column is more than a key: `grape` of a wine names it and joins as well."""
        wordy = self.kinds[item] == "s" and self.words[item][-1] not in KEY_WORDS
        return item not in self.keys or wordy

    def called(self, item: Item) -> tuple[str, str]:
        """The names of the item's table and column: the last resort where nothing else decides."""
        table = self.schema.tables[item.table]
        return table.name, table.columns[item.column].name if item.column >= 0 else ""

    def letter(self, item: Item) -> str:
        """k for a key, else the column's kind."""
        return "k" if item in self.keys else self.kinds[item]

    def _mark_display(self, number: int, table: Table) -> None:
        names = [
            Item(number, place)
            for place in range(len(table.columns))
            if self.words[Item(number, place)][-1] in DISPLAY_WORDS
            and self.kinds[Item(number, place)] == "s"
        ]
        if not names:
            names = self._instead_of_a_name(number, table)
        self.display.update(names[:2])

    def _instead_of_a_name(self, number: int, table: Table) -> list[Item]:
        """The first text that tells rows apart, else the key, else the first text: an order is not
        known by its status."""
        texts = [
            item
            for item in (Item(number, place) for place in range(len(table.columns)))
            if self.kinds[item] == "s" and item not in self.keys
        ]
        telling = [item for item in texts if self.words[item][-1] not in SORTING_WORDS]
        primary = [
            Item(number, place)
            for place, column in enumerate(table.columns)
            if (column.name,) == table.primary_key
        ]
        return (telling or primary or texts)[:1]


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _keep_best(scores: dict[Item, float], item: Item, score: float) -> None:
    if scores.get(item, 0.0) < score:
        scores[item] = score
