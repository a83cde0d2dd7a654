"""Owns what a schema's items are called: every form of words a column or table may be mentioned by.

It must not know questions or slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from localai.linking.joins import Edge, edges
from localai.linking.lexicon import (
    DISPLAY_WORDS,
    FALSE_WORDS,
    MONTH_NAMES,
    MONTHS,
    RELATED,
    STOP,
    TRUE_WORDS,
    UNITS,
)
from localai.linking.synonyms import PHRASES
from localai.linking.words import deep_stem, expand, split_name, stem
from localai.schema import Column, Schema, Table

_NUMERIC = re.compile(
    r"int(?!erval)|real|floa|doub|(?<!e)num|dec|money|serial|number", re.IGNORECASE
)
_TEMPORAL = re.compile(r"date|time", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMELESS = "nameless"
_MOST_VARIANTS = 200
_KEY_WORDS = frozenset("id code key no number nr uuid pk".split())
# What table names begin with and nobody says.
_DRESSING = frozenset("tbl dim fact tb ref lookup lu lkp vw mst stg tab".split())
_FILLERS = frozenset("of the by in at on is has was a an to for and from".split())


class Item(NamedTuple):
    """A table (`column` is -1) or a column, by its places in the schema."""

    table: int
    column: int


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
        self.keys = key_columns(schema)
        graph = edges(schema)
        self.neighbours = {
            table: frozenset(edge.right for edge in found) for table, found in graph.items()
        }
        self.referred = _referred(schema, graph, self.keys)
        for number, table in enumerate(schema.tables):
            self._add_table(number, table)
        self.table_stems = {
            stem(word) for n in range(len(schema.tables)) for word in self.words[Item(n, -1)]
        }
        for number, table in enumerate(schema.tables):
            self._add_columns(number, table)

        for word in {word for words in self.words.values() for word in words}:
            self._spell(word)

    def knows(self, root: str, word: str) -> bool:
        """Whether a word of a question stands for something here as it is spelt."""
        if root in self.forms or root in self.related or word in self.stored:
            return True
        return word in self.spelt or deep_stem(root) in self.deep

    def _spell(self, word: str) -> None:
        for said in {word, f"{word}s"} if len(word) > 4 and word.isalpha() else ():
            self.spelt.setdefault(said, stem(said))
            self.spellings.setdefault((said[0], len(said)), set()).add(said)

    def _add_table(self, number: int, table: Table) -> None:
        item = Item(number, -1)
        words = [w for w in split_name(table.name) if w not in _DRESSING] or [table.name.lower()]
        words = expand(words) or [_NAMELESS]
        self.words[item] = words
        stems = [stem(word) for word in words]
        self._form(stems, item, 1.0)
        if len(stems) > 1:
            self._form([stems[-1]], item, 0.62)
            self._form([stems[0]], item, 0.5)
        for other in (*rephrased(tuple(stems)), *_parts(stems)):
            self._form(other, item, 0.78)
        if len(stems) > 1:
            for said, changed in _with_synonyms(stems[-3:]):
                self._form(said, item, 0.84 - 0.08 * changed)
        self._loosely(stems, item)

    def _add_columns(self, number: int, table: Table) -> None:
        split = [split_name(column.name) or [column.name.lower()] for column in table.columns]
        shared = _shared_prefix(split)
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
        # Of two `product_name`, the one of the table of products is meant.
        self._form(stems, item, 1.04 if len(core) < len(stems) else 1.0)
        self._form(core, item, 0.95)
        self._form(trimmed, item, 0.9)
        self._form([stem(w) for w in named] + core, item, 1.0)
        self._form([stem(named[-1]), *trimmed], item, 0.98)
        if len(trimmed) > 1:
            if trimmed[0] in ("number", "count", "total", "num"):
                self._form(trimmed[1:], item, 0.8)
            if trimmed[-1] in _KEY_WORDS:
                for word in ("number", "id", "code"):
                    self._form([*trimmed[:-1], word], item, 0.85)
            tail = 0.72 if trimmed[-1] not in _KEY_WORDS else 0.5
            self._form([trimmed[-1]], item, tail)
            told = self._told_by_table(item)
            for word in trimmed[:-1]:
                if word in told:
                    for table in self.referred[item]:
                        self._form([word], Item(table, -1), 0.7)
                    continue
                self._form([word], item, 0.55 if trimmed[-1] not in _KEY_WORDS else 0.45)
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
        for part in _parts(trimmed):
            self._form(part, item, 0.76)
        if len(trimmed) == 2 and not {*trimmed} & {*STOP, *self.table_stems}:
            self._form(trimmed[::-1], item, 0.82)  # type of account
        if 1 < len(trimmed) < 4:
            for said, changed in _with_synonyms(trimmed):
                self._form(said, item, 0.84 - 0.08 * changed)

    def _loosely(self, stems: list[str], item: Item) -> None:
        weight = 1.0 if len(stems) == 1 else 0.8
        told = self._told_by_table(item)
        for word in stems:
            if word in STOP or word in _KEY_WORDS or word in told:
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
        wordy = self.kinds[item] == "s" and self.words[item][-1] not in _KEY_WORDS
        return item not in self.keys or wordy

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
            names = [
                Item(number, place)
                for place in range(len(table.columns))
                if self.kinds[Item(number, place)] == "s" and Item(number, place) not in self.keys
            ][:1]
        self.display.update(names[:2])


def column_words(split: Sequence[str], table: Sequence[str]) -> list[str]:
    """A column's words, written out: `lname` is a last name, the `bname` of a branch its name."""
    words = expand(split)
    if len(words) == 1 and words[0] in MONTHS:
        words = [MONTH_NAMES[MONTHS[words[0]] - 1]]
    if len(words) == 1 and words[0].endswith("name") and len(words[0]) == 5:
        words = [words[0][0], "name"]
    if len(words) == 2 and words[1] == "name" and len(words[0]) == 1:
        if words[0] == table[0][0] and words[0] not in "fl":
            words = ["name"]
        elif words[0] in "fl":
            words = [{"f": "first", "l": "last"}[words[0]], "name"]
    if len(words) > 1 and words[-1] == "no":
        words[-1] = "number"
    return words or [_NAMELESS]


