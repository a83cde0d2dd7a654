"""/health: loading, failed, ok; and it answers whatever else goes on."""

from __future__ import annotations

from localai.errors import ModelLoadError
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, wait_after
from tests.server.live import Live, eventually, serve

MODELS = ["@cf/defog/sqlcoder-7b-2", "@cf/meta/llama-2-7b-chat-int8"]


def health(live: Live) -> tuple[int, object]:
    answer = live.call("GET", "/health")
    return answer.status, answer.json()


def test_without_models_to_load_it_is_ok_at_once() -> None:
    with serve(create_app(FakeRuntime())) as live:
        assert health(live) == (200, {"status": "ok", "models": []})


def test_it_is_503_with_progress_until_the_models_are_there() -> None:
    runtime = FakeRuntime()
    with serve(create_app(runtime, preload=MODELS)) as live:
        loading = {"status": "loading", "progress": 0.25, "model": MODELS[0]}
        eventually(lambda: health(live) == (503, loading))
        runtime.may_load.set()
        eventually(lambda: health(live) == (200, {"status": "ok", "models": MODELS}))


def test_a_load_that_fails_is_told() -> None:
    runtime = FakeRuntime(load_error=ModelLoadError("bad magic", model=MODELS[0]))
    runtime.may_load.set()
    with serve(create_app(runtime, preload=MODELS[:1])) as live:
        failed = {"status": "failed", "progress": 1.0, "errors": {MODELS[0]: "bad magic"}}
        eventually(lambda: health(live) == (503, failed))
        assert live.post({"prompt": "x"}).status == 200


def test_it_answers_while_requests_are_in_the_engine() -> None:
    runtime = FakeRuntime({"long": wait_after()})
    with serve(create_app(runtime)) as live:
        clients = [live.open_raw({"prompt": "long"}) for _ in range(20)]
        eventually(lambda: len(runtime.requests) == 20)
        assert health(live)[0] == 200
        for client in clients:
            client.close()
        eventually(lambda: runtime.cancels["long"] == 20)
