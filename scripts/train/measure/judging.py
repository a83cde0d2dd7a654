"""Owns verdicts: each writer's SQL beside the right one, on each content; it must not write SQL."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from measure.columns import are_right
from measure.contents import Content, Contents
from measure.databases import run
from measure.questions import Question
from measure.right import is_right
from measure.writers import Writer, Written, written

RIGHT, WRONG, DECLINED, FAILED = "right", "wrong", "declined", "failed"
# Right, with columns in another order than the right query's.
TURNED = "turned"


@dataclass(frozen=True)
class Judged:
    """A question with what each writer made of it and whether that is right, by writer. turned: the
    writers whose right rows have their columns in another order than the right query's."""

    question: Question
    written: Mapping[str, Written]
    verdicts: Mapping[str, str]
    turned: frozenset[str] = frozenset()

    def is_strictly_right(self, name: str) -> bool:
        """Whether the writer's rows are right with columns in the right query's order, too."""
        return self.verdicts[name] == RIGHT and name not in self.turned


@dataclass(frozen=True)
class Judgement:
    """judged: questions with three contents. left_out: how many had none, by reason."""

    judged: Sequence[Judged]
    left_out: Mapping[str, int]

    @property
    def kinds(self) -> list[str]:
        return [one.question.kind for one in self.judged]

    def right(self, names: Iterable[str]) -> dict[str, list[bool]]:
        """By writer, for each question, whether the rows are right."""
        return {name: [one.verdicts[name] == RIGHT for one in self.judged] for name in names}

    def strictly(self, names: Iterable[str]) -> dict[str, list[bool]]:
        """The same, where the order of columns counts, too."""
        return {name: [one.is_strictly_right(name) for one in self.judged] for name in names}


def judge(questions: Sequence[Question], writers: Mapping[str, Writer]) -> Judgement:
    """Lets each writer answer each question for which there are contents, and judges the rows."""
    texts = {name: written(write, questions) for name, write in writers.items()}
    contents, left_out = Contents(), Counter[str]()
    judged = []
    for number, question in enumerate(questions):
        answers = {name: found[number] for name, found in texts.items()}
        if question.gold is None:
            verdicts = {n: RIGHT if a.declined else WRONG for n, a in answers.items()}
            judged.append(Judged(question, answers, verdicts))
            continue
        try:
            suiting = contents.suiting(question)
        except sqlite3.Error:
            if question.gold.must_run:
                verdicts = dict.fromkeys(answers, WRONG)
                judged.append(Judged(question, answers, verdicts))
            else:
                left_out["the right query does not run"] += 1
            continue
        if len(suiting) < 3:
            left_out["no three contents on which the right query finds something"] += 1
            continue
        found = {name: verdict(answer, suiting) for name, answer in answers.items()}
        turned = frozenset(name for name, word in found.items() if word == TURNED)
        verdicts = {name: RIGHT if name in turned else word for name, word in found.items()}
        judged.append(Judged(question, answers, verdicts, turned))
    return Judgement(judged, left_out)


def verdict(answer: Written, contents: Sequence[Content]) -> str:
    """right, or turned, only where the rows are so on every content."""
    if answer.declined:
        return DECLINED
    if answer.sql is None:
        return FAILED
    try:
        found = [run(content.connection, answer.sql) for content in contents]
    except sqlite3.Error:
        return FAILED
    rights = [content.right for content in contents]
    if all(map(is_right, found, rights)):
        return RIGHT
    return TURNED if are_right(found, rights) else WRONG
