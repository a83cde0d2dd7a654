"""LoRA adapters through every door: in flight together, refused in the dialects' words, counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localai.errors import (
    AdapterMismatch,
    AdapterMissing,
    ArchitectureMismatch,
    DoesNotFit,
    UnknownAdapter,
)
from localai.inprocess import LocalAI
from localai.model import AdapterSpec
from localai.registry import add_adapter
from localai.request import GenerateRequest, Sampling
from localai.runtime import Runtime, RuntimeConfig
from localai.server.app import create_app
from tests import gguf_adapters
from tests.fakes import Receiver
from tests.gguf_models import tiny_llama
from tests.server.live import Live, serve
from tests.test_runtime import GREEDY, fault, local_model, outcome, text

ACCOUNT = "/client/v4/accounts/a1/ai"
RUN = f"{ACCOUNT}/run/@local/tiny"
PROMPT = "the name of the customer and the city, the same for all who ask " * 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, two adapters for it, and the model with the first one merged in."""
    folder = tmp_path_factory.mktemp("adapters")
    narrow = tiny_llama(folder / "narrow.gguf", controls=("<|im_start|>", "<|im_end|>"))
    base = gguf_adapters.merged(folder / "base.gguf", narrow)
    for seed, name in enumerate(("first", "second"), 1):
        pairs = gguf_adapters.factors(base, seed=seed)
        gguf_adapters.adapter(folder / f"{name}.gguf", pairs)
        gguf_adapters.merged(folder / f"merged-{name}.gguf", base, pairs)
    return folder


@pytest.fixture
def registered(folder: Path) -> Path:
    local_model(folder / "base.gguf")
    local_model(folder / "base.gguf", "other")
    local_model(folder / "merged-first.gguf", "merged-first")
    local_model(folder / "merged-second.gguf", "merged-second")
    for name in ("first", "second"):
        path = folder / f"{name}.gguf"
        add_adapter(AdapterSpec(name, "@local/tiny", path, f"The {name}", 4, 8.0, 1000))
    add_adapter(AdapterSpec("away", "@local/tiny", folder / "away.gguf"))
    add_adapter(AdapterSpec("orphan", "@local/gone", folder / "first.gguf"))
    return folder


@pytest.fixture
def runtime(registered: Path) -> Iterator[Runtime]:
    with Runtime(config=RuntimeConfig(slots=4, max_queue=64, threads=1)) as runtime:
        yield runtime


def ask(adapter: str | None = None, model: str = "@local/tiny", **more: Any) -> GenerateRequest:
    request = GenerateRequest(model, PROMPT, sampling=GREEDY, max_tokens=16, adapter=adapter)
    return replace(request, **more)


def test_two_adapters_and_none_in_flight_together_each_get_their_own_answer(
    runtime: Runtime,
) -> None:
    alone = {name: text(outcome(runtime, ask(name))) for name in (None, "first", "second")}
    assert len(set(alone.values())) == 3
    merged = {name: ask(model=f"@local/merged-{name}") for name in ("first", "second")}
    assert {name: text(outcome(runtime, one)) for name, one in merged.items()} == {
        name: alone[name] for name in merged
    }
    runtime.unload("@local/tiny")
    asked = [(name, Receiver()) for _ in range(4) for name in (None, "first", "second")]
    for name, receiver in asked:
        runtime.generate(ask(name), receiver)
    for name, receiver in asked:
        assert receiver.done.wait(60)
        assert receiver.text == alone[name]


def test_a_seed_repeats_cold_warm_and_after_others(runtime: Runtime) -> None:
    sampling = Sampling(temperature=1.5, seed=11)
    seen: dict[str | None, set[str]] = {None: set(), "first": set(), "second": set()}
    for _ in range(3):
        for name, answers in seen.items():
            answers.add(text(outcome(runtime, ask(name, sampling=sampling))))
    assert [len(answers) for answers in seen.values()] == [1, 1, 1]
    assert len(set.union(*seen.values())) == 3


def test_an_adapter_is_counted_with_its_model_and_goes_with_it(runtime: Runtime) -> None:
    outcome(runtime, ask("first"))
    outcome(runtime, ask("FIRST"))
    resident = next(one for one in runtime.status() if one.spec.id == "@local/tiny")
    assert list(resident.beside) == ["first"]
    assert resident.bytes - resident.plan.bytes == resident.beside["first"] > 10_000
    assert [one.bytes for one in runtime.report()] == [resident.bytes]
    assert runtime.unload("@local/tiny") and not runtime.status()


