"""Prompts that a server computes ahead: one after the other, each with a state of its own."""

from __future__ import annotations

import threading

from localai.errors import ContextExceeded, DatabaseError
from localai.reply import Failed, Finished, Progress, Usage
from localai.request import GenerateRequest
from localai.server import create_app
from localai.server.health import Health
from localai.server.warming import WarmUp, WarmUps
from tests.server.fake_runtime import FakeRuntime, play, wait_after
from tests.server.live import eventually, serve

MODEL = "@cf/defog/sqlcoder-7b-2"


def reading() -> FakeRuntime:
    """A runtime that computes prompts, and takes its time over `long`."""
    return FakeRuntime(
        {
            "broken": play(Failed(ContextExceeded(9000, 1, 4096))),
            "short": play(Progress(7, 7), Finished("length", Usage(7, 0))),
            "long": wait_after(Progress(500, 1000)),
        }
    )


def of(name: str) -> WarmUp:
    return WarmUp(name, MODEL, lambda: GenerateRequest(MODEL, name))


def gone() -> GenerateRequest:
    raise DatabaseError("The file is gone.")


def test_each_is_told_and_one_that_fails_stops_no_other() -> None:
    wanted = [
        of("broken"),
        WarmUp("database", MODEL, gone),
        WarmUp("nothing", MODEL, lambda: None),
        of("short"),
        of("long"),
    ]
    fake = reading()
    with serve(create_app(fake, preload=[MODEL], warm=wanted)) as live:

        def told() -> list[dict[str, object]]:
            found: list[dict[str, object]] = live.call("GET", "/localai/status").json()["warm"]
            return found

        assert {one["state"] for one in told()} == {"waiting"}
        fake.may_load.set()
        eventually(lambda: told()[-1]["progress"] == 0.5)
        found = told()
        assert live.call("GET", "/health").status == 200
    eventually(lambda: fake.cancels["long"] > 0)  # it ended with the server
    assert all(request.warm for request in fake.requests)
    states = [one["state"] for one in found]
    assert states == ["failed", "failed", "skipped", "kept", "computing"]
    assert "9000" in str(found[0]["error"]) and "gone" in str(found[1]["error"])
    assert found[3] == {
        "name": "short", "model": MODEL, "state": "kept", "progress": 1.0, "tokens": 7,
        "error": None,
    }  # fmt: skip


def test_they_wait_for_the_models_and_for_nothing_after_the_end() -> None:
    loaded = threading.Event()
    warm_ups = WarmUps(reading(), [of("short"), of("short")], loaded)
    warm_ups.start()
    assert [one["state"] for one in warm_ups.report()] == ["waiting"] * 2
    warm_ups.stop()
    assert loaded.is_set()
    eventually(lambda: all(t.name != "localai-warm" for t in threading.enumerate()))
    assert [one["state"] for one in warm_ups.report()] == ["waiting"] * 2


def test_a_server_without_models_to_load_is_loaded() -> None:
    health = Health(reading(), ())
    health.start()
    assert health.loaded.is_set()
