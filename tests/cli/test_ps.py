"""`localai ps` and `localai stop`: a server asked, refused, missing, or no server of ours."""

from __future__ import annotations

import http.server
import json
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from localai.engine import EngineStatus
from localai.loading import ModelStatus
from localai.server import create_app
from tests.cli.conftest import Cli, start
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Live, serve

MODEL = "@cf/defog/sqlcoder-7b-2"


def at_work(users: int) -> ModelStatus:
    engine = EngineStatus(users, 3, 8, 500, 4096, 200, 900, 80, 812.345, 31.26)
    return ModelStatus(MODEL, "Q8_0", 4096, 4_780_000_000, users, None if users else 75.0, engine)


@pytest.fixture
def fake() -> FakeRuntime:
    return FakeRuntime(reported=[at_work(2)], loads={"@cf/meta/llama-2-7b-chat-int8": 0.41})


@pytest.fixture
def live(fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with serve(create_app(fake, api_key="secret")) as live:
        monkeypatch.setenv("LOCALAI_URL", live.url)
        monkeypatch.setenv("LOCALAI_API_KEY", "secret")
        # A proxy that is not there: this machine is not asked through it.
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        yield live


def test_it_shows_models_at_work_and_loads(cli: Cli, live: Live) -> None:
    shown = cli("ps")
    assert shown.exit_code == 0, shown.output
    (row,) = (line for line in shown.stdout.splitlines() if MODEL in line)
    assert row.split() == [
        MODEL, "Q8_0", "4.78", "GB", "2", "of", "8", "3", "500", "of", "4096", "200", "812.3",
        "31.3", "no",
    ]  # fmt: skip
    assert "@cf/meta/llama-2-7b-chat-int8: loading, 41%" in shown.stdout


def test_json_is_what_the_server_says(cli: Cli, live: Live) -> None:
    told = json.loads(cli("ps", "--json").stdout)
    assert told["models"][0]["id"] == MODEL
    assert told["loading"][0]["progress"] == 0.41


def test_an_empty_server_says_so(cli: Cli, live: Live, fake: FakeRuntime) -> None:
    fake.reported.clear()
    fake.loads.clear()
    assert "No model is loaded." in cli("ps").stdout


def test_stop_unloads_and_says_where_it_cannot(cli: Cli, live: Live, fake: FakeRuntime) -> None:
    busy = cli("stop", MODEL)
    assert (busy.exit_code, "2 requests" in busy.stderr) == (1, True)
    fake.reported[:] = [at_work(0)]
    assert cli("stop", MODEL).stdout == f"{MODEL} is unloaded.\n"
    gone = cli("stop", MODEL)
    assert (gone.exit_code, "not loaded" in gone.stderr) == (1, True)
    unknown = cli("stop", "@cf/none", "--json")
    assert unknown.exit_code == 1
    assert "@cf/none" in json.loads(unknown.stdout)["error"]["message"]


def test_a_wrong_key_is_told_as_that(cli: Cli, live: Live) -> None:
    refused = cli("ps", "--api-key", "other")
    assert refused.exit_code == 1
    assert "--api-key" in refused.stderr


@pytest.mark.parametrize("command", [("ps",), ("ps", "--watch"), ("stop", MODEL)])
def test_no_server_is_told_with_the_way_out(cli: Cli, command: tuple[str, ...]) -> None:
    refused = cli(*command, "--url", "http://127.0.0.1:9")
    assert refused.exit_code == 1
    assert "No server answers at http://127.0.0.1:9" in refused.stderr
    assert "localai serve" in refused.stderr


def test_another_program_is_told_as_that(cli: Cli) -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        refused = cli("ps", "--url", f"127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
    assert refused.exit_code == 1
    assert "no localai server" in refused.stderr


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://"])
def test_a_wrong_url_is_told_as_that(cli: Cli, url: str) -> None:
    refused = cli("ps", "--url", url)
    assert refused.exit_code == 1
    assert "no URL" in refused.stderr


def test_watching_prints_a_line_each_second_and_ends_quietly(live: Live) -> None:
    watch = start("ps", "--watch", "--json")
    assert watch.stdout is not None
    first, second = watch.stdout.readline(), watch.stdout.readline()
    assert json.loads(first)["models"][0]["id"] == json.loads(second)["models"][0]["id"]
    time.sleep(0.1)
    watch.send_signal(signal.SIGINT)
    _, told = watch.communicate(timeout=10)
    assert (watch.returncode, told) == (0, b"")
