"""Owns verdicts: each writer's SQL beside the right one, on each content; it must not write SQL."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from measure.contents import Content, Contents
from measure.databases import run
from measure.questions import Question
from measure.right import is_right
from measure.writers import Writer, Written, written

RIGHT, WRONG, DECLINED, FAILED = "right", "wrong", "declined", "failed"


@dataclass(frozen=True)
class Judged:
    """A question with what each writer made of it and whether that is right, by writer."""

    question: Question
    written: Mapping[str, Written]
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class Judgement:
    """judged: questions with three contents. left_out: how many had none, by reason."""

    judged: Sequence[Judged]
    left_out: Mapping[str, int]


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
        verdicts = {name: verdict(answer, suiting) for name, answer in answers.items()}
        judged.append(Judged(question, answers, verdicts))
    return Judgement(judged, left_out)


def verdict(answer: Written, contents: Sequence[Content]) -> str:
    """right only where the rows are so on every content."""
    if answer.declined:
        return DECLINED
    if answer.sql is None:
        return FAILED
    try:
        right = all(is_right(run(c.connection, answer.sql), c.right) for c in contents)
    except sqlite3.Error:
        return FAILED
    return RIGHT if right else WRONG
