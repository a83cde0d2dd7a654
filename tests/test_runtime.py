from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from localai.errors import (
    Busy,
    Cancelled,
    Closed,
    ContextExceeded,
    InvalidRequest,
    LocalAIError,
    NotDownloaded,
    Overloaded,
    TemplateError,
    UnknownModel,
)
from localai.model import FileSpec, Limits, ModelSpec
from localai.registry import Registry, add_local
from localai.reply import Event, Failed, Finished, Notice, Progress, TextDelta
from localai.request import GenerateRequest, Message, Sampling
from localai.runtime import Runtime, RuntimeConfig
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from tests.fakes import Receiver

GREEDY = Sampling(temperature=0)


def local_model(path: Path, name: str = "tiny", prompt: str = "plain") -> ModelSpec:
    """A registry entry for a file of this test."""
    numbers = architecture(read_header(path))
    files = (FileSpec("F16", path.name, path=path),)
    limits = Limits(max_tokens=20, max_tokens_stream=40)
    spec = ModelSpec(f"@local/{name}", name, numbers, files, "F16", prompt, "MIT", limits=limits)
    add_local(spec)
    return spec


@pytest.fixture
def runtime(tiny_path: Path) -> Iterator[Runtime]:
    local_model(tiny_path)
    local_model(tiny_path, "chat", "chatml")
    with Runtime(config=RuntimeConfig(slots=2, max_queue=2, threads=1)) as runtime:
        yield runtime


def ask(model: str = "@local/tiny", prompt: str = "hello world", **more: object) -> GenerateRequest:
    return GenerateRequest(model, prompt, sampling=GREEDY, **more)  # type: ignore[arg-type]


def outcome(runtime: Runtime, request: GenerateRequest) -> list[Event]:
    events = list(runtime.stream(request))
    ends = [e for e in events if isinstance(e, Finished | Failed)]
    assert ends == events[-1:], "exactly one end, and it is the last"
    return events


def text(events: list[Event]) -> str:
    return "".join(e.text for e in events if isinstance(e, TextDelta))


def fault(runtime: Runtime, request: GenerateRequest) -> LocalAIError:
    last = outcome(runtime, request)[-1]
    assert isinstance(last, Failed)
    return last.error


def test_an_answer_has_text_reason_and_usage(runtime: Runtime) -> None:
    events = outcome(runtime, ask(max_tokens=12))
    assert text(events)
    last = events[-1]
    assert isinstance(last, Finished) and last.reason == "length"
    assert last.usage.completion_tokens == 12


@pytest.mark.parametrize(("stream", "expected"), [(False, 20), (True, 40)])
def test_the_default_length_is_the_models_and_depends_on_streaming(
    runtime: Runtime, stream: bool, expected: int
) -> None:
    last = outcome(runtime, ask(stream=stream))[-1]
    assert isinstance(last, Finished) and last.usage.completion_tokens == expected


def test_a_default_is_clamped_to_the_room_and_an_explicit_number_refused(runtime: Runtime) -> None:
    long = "and " * 495
    last = outcome(runtime, ask(prompt=long))[-1]
    assert isinstance(last, Finished)
    assert last.usage.total_tokens == 512
    error = fault(runtime, ask(prompt=long, max_tokens=400))
    assert isinstance(error, ContextExceeded)
    assert (error.prompt_tokens, error.max_tokens, error.limit) == (
        last.usage.prompt_tokens,
        400,
        512,
    )


def test_a_prompt_longer_than_the_context_is_an_error_with_the_numbers(runtime: Runtime) -> None:
    error = fault(runtime, ask(prompt="and " * 600))
    assert isinstance(error, ContextExceeded) and error.prompt_tokens > 600
    assert "512" in str(error)


def test_who_may_not_wait_is_told_that_the_model_is_busy(runtime: Runtime) -> None:
    receivers = [Receiver() for _ in range(12)]
    for receiver in receivers:
        runtime.generate(ask(max_tokens=200, queue=False), receiver)
    assert all(receiver.done.wait(20) for receiver in receivers)
    errors = [one.last.error for one in receivers if isinstance(one.last, Failed)]
    assert 0 < len(errors) <= 10 and all(isinstance(error, Busy) for error in errors)
    assert isinstance(outcome(runtime, ask(queue=False))[-1], Finished)


def test_faults_of_a_request_arrive_as_its_end(runtime: Runtime) -> None:
    assert isinstance(fault(runtime, ask("@local/nope")), UnknownModel)
    assert isinstance(fault(runtime, ask("@cf/defog/sqlcoder-7b-2")), NotDownloaded)


def test_a_broken_template_fails_its_request_alone(runtime: Runtime, tiny_path: Path) -> None:
    local_model(tiny_path, "gguf", "gguf")
    runtime.registry = Registry.load()
    assert isinstance(fault(runtime, ask("@local/gguf")), TemplateError)
    assert text(outcome(runtime, ask()))


def test_what_was_assumed_comes_as_a_notice_before_the_text(runtime: Runtime) -> None:
    request = replace(ask(), prompt=None, messages=(Message("user", "hello"),))
    events = outcome(runtime, request)
    assert isinstance(events[0], Notice)


def test_a_chat_answer_has_no_leading_space_and_a_completion_keeps_it(runtime: Runtime) -> None:
    raw = outcome(runtime, ask(prompt="hello the", max_tokens=30))
    assert runtime.status()[0].spec.id == "@local/tiny"
    chat = outcome(runtime, ask("@local/chat", prompt="hello the", max_tokens=30))
    assert not text(chat).startswith(" ")
    assert " " in text(raw)