def test_an_adapter_for_which_there_is_no_room(registered: Path) -> None:
    with Runtime(config=RuntimeConfig(slots=1, context=256, threads=1)) as runtime:
        outcome(runtime, ask())
        needed = runtime.status()[0].plan.bytes
    config = RuntimeConfig(slots=1, context=256, threads=1, memory_budget=needed + 20_000)
    with Runtime(config=config) as runtime:
        error = fault(runtime, ask("first"))
        assert isinstance(error, DoesNotFit) and "first does not fit" in error.message
        assert text(outcome(runtime, ask()))
        assert not runtime.status()[0].beside


def test_what_is_asked_for_wrongly(runtime: Runtime, registered: Path) -> None:
    unknown = fault(runtime, ask("nope"))
    assert isinstance(unknown, UnknownAdapter) and "first, second" in str(unknown)
    assert isinstance(fault(runtime, ask("first", "@local/other")), AdapterMismatch)
    assert isinstance(fault(runtime, ask("orphan")), AdapterMismatch)
    assert not runtime.status(), "a model was loaded for nothing"
    assert isinstance(fault(runtime, ask("away")), AdapterMissing)


def test_a_file_that_has_changed_is_looked_at_again(registered: Path, tmp_path: Path) -> None:
    path = tmp_path / "changing.gguf"
    path.write_bytes((registered / "first.gguf").read_bytes())
    add_adapter(AdapterSpec("changing", "@local/tiny", path))
    pairs = gguf_adapters.factors(tiny_llama(tmp_path / "wide.gguf", embedding=128))
    gguf_adapters.adapter(path, pairs)
    with Runtime(config=RuntimeConfig(slots=1, threads=1)) as runtime:
        assert isinstance(fault(runtime, ask("changing")), ArchitectureMismatch)
        assert text(outcome(runtime, ask()))


def test_in_process(registered: Path) -> None:
    ai = LocalAI(config=RuntimeConfig(slots=2, threads=1))
    try:
        inputs = {"prompt": PROMPT, "temperature": 0, "max_tokens": 8}
        plain = ai.run("@local/tiny", inputs)["response"]
        changed = ai.run("@local/tiny", {**inputs, "lora": "first"})["response"]
        assert changed == ai.run("@local/merged-first", inputs)["response"] != plain
        with pytest.raises(UnknownAdapter):
            ai.run("@local/tiny", {**inputs, "lora": "nope"})
    finally:
        ai.close()


@pytest.fixture
def live(runtime: Runtime) -> Iterator[Live]:
    with serve(create_app(runtime)) as live:
        yield live


def test_over_http_in_flight_together(live: Live, runtime: Runtime) -> None:
    expected = {name: text(outcome(runtime, ask(name))) for name in (None, "first", "second")}
    got: list[tuple[str | None, str]] = []

    def call(name: str | None) -> None:
        body = {"prompt": PROMPT, "temperature": 0, "max_tokens": 16}
        answer = live.post({**body, "lora": name}, RUN).json()
        got.append((name, answer["result"]["response"]))

    def chat(name: str | None) -> None:
        body = {"model": "@local/tiny", "prompt": PROMPT, "temperature": 0, "max_tokens": 16}
        answer = live.post({**body, "lora": name}, "/v1/completions").json()
        got.append((name, answer["choices"][0]["text"]))

    names = [name for _ in range(2) for name in (None, "first", "second")]
    threads = [threading.Thread(target=way, args=(n,)) for n in names for way in (call, chat)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == 12
    assert all(answer == expected[name] for name, answer in got)


@pytest.mark.parametrize(
    ("model", "adapter", "status", "code", "words"),
    [
        ("tiny", "nope", 400, 5006, "No such LoRA adapter: nope."),
        ("other", "first", 405, 5005, "The model `@local/other` does not support LoRa inference"),
        ("tiny", "away", 400, 3039, "Finetune is missing required files"),
    ],
)
def test_the_errors_of_workers_ai(
    live: Live, model: str, adapter: str, status: int, code: int, words: str
) -> None:
    answer = live.post({"prompt": "x", "lora": adapter}, f"{ACCOUNT}/run/@local/{model}")
    body = answer.json()
    assert (answer.status, body["errors"][0]["code"]) == (status, code)
    assert words in body["errors"][0]["message"] and not body["success"]


def test_the_error_of_openai_names_the_field(live: Live) -> None:
    body = {"model": "@local/tiny", "messages": [{"role": "user", "content": "x"}], "lora": "nope"}
    answer = live.post(body, "/v1/chat/completions")
    assert (answer.status, answer.json()["error"]["param"]) == (400, "lora")
