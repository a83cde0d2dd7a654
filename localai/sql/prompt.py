"""Asks a question over a schema of a model, in its family's words; it must not run the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from localai.errors import NotSupported
from localai.model import ModelSpec
from localai.request import GenerateRequest, Message, Sampling
from localai.schema import Schema
from localai.sql.answer import Earlier, Layout, Options
from localai.sql.ddl import ddl, one_line
from localai.sql.layouts import DECLINE, SQLCODER_7B_2, WORDINGS, completion, conversation

COMPLETING = ("plain", "codellama-base")
STOP = ("```", "[/SQL]")
MAX_TOKENS = 300  # what defog's own inference.py allows
TINY_MAX_TOKENS = 128
GREEDY = Sampling(temperature=0.0)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request for a model; `restore` turns its answer into SQL over the schema's names.

    left_out: what the question names and an answer leaves out, unasked: how many columns an answer
    has that the question does not name; clashes: how many of the question's words it goes against;
    as far as that can be told. unread: the question's words, in lower case, for which the family
    found nothing in the schema; None where it does not look.
    """

    request: GenerateRequest
    restore: Callable[[str], str] = str
    left_out: Callable[[str], tuple[str, ...]] = lambda _: ()
    unasked: Callable[[str], int] = lambda _: 0
    clashes: Callable[[str], int] = lambda _: 0
    unread: frozenset[str] | None = None


def build(schema: Schema, question: str, spec: ModelSpec, options: Options | None = None) -> Prompt:
    """The greedy request that asks `question` of a model of `spec`'s prompt family.

    Raises NotSupported where `options.layout` is set and the family's prompt has one layout.
    """
    options = options or Options()
    if spec.reads_slots:
        return _linked(schema, question, spec, options)
    layout = options.layout or layout_of(spec)
    text, grammar = ddl(schema), _grammar(schema, options)
    if spec.prompt in WORDINGS or spec.prompt in COMPLETING:
        wording = WORDINGS.get(spec.prompt, SQLCODER_7B_2)
        lines = _instructions(schema, options)
        prompt = completion(wording, layout, question=question, ddl=text, instructions=lines)
        return Prompt(_request(spec, prompt=prompt, stop=STOP, grammar=grammar))
    lines = [*map(one_line, schema.notes), _today(options)]
    turns = conversation(
        layout, question=question, ddl=text, instructions=lines, earlier=options.earlier
    )
    # A chat model may open its answer with ```: as a stop text that would end it before the SQL.
    return Prompt(_request(spec, messages=turns, grammar=grammar))


def as_asked(question: str, schema: Schema, spec: ModelSpec, options: Options) -> str:
    """The question as the model gets it: the embedded one reads neither a conversation nor notes,
    so that for it a follow-up is put together with the question before, and other names for things
    are put in. Raises InvalidRequest where a follow-up cannot be."""
    if not spec.reads_slots:
        return question
    from localai.sql.followup import joined
    from localai.sql.renaming import renamed

    if options.earlier is not None:
        question = joined(question, options.earlier.question, schema)
    return renamed(question, schema) if schema.notes else question


def layout_of(spec: ModelSpec) -> Layout:
    """The order of question and schema in the model's card; schema-first where none fixes it."""
    return "documented" if spec.prompt in WORDINGS else "schema-first"


def _linked(schema: Schema, question: str, spec: ModelSpec, options: Options) -> Prompt:
    from localai.linking import answer_grammar, clashes, left_out, link, unasked, unlink, unread

    if options.layout is not None:
        raise NotSupported(
            f"{spec.id} has one prompt of its own, and layout is {options.layout}.",
            field="layout",
            hint="Leave the layout out, or take another model.",
        )
    linked = link(schema, question)
    grammar = answer_grammar(linked.slots) if options.grammar else None
    request = _request(spec, prompt=linked.prompt, raw=True, grammar=grammar)
    return Prompt(
        request,
        lambda text: unlink(text, linked.slots),
        lambda text: left_out(linked, text),
        lambda text: unasked(linked, text),
        lambda text: clashes(linked, text),
        unread(linked),
    )


def _instructions(schema: Schema, options: Options) -> list[str]:
    """What SQLCoder is told beside schema and question: by default nothing, as in its card.

    Today's date stands only beside other lines that no card fixes: SQLCoder writes CURRENT_DATE,
    and what is published was measured without a date in the prompt.
    """
    lines = [one_line(note) for note in schema.notes]
    if options.earlier is not None:
        lines.append(_goes_on(options.earlier))
    if lines:
        lines.append(_today(options))
    return [DECLINE, *lines] if options.may_decline else lines


def _goes_on(earlier: Earlier) -> str:
    return (
        f"The question goes on from an earlier one, `{one_line(earlier.question)}`, which this SQL "
        f"answers: {one_line(earlier.sql)}; change that SQL where the new question asks for it"
    )


def _today(options: Options) -> str:
    today = options.today or date.today()
    return f"Today is {today:%A}, {today.isoformat()}; in SQL it is CURRENT_DATE"


def _request(
    spec: ModelSpec,
    *,
    prompt: str | None = None,
    messages: tuple[Message, ...] = (),
    raw: bool = False,
    stop: tuple[str, ...] = (),
    grammar: str | None = None,
) -> GenerateRequest:
    return GenerateRequest(
        model=spec.id,
        prompt=prompt,
        messages=messages,
        raw=raw,
        stream=True,
        max_tokens=TINY_MAX_TOKENS if spec.reads_slots else MAX_TOKENS,
        sampling=GREEDY,
        stop=stop,
        grammar=grammar,
        top_logprobs=0,
    )


def _grammar(schema: Schema, options: Options) -> str | None:
    """Of the schema that the prompt shows: a name that is left out of it cannot be meant."""
    if not options.grammar:
        return None
    from localai.sql.grammar import grammar

    return grammar(schema)
