"""The page's files, the catalogue and the downloads, as they go over HTTP."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import close_session, constants

from localai.model import FileSpec, ModelSpec
from localai.registry import Registry
from localai.server import create_app
from localai.weights.check import architecture
from localai.weights.gguf import read_header
from localai.weights.store import Store
from tests.gguf_models import tiny_llama
from tests.hub import Fault, Hub, running
from tests.server.fake_runtime import FakeRegistry, FakeRuntime
from tests.server.live import Answer, Live, eventually, serve

KEY = "s3cret"
SIGNED = {"Authorization": f"Bearer {KEY}"}
FILE = ("someone/tiny-GGUF", "tiny.F16.gguf")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with serve(create_app(FakeRuntime(), api_key=KEY)) as live:
        yield live


def test_the_page_needs_no_key_and_loads_nothing_from_elsewhere(live: Live) -> None:
    page = live.call("GET", "/")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    script = live.call("GET", "/playground/main.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert live.call("GET", "/playground/server.json").json()["key"] is True


def test_what_has_not_changed_is_not_sent_again(live: Live) -> None:
    tag = live.call("GET", "/playground/main.js").headers["etag"]
    again = live.call("GET", "/playground/main.js", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status, again.body) == (304, b"")
    head = live.call("HEAD", "/")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 500


@pytest.mark.parametrize(
    "path", ["/playground/", "/playground/none.js", "/playground/../app.py", "/playground/%2e%2e/x"]
)
def test_nothing_else_is_served(live: Live, path: str) -> None:
    assert live.call("GET", path, headers=SIGNED).status == 404


def test_models_and_downloads_need_the_key(live: Live) -> None:
    assert live.call("GET", "/localai/models").status == 401
    assert live.call("POST", "/localai/pull", {"model": "x"}).status == 401
    assert live.call("GET", "/localai/models", headers=SIGNED).status == 200


def test_a_server_may_do_without_the_page() -> None:
    with serve(create_app(FakeRuntime(), playground=False)) as live:
        assert live.call("GET", "/").status == 404
        assert live.call("GET", "/playground/main.js").status == 404
        assert live.call("GET", "/localai/models").status == 200


def test_the_catalogue_tells_what_is_here_and_what_fits() -> None:
    registry = FakeRegistry(Registry.load().models)
    runtime = FakeRuntime(registry=registry)
    with serve(create_app(runtime)) as live:
        told = live.call("GET", "/localai/models").json()
    assert told["memory"]["free"] > 0
    models = {model["id"]: model for model in told["models"]}
    assert list(models) == [spec.id for spec in registry.models]
    tiny = models["@localai/sql-tiny"]
    assert (tiny["downloaded"], tiny["quant"], tiny["fits"], tiny["state"]) == (
        True, "F16", True, "downloaded",
    )  # fmt: skip
    assert tiny["memory"]["needed"] > tiny["bytes"]
    sqlcoder = models["@cf/defog/sqlcoder-7b-2"]
    assert (sqlcoder["downloaded"], sqlcoder["state"]) == (False, "absent")
    assert sqlcoder["licence"] == "CC-BY-SA-4.0"
    assert sqlcoder["limits"]["context"] == 10_000
    by_name = {quant["name"]: quant for quant in sqlcoder["quants"]}
    assert by_name["Q4_K_M"]["bytes"] == 4_081_096_320
    assert models["@cf/meta/llama-3.2-1b-instruct"]["tools"] == "native"
    assert sqlcoder["tools"] == "instruction"


@dataclass
class Shelf:
    """A server whose one model lies on a Hub, and the answers of its downloads."""

    live: Live
    hub: Hub
    spec: ModelSpec
    store: Store

    def pull(self, **body: object) -> Answer:
        return self.live.call("POST", "/localai/pull", {"model": self.spec.id, **body})

    def told(self, **body: object) -> list[Any]:
        answer = self.pull(**body)
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "text/event-stream"
        lines = answer.body.decode().split("\n\n")
        return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("weights") / "tiny.gguf", vocabulary_size=8000)


@pytest.fixture
def hub(weights: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with running() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
        template = hub.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        hub.files[FILE] = weights.read_bytes()
        close_session()
        yield hub
        close_session()


@pytest.fixture
def shelf(hub: Hub, weights: Path, tmp_path: Path) -> Iterator[Shelf]:
    spec = ModelSpec(
        "@local/on-the-hub",
        "On the Hub",
        architecture(read_header(weights)),
        (FileSpec("F16", FILE[1], repository=FILE[0], bytes=weights.stat().st_size),),
        "F16",
        "plain",
        "MIT",
    )
    store = Store(tmp_path / "models")
    app = create_app(FakeRuntime(registry=FakeRegistry([spec])), store=store)
    with serve(app) as live:
        yield Shelf(live, hub, spec, store)


def test_a_download_tells_how_far_it_is(shelf: Shelf) -> None:
    size = shelf.spec.files[0].bytes
    *steps, last = shelf.told()
    assert steps[0] == {"bytes": 0, "total": size, "file": FILE[1], "quant": "F16"}
    assert steps[-1]["bytes"] == size
    assert last == {"done": True, "quant": "F16", "size": size, "notes": []}
    assert shelf.store.find(shelf.spec) is not None
    (model,) = shelf.live.call("GET", "/localai/models").json()["models"]
    assert (model["downloaded"], model["bytes"], model["state"]) == (True, size, "downloaded")
    seen = len(shelf.hub.seen)
    assert shelf.told()[-1]["done"] is True
    assert len(shelf.hub.seen) == seen


def test_a_client_that_goes_away_stops_it_and_the_next_goes_on(shelf: Shelf) -> None:
    shelf.hub.delay = 0.02
    client = shelf.live.open_raw({"model": shelf.spec.id}, "/localai/pull")
    eventually(lambda: shelf.hub.served > 100_000)
    refused = shelf.pull()
    assert (refused.status, refused.json()["error"]["type"]) == (400, "InvalidRequest")
    assert "already" in refused.json()["error"]["message"]
    client.close()
    served = -1

    def stopped() -> bool:
        nonlocal served
        before, served = served, shelf.hub.served
        threading.Event().wait(0.1)
        return before == served

    eventually(stopped)
    size = shelf.spec.files[0].bytes or 0
    assert served < size
    shelf.hub.delay = 0
    steps = shelf.told()
    assert steps[-1]["done"] is True
    assert steps[1]["bytes"] > 0
    assert shelf.hub.served < size + 200_000


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("refuse", status=404, method="HEAD", times=9), "NotOnHub", "has no"),
        (
            Fault(
                "refuse", status=403, headers={"X-Error-Code": "GatedRepo"}, method="HEAD", times=9
            ),
            "AccessDenied",
            "HF_TOKEN",
        ),
    ],
)
def test_what_goes_wrong_is_told_with_the_way_out(
    shelf: Shelf, fault: Fault, kind: str, words: str
) -> None:
    shelf.hub.faults.append(fault)
    error = shelf.told()[-1]["error"]
    assert error["type"] == kind
    assert words in f"{error['message']} {error['hint']}"
    assert shelf.live.call("GET", "/localai/models").json()["models"][0]["downloaded"] is False


def test_a_full_disk_and_no_network_are_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(shelf.store.models_dir.parent)._replace(free=10)  # type: ignore[union-attr]
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: full)
        error = shelf.told()[-1]["error"]
    assert error["type"] == "NotEnoughDisk"
    assert "LOCALAI_MODELS_DIR" in error["hint"]
    monkeypatch.setattr(constants, "is_offline_mode", lambda: True)
    error = shelf.told()[-1]["error"]
    assert error["type"] == "Offline"
    assert "localai pull" in error["hint"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "model"),
        ({"model": "@cf/none"}, 404, "No such model"),
        ({"model": "@local/on-the-hub", "quant": "Q9_X"}, 400, "It has: F16"),
        ({"model": "@local/on-the-hub", "quant": 4}, 400, "quant"),
        ({"model": "@local/on-the-hub", "force": True}, 400, "force"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_asked(
    shelf: Shelf, body: dict[str, object], status: int, words: str
) -> None:
    answer = shelf.live.call("POST", "/localai/pull", body)
    error = answer.json()["error"]
    assert answer.status == status
    assert words in f"{error['message']} {error['hint']}"
    assert shelf.hub.seen == []
