"""Owns the tries that one question gets, and how much of the schema each sees; it must not know
what is said of them.

The first try sees as much of the schema as the prompt is allowed. Where nothing comes of it there
is one more: with more of the schema if some was left out, else with a sampled answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from localai.errors import ContextExceeded, SQLTimeout
from localai.model import ModelSpec
from localai.request import GenerateRequest
from localai.schema import Schema
from localai.sql.answer import Options
from localai.sql.candidates import Generate, OnEvent, Propose, resampled
from localai.sql.prompt import MAX_TOKENS, Prompt, build
from localai.sql.prune import MOST, parts, prune, tokens
from localai.sql.source import Source
from localai.sql.trial import Trial, try_out

# What a prompt says beside the schema: the longest wording, and the question twice.
WORDING_TOKENS = 200
# The embedded model is for few tables: of its 100 held-out questions, each hidden among 290 tables
# of others, it answered 78 with 5 tables chosen by their words, 71 with 8 (81 without the others).
TINY_TABLES = 5
# Candidates where nobody says how many. The embedded model forks only where it is in doubt.
TINY_CANDIDATES = 5
CANDIDATES = 1
# The second try may see so many times as much, where the whole schema does not fit.
LARGER = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """One question with all that it takes to answer it. typed: as it came; question: as the model
    gets it."""

    typed: str
    question: str
    schema: Schema
    source: Source
    spec: ModelSpec
    options: Options
    generate: Generate
    on_event: OnEvent | None
    propose: Propose


@dataclass(frozen=True, slots=True)
class Round:
    """One try. part: what its prompt held of the schema. trials: one for each candidate.
    redrawn: its one candidate was sampled, over the same prompt as before."""

    part: Schema
    prompt: Prompt
    trials: Sequence[Trial]
    model_seconds: float
    database_seconds: float
    redrawn: bool = False


def room_of(options: Options) -> int:
    """Tokens that the schema may have in the first try's prompt."""
    return options.prompt_tokens - WORDING_TOKENS


def candidates(options: Options, spec: ModelSpec) -> int:
    """How many candidates a question gets at most."""
    usual = TINY_CANDIDATES if spec.reads_slots else CANDIDATES
    return usual if options.best_of is None else options.best_of


def first(asking: Asking) -> Round:
    """The first try. Raises what the engine and the database raise."""
    part = _part(asking, room_of(asking.options))
    return _fitted(asking, part)


def second(asking: Asking, before: Round, *, redraw: bool = True) -> Round | None:
    """One more try after one that brought nothing, or nothing to be trusted; None where it would
    bring nothing either. redraw: whether another answer over the same prompt may help."""
    failed = before.trials[0]
    if isinstance(failed.error, SQLTimeout):
        return None
    larger = _larger(asking)
    if tokens(larger) > tokens(before.part):
        try:
            return _fitted(asking, larger)
        except ContextExceeded:
            # The engine has less room than the model: what was seen before is all that fits.
            pass
    if not redraw or len(before.trials) > 1 or failed.declines:
        return None
    request = resampled(before.prompt.request, seed=1)
    return replace(_round(asking, before.part, before.prompt, request, 1), redrawn=True)


def _larger(asking: Asking) -> Schema:
    context = asking.spec.architecture.context - MAX_TOKENS - WORDING_TOKENS
    if tokens(asking.schema) <= context:
        return asking.schema
    return _part(asking, min(context, LARGER * asking.options.prompt_tokens), LARGER)


def _part(asking: Asking, room: float, times: int = 1) -> Schema:
    """What a prompt with `room` tokens for it shows of the schema; `times`: of the usual number of
    tables."""
    if not asking.spec.reads_slots:
        return prune(asking.schema, asking.question, room, times * MOST)
    from localai.linking.prompt import MOST_TABLES

    # Its family writes every schema short enough by itself.
    if len(asking.schema.tables) <= MOST_TABLES:
        return asking.schema
    return next(parts(asking.schema, asking.question, times * TINY_TABLES))


def _fitted(asking: Asking, part: Schema) -> Round:
    """A try with this part of the schema, or a smaller one if the engine says that it is too long
    for it. Raises ContextExceeded where that does not help either."""
    try:
        return _tried(asking, part)
    except ContextExceeded as error:
        # The engine has counted: that tells how many real tokens one of ours is.
        factor = tokens(part) / error.prompt_tokens
        room = (error.limit - error.max_tokens) * factor - WORDING_TOKENS
        smaller = prune(asking.schema, asking.question, room)
        if tokens(smaller) >= tokens(part):
            raise
        return _tried(asking, smaller)


def _tried(asking: Asking, part: Schema) -> Round:
    prompt = build(part, asking.question, asking.spec, asking.options)
    return _round(asking, part, prompt, prompt.request, candidates(asking.options, asking.spec))


def _round(
    asking: Asking, part: Schema, prompt: Prompt, request: GenerateRequest, count: int
) -> Round:
    request = replace(request, progress=asking.on_event is not None)
    begun = time.monotonic()
    replies = asking.propose(request, asking.generate, count, asking.on_event)
    replied = time.monotonic()
    trials = [
        try_out(reply, prompt, asking.schema, asking.source, asking.options) for reply in replies
    ]
    return Round(part, prompt, trials, replied - begun, time.monotonic() - replied)
