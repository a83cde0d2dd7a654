"""Carries a question from words to rows; it must not know which engine generates, or who asks."""

from __future__ import annotations

from dataclasses import replace

from localai.errors import InvalidRequest
from localai.model import ModelSpec
from localai.sql.answer import Answer, Options
from localai.sql.candidates import Generate, OnEvent, Propose, sampled
from localai.sql.prompt import as_asked
from localai.sql.report import report
from localai.sql.rounds import Asking, first, second
from localai.sql.source import Source
from localai.sql.trial import choose

MOST_CANDIDATES = 16


def ask(
    question: str,
    source: Source,
    *,
    spec: ModelSpec,
    generate: Generate,
    options: Options | None = None,
    on_event: OnEvent | None = None,
    propose: Propose = sampled,
) -> Answer:
    """Asks the model of `spec` for SQL, checks it, and runs it read-only.

    generate: a request's events, as Runtime.stream gives them. on_event: sees the events of the
    first candidate as they come. propose: where candidates come from. A model that declines, or
    whose SQL may not run, gives an Answer with a `reason`.

    Raises InvalidRequest (an empty question, a follow-up that cannot be understood, `best_of`),
    NotSupported (an option that the model's family does not have), DatabaseError, SQLTimeout, and
    what the engine raises.
    """
    question = question.strip()
    if not question:
        raise InvalidRequest("The question is empty.", field="question")
    options = options or Options()
    if not 1 <= options.best_of <= MOST_CANDIDATES:
        raise InvalidRequest(
            f"best_of is {options.best_of}; 1 to {MOST_CANDIDATES} are allowed.", field="best_of"
        )
    schema = source.schema(options.reading)
    schema = replace(schema, notes=(*schema.notes, *options.notes))
    asked = as_asked(question, schema, spec, options)
    asking = Asking(question, asked, schema, source, spec, options, generate, on_event, propose)
    rounds = [first(asking)]
    chosen = choose(rounds[0].trials)
    if chosen is None and (again := second(asking, rounds[0])):
        rounds.append(again)
        chosen = choose(again.trials)
    return report(asking, rounds, chosen)
