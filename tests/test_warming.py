"""Prompts computed before they are asked, on llama.cpp itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai.errors import Cancelled, Closed, ContextExceeded, NotSupported
from localai.llama import LlamaModel
from localai.reply import Failed, Finished, Usage
from localai.request import GenerateRequest, Message, Sampling
from localai.runtime import Runtime, RuntimeConfig
from localai.warming import opening
from tests.fakes import Receiver
from tests.gguf_embedders import tiny_bert
from tests.gguf_models import tiny_llama
from tests.test_runtime import local_model

GREEDY = Sampling(temperature=0)
SCHEMA = "CREATE TABLE customers (id INT, name TEXT, city TEXT);\n" * 20


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slow enough for somebody to come in the middle of a prompt."""
    place = tmp_path_factory.mktemp("warm") / "warm.gguf"
    controls = ("<|im_start|>", "<|im_end|>")
    return tiny_llama(
        place, layers=6, embedding=256, feed_forward=1024, context=4096, controls=controls
    )


@pytest.fixture
def runtime(path: Path, tmp_path: Path) -> Iterator[Runtime]:
    for name, prompt in (("plain", "plain"), ("chat", "chatml"), ("coder", "sqlcoder-7b-2")):
        local_model(path, name, prompt)
    local_model(tiny_bert(tmp_path / "bert.gguf").path, "bert")
    with Runtime(config=RuntimeConfig(slots=2, threads=1, context=4096)) as runtime:
        yield runtime


def usage(runtime: Runtime, request: GenerateRequest) -> Usage:
    last = list(runtime.stream(request))[-1]
    assert isinstance(last, Finished), last
    return last.usage


def plain(question: str, **more: object) -> GenerateRequest:
    prompt = SCHEMA + question
    return GenerateRequest(
        "@local/plain",
        prompt,
        raw=True,
        max_tokens=4,
        sampling=GREEDY,
        **more,  # type: ignore[arg-type]
    )


def chat(*turns: str, model: str = "@local/chat") -> GenerateRequest:
    roles = ("user", "assistant")
    said = [Message(roles[n % 2], turn) for n, turn in enumerate(turns)]  # type: ignore[arg-type]
    messages = (Message("system", SCHEMA), *said)
    return GenerateRequest(model, messages=messages, max_tokens=4, sampling=GREEDY)


def test_a_warm_prompt_is_there_for_all_that_begin_like_it(runtime: Runtime) -> None:
    kept = runtime.warm(plain(""))
    assert kept.prompt_tokens > 200 and kept.completion_tokens == kept.cached_tokens == 0
    for question in ("### How many?", "\nWho?", "CREATE"):
        # Where text goes on, the last token may be another.
        assert usage(runtime, plain(question)).cached_tokens >= kept.prompt_tokens - 2


@pytest.mark.parametrize("turns", [(), ("Who?", "SELECT 1")])
def test_messages_that_end_before_a_users_turn_are_kept_as_far_as_they_are_the_same(
    runtime: Runtime, turns: tuple[str, ...]
) -> None:
    kept = runtime.warm(chat(*turns)).prompt_tokens
    assert kept > 200
    for question in ("How many?", "7 or 8?", "And then?"):
        found = usage(runtime, chat(*turns, question))
        assert found.cached_tokens >= kept
        # What is left is the question, and the format's few words around it.
        assert found.prompt_tokens - found.cached_tokens < 25


def test_a_whole_conversation_is_kept_whole(runtime: Runtime) -> None:
    kept = runtime.warm(chat("How many?"))
    found = usage(runtime, chat("How many?"))
    assert (found.prompt_tokens, found.cached_tokens) == (
        kept.prompt_tokens,
        kept.prompt_tokens - 1,
    )


def test_a_prompt_that_has_the_question_first_says_what_is_lost(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "localai"):
        kept = runtime.warm(chat(model="@local/coder"))
    assert kept.prompt_tokens < 50
    assert "with the question last" in caplog.text


def test_questions_that_come_meanwhile_wait_and_share_it(runtime: Runtime) -> None:
    runtime.load("@local/plain")
    warmed, asked = Receiver(), [Receiver(), Receiver()]
    runtime.generate(plain("", warm=True), warmed)
    for question, receiver in zip(("### How many?", "### Who?"), asked, strict=True):
        runtime.generate(plain(question), receiver)
    for receiver in (warmed, *asked):
        assert receiver.done.wait(30)
    assert isinstance(warmed.last, Finished)
    shared = warmed.last.usage.prompt_tokens
    (resident,) = runtime.report()
    found = [one.last.usage for one in asked if isinstance(one.last, Finished)]
    # In whatever order they came to the engine: the schema was computed once.
    assert (
        resident.engine.prefilled_tokens
        < shared + sum(u.prompt_tokens - shared for u in found) + 10
    )
    assert len(found) == 2


def test_somebody_who_gives_up_is_free_at_once(runtime: Runtime) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        runtime.warm(plain(""), cancel=stop)
    with pytest.raises(Cancelled):
        runtime.warm(plain(""), on_progress=lambda done: done < 0.1)
    told: list[float] = []
    runtime.warm(plain(""), told.append)
    assert told == sorted(told) and told[-1] == 1.0


def test_a_cancel_ends_it_in_the_middle(runtime: Runtime) -> None:
    runtime.load("@local/plain")
    receiver = Receiver()
    ticket = runtime.generate(plain(SCHEMA * 3, warm=True), receiver)
    ticket.cancel()
    assert receiver.done.wait(5)
    assert isinstance(receiver.last, Failed) and isinstance(receiver.last.error, Cancelled)


def test_closing_ends_it(runtime: Runtime) -> None:
    receiver = Receiver()
    runtime.generate(plain(SCHEMA * 3, warm=True), receiver)
    runtime.close()
    assert isinstance(receiver.last, Failed) and isinstance(receiver.last.error, Closed)


def test_what_leaves_no_room_for_an_answer_is_refused(runtime: Runtime) -> None:
    with pytest.raises(ContextExceeded):
        runtime.warm(plain(SCHEMA * 20))


def test_a_memory_that_cannot_share_computes_nothing_and_says_so(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(LlamaModel, "can_trim", False)
    with caplog.at_level(logging.WARNING, "localai"):
        assert runtime.warm(plain("")) == Usage(0, 0)
    assert "nothing was computed" in caplog.text
    assert usage(runtime, plain("Who?")).cached_tokens == 0


def test_a_model_of_vectors_has_no_prompts(runtime: Runtime) -> None:
    with pytest.raises(NotSupported, match="embeddings"):
        runtime.warm(GenerateRequest("@local/bert", "hello"))


def test_what_two_turns_share_is_kept_and_the_rest_counted() -> None:
    def tokenize(request: GenerateRequest) -> list[int]:
        text = "|".join(message.content for message in request.messages)
        return [ord(letter) for letter in f"{text}<answer>"]

    found = opening(chat(), tokenize)
    assert found.tokens == [ord(letter) for letter in f"{SCHEMA}|"]
    assert found.left == len("A<answer>")
