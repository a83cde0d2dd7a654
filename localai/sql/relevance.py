"""Scores tables and columns by what a question says of them; it must not know prompts or budgets.

A word counts by its rarity among the tables, times 3 in a table's name, 1.5 in a column's, 0.3 in
a comment, and 4 where it is a value that the data holds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from localai.linking.lexicon import (
    COMMANDS,
    HINTS,
    MONTHS,
    MULTIPLIERS,
    NOUNS_TOO,
    NUMBER_WORDS,
    RELATED,
    STOP,
)
from localai.linking.words import Piece, deep_stem, expand, split_name, split_question, stem
from localai.schema import Column, Schema, Table

TABLE, COLUMN, COMMENT, VALUE = 3.0, 1.5, 0.3, 4.0
# What a word keeps of its weight as a synonym, as another form of the same verb, as a mere hint,
# where it may as well be a word of command, and where a note says it.
SYNONYM, DERIVED, HINTED, DOUBTFUL, NOTED = 0.5, 0.6, 0.3, 0.5, 0.5
LONGEST_VALUE = 5
# Words that say something of any data, so that nothing in a database need be called so.
GENERAL = frozenset(
    """
    today yesterday tomorrow day days daily week weeks weekly weekday weekend month months monthly
    quarter quarters quarterly year years yearly annual hour hours minute minutes second seconds
    ago past previous current recent recently earlier later following next present presently late
    monday tuesday wednesday thursday friday saturday sunday percent percentage share ratio rate
    proportion fraction half amount quantity value values record records row rows table tables
    column columns data database entry entries item items thing things something anything result
    results answer question information group grouped break breakdown split compare compared
    comparison against versus rest together including excluding except without least never always
    ever still currently now often once twice times time common frequent frequently greatest best
    worst full complete available corresponding associated people person persons anyone someone
    everyone nobody word words letter letters capital capitals text substring kind kinds part
    well yes don back please us ones came come comes get gets got give gives gave goes went keep
    keeps kept hold holds held contain contains begin begins start starts end ends belong belongs
    correspond involve receive take place occur happen happens do cover covers say says said turn
    date dates left lie lies carry given around perform sang euros dollars pounds metres meters
    kilometres kilometers miles
    """.split()
) | {*HINTS, *COMMANDS, *MONTHS, *MULTIPLIERS, *NUMBER_WORDS}
# What is done to things or how they are: another word for it is likely to be in the data.
DESCRIBING = ("ed", "ing", "ly")

# What is done, and what tables call it.
_DEEDS = """
borrow borrowed borrowing lend lent lending: loan checkout
work works worked working hire hired hires employ employed: employee staff worker job
buy buys bought buying purchase purchased: order purchase sale
sell sells sold selling: sale order
pay pays paid paying: payment invoice
owe owes owed: invoice balance debt
earn earns earned: salary wage
send sends sent ship shipped ships deliver delivered: shipment delivery order
live lives lived living: address city
teach teaches taught: teacher course
study studies studied enrol enrolled enroll: student course enrolment enrollment
drive drives drove driven: driver vehicle
fly flies flew flown: flight
stay stays stayed book booked: booking reservation
treat treated see seen visit visited: visit appointment treatment
write writes wrote written: author
play plays played: player match game
win wins won: winner award
leave absent: leave absence vacation
revenue turnover: order sale invoice payment
"""
DEEDS = {
    word: frozenset(targets.split())
    for line in _DEEDS.strip().splitlines()
    for words, _, targets in [line.partition(":")]
    for word in words.split()
}

Weights = dict[str, float]


class Asked(NamedTuple):
    """A question's words: for each, the forms to look for with their weights; `values` holds every
    run of words as it is spelt, in lower case."""

    words: tuple[Weights, ...]
    values: frozenset[str]


class Relevance:
    """A schema's words, worked out once for all questions."""

    def __init__(self, schema: Schema) -> None:
        self._columns = [[_column(column) for column in table.columns] for table in schema.tables]
        self._tables = [
            _table(table, columns)
            for table, columns in zip(schema.tables, self._columns, strict=True)
        ]
        self._values = [
            {value.lower() for column in table.columns for value in column.values}
            for table in schema.tables
        ]
        seen = Counter(word for words in [*self._tables, *self._values] for word in words)
        self._rarity = {word: math.log(1 + len(self._tables) / n) for word, n in seen.items()}

    def tables(self, asked: Asked) -> list[float]:
        """A score for each table, 0 where nothing in the question points to it."""
        found = {value: self._rarity[value] for value in asked.values if value in self._rarity}
        return [
            sum(self._best(forms, table) for forms in asked.words)
            + sum(VALUE * rarity for value, rarity in found.items() if value in values)
            for table, values in zip(self._tables, self._values, strict=True)
        ]

    def column(self, table: int, place: int, values: Iterable[str], asked: Asked) -> bool:
        """Whether anything in the question points to a column, with the values that it holds."""
        words = self._columns[table][place]
        if any(form in words for forms in asked.words for form in forms):
            return True
        return any(value.lower() in asked.values for value in values)

    def knows(self, forms: Weights) -> bool:
        """Whether any of these forms of a word is in the schema."""
        return any(form in self._rarity for form in forms)

    def _best(self, forms: Weights, table: Weights) -> float:
        return max(
            (
                table[form] * weight * self._rarity[form]
                for form, weight in forms.items()
                if form in table
            ),
            default=0.0,
        )


