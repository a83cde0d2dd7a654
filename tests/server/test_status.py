"""/localai/status and /localai/unload: what is in memory, at work, and how it goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import __version__
from localai.engine import EngineStatus
from localai.loading import ModelStatus
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from tests.gguf_models import tiny_llama
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Live, eventually, serve
from tests.test_runtime import local_model

MODEL = "@cf/defog/sqlcoder-7b-2"
STATUS, UNLOAD = "/localai/status", "/localai/unload"


def at_work(users: int) -> ModelStatus:
    engine = EngineStatus(users, 3, 8, 500, 4096, 200, 900, 80, 812.345, None)
    return ModelStatus(MODEL, "Q8_0", 4096, 10**9, users, None if users else 12.34, engine)


@pytest.fixture
def fake() -> FakeRuntime:
    return FakeRuntime(reported=[at_work(0)], loads={"@cf/meta/llama-2-7b-chat-int8": 0.41})


@pytest.fixture
def live(fake: FakeRuntime) -> Iterator[Live]:
    with serve(create_app(fake)) as live:
        yield live


def test_it_tells_what_is_loaded_and_what_is_loading(live: Live) -> None:
    told = live.call("GET", STATUS).json()
    assert told["version"] == __version__
    assert told["uptime_seconds"] >= 0
    assert told["loading"] == [{"id": "@cf/meta/llama-2-7b-chat-int8", "progress": 0.41}]
    (model,) = told["models"]
    assert model == {
        "id": MODEL, "quant": "Q8_0", "context": 4096, "bytes": 10**9, "running": 0, "slots": 8,
        "waiting": 3, "cached_tokens": 200, "kv_used": 500, "kv_size": 4096,
        "prefilled_tokens": 900, "decoded_tokens": 80, "prefill_tokens_per_second": 812.3,
        "decode_tokens_per_second": None, "idle_seconds": 12.3,
        "reproducible": None,
    }  # fmt: skip


def test_an_idle_model_is_unloaded_and_once(live: Live) -> None:
    assert live.post({"model": MODEL}, UNLOAD).json() == {"unloaded": True}
    assert live.post({"model": MODEL}, UNLOAD).json() == {"unloaded": False}
    assert live.call("GET", STATUS).json()["models"] == []


def test_a_busy_model_stays_and_the_error_says_so(live: Live, fake: FakeRuntime) -> None:
    fake.reported[:] = [at_work(2)]
    refused = live.post({"model": MODEL}, UNLOAD)
    assert refused.status == 429
    error = refused.json()["error"]
    assert error["type"] == "Busy"
    assert "2 requests" in error["message"]
    assert len(fake.reported) == 1


def test_a_model_that_is_loading_cannot_be_unloaded(live: Live) -> None:
    refused = live.post({"model": "@cf/meta/llama-2-7b-chat-int8"}, UNLOAD)
    assert refused.status == 429
    assert "loaded" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"model": "@cf/none"}, 404, "@cf/none"),
        ({"model": 7}, 400, "7"),
        ({}, 400, "model"),
        (b"[]", 400, "object"),
    ],
)
def test_wrong_bodies_are_named(live: Live, body: object, status: int, word: str) -> None:
    refused = live.post(body, UNLOAD)
    assert refused.status == status
    assert word in refused.json()["error"]["message"]


def test_both_need_the_key_of_a_server_that_has_one(fake: FakeRuntime) -> None:
    with serve(create_app(fake, api_key="secret")) as live:
        assert live.call("GET", STATUS).status == 401
        assert live.post({"model": MODEL}, UNLOAD).status == 401
        with_key = live.call("GET", STATUS, headers={"Authorization": "Bearer secret"})
        assert with_key.status == 200


def test_a_real_engine_is_seen_at_work(tmp_path: Path) -> None:
    local_model(tiny_llama(tmp_path / "slow.gguf", layers=6, embedding=256, context=4096), "slow")
    config = RuntimeConfig(slots=2, max_queue=8, threads=1, context=4096)
    with Runtime(config=config) as runtime, serve(create_app(runtime)) as live:
        body = {"prompt": "hello world " * 40, "stream": True, "max_tokens": 3500}
        client = live.open_raw(body, "/ai/run/@local/slow")

        def model() -> dict[str, float]:
            models = live.call("GET", STATUS).json()["models"]
            return models[0] if models else {}

        eventually(lambda: bool(model().get("decoded_tokens", 0) > 20))
        busy = model()
        assert busy["running"] == 1
        assert busy["idle_seconds"] is None
        assert busy["kv_used"] > busy["prefilled_tokens"] > 40
        assert busy["decode_tokens_per_second"] > 0
        assert busy["prefill_tokens_per_second"] > 0
        assert live.post({"model": "@local/slow"}, UNLOAD).status == 429
        client.close()
        eventually(lambda: model()["idle_seconds"] is not None)
        assert model()["running"] == 0
        assert model()["cached_tokens"] > 40
        assert live.post({"model": "@local/slow"}, UNLOAD).json() == {"unloaded": True}
        assert model() == {}