def _parts(stems: Sequence[str]) -> list[list[str]]:
    """Stretches of at least two words of a long name: `sea level` of `mean sea level pressure`."""
    count = len(stems)
    return [
        list(stems[first:last])
        for first in range(count)
        for last in range(first + 2, count + 1)
        if last - first < count
    ]


@lru_cache(maxsize=4096)
def rephrased(stems: tuple[str, ...]) -> tuple[list[str], ...]:
    """The other ways of saying a name of these stems, from the table of phrases."""
    text = " ".join(stems)
    found = []
    for phrases in PHRASES:
        if text in phrases:
            found += [[stem(w) for w in other.split()] for other in phrases if other != text]
    return tuple(found)


def _with_synonyms(stems: Sequence[str]) -> list[tuple[list[str], int]]:
    """The name with one or two of its words changed for others of the same sense, and how many."""
    ways = [[(word, 0), *((o, 1) for o in sorted(_others(word)))] for word in stems]
    found = []
    for chosen in product(*ways):
        changed = sum(cost for _, cost in chosen)
        if 0 < changed < 3:
            found.append(([word for word, _ in chosen], changed))
    return found[:_MOST_VARIANTS]


def _others(word: str) -> set[str]:
    if word in STOP or word in _KEY_WORDS:
        return set()
    return set(RELATED.get(word, ())) - {word}


def _referred(
    schema: Schema, graph: Mapping[int, Sequence[Edge]], keys: set[Item]
) -> dict[Item, set[int]]:
    """Foreign key column -> the tables that it leads to."""
    found: dict[Item, set[int]] = {}
    for table, leaving in graph.items():
        names = [column.name.lower() for column in schema.tables[table].columns]
        primary = {name.lower() for name in schema.tables[table].primary_key}
        for edge in leaving:
            if len(edge.left_columns) != 1 or edge.left_columns[0].lower() in primary:
                continue
            if edge.left_columns[0].lower() in names:
                item = Item(table, names.index(edge.left_columns[0].lower()))
                if item in keys:
                    found.setdefault(item, set()).add(edge.right)
    return found


def _keep_best(scores: dict[Item, float], item: Item, score: float) -> None:
    if scores.get(item, 0.0) < score:
        scores[item] = score


def _shared_prefix(names: Iterable[list[str]]) -> int:
    """1 if nearly all names open with one and the same word of at most 5 letters, else 0."""
    listed = list(names)
    firsts = [words[0] for words in listed if len(words) > 1]
    if len(listed) < 3 or len(firsts) < len(listed):
        return 0
    return 1 if len(set(firsts)) == 1 and len(firsts[0]) <= 5 else 0


def kind_of(column: Column) -> str:
    """b (true or false), d (date or time), n (number) or s (text), by type, values and name."""
    words = split_name(column.name)
    values = {value.lower() for value in column.values}
    flags = values and (values <= {*TRUE_WORDS, *FALSE_WORDS}) and len(values) <= 2
    if "bool" in column.type.lower() or flags:
        return "b"
    if words and words[0] in ("is", "has", "was", "can") and len(words) > 1:
        return "b"
    if _NUMERIC.search(column.type):
        return "n"
    if _TEMPORAL.search(column.type):
        return "d"
    if column.values:
        return "d" if all(map(_ISO.match, column.values)) else "s"
    dated = words and (words[-1] in ("date", "at", "datetime", "timestamp") or words[0] == "date")
    if dated or (len(words) == 2 and words[1] == "on"):
        return "d"
    return "s"


def key_columns(schema: Schema) -> set[Item]:
    """Primary keys, foreign keys and what else is named like one (`x_id`)."""
    places = {table.name.lower(): number for number, table in enumerate(schema.tables)}
    keys = set()
    for number, table in enumerate(schema.tables):
        primary = (
            {name.lower() for name in table.primary_key} if len(table.primary_key) == 1 else set()
        )
        for place, column in enumerate(table.columns):
            last = (split_name(column.name) or [""])[-1]
            if column.name.lower() in primary or last in ("id", "uuid", "pk"):
                keys.add(Item(number, place))
    for foreign in schema.foreign_keys:
        number = places.get(foreign.table.lower(), -1)
        if number < 0:
            continue
        wanted = {name.lower() for name in foreign.columns}
        for place, column in enumerate(schema.tables[number].columns):
            if column.name.lower() in wanted:
                keys.add(Item(number, place))
    return keys
