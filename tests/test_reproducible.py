"""Reproducible mode with real models: seeded answers are the same to the byte, come what may."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from localai import shelving
from localai.engine import ShelfRules
from localai.errors import InvalidRequest
from localai.llama import LlamaModel
from localai.model import AdapterSpec
from localai.registry import add_adapter
from localai.reply import Finished
from localai.request import GenerateRequest, Sampling
from localai.runtime import Runtime, RuntimeConfig
from tests import gguf_adapters
from tests.fakes import Receiver
from tests.gguf_models import tiny_llama
from tests.test_runtime import local_model
from tests.test_shelving import files, hashed, until

WORDS = "select name from table where city group by order count total customer price year".split()
KINDS = {"F16": 64, "Q8_0": 64, "Q4_K_M": 256}
"""Quantization -> numbers in a row: blocks of Q4_K are of 256."""


@pytest.fixture(scope="module", params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    wide = KINDS[request.param]
    made = tmp_path_factory.mktemp("same") / f"{request.param}.gguf"
    return tiny_llama(made, quant=request.param, embedding=wide, feed_forward=2 * wide, context=512)


@pytest.fixture(scope="module")
def f16(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("same") / "plain.gguf", heads=2, kv_heads=2)


def requests(number: int) -> list[GenerateRequest]:
    """Half of them share a beginning, which ends within a chunk of the grid or beyond some."""
    chance = random.Random(1)
    shared = chance.choices(WORDS, k=120)
    kinds: tuple[dict[str, float], ...] = (
        {},
        {"top_p": 0.9},
        {"top_k": 30},
        {"repetition_penalty": 1.3, "frequency_penalty": 0.3},
    )
    made = []
    for index in range(number):
        words = shared[: chance.choice((0, 0, 15, 70, 120))] + chance.choices(WORDS, k=1 + index)
        sampling = Sampling(temperature=0.8, seed=index, **kinds[index % 4])  # type: ignore[arg-type]
        made.append(
            GenerateRequest("@local/tiny", " ".join(words), max_tokens=16, sampling=sampling)
        )
    return made


@contextmanager
def started(**more: object) -> Iterator[Runtime]:
    given = {"context": 512, "slots": 4, "threads": 1, "reproducible": True, **more}
    with Runtime(config=RuntimeConfig(**given)) as runtime:  # type: ignore[arg-type]
        yield runtime


def answered(runtime: Runtime, wanted: Sequence[GenerateRequest]) -> list[str]:
    """All at once; in the middle somebody else comes and goes."""
    receivers, gone = [Receiver() for _ in wanted], Receiver()
    rude = GenerateRequest("@local/tiny", " ".join(WORDS * 10), max_tokens=100)
    ticket = runtime.generate(rude, gone)
    for request, receiver in zip(wanted, receivers, strict=True):
        runtime.generate(request, receiver)
    receivers[0].done.wait(60)
    ticket.cancel()
    for receiver in receivers:
        assert receiver.done.wait(60)
        assert isinstance(receiver.last, Finished), receiver.last
    return [receiver.text for receiver in receivers]


def alone(wanted: Sequence[GenerateRequest], **more: object) -> list[str]:
    with started(cache_bytes=0, **more) as runtime:
        return [answered_alone(runtime, request) for request in wanted]


def answered_alone(runtime: Runtime, request: GenerateRequest) -> str:
    receiver = Receiver()
    runtime.generate(request, receiver)
    assert receiver.done.wait(60)
    return receiver.text


def test_the_same_cold_warm_restarted_and_beside_others(path: Path) -> None:
    local_model(path)
    wanted = requests(16)
    expected = alone(wanted)
    assert len(set(expected)) == 16
    for index in (3, 8, 15):
        assert alone(wanted[index : index + 1]) == [expected[index]], "on a server of its own"
    with started(cache_bytes=0) as runtime:
        assert answered(runtime, wanted) == expected, "cold"
        assert answered(runtime, wanted[::-1]) == expected[::-1], "warm"
        (status,) = runtime.report()
        assert status.engine.cached_tokens > 0
    with started(cache_bytes=0, slots=3, drafting=False) as runtime:
        assert answered(runtime, wanted) == expected, "restarted, with fewer at once"


def test_prefixes_from_disk_are_no_others(f16: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelving, "RULES", ShelfRules(least=64, seconds=0.0))
    local_model(f16)
    wanted = requests(12)
    expected = alone(wanted)
    for _ in range(2):
        with started() as runtime:
            runtime.load("@local/tiny")
            hashed()
            assert answered(runtime, wanted) == expected
            until(lambda: len(files()) > 0)
    with started() as runtime:
        runtime.load("@local/tiny")
        hashed()
        longest = max(wanted, key=lambda one: len(one.prompt or ""))
        assert answered_alone(runtime, longest) == expected[wanted.index(longest)]
        assert runtime.tallies.of("@local/tiny").disk_hits == 1


def test_answers_with_an_adapter_take_turns(f16: Path, tmp_path: Path) -> None:
    spec = local_model(f16)
    made = gguf_adapters.adapter(tmp_path / "style.gguf", gguf_adapters.factors(f16))
    add_adapter(AdapterSpec("style", spec.id, made))
    wanted = [
        GenerateRequest(one.model, one.prompt, max_tokens=16, sampling=one.sampling, adapter=each)
        for one in requests(6)
        for each in (None, "style")
    ]
    expected = alone(wanted)
    assert expected[0] != expected[1]
    with started(cache_bytes=0) as runtime:
        assert answered(runtime, wanted) == expected


def test_a_memory_that_cannot_go_back_starts_each_answer_anew(
    f16: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LlamaModel, "can_trim", False)
    local_model(f16)
    wanted = requests(6)
    expected = alone(wanted)
    with started() as runtime:
        assert answered(runtime, wanted) == expected
        assert answered(runtime, wanted[::-1]) == expected[::-1]


def test_every_request_has_the_whole_context_and_the_plan_counts_it(f16: Path) -> None:
    local_model(f16)
    with started(slots=2) as runtime:
        runtime.load("@local/tiny")
        (status,) = runtime.report()
    assert (status.context, status.engine.slots, status.together) == (2 * 512, 2, 1)


def test_q8_0_keys_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="q8_0"):
        Runtime(config=RuntimeConfig(reproducible=True, kv="q8_0"))