def test_closing_a_stream_cancels_its_request(runtime: Runtime) -> None:
    stream = runtime.stream(ask(max_tokens=400))
    next(stream)
    stream.close()
    assert list(stream) == []
    deadline = threading.Event()
    for _ in range(500):
        if runtime.status()[0].users == 0:
            break
        deadline.wait(0.01)
    assert runtime.status()[0].users == 0


def test_cancel_before_the_model_is_there_ends_at_once(runtime: Runtime) -> None:
    receiver = Receiver()
    ticket = runtime.generate(ask(), receiver)
    ticket.cancel()
    ticket.cancel()
    assert receiver.done.wait(5)
    assert isinstance(receiver.last, Failed) and isinstance(receiver.last.error, Cancelled)


def test_a_full_queue_refuses_and_bystanders_are_whole(runtime: Runtime) -> None:
    runtime.load("@local/tiny")
    receivers = [Receiver() for _ in range(12)]
    for receiver in receivers:
        runtime.generate(ask(max_tokens=100), receiver)
    assert all(receiver.done.wait(20) for receiver in receivers)
    refused = [r for r in receivers if isinstance(r.last, Failed)]
    assert refused and all(
        isinstance(r.last, Failed) and isinstance(r.last.error, Overloaded) for r in refused
    )
    served = {r.text for r in receivers if isinstance(r.last, Finished)}
    assert len(receivers) - len(refused) >= 4 and all(served)


def test_close_ends_everything_once_and_later_requests_too(runtime: Runtime) -> None:
    receivers = [Receiver() for _ in range(4)]
    for receiver in receivers:
        runtime.generate(ask(max_tokens=400), receiver)
    runtime.close()
    runtime.close()
    assert all(receiver.done.wait(5) for receiver in receivers)
    late = Receiver()
    runtime.generate(ask(), late)
    assert late.done.wait(5)
    assert isinstance(late.last, Failed) and isinstance(late.last.error, Closed)


def test_load_and_unload(runtime: Runtime) -> None:
    progress: list[float] = []
    assert runtime.load("@local/tiny", progress.append).id == "@local/tiny"
    assert [r.spec.id for r in runtime.status()] == ["@local/tiny"]
    assert runtime.unload("@local/tiny")
    assert runtime.status() == ()
    with pytest.raises(UnknownModel):
        runtime.load("@local/nope")


def test_three_models_under_a_budget_for_two_all_answer(tiny_path: Path) -> None:
    names = ["a", "b", "c"]
    for name in names:
        local_model(tiny_path, name)
    with Runtime(config=RuntimeConfig(threads=1)) as probe:
        probe.load("@local/a")
        each = probe.status()[0].plan.bytes
    budget = int(each * 2.5)
    with Runtime(config=RuntimeConfig(threads=1, memory_budget=budget, max_queue=20)) as runtime:
        receivers = [Receiver() for _ in range(9)]
        for index, receiver in enumerate(receivers):
            runtime.generate(ask(f"@local/{names[index % 3]}", max_tokens=30), receiver)
        most = 0
        while not all(receiver.done.wait(0.005) for receiver in receivers):
            most = max(most, len(runtime.status()))
        assert most <= 2
        assert {r.text for r in receivers} == {receivers[0].text} and receivers[0].text


def test_an_answer_fits_its_grammar(runtime: Runtime) -> None:
    events = outcome(runtime, ask("@local/chat", grammar='root ::= " "? ("yes" | "no")'))
    assert text(events) in ("yes", "no")
    last = events[-1]
    assert isinstance(last, Finished) and last.reason == "stop"
    assert 0 < last.usage.rejected_tokens <= last.usage.completion_tokens


@pytest.mark.parametrize("grammar", ["", "root ::= x", 'root ::= root "a" | "b"', 'a_b ::= "c"'])
def test_a_grammar_that_is_none_is_refused_and_never_run_without(
    runtime: Runtime, grammar: str
) -> None:
    events = outcome(runtime, ask(grammar=grammar))
    last = events[-1]
    assert isinstance(last, Failed) and isinstance(last.error, InvalidRequest)
    assert last.error.field == "grammar" and text(events) == ""


def test_scores_come_with_the_text(runtime: Runtime) -> None:
    events = outcome(runtime, ask(max_tokens=12, top_logprobs=3))
    scores = [score for e in events if isinstance(e, TextDelta) for score in e.tokens]
    assert len(scores) == 12
    assert b"".join(s.piece for s in scores).decode(errors="replace") == text(events)
    for score in scores:
        best = score.top[0]
        assert (score.piece, score.logprob) == best, "greedy takes the likeliest"
        assert 0 > best[1] >= score.top[1][1] >= score.top[2][1]
    error = fault(runtime, ask(top_logprobs=21))
    assert isinstance(error, InvalidRequest) and error.field == "top_logprobs"


def test_progress_ends_with_the_whole_prompt(runtime: Runtime) -> None:
    events = outcome(runtime, ask(prompt="and " * 300, progress=True))
    told = [e for e in events if isinstance(e, Progress)]
    total = told[0].total
    assert total > 300 and told[0].computed == 0 and told[-1].computed == total
    assert len(told) >= 3, "a long prompt takes several steps"
