"""Codes that are exchanged for the key: once, soon, and against nothing but the right one."""

from __future__ import annotations

import pytest

from localai.dialects.dialect import Forbidden
from localai.server import create_app
from localai.server.entry import SECONDS, Entry
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import serve


def test_a_code_is_good_once() -> None:
    entry = Entry("code", "key")
    for wrong in ("", "cod", "code ", "c\u00f6de"):
        with pytest.raises(Forbidden, match="not of this run"):
            entry.key(wrong)
    assert entry.key("code") == "key"
    with pytest.raises(Forbidden, match="used already"):
        entry.key("code")


def test_a_code_grows_old() -> None:
    now = 100.0
    entry = Entry("code", "key", lambda: now)
    now += SECONDS + 1
    with pytest.raises(Forbidden, match="60 seconds"):
        entry.key("code")


def test_only_this_page_and_only_with_a_key() -> None:
    with serve(create_app(FakeRuntime(), api_key="key", enter="code")) as live:
        foreign = live.call("POST", "/localai/enter", {"code": "code"}, {"Origin": "null"})
        assert foreign.status == 403
        assert live.post({"code": 7}, "/localai/enter").status == 400
        assert live.post({"code": "no"}, "/localai/enter").json()["error"]["hint"]
        reply = live.post({"code": "code"}, "/localai/enter")
        assert (reply.status, reply.json()) == (200, {"key": "key"})
        assert reply.headers["cache-control"] == "no-store"
        assert live.post({"code": "code"}, "/localai/enter").status == 403
    for options in ({"api_key": "key"}, {"enter": "code"}):
        with serve(create_app(FakeRuntime(), **options)) as live:  # type: ignore[arg-type]
            assert live.post({"code": "code"}, "/localai/enter").status in (401, 404)
