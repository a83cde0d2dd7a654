"""Scores tables and columns by what a question says of them; it must not know prompts or budgets.

A word counts by its rarity among the tables, times 3 in a table's name, 1.5 in a column's, 0.3 in
a comment, and 4 where it is a value that the data holds.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from functools import lru_cache

from localai.linking.lexicon import STOP
from localai.linking.words import expand, split_name, stem
from localai.schema import Column, Schema, Table
from localai.sql.asked import Asked, Weights, derived, forms, naming, runs

TABLE, COLUMN, COMMENT, VALUE = 3.0, 1.5, 0.3, 4.0
LENGTH = 0.01
REMEMBERED = 8  # schemas


class Relevance:
    """A schema's words, worked out once for all questions."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        self._columns = [[_column(column) for column in table.columns] for table in tables]
        self._tables = [
            _table(table, columns) for table, columns in zip(tables, self._columns, strict=True)
        ]
        self._values = [
            {value.lower() for column in table.columns for value in column.values}
            for table in tables
        ]
        seen = Counter(word for words in [*self._tables, *self._values] for word in words)
        self._rarity = {word: math.log(1 + len(tables) / n) for word, n in seen.items()}

    def tables(self, asked: Asked) -> list[float]:
        """A score for each table, 0 where nothing in the question points to it."""
        found = {value: self._rarity[value] for value in asked.values if value in self._rarity}
        return [
            sum(self._best(forms, table) for forms in asked.words)
            + sum(VALUE * rarity for value, rarity in found.items() if value in values)
            for table, values in zip(self._tables, self._values, strict=True)
        ]

    def columns(self, place: int, table: Table, asked: Asked) -> list[float]:
        """A score for each column of the table at `place`, 0 where nothing points to it. Of names
        with the same word the shortest is meant the most."""
        return [
            sum(self._best(forms, words) for forms in asked.words) / (1 + LENGTH * len(words))
            + VALUE * any(value.lower() in asked.values for value in column.values)
            for words, column in zip(self._columns[place], table.columns, strict=True)
        ]

    def knows(self, forms: Weights) -> bool:
        """Whether any of these forms of a word is in the schema."""
        return any(form in self._rarity for form in forms)

    def _best(self, forms: Weights, held: Weights) -> float:
        known = [form for form in forms if form in held]
        return max((held[form] * forms[form] * self._rarity[form] for form in known), default=0.0)


def relevance(schema: Schema) -> Relevance:
    """The schema's words; remembered, since question after question asks the same few schemas."""
    # By identity: comparing hundreds of tables would take as long as working it out anew.
    with _lock:
        held = _remembered.pop(id(schema.tables), None)
        if held is None or held[0] is not schema.tables:
            held = schema.tables, Relevance(schema.tables)
        if len(_remembered) >= REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
        _remembered[id(schema.tables)] = held
        return held[1]


_remembered: dict[int, tuple[tuple[Table, ...], Relevance]] = {}
_lock = threading.Lock()


def unlinked(schema: Schema, question: str) -> tuple[str, ...]:
    """The words of the question that seem to name something which the schema does not have."""
    known = relevance(schema)
    held = {word for run in runs(question) if known.knows({run: 1.0}) for word in run.split()}
    lost = [piece.text for piece in naming(question) if not known.knows(forms(piece))]
    return tuple(word for word in dict.fromkeys(lost) if word.lower() not in held)


def _table(table: Table, columns: list[Weights]) -> Weights:
    weights: Weights = dict.fromkeys(_comment(table.comment), COMMENT)
    for column in columns:
        for word, weight in column.items():
            if weights.get(word, 0.0) < weight:
                weights[word] = weight
    words, whole = _named(table.name)
    weights[whole] = TABLE
    for word in words:
        # `orders` is more of an answer to "orders" than `order_items` is.
        weight = TABLE / len(words)
        weights[word] = weights.get(word, 0.0) + weight
        weights[derived(word)] = weights.get(derived(word), 0.0) + weight
    return weights


def _column(column: Column) -> Weights:
    weights = dict.fromkeys(_comment(column.comment), COMMENT)
    words, whole = _named(column.name)
    for word in (*words, whole):
        weights[word] = weights[derived(word)] = COLUMN
    return weights


@lru_cache(maxsize=65536)
def _named(name: str) -> tuple[tuple[str, ...], str]:
    """A name's words, and the name as one word: `LightHouse` is what "lighthouses" asks for."""
    words = tuple(stem(word) for word in expand(split_name(name))) or (name.lower(),)
    return words, stem("".join(words))


def _comment(text: str) -> set[str]:
    return {stem(word) for word in split_name(text)} - STOP if text else set()
