"""Owns who writes SQL for a question: the model alone, the product as a whole, rules.

It must not know what is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localai.errors import LocalAIError, SQLRejected
from localai.linking import Link, answer_grammar, unlink
from localai.loading import RuntimeConfig
from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.request import GenerateRequest, Sampling
from localai.runtime import Runtime
from localai.sql import Options, ask
from localai.sql.candidates import read
from localai.sql.check import check
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from measure.cells import TODAY
from measure.questions import Question
from measure.rules import answer_by_rule

MODEL = "@local/sql-tiny-measured"
MAX_TOKENS = 128
DECLINES = "I do not know"


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a question. sql: SQLite's, None where there is none. text: before names were put
    in. sure: None where the writer does not say. seconds: of wall clock, for this question."""

    sql: str | None
    text: str = ""
    declined: bool = False
    sure: bool | None = None
    confidence: float | None = None
    seconds: float = 0.0


Writer = Callable[[Question], Written]


def spec_of(path: Path) -> ModelSpec:
    """The file as a registry has it."""
    file = FileSpec("F16", path.name, path=path.resolve())
    numbers = architecture(read_header(path))
    return ModelSpec(MODEL, "measured", numbers, (file,), "F16", "sql-tiny", "CC-BY-SA-4.0")


@contextmanager
def loaded(path: Path, slots: int = 4, threads: int | None = None) -> Iterator[Runtime]:
    """A runtime that knows the file as MODEL."""
    registry = Registry([*Registry.load().models, spec_of(path)], {})
    with Runtime(registry, config=RuntimeConfig(slots=slots, threads=threads)) as runtime:
        yield runtime


def model(runtime: Runtime, *, grammar: bool) -> Writer:
    """The model's greedy text, with names put in: nothing keeps it back but the check."""

    def write(question: Question) -> Written:
        link = question.place.linker.link(question.text)
        request = GenerateRequest(
            model=MODEL,
            prompt=link.prompt,
            raw=True,
            stream=True,
            max_tokens=MAX_TOKENS,
            sampling=Sampling(temperature=0.0),
            grammar=answer_grammar(link.slots) if grammar else None,
            top_logprobs=0,
        )
        reply = read(runtime.stream(request))
        return restored(reply.text, link, question, reply.confidence)

    return write


def rule(question: Question) -> Written:
    """The baseline's answer over the same prompt."""
    link = question.place.linker.link(question.text)
    return restored(answer_by_rule(link), link, question, None)


def product(runtime: Runtime, **options: object) -> Writer:
    """The product's own road from a question to rows, with its options."""
    spec = runtime.registry.resolve(MODEL)
    chosen = Options(today=TODAY, **options)  # type: ignore[arg-type]

    def write(question: Question) -> Written:
        begun = time.monotonic()
        try:
            answer = ask(
                question.text,
                question.place.source,
                spec=spec,
                generate=runtime.stream,
                options=chosen,
            )
        except LocalAIError as error:
            return Written(None, str(error), seconds=time.monotonic() - begun)
        return Written(
            answer.sql,
            answer.model_sql,
            answer.sql is None,
            answer.sql is not None and not getattr(answer, "unsure", True),
            answer.confidence,
            time.monotonic() - begun,
        )

    return write


def restored(text: str, link: Link, question: Question, confidence: float | None) -> Written:
    """What the model's text comes to: names put in, checked, in SQLite's SQL."""
    try:
        sql = unlink(text, link.slots)
        if sql == DECLINES:
            return Written(None, text, True, confidence=confidence)
        return Written(check(sql, question.place.schema, TODAY).sql, text, confidence=confidence)
    except SQLRejected as error:
        return Written(None, f"{text}  [{error}]", confidence=confidence)


def written(write: Writer, questions: Sequence[Question], at_once: int = 4) -> list[Written]:
    """One for each question, several written at once."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(write, questions))
