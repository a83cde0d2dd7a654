"""Carries a question from words to rows; it must not know which engine generates, or who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from localai.errors import EngineError, InvalidRequest, SQLRejected
from localai.model import ModelSpec
from localai.reply import Event, Failed, Finished, FinishReason, TextDelta, Usage
from localai.request import GenerateRequest
from localai.schema import Schema
from localai.sql.answer import Answer, Options
from localai.sql.cut import Cut, cut, declined
from localai.sql.database import Result
from localai.sql.prompt import build
from localai.sql.source import Source

NOTHING = Result((), (), False)


class Events(Protocol):
    """A request's events; `cancel` asks for the end, which is then still to be read."""

    def __iter__(self) -> Iterator[Event]: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class _Reply(NamedTuple):
    text: str
    sql: str
    ended: bool
    reason: FinishReason
    usage: Usage | None


def ask(
    question: str,
    source: Source,
    *,
    spec: ModelSpec,
    generate: Callable[[GenerateRequest], Events],
    options: Options | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Answer:
    """Asks the model of `spec` for SQL, checks it, and runs it read-only.

    generate: a request's events, as Runtime.stream gives them. on_event: sees the events as they
    come. A model that declines, or whose SQL may not run, gives an Answer with a `reason`.

    Raises InvalidRequest (empty question), DatabaseError, SQLTimeout, and what the engine raises.
    """
    options = options or Options()
    if not question.strip():
        raise InvalidRequest("The question is empty.", field="question")
    schema = source.schema(options.reading)
    prompt = build(schema, question.strip(), spec)
    reply = _reply(generate(prompt.request), on_event)
    model_sql, sql, reason, result = reply.sql, None, None, NOTHING
    try:
        _refuse_no_answer(reply)
        model_sql = prompt.restore(reply.sql)
        sql = _checked(model_sql, schema)
        if options.run and source.can_run:
            result = source.run(sql, options.limits)
    except SQLRejected as error:
        sql, reason = None, str(error)
    return Answer(
        question=question,
        sql=sql,
        model_sql=model_sql,
        reason=reason,
        columns=result.columns,
        rows=result.rows,
        truncated=result.truncated,
        model=spec.id,
        usage=reply.usage,
    )


def _reply(events: Events, on_event: Callable[[Event], None] | None) -> _Reply:
    text, found = "", None
    try:
        for event in events:
            if on_event is not None and found is None:
                on_event(event)
            if isinstance(event, Finished):
                return _Reply(text, *(found or cut(text)), event.reason, event.usage)
            if isinstance(event, Failed):
                if found is None:
                    raise event.error
                return _Reply(text, *found, "stop", event.usage)
            if isinstance(event, TextDelta) and found is None:
                text += event.text
                found = _ended(text)
                if found is not None:
                    # No further token is worth its time; the end still tells the usage.
                    events.cancel()
    finally:
        events.close()
    raise EngineError("The model's answer stopped without an end.")


def _ended(text: str) -> Cut | None:
    found = cut(text)
    return found if found.ended else None


def _refuse_no_answer(reply: _Reply) -> None:
    if declined(reply.text):
        raise SQLRejected("The model answered: I do not know.")
    if not reply.sql:
        raise SQLRejected("The model gave no answer.")
    if reply.reason == "length" and not reply.ended:
        tokens = reply.usage.completion_tokens if reply.usage else 0
        raise SQLRejected(f"The model's answer was cut off after {tokens} tokens.")


def _checked(text: str, schema: Schema) -> str:
    # sqlglot takes 0.1 s to import: wait until there is something to check.
    from localai.sql.check import check

    return check(text, schema)
