"""Owns human questions that their own database cannot answer once a column is taken from it.

It must not know who answers them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import sqlglot
from measure.comparisons import Needs
from measure.databases import stored
from measure.filling import SHOWN
from measure.held import Held
from measure.questions import Place, Question
from measure.unanswerable import vocabulary
from sqlglot import exp

from localai.linking import Linker
from localai.linking.words import split_name, stem
from localai.schema import Schema

LACKING = "human, of a column that is taken away"


def lacking(asked: Sequence[Question], count: int, seed: int = 5) -> list[Question]:
    """Human questions over their own database without a column that they name."""
    out: list[Question] = []
    for question in random.Random(seed).sample(list(asked), len(asked)):
        place = _narrowed(question)
        if place is not None:
            out.append(Question(place, LACKING, question.text, None, Needs(), {}))
        if len(out) == count:
            break
    return out


def _narrowed(question: Question) -> Place | None:
    """The database without the first column of the right query that the question names by words
    which nothing else there has; None where there is none such."""
    place = question.place
    try:
        tree = sqlglot.parse_one(str(question.facts["sql"]), dialect="sqlite")
    except sqlglot.errors.SqlglotError:
        return None
    said = {stem(word) for word in split_name(question.text)}
    for node in tree.find_all(exp.Column):
        own = {stem(word) for word in split_name(node.name)}
        less = without(place.schema, node.name)
        if own and own <= said and not own & vocabulary(less):
            connection = stored(place.filler.schema, place.filler.rows(0, style=SHOWN))
            source = Held(less, connection).as_source()
            return Place(place.name, less, Linker(less), source, place.filler)
    return None


def without(schema: Schema, column: str) -> Schema:
    """The schema without the columns of that name."""
    tables = tuple(
        replace(
            table,
            columns=tuple(c for c in table.columns if c.name.lower() != column.lower()),
        )
        for table in schema.tables
    )
    return replace(schema, tables=tuple(table for table in tables if table.columns))