def asked(question: str, notes: Iterable[str] = ()) -> Asked:
    """The words of a question that may name or describe something in a database, and at part of
    their weight those of the notes that speak of the same."""
    words = _words(question)
    said = {form for forms in words for form, weight in forms.items() if weight == 1.0}
    for note in notes:
        noted = _words(note)
        if said & {form for forms in noted for form in forms}:
            words += [{form: NOTED * weight for form, weight in forms.items()} for forms in noted]
    pieces = split_question(question)
    runs = {
        question[first.start : last.end].strip("\"'“”").lower()
        for start, first in enumerate(pieces)
        for last in pieces[start : start + LONGEST_VALUE]
    }
    return Asked(tuple(words), frozenset(runs))


def _words(text: str) -> list[Weights]:
    pieces = [piece for piece in split_question(text) if piece.kind in ("word", "quoted")]
    return [forms for piece in pieces if (forms := _forms(piece))]


def unlinked(schema: Schema, question: str) -> tuple[str, ...]:
    """The words of the question that seem to name something which the schema does not have; a word
    with a capital may be a value of a column whose values are not known."""
    relevance = Relevance(schema)
    runs = asked(question).values
    held = {word for value in runs if relevance.knows({value: 1.0}) for word in value.split()}
    words = [
        piece
        for piece in split_question(question)
        if piece.kind == "word"
        and len(piece.text) > 2
        and (piece.start == 0 or piece.text.islower())
        and piece.text.lower() not in STOP | GENERAL | held
        and not piece.text.endswith(DESCRIBING)
    ]
    return tuple(dict.fromkeys(p.text for p in words if not relevance.knows(_forms(p))))


def _forms(piece: Piece) -> Weights:
    word = piece.text.lower()
    if word in STOP:
        return {piece.stem: DOUBTFUL} if word in NOUNS_TOO else _hints(word)
    forms = dict.fromkeys(expand([piece.stem]), 1.0)
    forms[_derived(piece.stem)] = DERIVED
    for other in RELATED.get(piece.stem, ()):
        forms.setdefault(other, SYNONYM)
    return {**_hints(word), **forms}


def _hints(word: str) -> Weights:
    return {
        **dict.fromkeys(HINTS.get(word, ()), HINTED),
        **dict.fromkeys(DEEDS.get(word, ()), SYNONYM),
    }


def _derived(word: str) -> str:
    return "~" + deep_stem(word)


def _table(table: Table, columns: list[Weights]) -> Weights:
    weights: Weights = {}
    for column in columns:
        for word, weight in column.items():
            weights[word] = max(weights.get(word, 0.0), weight)
    for word in _comment(table.comment):
        weights[word] = max(weights.get(word, 0.0), COMMENT)
    names = _names(table.name)
    weights[_whole(names)] = TABLE
    for word in names:
        # `orders` is more of an answer to "orders" than `order_items` is.
        weight = TABLE / len(names)
        weights[word] = weights.get(word, 0.0) + weight
        weights[_derived(word)] = weights.get(_derived(word), 0.0) + weight
    return weights


def _column(column: Column) -> Weights:
    weights = dict.fromkeys(_comment(column.comment), COMMENT)
    names = _names(column.name)
    for word in [*names, _whole(names)]:
        weights[word] = weights[_derived(word)] = COLUMN
    return weights


def _names(name: str) -> list[str]:
    return [stem(word) for word in expand(split_name(name))] or [name.lower()]


def _whole(words: list[str]) -> str:
    """A name as one word: `LightHouse` is what "lighthouses" asks for."""
    return stem("".join(words))


def _comment(text: str) -> set[str]:
    return {stem(word) for word in split_name(text)} - STOP if text else set()
