"""Owns how often an answer stays the same when names or the order of tables change.

It must not know what is right.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from localai.linking import Linker
from measure import synthetic
from measure.of_human import HELD
from measure.questions import Question
from measure.renamed import renaming, same_but_names, shuffled
from measure.settings import Settings
from measure.tables import Table, share
from measure.writers import Written, loaded, model, written

SEED = 5
Pair = tuple[Question, Question, Callable[[str], str]]


def tables(settings: Settings) -> list[Table]:
    asked = synthetic.questions(settings.questions)
    with loaded(settings.file, threads=settings.threads) as runtime:
        write = model(runtime, grammar=True)
        rows = [
            _row("columns and tables renamed", _renamed(asked), write, settings.show),
            _row("tables shuffled", _shuffled(asked, columns=False), write, settings.show),
            # A table without a name is called by its first text, so this may change an answer.
            _row("columns shuffled, too", _shuffled(asked, columns=True), write, settings.show),
        ]
    title = f"Made-up questions, held out: the SQL changes in nothing but the names ({HELD})"
    table = Table(title, ["", "questions", "the same"])
    rows.append(("all", sum(count for _, count, _ in rows), sum(same for _, _, same in rows)))
    for name, count, same in rows:
        table.rows.append([name, count, share(same, count)])
    return [table]


def _renamed(asked: Sequence[Question]) -> list[Pair]:
    rng = random.Random(SEED)
    pairs: list[Pair] = []
    for question in asked:
        found = renaming(question.place.schema, question.text, rng)
        if found is not None:
            schema = found.schema(question.place.schema)
            place = replace(question.place, schema=schema, linker=Linker(schema))
            other = replace(question, place=place, text=found.question(question.text))
            pairs.append((question, other, found.name))
    return pairs


def _shuffled(asked: Sequence[Question], *, columns: bool) -> list[Pair]:
    rng = random.Random(SEED)
    pairs: list[Pair] = []
    for question in asked:
        schema = shuffled(question.place.schema, rng, columns=columns)
        place = replace(question.place, schema=schema, linker=Linker(schema))
        pairs.append((question, replace(question, place=place), str))
    return pairs


def _row(
    title: str, pairs: Sequence[Pair], write: Callable[[Question], Written], show: bool
) -> tuple[str, int, int]:
    before = written(write, [question for question, _, _ in pairs])
    after = written(write, [other for _, other, _ in pairs])
    same = 0
    for (question, other, name), one, two in zip(pairs, before, after, strict=True):
        alike = _alike(one, two, name)
        same += alike
        if show and not alike:
            print(f"{title}: {question.text} / {other.text}")
            for sql, text in ((one.sql, one.text), (two.sql, two.text)):
                print(f"   {' '.join((sql or 'no SQL').split())}   {text}")
    return title, len(pairs), same


def _alike(one: Written, two: Written, name: Callable[[str], str]) -> bool:
    if one.sql is None or two.sql is None:
        return one.sql is two.sql and one.declined == two.declined
    return same_but_names(one.sql, two.sql, name)
