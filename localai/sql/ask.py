"""Carries a question from words to rows; it must not know which engine generates, or who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from localai.errors import InvalidRequest
from localai.model import ModelSpec
from localai.sql.answer import Answer, Options
from localai.sql.candidates import Generate, OnEvent, Propose, sampled
from localai.sql.evidence import evidence, lost
from localai.sql.forking import forked
from localai.sql.prompt import as_asked
from localai.sql.report import report
from localai.sql.rounds import Asking, Round, first, second
from localai.sql.source import Source
from localai.sql.trial import Trial, choose, weighed
from localai.sql.trust import Evidence, Trust, trust

MOST_CANDIDATES = 16


class Tried(NamedTuple):
    """What became of a question's tries. chosen: the trial to answer with; None where none
    survived. trusted: how far it can be; None where the model's family has no measure."""

    asking: Asking
    rounds: Sequence[Round]
    chosen: Trial | None
    evidence: Evidence | None
    trusted: Trust | None

    @property
    def is_doubted(self) -> bool:
        return self.trusted is not None and self.trusted.verdict == "declined"


def ask(
    question: str,
    source: Source,
    *,
    spec: ModelSpec,
    generate: Generate,
    options: Options | None = None,
    on_event: OnEvent | None = None,
    propose: Propose | None = None,
) -> Answer:
    """Asks the model of `spec` for SQL, checks it, and runs it read-only.

    generate: a request's events, as Runtime.stream gives them. on_event: sees the events of the
    first candidate as they come. propose: where candidates come from; None is what suits the model.
    A model that declines, whose SQL may not run, or whose answer cannot be trusted at all, gives an
    Answer with a `reason`.

    Raises InvalidRequest (an empty question, a follow-up that cannot be understood, `best_of`),
    NotSupported (an option that the model's family does not have), DatabaseError, SQLTimeout, and
    what the engine raises.
    """
    found = tried(question, source, spec, generate, options, on_event, propose)
    return report(found.asking, found.rounds, found.chosen, found.trusted)


def tried(
    question: str,
    source: Source,
    spec: ModelSpec,
    generate: Generate,
    options: Options | None = None,
    on_event: OnEvent | None = None,
    propose: Propose | None = None,
) -> Tried:
    """What `ask` tells of, with how it was judged. Raises what it raises."""
    question = question.strip()
    if not question:
        raise InvalidRequest("The question is empty.", field="question")
    options = options or Options()
    if options.best_of is not None and not 1 <= options.best_of <= MOST_CANDIDATES:
        raise InvalidRequest(
            f"best_of is {options.best_of}; 1 to {MOST_CANDIDATES} are allowed.", field="best_of"
        )
    schema = source.schema(options.reading)
    schema = replace(schema, notes=(*schema.notes, *options.notes))
    asked = as_asked(question, schema, spec, options)
    propose = propose or (forked if spec.reads_slots else sampled)
    asking = Asking(question, asked, schema, source, spec, options, generate, on_event, propose)
    rounds = [first(asking)]
    judged = _judged(asking, rounds)
    lost = judged.chosen is None
    if lost or judged.is_doubted:
        again = second(asking, rounds[0], redraw=lost)
        judged = _judged(asking, [*rounds, again]) if again else judged
    return judged


def _judged(asking: Asking, rounds: Sequence[Round]) -> Tried:
    trials = rounds[-1].trials
    if not asking.spec.reads_slots:
        return Tried(asking, rounds, choose(trials), None, None)
    chosen = weighed(trials)
    if chosen is None:
        return Tried(asking, rounds, None, None, None)
    found = evidence(lost(asking.schema, asking.question, rounds[-1].prompt), chosen, trials)
    return Tried(asking, rounds, chosen, found, trust(found))
