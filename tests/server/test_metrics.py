"""/metrics: what a strict reader of the format finds there, and that it is what was done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import __version__
from localai.engine import EngineStatus
from localai.errors import UnknownModel
from localai.loading import ModelStatus
from localai.reply import Failed
from localai.request import EmbedRequest, GenerateRequest
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from localai.server.metrics import CONTENT_TYPE
from localai.tallies import Tallies
from localai.ticket import Ticket
from tests.gguf_embedders import tiny_bert
from tests.server.exposition import Labels, Read, read
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Live, eventually, serve
from tests.test_runtime import local_model

FIRST, BETWEEN = "localai_time_to_first_token_seconds", "localai_inter_token_latency_seconds"
MODEL = "@local/tiny"


def scraped(live: Live) -> Read:
    answer = live.call("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    return read(answer.body.decode())


@pytest.fixture
def runtime(tiny_path: Path) -> Iterator[Runtime]:
    local_model(tiny_path, "tiny")
    with Runtime(config=RuntimeConfig(slots=2, max_queue=4, threads=1, context=512)) as runtime:
        yield runtime


@pytest.fixture
def live(runtime: Runtime) -> Iterator[Live]:
    with serve(create_app(runtime)) as live:
        yield live


def ask(live: Live, prompt: str = "hello world", **more: object) -> dict[str, int]:
    """How many tokens of each kind the answer's own account names."""
    body = {"model": MODEL, "prompt": prompt, "max_tokens": 6, "temperature": 0, **more}
    answer = live.post(body, "/v1/completions")
    assert answer.status == 200, answer.body
    usage = answer.json()["usage"]
    details = usage.pop("prompt_tokens_details", None) or {}
    return {**usage, "cached": details.get("cached_tokens", 0)}


def test_an_idle_server_tells_of_itself_and_of_no_model(live: Live) -> None:
    told = scraped(live)
    (labels,) = told.labelled("localai_build_info")
    assert dict(labels)["version"] == __version__
    assert dict(labels)["llama_cpp_python"].startswith("0.3.")
    rss = told.value("process_resident_memory_bytes")
    assert rss is not None and 10e6 < rss < 100e9
    assert told.value("localai_models_loaded") == 0
    assert all("model" not in dict(labels) for _, labels in told.samples)
    assert told.kinds[FIRST] == told.kinds[BETWEEN] == "histogram"
    assert told.kinds["localai_requests_total"] == "counter"


def test_numbers_are_those_of_the_requests_and_outlive_the_model(live: Live) -> None:
    usages = [ask(live), ask(live), ask(live, "other words of the question", max_tokens=1)]
    told = scraped(live)
    prompts = sum(usage["prompt_tokens"] for usage in usages)
    answers = sum(usage["completion_tokens"] for usage in usages)
    assert answers > 7
    in_all = {
        "localai_prompt_tokens_total": prompts,
        "localai_generated_tokens_total": answers,
        f"{FIRST}_count": 3,
        f"{BETWEEN}_count": answers - 3,
    }
    assert {name: told.value(name, model=MODEL) for name in in_all} == in_all
    cached = told.value("localai_prompt_tokens_cached_total", model=MODEL)
    assert cached == sum(usage["cached"] for usage in usages) > 0
    ends = told.labelled("localai_requests_total")
    assert sum(ends.values()) == 3
    assert {(dict(e)["model"], dict(e)["outcome"]) for e in ends} == {(MODEL, "finished")}
    assert told.value("localai_kv_cells", model=MODEL) == 512
    assert (told.value("localai_kv_cells_used", model=MODEL) or 0) > 5
    assert told.value("localai_slots", model=MODEL) == 2
    assert told.value("localai_model_info", model=MODEL, quant="F16") == 1

    unloaded = {"unloaded": True}
    eventually(lambda: live.post({"model": MODEL}, "/localai/unload").json() == unloaded)
    told = scraped(live)
    assert told.value("localai_models_loaded") == 0
    assert told.value("localai_slots", model=MODEL) is None
    assert {name: told.value(name, model=MODEL) for name in in_all} == in_all
    ask(live)
    assert scraped(live).value(f"{FIRST}_count", model=MODEL) == 4


def test_faults_are_counted_under_the_model_asked_for_and_no_made_up_one(live: Live) -> None:
    ask(live)
    body = {"model": "@cf/none/such", "prompt": "hello"}
    assert live.post(body, "/v1/completions").status == 404
    too_long = {"prompt": "hello", "max_tokens": 4000}
    assert live.post(too_long, f"/ai/run/{MODEL}").status >= 400
    told = scraped(live)
    count = {"outcome": "failed", "model": MODEL, "reason": "ContextExceeded"}
    assert told.value("localai_requests_total", **count) == 1
    assert not any("none" in value for _, labels in told.samples for _, value in labels)
    unknown = {"outcome": "failed", "model": "", "reason": "UnknownModel"}
    assert told.value("localai_requests_total", **unknown) == 1
    assert told.value(f"{FIRST}_count", model=MODEL) == 1


