"""Owns the human questions over databases that no training saw: which, and on what rows.

It must not know who answers them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import public.human as published
import sqlglot
from pairs import CannotSay, encode
from public.translator import Translator

from localai.linking import Linker
from localai.schema import Schema
from localai.sql import open_source
from measure.comparisons import needs
from measure.databases import saved
from measure.filling import SHOWN, Filler
from measure.questions import Place, Question, kind_of
from measure.right import Gold
from measure.writers import Written, restored

HELD_OUT, DEVELOPMENT = "held out", "development"


def chosen(databases: Sequence[str], which: str) -> list[str]:
    """The held-out databases, or the next fifteen after them; by the hash of their names."""
    test = published.is_held_out if which == HELD_OUT else published.is_development
    return [name for name in databases if test(name)]


@contextmanager
def questions(folder: Path, which: str, most: int | None = None) -> Iterator[list[Question]]:
    """The published questions with their paraphrases, over databases made in a folder of their
    own; a seeded sample where there are more than `most`."""
    schemas, asked = published.spider(folder)
    names = set(chosen(sorted(schemas), which))
    asked = [one for one in asked if one.schema in names]
    sample = asked if most is None else random.Random(7).sample(asked, min(most, len(asked)))
    with TemporaryDirectory() as home, ExitStack() as opened:
        places: dict[str, Place] = {}
        for name in sorted({one.schema for one in sample}):
            own = [one.sql for one in asked if one.schema == name]
            places[name] = opened.enter_context(_place(name, schemas[name], own, Path(home)))
        yield sorted(
            (
                Question(
                    places[one.schema],
                    kind_of(one.sql),
                    one.question,
                    Gold(one.sql),
                    needs(one.sql, schemas[one.schema], "sqlite"),
                    {"sql": one.sql},
                )
                for one in sample
            ),
            key=lambda question: question.place.name,
        )


@contextmanager
def _place(name: str, schema: Schema, golds: Sequence[str], home: Path) -> Iterator[Place]:
    schema = _without_shadows(schema)
    filler = Filler(schema, (needs(sql, schema, "sqlite") for sql in dict.fromkeys(golds)))
    path = saved(schema, filler.rows(0, style=SHOWN), home / f"{name}.sqlite")
    with open_source(path) as source:
        seen = source.schema()
        yield Place(name, seen, Linker(seen), source, filler)


def _without_shadows(schema: Schema) -> Schema:
    kept = tuple(table for table in schema.tables if not table.name.startswith("sqlite_"))
    return Schema(kept, schema.foreign_keys, schema.dialect)


def linked(question: Question) -> Written:
    """The linker's ceiling: the right query in the model's language, as a model that makes no
    mistake would write it from this prompt; nothing where slots are missing, or words for it."""
    sql = str(question.facts["sql"])
    link = question.place.linker.link(question.text)
    try:
        text = encode(Translator(question.place.linker).answer(sql), link)
    except (CannotSay, sqlglot.errors.SqlglotError) as error:
        return Written(None, str(error))
    return restored(text, link, question, None)
