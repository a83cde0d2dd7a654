"""Owns the human questions ready for training: their answers, tried on rows, and their values.

It must not know tokens or models.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import sqlglot
from pairs import Answer, CannotSay

from localai.linking import Linker
from localai.linking.catalog import Item
from localai.schema import Schema
from public.alike import Judge
from public.human import Asked, is_development, is_held_out, spider, with_values
from public.induced import Templates
from public.ordering import in_question_order
from public.translator import Translator, literals_of

Literals = dict[Item, set[str]]
Found = tuple[dict[str, Answer], Counter[str]]
Published = tuple[Schema, list[str]]


class Human:
    """Spider's questions over schemas whose listed values come from the questions' own SQL."""

    def __init__(self, folder: Path) -> None:
        self.schemas, self.asked = spider(folder)
        self.literals: dict[str, Literals] = {name: {} for name in self.schemas}
        plain = {name: Translator(Linker(schema)) for name, schema in self.schemas.items()}
        for name, sql in dict.fromkeys((asked.schema, asked.sql) for asked in self.asked):
            for item, texts in literals_of(plain[name], sql).items():
                self.literals[name].setdefault(item, set()).update(texts)

    def schema(self, name: str, rng: random.Random, keep: float) -> Schema:
        """The schema, each column's values listed with the chance `keep`."""
        return with_values(self.schemas[name], self.literals[name], rng, keep)


class Answered:
    """The questions of some databases, with the answers that keep the published SQL's rows."""

    def __init__(self, human: Human, names: Sequence[str], found: Iterable[Found]) -> None:
        self.names = list(names)
        self.human = human
        self.failed: Counter[str] = Counter()
        self._answers: dict[str, dict[str, Answer]] = {}
        for name, (answers, failed) in zip(names, found, strict=True):
            self._answers[name] = answers
            self.failed += failed
        self.linkers = {
            name: Linker(human.schema(name, random.Random(0), 1.0)) for name in self.names
        }
        self.asked = [a for a in human.asked if a.sql in self._answers.get(a.schema, {})]
        self._ordered: dict[Asked, Answer] = {}

    def answer(self, asked: Asked) -> Answer:
        """The answer to a question, its columns in the question's order."""
        if asked not in self._ordered:
            answer, linker = self._answers[asked.schema][asked.sql], self.linkers[asked.schema]
            self._ordered[asked] = in_question_order(answer, asked.question, linker)
        return self._ordered[asked]

    def templates(self) -> Templates:
        """The templates of all these questions."""
        found = Templates()
        for asked in self.asked:
            found.add(self.linkers[asked.schema], asked.question, self.answer(asked))
        return found


def training(human: Human, everything: bool) -> list[str]:
    """The databases to train on; with `everything` the development ones are among them."""
    return [
        name
        for name in sorted(human.schemas)
        if not is_held_out(name) and (everything or not is_development(name))
    ]


def published(human: Human, name: str) -> Published:
    """One database's schema and all SQL that was published for it, each once."""
    sqls = dict.fromkeys(asked.sql for asked in human.asked if asked.schema == name)
    return human.schemas[name], list(sqls)


def tried(database: Published) -> Found:
    """SQL -> answer for one database, where its rows are the published ones on three contents; and
    why there are none for the others."""
    schema, sqls = database
    translator = Translator(Linker(schema))
    judge = Judge(translator.linker, sqls)
    answers: dict[str, Answer] = {}
    failed: Counter[str] = Counter()
    for sql in sqls:
        try:
            answer = judge.first_alike(translator.answers(sql), sql)
        except (CannotSay, sqlglot.errors.SqlglotError):
            failed["no words for it"] += 1
            continue
        except sqlite3.Error:
            failed["published SQL fails"] += 1
            continue
        if answer is None:
            failed["other rows"] += 1
        else:
            answers[sql] = answer
    judge.close()
    return answers, failed
