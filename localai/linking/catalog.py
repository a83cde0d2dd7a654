"""Owns what a schema's items are called: every form of words a column or table may be mentioned by.

It must not know questions or slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from localai.linking.lexicon import DISPLAY_WORDS, FALSE_WORDS, RELATED, STOP, TRUE_WORDS, UNITS
from localai.linking.words import deep_stem, expand, split_name, stem
from localai.schema import Column, Schema, Table

_NUMERIC = re.compile(
    r"int(?!erval)|real|floa|doub|(?<!e)num|dec|money|serial|number", re.IGNORECASE
)
_TEMPORAL = re.compile(r"date|time", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMELESS = "nameless"
_KEY_WORDS = frozenset("id code key no number nr uuid pk".split())
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
        self.keys = key_columns(schema)
        for number, table in enumerate(schema.tables):
            self._add_table(number, table)
        self.table_stems = {
            stem(word) for n in range(len(schema.tables)) for word in self.words[Item(n, -1)]
        }
        for number, table in enumerate(schema.tables):
            self._add_columns(number, table)

    def _add_table(self, number: int, table: Table) -> None:
        item = Item(number, -1)
        words = [w for w in split_name(table.name) if w not in ("tbl", "dim", "fact", "tb")] or [
            table.name.lower()
        ]
        words = expand(words) or [_NAMELESS]
        self.words[item] = words
        stems = [stem(word) for word in words]
        self._form(stems, item, 1.0)
        if len(stems) > 1:
            self._form([stems[-1]], item, 0.62)
            self._form([stems[0]], item, 0.5)
        self._loosely(stems, item)

    def _add_columns(self, number: int, table: Table) -> None:
        split = [split_name(column.name) or [column.name.lower()] for column in table.columns]
        shared = _shared_prefix(split)
        table_stems = {stem(word) for word in self.words[Item(number, -1)]}
        for place, column in enumerate(table.columns):
            item = Item(number, place)
            words = expand(split[place][shared:]) or [_NAMELESS]
            if words[-1] == "no" and len(words) > 1:
                words[-1] = "number"
            self.words[item] = words
            self.kinds[item] = kind_of(column)
            self._add_column_forms(item, words, table_stems)
            for value in column.values:
                self._add_value(item, value)
        self._mark_display(number, table)

    def _add_column_forms(self, item: Item, words: list[str], table_stems: set[str]) -> None:
        stems = [stem(word) for word in words if word not in _FILLERS] or [stem(w) for w in words]
        core = [s for s in stems if s not in table_stems] or stems
        trimmed = core
        while len(trimmed) > 1 and trimmed[-1] in UNITS:
            trimmed = trimmed[:-1]
        named = self.words[Item(item.table, -1)]
        self._form(stems, item, 1.0)
        self._form(core, item, 0.95)
        self._form(trimmed, item, 0.9)
        self._form([stem(w) for w in named] + core, item, 1.0)
        self._form([stem(named[-1]), *trimmed], item, 0.98)
        if len(trimmed) > 1:
            if trimmed[0] in ("number", "count", "total", "num"):
                self._form(trimmed[1:], item, 0.8)
            tail = 0.72 if trimmed[-1] not in _KEY_WORDS else 0.5
            self._form([trimmed[-1]], item, tail)
            for word in trimmed[:-1]:
                self._form([word], item, 0.55 if trimmed[-1] not in _KEY_WORDS else 0.45)
        self._loosely(trimmed, item)

    def _loosely(self, stems: list[str], item: Item) -> None:
        weight = 1.0 if len(stems) == 1 else 0.8
        for word in stems:
            if word in STOP or word in _KEY_WORDS:
                continue
            _keep_best(self.deep.setdefault(deep_stem(word), {}), item, 0.68 * weight)
            for other in RELATED.get(word, ()):
                _keep_best(self.related.setdefault(other, {}), item, 0.7 * weight)

    def _form(self, stems: Sequence[str], item: Item, score: float) -> None:
        if len(stems) == 1 and stems[0] in STOP and score < 0.9:
            return
        _keep_best(self.forms.setdefault("".join(stems), {}), item, score)

    def _add_value(self, item: Item, value: str) -> None:
        key = "".join(character for character in value.lower() if character.isalnum())
        if not key or value.lower() in TRUE_WORDS or value.lower() in FALSE_WORDS:
            return
        for form in {key, stem(key)}:
            self.stored.setdefault(form, {}).setdefault(item, value)

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
