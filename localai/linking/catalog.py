"""Owns what a schema's items are: what they are called, hold and refer to, and which are names.

It must not know questions or slots.
"""

from __future__ import annotations

from collections.abc import Iterable

from localai.linking.columns import Item, key_columns, kind_of, referred
from localai.linking.forms import Forms
from localai.linking.joins import edges
from localai.linking.lexicon import (
    ABBREVIATIONS,
    DISPLAY_WORDS,
    FALSE_WORDS,
    SORTING_WORDS,
    TRUE_WORDS,
)
from localai.linking.naming import (
    KEY_WORDS,
    NAMELESS,
    column_words,
    shared_prefix,
)
from localai.linking.shortening import corner, is_shortened, written_out
from localai.linking.squeezed import parted
from localai.linking.words import deep_stem, expand, split_name, stem
from localai.schema import Schema, Table

__all__ = ["Catalog", "Item"]

# What table names begin with and nobody says.
_DRESSING = frozenset("tbl dim fact tb ref lookup lu lkp vw mst stg tab t master mstr".split())

# Short words that other words begin with by chance.
_SAYING_ELSE = frozenset("min max avg num tot cnt qty amt per pro con int".split())
# Beside a latitude.
_LONGITUDE = {"long": "longitude"}


class Catalog:
    """The words, kinds, values and forms (`Forms`) of a schema's items."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
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
        split = [word for name in names for word in split_name(name)]
        beside = {word for name in names if "_" in name or " " in name for word in split_name(name)}
        self.parts = {word: parts for word in {*split} if len(parts := parted(word, beside)) > 1}
        split = expand([part for word in split for part in self.parts.get(word, [word])])
        self.written = written_out(split)
        for short in filter(is_shortened, set(split)):
            self.shortened.setdefault(corner(short), []).append(short)
        # What is cut short to three or four letters -> how it is written in `words`.
        self.cut = {word: expand([word])[0] for word in map(str.lower, _cut(names))}
        self.keys = key_columns(schema)
        graph = edges(schema)
        self.neighbours = {
            table: frozenset(edge.right for edge in found) for table, found in graph.items()
        }
        # The tables that a row of each one leads to, whatever its keys are called.
        self.above = {
            table: frozenset(edge.right for edge in found if edge.up)
            for table, found in graph.items()
        }
        self.referred = referred(schema, graph, self.keys)
        for number, table in enumerate(schema.tables):
            self._name_table(number, table)
        self.table_stems = {stem(word) for words in self.words.values() for word in words}
        self._forms = Forms(self.words, self.referred)
        self.forms, self.bags = self._forms.said, self._forms.bags
        self.deep, self.related = self._forms.deep, self._forms.related
        for number, table in enumerate(schema.tables):
            self._add_table(number, table)
        for number, table in enumerate(schema.tables):
            self._add_columns(number, table)
        for item in [item for item in self.words if item.column >= 0]:
            self._forms.add_by_table(item, self.stored)
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
        words = [part for word in split_name(name) for part in self.parts.get(word, [word])]
        return [self.written.get(word, word) for word in words]

    def _spell(self, word: str) -> None:
        for said in {word, f"{word}s"} if len(word) > 4 and word.isalpha() else ():
            self.spelt.setdefault(said, stem(said))
            self.spellings.setdefault((said[0], len(said)), set()).add(said)

    def _name_table(self, number: int, table: Table) -> None:
        words = [w for w in self._split(table.name) if w not in _DRESSING] or [table.name.lower()]
        firsts = {word for column in table.columns for word in split_name(column.name)[:1]}
        if len(words) > 1 and len(words[0]) < 4 and firsts == {split_name(table.name)[0]}:
            words = words[1:]  # `BR_BRANCH` with its `BR_ID` and its `BR_NAME`
        self.words[Item(number, -1)] = expand(words) or [NAMELESS]

    def _add_table(self, number: int, table: Table) -> None:
        item = Item(number, -1)
        self._forms.add_table(item)
        for said in self._called_by_keys(number, table):
            self._forms.add(said, item, 0.96)

    def _called_by_keys(self, number: int, table: Table) -> list[list[str]]:
        """The stems of what a table's rows are called by its own key and by those that refer to it:
        `motorman_id` of `motormen`."""
        keys = [*table.primary_key] if len(table.primary_key) == 1 else []
        keys = [name for name in keys if not self._refers(table, name)]
        for item, tables in self.referred.items():
            if number in tables:
                keys.append(self.schema.tables[item.table].columns[item.column].name)
        found = []
        for name in keys:
            words = expand(self._split(name))
            while words and words[-1] in KEY_WORDS:
                words = words[:-1]
            if len(words) == 1 and words[0] == name.lower():
                words = [words[0].removesuffix("id").removesuffix("no").removesuffix("key")]
            said = [stem(word) for word in words]
            own = [stem(word) for word in self.words[Item(number, -1)]]
            if said and said != own and _is_like("".join(said), "".join(own)):
                found.append(said)
        return found

    def _refers(self, table: Table, name: str) -> bool:
        keys = [key for key in self.schema.foreign_keys if key.table.lower() == table.name.lower()]
        return any(name.lower() in map(str.lower, key.columns) for key in keys)

    def _add_columns(self, number: int, table: Table) -> None:
        split = [self._split(column.name) or [column.name.lower()] for column in table.columns]
        if any(words[-1].startswith("lat") for words in split):
            split = [[_LONGITUDE.get(word, word) for word in words] for words in split]
        shared = shared_prefix(split)
        for place, column in enumerate(table.columns):
            item = Item(number, place)
            words = column_words(split[place][shared:], self.words[Item(number, -1)])
            self.words[item] = words
            self.kinds[item] = kind_of(column, expand(split[place]))
            self._forms.add_column(item)
            for value in column.values:
                self._add_value(item, value)
            if [column.name.lower()] == [name.lower() for name in table.primary_key]:
                self._forms.add(["id"], item, 0.66)
        self._mark_display(number, table)
        ends = {tuple(self.words[Item(number, n)][-2:]): n for n in range(len(table.columns))}
        if {("first", "name"), ("last", "name")} <= ends.keys():
            self._forms.add(["full", "name"], Item(number, ends["first", "name"]), 0.95)

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


def _is_like(said: str, own: str) -> bool:
    """Whether two words begin alike, so that one may be the other's short or plural form."""
    return said != own and corner(said) == corner(own)


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _cut(names: Iterable[str]) -> set[str]:
    words = {word for name in names for word in split_name(name) if 2 < len(word) < 5}
    return {word for word in words - _SAYING_ELSE if word in ABBREVIATIONS or is_shortened(word)}
