"""Host, Origin and key: who may speak to the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai.errors import InvalidRequest
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Live, serve

PAGE = "https://app.example"
EXTENSION = "chrome-extension://abcdef"


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with serve(create_app(FakeRuntime(), allowed_hosts=["My-Laptop.lan"])) as live:
        yield live


@pytest.fixture(scope="module")
def open_to_page() -> Iterator[Live]:
    app = create_app(FakeRuntime(), allow_origins=[f"{PAGE}/", EXTENSION], api_key="s3cret-é")
    with serve(app) as live:
        yield live


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8642", 200),
        ("LOCALHOST.", 200),
        ("app.localhost:1", 200),
        ("127.0.0.1:8642", 200),
        ("127.9.9.9", 200),
        ("[::1]:8642", 200),
        ("[::1]", 200),
        ("my-laptop.lan:80", 200),
        ("evil.example", 403),
        ("evil.example:8642", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example", 403),
        ("evillocalhost", 403),
        ("0.0.0.0", 403),
        ("192.168.1.7", 403),
        ("[::2]", 403),
        ("localhost@evil.example", 403),
        ("localhost/evil", 403),
        ("localhost:99999999", 403),
        ("localhost:", 403),
        ("", 403),
        ("[::1", 403),
    ],
)
@pytest.mark.parametrize("path", ["/health", "/ai/run/x"])
def test_the_host_header_must_name_this_machine(
    live: Live, host: str, status: int, path: str
) -> None:
    method = "GET" if path == "/health" else "POST"
    answer = live.call(method, path, {"prompt": "x"}, {"Host": host})
    assert answer.status == status
    if status == 403:
        entry = answer.json()["errors"][0]
        assert entry["code"] == 5905
        assert "127.0.0.1" in entry["message"]


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("http://localhost:8642/health", "evil.example", 200),
        ("HTTP://127.0.0.1/ai/run/%40cf%2Fx?a=b", "127.0.0.1", 200),
        ("http://evil.example/health", "localhost", 403),
        ("http://localhost@evil.example/health", "localhost", 403),
        ("http://", "localhost", 403),
        ("http://localhost", "localhost", 200),
    ],
)
def test_a_whole_url_as_to_a_proxy_is_the_path_and_the_host(
    live: Live, target: str, host: str, status: int
) -> None:
    method = "POST" if "run" in target else "GET"
    answer = live.call(method, target, {"prompt": "x"}, {"Host": host})
    assert answer.status == status


def test_pages_of_other_origins_are_refused_and_told_why(live: Live) -> None:
    for origin in (PAGE, "null", "http://localhost:3000"):
        answer = live.post({"prompt": "x"}, Origin=origin)
        assert answer.status == 403
        assert "--allow-origin" in answer.json()["errors"][0]["message"]
        assert "access-control-allow-origin" not in answer.headers
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        assert live.call("OPTIONS", "/ai/run/x", None, preflight).status == 403


def test_the_servers_own_pages_may_call(live: Live) -> None:
    assert live.post({"prompt": "x"}, Origin=live.url).status == 200


@pytest.mark.parametrize("origin", [PAGE, EXTENSION])
def test_an_allowed_page_may_call_after_a_preflight(open_to_page: Live, origin: str) -> None:
    preflight = open_to_page.call(
        "OPTIONS",
        "/ai/run/x",
        None,
        {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-session-affinity",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "x-session-affinity" in preflight.headers["access-control-allow-headers"]
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-private-network"] == "true"
    assert "Origin" in preflight.headers["vary"]
    for stream in (True, False):
        answer = open_to_page.call(
            "POST",
            "/ai/run/x",
            {"prompt": "x", "stream": stream},
            {"Origin": origin, "Authorization": "Bearer s3cret-é".encode().decode("latin-1")},
        )
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == origin


def test_an_allowed_page_can_read_its_errors(open_to_page: Live) -> None:
    answer = open_to_page.post({"prompt": "x"}, Origin=PAGE)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, PAGE)


@pytest.mark.parametrize(
    "authorization",
    ["", "s3cret-é", "Basic s3cret-é", "Bearer", "Bearer ", "Bearer s3cret", "Bearer s3cret-é2"],
)
def test_a_missing_or_wrong_key_is_refused(open_to_page: Live, authorization: str) -> None:
    headers = {"Authorization": authorization.encode().decode("latin-1")}
    paths = [
        ("POST", "/ai/run/x"),
        ("GET", "/client/v4/accounts/a/ai/models/search"),
        ("GET", "/nowhere"),
    ]
    for method, path in paths:
        answer = open_to_page.call(method, path, None, headers)
        assert (answer.status, answer.json()["errors"][0]["code"]) == (401, 10000)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert open_to_page.call("GET", "/health", None, headers).status == 200


def test_off_loopback_any_host_passes_but_never_without_a_key() -> None:
    with pytest.raises(InvalidRequest, match="key"):
        create_app(FakeRuntime(), loopback=False)
    with serve(create_app(FakeRuntime(), loopback=False, api_key="k")) as live:
        headers = {"Host": "llm.example.org", "Authorization": "bearer k"}
        assert live.call("POST", "/ai/run/x", {"prompt": "x"}, headers).status == 200
