"""Gathers what is known of an answer of the embedded model; it must not know what that is worth."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from localai.schema import Schema
from localai.sql.candidates import Reply
from localai.sql.prompt import Prompt
from localai.sql.relevance import unlinked
from localai.sql.trial import Trial, distinct, likelihood, same
from localai.sql.trust import Evidence

# Texts and quoted names, in which a keyword would be none.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
JOINS = re.compile(r"\bJOIN\b", re.IGNORECASE)


def lost(schema: Schema, question: str, prompt: Prompt) -> tuple[str, ...]:
    """The words of the question that name something which is nowhere in the schema: what nothing
    there is called, and the model's family could not make anything of either."""
    words = unlinked(schema, question)
    if prompt.unread is None:
        return words
    return tuple(word for word in words if word.lower() in prompt.unread)


def evidence(words: Sequence[str], chosen: Trial, trials: Sequence[Trial]) -> Evidence:
    """What is known of the chosen trial, one of `trials`, of which the first is the model's own.
    words: those of the question that are lost."""
    standing = distinct(trials)
    everything = sum(map(likelihood, standing)) or 1.0
    agreeing = sum(likelihood(trial) for trial in standing if same(trial, chosen))
    scored = chosen.reply.likelihood is not None
    written = QUOTED.sub("", chosen.model_sql)
    return Evidence(
        lowest=chosen.reply.lowest,
        agreement=agreeing / everything if scored else None,
        likelihood=everything if scored else None,
        declining=_declining(trials[0].reply),
        unlinked=len(words),
        left_out=len(chosen.misses),
        unasked=chosen.unasked,
        clashes=chosen.clashes,
        joins=len(JOINS.findall(written)),
        empty=chosen.is_empty if chosen.result.columns else None,
    )


def _declining(own: Reply) -> float | None:
    """The probability of "I do not know" where the model wrote its own answer: an answer of its
    family is that or begins with SELECT, and either is one token."""
    if not own.scores:
        return None
    first = math.exp(own.scores[0].logprob)
    return first if own.declines else max(0.0, 1.0 - first)
