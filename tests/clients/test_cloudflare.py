"""The real cloudflare SDK against the server: results, raw streams, errors, paging."""

from __future__ import annotations

import json
from collections.abc import Iterator

import cloudflare
import pytest
from cloudflare import Cloudflare

from localai.errors import UnknownModel
from localai.reply import Failed
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import serve

MODEL = "@cf/defog/sqlcoder-7b-2"


@pytest.fixture(scope="module")
def runtime() -> FakeRuntime:
    return FakeRuntime({"lost": play(Failed(UnknownModel("@cf/x/y")))})


@pytest.fixture(scope="module")
def client(runtime: FakeRuntime) -> Iterator[Cloudflare]:
    with serve(create_app(runtime, api_key="local")) as live:
        with Cloudflare(api_token="local", base_url=f"{live.url}/client/v4") as client:
            yield client


def test_run_gives_the_text(client: Cloudflare, runtime: FakeRuntime) -> None:
    result = client.ai.run(MODEL, account_id="a1", prompt="Tell me all about PEP-8")
    assert isinstance(result, dict)
    assert result["response"] == "Hello world"
    assert result["usage"]["total_tokens"] == 5
    assert runtime.requests[-1].model == MODEL
    assert runtime.requests[-1].prompt == "Tell me all about PEP-8"


def test_run_takes_messages(client: Cloudflare, runtime: FakeRuntime) -> None:
    turns = [{"role": "system", "content": "schema"}, {"role": "user", "content": "how many?"}]
    client.ai.run(MODEL, account_id="a1", messages=turns, max_tokens=64)  # type: ignore[arg-type]
    assert [message.role for message in runtime.requests[-1].messages] == ["system", "user"]
    assert runtime.requests[-1].max_tokens == 64


def test_a_raw_stream_ends_in_done(client: Cloudflare) -> None:
    run = client.ai.with_streaming_response.run
    with run(MODEL, account_id="a1", prompt="x", stream=True) as response:
        assert response.headers["content-type"] == "text/event-stream"
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    frames = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    assert "".join(frame["response"] for frame in frames) == "Hello world"
    assert frames[-1]["usage"]["completion_tokens"] == 2


def test_errors_arrive_as_the_sdk_types_them(client: Cloudflare) -> None:
    with pytest.raises(cloudflare.BadRequestError) as caught:
        client.ai.run(MODEL, account_id="a1", prompt="lost")
    assert caught.value.errors[0].code == 5007
    stranger = client.with_options(api_token="wrong")
    with pytest.raises(cloudflare.AuthenticationError):
        stranger.ai.run(MODEL, account_id="a1", prompt="x")


def test_paging_through_the_models_comes_to_an_end(client: Cloudflare) -> None:
    models = list(client.ai.models.list(account_id="a1", per_page=2))
    assert len(models) == 3
    names = [model["name"] for model in models]  # type: ignore[index]
    assert MODEL in names
