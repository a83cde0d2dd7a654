"""A restart with a real model: what was read is not read again, or it is, and all is well."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from localai import shelving
from localai.engine import ShelfRules
from localai.errors import InvalidRequest, ModelLoadError
from localai.llama import state
from localai.model import AdapterSpec
from localai.prefixes import Folder, prefix_directory
from localai.registry import add_adapter
from localai.reply import Finished, TextDelta
from localai.request import GenerateRequest, Sampling
from localai.runtime import Runtime, RuntimeConfig
from tests import gguf_adapters
from tests.gguf_models import tiny_llama
from tests.test_runtime import local_model

SCHEMA = "create table orders (id integer, city text, total real, placed text); " * 4
GREEDY = Sampling(temperature=0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("kept") / "kept.gguf"
    return tiny_llama(made, heads=2, kv_heads=2, context=2048)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Even what this small model has read is worth keeping."""
    monkeypatch.setattr(shelving, "RULES", ShelfRules(least=64, seconds=0.0))
    local_model(path)


@contextmanager
def started(**more: object) -> Iterator[Runtime]:
    config = RuntimeConfig(context=2048, slots=2, threads=1, **more)  # type: ignore[arg-type]
    with Runtime(config=config) as runtime:
        runtime.load("@local/tiny")
        if config.cache_bytes != 0:
            hashed()
        yield runtime


def hashed() -> None:
    """Until then nothing is kept or fetched: a file by path is hashed aside, once."""
    digests = prefix_directory().parent / "digests"
    until(lambda: digests.exists() and any(digests.glob("*.json")))
    time.sleep(0.05)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


def ask(runtime: Runtime, question: str, **more: object) -> tuple[str, int]:
    """The answer, and how many of the prompt's tokens were not computed."""
    more = {"sampling": GREEDY, "max_tokens": 12, **more}
    request = GenerateRequest("@local/tiny", SCHEMA + question, **more)  # type: ignore[arg-type]
    events = list(runtime.stream(request))
    last = events[-1]
    assert isinstance(last, Finished), last
    return "".join(e.text for e in events if isinstance(e, TextDelta)), last.usage.cached_tokens


def files() -> list[Path]:
    return sorted(prefix_directory().rglob("*.prefix"))


@pytest.fixture
def cold() -> str:
    """The answer without a disk; then the same prompt was read with one, and all was closed."""
    with started(cache_bytes=0) as runtime:
        answer, cached = ask(runtime, "how many?")
    assert cached == 0 and not prefix_directory().exists()
    with started() as runtime:
        assert ask(runtime, "how many?") == (answer, 0)
    assert len(files()) == 1
    return answer


def test_after_a_restart_the_schema_is_not_read_again(cold: str) -> None:
    with started() as runtime:
        answer, cached = ask(runtime, "how many?")
        assert answer == cold and cached > 100
        other, shared = ask(runtime, "which city?")
        assert shared > 100
        tally = runtime.tallies.of("@local/tiny")
        assert (tally.disk_hits, tally.restored_tokens) == (1, cached)
        (model,) = runtime.report()
        assert model.engine.disk_bytes == files()[0].stat().st_size
    with started(cache_bytes=0) as runtime:
        assert ask(runtime, "which city?") == (other, 0)


def test_the_environment_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAI_DISK_CACHE", "off")
    with Runtime(config=RuntimeConfig(context=512, threads=1)) as runtime:
        runtime.load("@local/tiny")
    assert not prefix_directory().exists()
    monkeypatch.setenv("LOCALAI_DISK_CACHE", "much")
    with Runtime(config=RuntimeConfig(context=512, threads=1)) as runtime:
        with pytest.raises(InvalidRequest, match="much"):
            runtime.load("@local/tiny")


def test_a_seed_repeats_its_text_over_a_restart() -> None:
    seeded = {"sampling": Sampling(temperature=1.0, seed=5), "max_tokens": 30}
    with started(cache_bytes=0) as runtime:
        expected, _ = ask(runtime, "x" * 1200, **seeded)
    with started() as runtime:
        assert ask(runtime, "x" * 1200, **seeded)[0] == expected
        until(lambda: bool(files()))
    for _ in range(2):
        with started() as runtime:
            answer, cached = ask(runtime, "x" * 1200, **seeded)
            assert answer == expected and cached >= 256


@pytest.mark.parametrize("what", ["build", "kv", "weights", "threads"])
def test_another_builds_or_models_prefixes_are_not_used_and_stay(
    cold: str, monkeypatch: pytest.MonkeyPatch, what: str, tmp_path: Path
) -> None:
    before = files()
    more: dict[str, object] = {"kv": "q8_0"} if what == "kv" else {}
    if what == "build":
        monkeypatch.setattr(state, "build", lambda: "0.0.1 another")
    if what == "weights":
        local_model(tiny_llama(tmp_path / "b.gguf", heads=2, kv_heads=2, context=2048, seed=1))
    if what == "threads":
        more["threads"] = 2
    config = RuntimeConfig(**{"context": 2048, "slots": 2, "threads": 1, **more})  # type: ignore[arg-type]
    with Runtime(config=config) as runtime:
        runtime.load("@local/tiny")
        time.sleep(0.1)
        assert ask(runtime, "how many?")[1] == 0
    assert set(before) < set(files()), "it has one of its own, beside the other's"


