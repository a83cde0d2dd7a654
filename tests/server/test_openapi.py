"""GET /openapi.json over a live server: there without a key, and of this version."""

from __future__ import annotations

from localai import __version__
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import serve


def test_the_document_is_open_to_all_who_may_call() -> None:
    with serve(create_app(FakeRuntime(), api_key="s3cret")) as live:
        answer = live.call("GET", "/openapi.json")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        told = answer.json()
        assert (told["openapi"], told["info"]["version"]) == ("3.1.0", __version__)
        assert "/v1/chat/completions" in told["paths"]
        evil = live.call("GET", "/openapi.json", headers={"Origin": "https://evil.example"})
        assert evil.status == 403
