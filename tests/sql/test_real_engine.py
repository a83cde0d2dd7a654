"""Questions through the real engine, on random weights: what is reused, and how junk ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.model import FileSpec, ModelSpec
from localai.registry import add_local
from localai.reply import Event, Progress
from localai.runtime import Runtime, RuntimeConfig
from localai.sql import Answer, Options, Source, ask, open_source
from localai.sql.answer import Layout
from localai.sql.candidates import read
from localai.sql.prompt import build
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from tests.gguf_models import tiny_llama

FAMILIES = ("sqlcoder-7b-2", "plain", "chatml")
# The shop's prompt has some 1,100 tokens, an answer 300 at most.
CONTEXT = 2600


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Its answers have some 150 tokens.
    return tiny_llama(tmp_path_factory.mktemp("model") / "junk.gguf", context=8192, eos_logit=8.0)


@pytest.fixture
def runtime(model_path: Path) -> Iterator[Runtime]:
    numbers = architecture(read_header(model_path))
    files = (FileSpec("F16", model_path.name, path=model_path),)
    for family in FAMILIES:
        add_local(ModelSpec(f"@local/{family}", family, numbers, files, "F16", family, "MIT"))
    with Runtime(config=RuntimeConfig(slots=4, threads=1, context=CONTEXT)) as runtime:
        yield runtime


@pytest.fixture
def source(shop: Path) -> Iterator[Source]:
    with open_source(shop) as source:
        yield source


def put(
    runtime: Runtime, source: Source, question: str, family: str = "plain", **options: object
) -> Answer:
    spec = runtime.registry.resolve(f"@local/{family}")
    chosen = Options(**options)  # type: ignore[arg-type]
    return ask(question, source, spec=spec, generate=runtime.stream, options=chosen)


def computed(answer: Answer) -> int:
    """How many tokens of prompts were computed and not reused."""
    assert answer.usage is not None
    return answer.usage.prompt_tokens - answer.usage.cached_tokens


@pytest.mark.parametrize("family", FAMILIES)
def test_junk_ends_in_a_clear_reason(runtime: Runtime, source: Source, family: str) -> None:
    answer = put(runtime, source, "How many customers are in Berlin?", family, grammar=False)
    assert answer.sql is None and answer.rows == ()
    assert answer.reason is not None and answer.reason.startswith("The model's answer ")
    assert answer.confidence is not None and 0 < answer.confidence < 1


@pytest.mark.parametrize("family", FAMILIES)
def test_with_a_grammar_junk_is_sql_or_a_no(runtime: Runtime, source: Source, family: str) -> None:
    answer = put(runtime, source, "How many customers are in Berlin?", family)
    start = answer.model_sql.upper().lstrip("( \n")
    assert start.startswith(("SELECT", "WITH", "I DO NOT KNOW"))
    assert answer.usage is not None and answer.usage.rejected_tokens > 0


def test_the_next_question_over_a_schema_first_prompt_computes_the_question_alone(
    runtime: Runtime, source: Source
) -> None:
    def costs(question: str, family: str, layout: Layout | None = None) -> int:
        spec = runtime.registry.resolve(f"@local/{family}")
        options = Options(grammar=False, layout=layout)
        reply = read(runtime.stream(build(source.schema(), question, spec, options).request))
        assert reply.usage is not None
        return reply.usage.prompt_tokens - reply.usage.cached_tokens

    whole = costs("How many customers are there?", "plain")
    assert costs("Which products were never ordered by anyone?", "plain") < whole / 5
    costs("How many customers are there?", "sqlcoder-7b-2")
    assert costs("Which products were never ordered?", "sqlcoder-7b-2") > whole / 2
    moved = costs("Which are new?", "sqlcoder-7b-2", layout="schema-first")
    assert costs("How many are new?", "sqlcoder-7b-2", layout="schema-first") < moved / 5


def test_candidates_share_one_prompt_in_the_room_of_one_and_their_tails(
    runtime: Runtime, source: Source
) -> None:
    answer = put(runtime, source, "Who?", "sqlcoder-7b-2", best_of=4, grammar=False)
    assert answer.usage is not None
    prompt = answer.usage.prompt_tokens // 4
    assert 4 * prompt > CONTEXT
    assert computed(answer) < 1.1 * prompt


def test_the_same_question_has_the_same_candidates(runtime: Runtime, source: Source) -> None:
    first, again = (
        put(runtime, source, "How many customers?", best_of=3, grammar=False) for _ in range(2)
    )
    assert (first.model_sql, first.reason) == (again.model_sql, again.reason)


def test_the_progress_of_the_prompt_is_told(runtime: Runtime, source: Source) -> None:
    seen: list[Event] = []
    spec = runtime.registry.resolve("@local/chatml")
    ask("How many?", source, spec=spec, generate=runtime.stream, on_event=seen.append)
    last = [event for event in seen if isinstance(event, Progress)][-1]
    assert last.computed == last.total > 1000