def test_a_client_that_goes_is_counted_as_cancelled(slow_path: Path) -> None:
    local_model(slow_path, "slow")
    config = RuntimeConfig(slots=2, max_queue=8, threads=1, context=4096)
    with Runtime(config=config) as runtime, serve(create_app(runtime)) as live:
        body = {"prompt": "hello world", "stream": True, "max_tokens": 3500}
        client = live.open_raw(body, "/ai/run/@local/slow")
        running = {"model": "@local/slow"}
        eventually(lambda: scraped(live).value("localai_requests_running", **running) == 1)
        eventually(lambda: (scraped(live).value(f"{BETWEEN}_count", **running) or 0) > 3)
        client.close()
        gone = {"outcome": "cancelled", "reason": "", **running}
        eventually(lambda: scraped(live).value("localai_requests_total", **gone) == 1)
        assert scraped(live).value(f"{FIRST}_count", **running) == 1


def test_counters_never_go_down_while_streams_run(live: Live) -> None:
    ask(live)
    done = threading.Event()

    def talk() -> None:
        for number in range(6):
            ask(live, f"question {number}", max_tokens=60)
        done.set()

    thread = threading.Thread(target=talk)
    thread.start()
    before: dict[tuple[str, Labels], float] = {}
    while not done.is_set():
        told = scraped(live)
        now = {
            key: value for key, value in told.samples.items()
            if key[0].endswith(("_total", "_count", "_bucket", "_sum"))
        }  # fmt: skip
        assert all(now[key] >= value for key, value in before.items())
        before.update(now)
    thread.join(20)


def test_texts_that_became_vectors_are_counted(tmp_path: Path) -> None:
    local_model(tiny_bert(tmp_path / "bert.gguf").path, "bert")
    with Runtime(config=RuntimeConfig(slots=2, threads=1)) as runtime:
        events = list(runtime.stream(EmbedRequest("@local/bert", ("one text", "and another"))))
        tally = runtime.tallies.models()["@local/bert"]
    used = events[-1].usage  # type: ignore[union-attr]
    assert used is not None
    assert tally.prompt_tokens == used.prompt_tokens > 0
    assert tally.first_token.read().number == 0


def test_it_needs_the_key_and_its_errors_are_the_servers_own() -> None:
    with serve(create_app(FakeRuntime(), api_key="secret")) as live:
        refused = live.call("GET", "/metrics")
        assert refused.status == 401
        assert refused.json()["error"]["type"] == "NotAuthenticated"
        assert refused.headers["www-authenticate"] == "Bearer"
        given = live.call("GET", "/metrics", headers={"Authorization": "Bearer secret"})
        assert given.status == 200
        wrong = live.call("POST", "/metrics", {}, {"Authorization": "Bearer secret"})
        assert wrong.status == 405
        assert wrong.json()["error"]["type"] == "WrongMethod"


def test_a_name_with_quotes_and_lines_is_one_label() -> None:
    name = 'a"b\\n\\\nc{}, d="e"'
    engine = EngineStatus(1, 3, 8, 500, 4096)
    status = ModelStatus(name, "Q8_0", 4096, 10**9, 1, None, engine)
    fake = FakeRuntime(reported=[status], loads={"@cf/other": 0.5}, tallies=Tallies())
    fake.tallies.of(name).generated_tokens += 7
    with serve(create_app(fake)) as live:
        told = scraped(live)
    assert told.value("localai_requests_waiting", model=name) == 3
    assert told.value("localai_generated_tokens_total", model=name) == 7
    assert told.value("localai_model_load_progress", model="@cf/other") == 0.5
    assert told.value(f"{BETWEEN}_count", model=name) == 0


def test_it_answers_while_a_model_loads(tiny_path: Path) -> None:
    fake = FakeRuntime()
    with serve(create_app(fake, preload=["@cf/defog/sqlcoder-7b-2"])) as live:
        begun = time.monotonic()
        assert live.call("GET", "/health").status == 503
        scraped(live)
        assert time.monotonic() - begun < 5
        fake.may_load.set()


def test_an_unknown_model_has_no_label() -> None:
    tallies = Tallies()
    ticket = Ticket(GenerateRequest("none", prompt="x"), lambda _: None, lambda _: None,
                    tallies.count)  # fmt: skip
    ticket.send(Failed(UnknownModel("none")))
    ticket.cancel()
    assert tallies.outcomes() == {("", "failed", "UnknownModel"): 1}
