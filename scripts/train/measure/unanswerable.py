"""Owns questions that a database cannot answer: human ones about another, and made-up ones.

It must not know who answers them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import sqlglot
from made_up.generator import DECLINED, Asker
from sqlglot import exp

from localai.linking import Linker
from localai.linking.words import split_name, stem
from localai.schema import Schema
from measure.comparisons import Needs
from measure.questions import Place, Question
from measure.synthetic import SEED, over

HUMAN, MADE_UP = "human, of another database", "made up"
# Of what the right query names, so much must be missing: a database of horses has names, too.
MISSING = 0.5
TRIES = 400


def misplaced(asked: Sequence[Question], count: int, seed: int = 3) -> list[Question]:
    """Human questions put to another of the same databases, one that lacks what they are about."""
    rng = random.Random(seed)
    places = list({one.place.name: one.place for one in asked}.values())
    vocabularies = {place.name: vocabulary(place.schema) for place in places}
    out = []
    for question in rng.sample(list(asked), len(asked)):
        others = [p for p in places if lacks(vocabularies[p.name], question)]
        if others:
            place = rng.choice(others)
            out.append(replace(question, place=place, kind=HUMAN, gold=None, needs=Needs()))
        if len(out) == count:
            break
    return sorted(out, key=lambda one: one.place.name)


def vocabulary(schema: Schema) -> set[str]:
    """The stems of all words in the schema's names and listed values."""
    texts = [table.name for table in schema.tables]
    for table in schema.tables:
        for column in table.columns:
            texts += [column.name, *column.values]
    return {stem(word) for text in texts for word in split_name(text)}


def lacks(words: set[str], question: Question) -> bool:
    """Whether nothing there is called as the tables of the right query, nor as half of all that it
    names."""
    try:
        tree = sqlglot.parse_one(str(question.facts["sql"]), dialect="sqlite")
    except sqlglot.errors.SqlglotError:
        return False
    tables = {stem(word) for node in tree.find_all(exp.Table) for word in split_name(node.name)}
    columns = {stem(word) for node in tree.find_all(exp.Column) for word in split_name(node.name)}
    named = columns - {"id"}
    return not tables & words and len(named - words) >= MISSING * len(named)


def made_up(count: int, seed: int = SEED) -> list[Question]:
    """The generator's own questions that cannot be answered, over held-out schemas."""
    rng = random.Random(seed)
    out: list[Question] = []
    for number in range(TRIES * count):
        asker = Asker(rng, held_out=True)
        place: Place | None = None
        for _ in range(10):
            text, answer = asker.ask()
            if answer == DECLINED:
                place = place or over(f"made up {number}", asker.schema, Linker(asker.schema), ())
                out.append(Question(place, MADE_UP, text, None, Needs(), {}))
        if len(out) >= count:
            break
    return out[:count]