def test_damage_is_found_and_computed_over(cold: str) -> None:
    for at in (20, 400, -5):
        (path,) = files()
        data = bytearray(path.read_bytes())
        data[at] ^= 4
        path.write_bytes(data)
        with started() as runtime:
            assert ask(runtime, "how many?") == (cold, 0)
        assert len(files()) == 1, "and it is kept anew"


def test_a_state_that_llama_refuses_is_computed_over(
    cold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(state, "fits", lambda *_: False)
        with started() as runtime:
            assert ask(runtime, "how many?") == (cold, 0)
            assert ask(runtime, "how many?")[0] == cold


def test_an_adapters_prefixes_are_its_own(cold: str, path: Path, tmp_path: Path) -> None:
    file = gguf_adapters.adapter(tmp_path / "a.gguf", gguf_adapters.factors(path))
    add_adapter(AdapterSpec("polite", "@local/tiny", file))
    answers = []
    for _ in range(2):
        with started() as runtime:
            answers.append(ask(runtime, "how many?", adapter="polite"))
    (first, none), (second, cached) = answers
    assert first == second != cold and none == 0 and cached > 100
    assert len(files()) == 2


def test_a_folder_that_cannot_be_written_fails_no_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LOCALAI_CACHE_DIR", str(tmp_path / "file"))
    with Runtime(config=RuntimeConfig(context=2048, slots=2, threads=1)) as runtime:
        runtime.load("@local/tiny")
        time.sleep(0.2)
        for question in ("how many?", "x" * 300, "y" * 300):
            assert ask(runtime, question)[0]
    assert len([r for r in caplog.records if "prefixes are not kept" in r.message]) <= 1


CHILD = """
import sys
from localai import shelving
from localai.engine import ShelfRules
from localai.runtime import Runtime, RuntimeConfig
from tests.test_shelving import ask
shelving.RULES = ShelfRules(least=64, seconds=0.0)
with Runtime(config=RuntimeConfig(context=2048, slots=2, threads=1)) as runtime:
    runtime.load("@local/tiny")
    print("go", flush=True)
    for turn in range(10_000):
        ask(runtime, "how many?")
        ask(runtime, f"{turn} " * 150, max_tokens=1)
"""


def test_whoever_is_killed_leaves_nothing_wrong(cold: str) -> None:
    for turn in range(3):
        with subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None and process.stdout.readline() == b"go\n"
            time.sleep(0.1 + 0.13 * turn)
            process.kill()
        with started() as runtime:
            answer, cached = ask(runtime, "how many?")
            assert answer == cold and cached > 100
            first = ask(runtime, "0 " * 150, max_tokens=8)[0]
        with started(cache_bytes=0) as runtime:
            assert ask(runtime, "0 " * 150, max_tokens=8)[0] == first
    Folder(prefix_directory()).sweep()
    assert not list(prefix_directory().rglob("*.part"))


def test_closing_is_quick_while_a_file_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with started() as runtime:
        real = os.fsync

        def slow(number: int) -> None:
            time.sleep(8)
            real(number)

        monkeypatch.setattr(os, "fsync", slow)
        ask(runtime, "how many?")
        begun = time.monotonic()
    assert time.monotonic() - begun < 6
    monkeypatch.undo()


def test_what_a_cut_off_answer_had_read_is_kept(path: Path) -> None:
    with started() as runtime:
        stream = runtime.stream(
            GenerateRequest("@local/tiny", SCHEMA, sampling=GREEDY, max_tokens=400)
        )
        for event in stream:
            if isinstance(event, TextDelta):
                break
        stream.close()
    assert len(files()) == 1
    with started() as runtime:
        assert ask(runtime, "how many?")[1] > 100


def test_reproducible_answers_survive_a_restart() -> None:
    seeded = {"sampling": Sampling(temperature=1.0, seed=5), "max_tokens": 30}
    told = []
    for cache_bytes in (0, None, None):
        with started(reproducible=True, cache_bytes=cache_bytes) as runtime:
            told.append(ask(runtime, "x" * 1200, **seeded))
    assert len({text for text, _ in told}) == 1
    assert [cached > 0 for _, cached in told] == [False, False, True]


def test_keys_and_values_as_q8_0_are_half_as_large_or_refused(cold: str, tiny_path: Path) -> None:
    size = files()[0].stat().st_size
    Folder(prefix_directory()).clear()
    with started(kv="q8_0") as runtime:
        assert ask(runtime, "how many?")[0]
    assert files()[0].stat().st_size < 0.6 * size
    local_model(tiny_path, "odd")  # heads of 16 numbers make no block of 32
    config = RuntimeConfig(context=512, kv="q8_0")
    with Runtime(config=config) as runtime:
        with pytest.raises(ModelLoadError, match="context") as caught:
            runtime.load("@local/odd")
        assert "--kv" in caught.value.hint
    with pytest.raises(InvalidRequest, match="q8_0"):
        Runtime(config=RuntimeConfig(kv="q8_0", reproducible=True))
