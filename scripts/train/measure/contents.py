"""Owns the search for contents on which a question's right query finds something.

It must not know who answers.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from measure.databases import stored
from measure.filling import Filler, style_of
from measure.questions import Question
from measure.right import Right

WANTED = 3
SEEDS = 30
# From this seed on keys may come more than once: published schemas name but the first of two.
LOOSE = 20
# Every so many seeds a content is made for all questions over a database, the others for one.
POOLED = 3


class Content(NamedTuple):
    """Rows in a database, and what is right there."""

    connection: sqlite3.Connection
    right: Right


class Contents:
    """Keeps the contents that all questions over the database of the moment share."""

    def __init__(self) -> None:
        self._filler: Filler | None = None
        self._pooled: dict[int, sqlite3.Connection] = {}

    def suiting(self, question: Question) -> list[Content]:
        """Three seeded contents on which the right query finds something, or fewer where none of
        the seeds gives more. Raises sqlite3.Error where the right query does not run."""
        assert question.gold is not None
        found: list[Content] = []
        for connection in self._all(question):
            right = question.gold.right(connection)
            if right is not None:
                found.append(Content(connection, right))
                if len(found) == WANTED:
                    break
        return found

    def _all(self, question: Question) -> Iterator[sqlite3.Connection]:
        filler = question.place.filler
        if self._filler is not filler:
            self._filler, self._pooled = filler, {}
        for seed in range(1, SEEDS + 1):
            if seed % POOLED:
                style = style_of(random.Random(seed), loose=seed >= LOOSE)
                yield stored(filler.schema, filler.rows(seed, question.needs, style))
                continue
            if seed not in self._pooled:
                self._pooled[seed] = stored(filler.schema, filler.rows(seed))
            yield self._pooled[seed]
