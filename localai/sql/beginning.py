"""What all prompts about one schema begin with; it must not know which model is at work, or where.

A prompt that has the schema before the question can be computed up to there while the question is
still being typed.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from os.path import commonprefix

from localai.model import ModelSpec
from localai.request import GenerateRequest, Message
from localai.schema import Schema
from localai.sql.answer import Options
from localai.sql.ddl import ddl
from localai.sql.prompt import build
from localai.sql.prune import tokens
from localai.sql.rounds import room_of

# Two questions that begin with other letters: what their prompts share, those of all others share.
QUESTIONS = ("A", "7")


def beginning(schema: Schema, spec: ModelSpec, options: Options) -> GenerateRequest | None:
    """A request to warm up: the schema, and what stands before every question about it.

    None where there is nothing to gain: the layout has the question before the schema, the schema
    is so large that each question sees a part of it, or the model is the embedded one, which reads
    a prompt of its own for each question, in no time.
    """
    if spec.embeds or spec.reads_slots or tokens(schema) > room_of(options):
        return None
    schema = replace(schema, notes=(*schema.notes, *options.notes))
    options = replace(options, grammar=False, earlier=None)
    one, other = (build(schema, question, spec, options).request for question in QUESTIONS)
    shown = ddl(schema)
    if one.prompt is not None and other.prompt is not None:
        prompt = commonprefix((one.prompt, other.prompt))
        return replace(one, prompt=prompt, warm=True) if shown in prompt else None
    turns = _same(one.messages, other.messages)
    there = any(shown in turn.content for turn in turns)
    return replace(one, messages=turns, warm=True) if there else None


def rereads(schema: Schema, spec: ModelSpec, options: Options) -> bool:
    """Whether each question has the schema read anew, and in another layout would not."""
    first = replace(options, layout="schema-first")
    return beginning(schema, spec, options) is None and beginning(schema, spec, first) is not None


def _same(one: tuple[Message, ...], other: tuple[Message, ...]) -> tuple[Message, ...]:
    pairs = zip(one, other, strict=False)
    return tuple(turn for turn, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
