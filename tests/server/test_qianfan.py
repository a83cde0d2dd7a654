"""Qianfan whole, over a socket and llama.cpp: tokens, signatures, own names, its defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from localai.dialects.qianfan import PREFIX
from localai.registry import Registry
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from localai.weights.store import Store
from tests.gguf_models import tiny_llama
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Live, serve
from tests.test_runtime import local_model

KEY = "s3cret"
PAIR = {"grant_type": "client_credentials", "client_id": "ak", "client_secret": KEY}
SQLCODER = f"{PREFIX}/completions/sqlcoder_7b"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("qianfan") / "tiny.gguf", context=1024)


@pytest.fixture
def live(path: Path) -> Iterator[Live]:
    tiny = local_model(path, "tiny")
    named = {"qianfan": ("sqlcoder_7b", "SQLCoder-7B")}
    chat = replace(tiny, id="@local/chat", prompt="llama-2-chat", spellings={
        "qianfan": ("llama_2_7b", "Llama-2-7B-Chat")})  # fmt: skip
    models = Registry([replace(tiny, spellings=named), chat])
    config = RuntimeConfig(slots=2, threads=1)
    with (
        Runtime(models, Store(path.parent), config) as runtime,
        serve(create_app(runtime)) as live,
    ):
        yield live


def result(live: Live, path: str = SQLCODER, **body: object) -> Any:
    return live.post(body, path).json()


@pytest.mark.parametrize(("asks", "shows"), [("GET", None), ("POST", {}), ("POST", b'""')])
def test_a_token_outlives_the_server_that_gave_it(asks: str, shows: object) -> None:
    with serve(create_app(FakeRuntime(), api_key=KEY)) as live:
        given = live.call(asks, f"/oauth/2.0/token?{urlencode(PAIR)}", shows)
        token = given.json()["access_token"]
    shown = f"{SQLCODER}?{urlencode({'access_token': token})}"
    with serve(create_app(FakeRuntime(), api_key=KEY)) as live:
        assert result(live, shown, prompt="x")["result"] == "Hello world"
    with serve(create_app(FakeRuntime(), api_key="another")) as live:
        assert result(live, shown, prompt="x")["error_code"] == 110


def test_a_server_without_a_key_takes_any_credentials() -> None:
    with serve(create_app(FakeRuntime())) as live:
        pair = urlencode({**PAIR, "client_secret": "any"})
        token = live.call("GET", f"/oauth/2.0/token?{pair}").json()["access_token"]
        for shown in ("", f"?access_token={token}", "?access_token=any"):
            assert result(live, SQLCODER + shown, prompt="x")["result"] == "Hello world"
        headers = {"Authorization": "bce-auth-v1/ak/2026-03-18T10:00:00Z/300//0"}
        answer = live.call("POST", SQLCODER, {"prompt": "x"}, headers)
        assert answer.json()["result"] == "Hello world"


def test_without_more_ado_it_is_greedy_and_512_tokens_long(live: Live) -> None:
    one, other = (result(live, prompt="hello") for _ in range(2))
    assert one["usage"]["completion_tokens"] == 512 and one["is_truncated"] is True
    assert one["result"] == other["result"]
    greedy = result(live, prompt="hello", top_k=1, temperature=1.0, max_output_tokens=40)
    assert one["result"].startswith(greedy["result"])
    assert one["is_safe"] == 1 and type(one["is_safe"]) is int


def test_nothing_is_trimmed_where_no_stop_is_given(live: Live) -> None:
    whole = result(live, prompt="hello", max_output_tokens=60)["result"]
    cut = whole[20:24]
    short = result(live, prompt="hello", max_output_tokens=60, stop=[cut])["result"]
    assert short == whole[: whole.index(cut)]
    streamed = live.post({"prompt": "hello", "max_output_tokens": 60, "stream": True}, SQLCODER)
    frames = [json.loads(line[6:]) for line in streamed.body.split(b"\n\n") if line]
    assert "".join(frame["result"] for frame in frames) == whole
    assert [frame["sentence_id"] for frame in frames] == [*range(len(frames))]
    assert [frame["is_end"] for frame in frames] == [*(False for _ in frames[1:]), True]


@pytest.mark.parametrize("name", ["sqlcoder_7b", "SQLCoder-7B", "@local/tiny", "%40local%2Ftiny"])
def test_a_model_answers_to_the_vendors_name_and_to_its_own(live: Live, name: str) -> None:
    told = result(live, f"{PREFIX}/completions/{name}", prompt="x", max_output_tokens=3)
    assert told["usage"]["completion_tokens"] == 3


@pytest.mark.parametrize("name", ["llama_2_7b", "@local/chat"])
def test_a_conversation_goes_through_the_models_template(live: Live, name: str) -> None:
    turns = [{"role": "user", "content": "hello"}]
    told = result(live, f"{PREFIX}/chat/{name}", messages=turns, max_output_tokens=3)
    bare = result(live, prompt="hello", max_output_tokens=3)
    assert told["usage"]["prompt_tokens"] > bare["usage"]["prompt_tokens"]


def test_the_list_of_services_leads_to_the_models(live: Live) -> None:
    listed = live.post({}, "/wenxinworkshop/service/list").json()["result"]["common"]
    asked: tuple[dict[str, object], ...] = (
        {"prompt": "x"},
        {"messages": [{"role": "user", "content": "x"}]},
    )
    for service, body in zip(listed, asked, strict=True):
        path = service["url"].partition("https://aip.baidubce.com")[2]
        assert result(live, path, **body, max_output_tokens=1)["usage"]["completion_tokens"] == 1
