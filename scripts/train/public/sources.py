"""Owns the kinds of training pairs that come from human questions: as asked, over varied schemas,
by template over other schemas, and those that a schema cannot answer.

It must not know files or processes, nor tokens or models.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import sqlglot
from pairs import Answer, CannotSay, encode

from localai.errors import SQLRejected
from localai.linking import Linker, unlink
from localai.linking.catalog import Item
from localai.schema import Schema
from public.declining import elsewhere, without_something
from public.filling import renamed
from public.humans import Answered
from public.induced import Templates, induced, is_linked
from public.learnable import is_learnable
from public.rephrasing import rephrased
from public.translator import Translator, literals_of
from public.variation import listed, needed_tables, reworded, varied
from public.wiki import Row, schema_of, table_name

Pair = tuple[str, str, str]
MadeUp = Callable[[random.Random], Schema]
DECLINED: Answer = ["I do not know"]
# Induced questions over one schema, and the share of schemas that are human ones.
_A_SCHEMA = 40
# Questions over one variation of a schema.
_A_VARIATION = 3
_HUMAN_SCHEMAS = 0.35
# Of the unanswerable questions: those asked of another schema; the rest lack one thing.
_ELSEWHERE = 0.5
# A phrase that may be said otherwise is so with this chance, in all but what was asked.
_REPHRASED = 0.3
_KEEPS = (0.3, 0.7, 1.0, 1.0)


def pair_of(linker: Linker, question: str, answer: Answer) -> Pair | None:
    """(source-less prompt, answer, SQL), or None where the linker did not give what is needed."""
    link = linker.link(question)
    try:
        text = encode(answer, link)
        sql = unlink(text, link.slots)
    except (CannotSay, SQLRejected):
        return None
    return link.prompt, " " + text, sql


class Sources:
    """Pairs from the human questions of some databases; `made_up` gives schemas to ask over."""

    def __init__(self, answered: Answered, templates: Templates, made_up: MadeUp) -> None:
        self._answered = answered
        self._templates = templates
        self._made_up = made_up
        self._donors = [answered.human.schemas[name] for name in answered.names]
        self._tables = sorted({table.name for donor in self._donors for table in donor.tables})
        self._columns = sorted({c.name for d in self._donors for t in d.tables for c in t.columns})

    def plain(self, everything: bool = False) -> Iterator[Pair]:
        """Each question as it was asked, over its own schema; with `everything` also those that
        speak of a column in words that nothing in the prompt tells."""
        for asked in self._answered.asked:
            linker = self._answered.linkers[asked.schema]
            pair = pair_of(linker, asked.question, self._answered.answer(asked))
            if pair is not None and (everything or is_learnable(*pair[:2])):
                yield pair

    def varied(self, rng: random.Random) -> Iterator[Pair]:
        """Each question once, in a wording and over a schema that differ a little; a few questions
        to a schema."""
        asked = self._answered.asked
        done = 0
        while done < len(asked):
            name = asked[done].schema
            some = [one for one in asked[done : done + _A_VARIATION] if one.schema == name]
            done += len(some)
            answers = [self._answered.answer(one) for one in some]
            own, literals = self._answered.linkers[name], self._answered.human.literals[name]
            linker, moved = self._varied(own, answers, literals, rng)
            for one, answer in zip(some, moved, strict=True):
                pair = pair_of(
                    linker, reworded(rephrased(one.question, rng, _REPHRASED), rng), answer
                )
                if pair is not None and is_learnable(*pair[:2]):
                    yield pair

    def _varied(
        self,
        own: Linker,
        answers: Sequence[Answer],
        literals: dict[Item, set[str]],
        rng: random.Random,
    ) -> tuple[Linker, list[Answer]]:
        shown = listed(own.schema, literals, rng, rng.choice(_KEEPS))
        parts = [part for answer in answers for part in answer]
        said = {part[1] for part in parts if isinstance(part, tuple) and part[0] == "c"}
        said |= {part[2] for part in parts if isinstance(part, tuple) and part[0] == "v"} - {None}
        needed = set().union(*(needed_tables(own, answer) for answer in answers))
        donors = rng.sample(self._donors, min(2, len(self._donors)))
        other = varied(shown, own, said, needed, donors, rng)
        return Linker(other.schema), [other.answer(answer) for answer in answers]

    def induced(self, count: int, rng: random.Random) -> Iterator[Pair]:
        """`count` questions by template over made-up and human schemas."""
        yield from self._filled(self._templates, count, rng)

    def _filled(self, templates: Templates, count: int, rng: random.Random) -> Iterator[Pair]:
        made = 0
        for filled in induced(templates, lambda: self._linker(rng), rng, _A_SCHEMA):
            question = reworded(rephrased(filled.question, rng, _REPHRASED), rng)
            link = filled.linker.link(question)
            if not is_linked(filled, link.prompt, link.slots.columns):
                continue
            pair = pair_of(filled.linker, question, filled.answer)
            if pair is not None:
                made += 1
                yield pair
            if made >= count:
                return

    def _linker(self, rng: random.Random) -> Linker:
        if rng.random() < _HUMAN_SCHEMAS:
            return self._answered.linkers[rng.choice(self._answered.names)]
        return Linker(self._made_up(rng))

    def wiki(
        self, rows: Sequence[Row], more: int, rng: random.Random
    ) -> Iterator[tuple[str, Pair]]:
        """WikiSQL's questions with distractors, and `more` of their templates over others."""
        templates = Templates()
        for row in rows:
            try:
                found = self._wiki(row, rng)
            except (CannotSay, sqlglot.errors.SqlglotError):
                continue
            linker, answer, literals = found
            templates.add(linker, row.question, answer)
            other, [moved] = self._varied(linker, [answer], literals, rng)
            pair = pair_of(other, reworded(row.question, rng), moved)
            if pair is not None and is_learnable(*pair[:2]):
                yield "wikisql", pair
        for pair in self._filled(templates, more, rng):
            yield "induced", pair

    def _wiki(self, row: Row, rng: random.Random) -> tuple[Linker, Answer, dict[Item, set[str]]]:
        schema = schema_of(row, rng.sample(self._columns, rng.randint(2, 7)), rng)
        translator = Translator(Linker(schema))
        answer = translator.answer(row.sql)
        literals = literals_of(translator, row.sql)
        named = renamed(schema, {Item(0, -1): table_name(row, self._tables, rng)})
        return Linker(listed(named, literals, rng, 1.0)), answer, literals

    def declined(self, count: int, rng: random.Random) -> Iterator[Pair]:
        """`count` questions that cannot be answered: half human ones, half by template."""
        filled = induced(self._templates, lambda: self._linker(rng), rng, _A_SCHEMA)
        made = 0
        others = [Linker(self._made_up(rng)) for _ in range(40)]
        others += rng.sample(list(self._answered.linkers.values()), min(40, len(self._donors)))
        while made < count:
            if rng.random() < 0.5:
                asked = rng.choice(self._answered.asked)
                own, question = self._answered.linkers[asked.schema], asked.question
                answer = self._answered.answer(asked)
            else:
                own, question, answer, _ = next(filled)
            linker = self._unable(own, question, answer, others, rng)
            if linker is None:
                continue
            pair = pair_of(linker, reworded(question, rng), DECLINED)
            if pair is not None:
                made += 1
                yield pair

    def _unable(
        self,
        own: Linker,
        question: str,
        answer: Answer,
        others: Sequence[Linker],
        rng: random.Random,
    ) -> Linker | None:
        if rng.random() < _ELSEWHERE:
            some = [other for other in rng.sample(others, min(6, len(others))) if other is not own]
            return elsewhere(own, question, answer, some, rng)
        return without_something(own, question, answer, rng)
