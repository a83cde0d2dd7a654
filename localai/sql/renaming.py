"""Puts what notes say into the question itself, for a model that reads no notes; it must not know
models."""

from __future__ import annotations

import re
from collections.abc import Sequence

from localai.schema import Schema
from localai.sql.asked import asked

# "clients means customers": the only kind of note that a question's own words can carry.
MEANS = re.compile(r"\W*(.+?)\W+(?:means?|stands? for|is called|are called)\W+(.+?)\W*", re.I)


def renamed(question: str, schema: Schema) -> str:
    """The question with the words that a note gives another name for, where that is the name of a
    table or column."""
    names = {_plain(name) for t in schema.tables for name in (t.name, *(c.name for c in t.columns))}
    for note in schema.notes:
        said = MEANS.fullmatch(note)
        if said and _plain(said[2]) in names:
            words = rf"\b{re.escape(said[1])}\b"
            question = re.sub(words, said[2].replace("\\", ""), question, flags=re.IGNORECASE)
    return question


def unused(question: str, notes: Sequence[str]) -> tuple[str, ...]:
    """The notes that speak of what the question does."""
    return tuple(
        note for note in notes if len(asked(question, [note]).words) > len(asked(question).words)
    )


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.lower().replace("_", " ")))
