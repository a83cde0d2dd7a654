"""300 bad requests, each answered with a 4xx, a code and a message; the server serves on."""

from __future__ import annotations

import http.client
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from localai.errors import UnknownModel
from localai.reply import Failed
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime, play
from tests.server.live import RUN, Live, serve

MAX_BODY = 400_000
BASE = "/client/v4/accounts/a1/ai/run/"


@dataclass(frozen=True)
class Bad:
    kind: str
    method: str = "POST"
    path: str = RUN
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def wrong_type(rng: random.Random) -> Bad:
    name, good = rng.choice(
        [
            ("prompt", str),
            ("raw", bool),
            ("stream", bool),
            ("max_tokens", int),
            ("temperature", float),
            ("top_p", float),
            ("top_k", int),
            ("seed", int),
            ("repetition_penalty", float),
            ("messages", list),
            ("stop", str),
            ("frequency_penalty", float),
        ]
    )
    values = ["1", {"a": 1}, [[1]], True, 1.5, 10**20, "yes", [None]]
    bad = [v for v in values if not isinstance(v, (good, int) if good is float else good)]
    value = rng.choice([v for v in bad if type(v) is not good])
    inputs = {"prompt": "x"} if name not in ("prompt", "messages") else {}
    return Bad("type", body=json.dumps({**inputs, name: value}).encode())


def out_of_range(rng: random.Random) -> Bad:
    name, value = rng.choice(
        [
            ("temperature", rng.choice([-0.1, 5.01, 1e300])),
            ("top_p", rng.choice([-1, 2.001])),
            ("top_k", rng.choice([0, -5, 51, 10**9])),
            ("seed", rng.choice([0, -1, 10**10])),
            ("max_tokens", rng.choice([0, -1, -(2**63)])),
            ("repetition_penalty", rng.choice([-0.5, 2.5])),
            ("presence_penalty", rng.choice([-2.5, 3])),
            ("prompt", rng.choice(["", "x" * 131_073])),
            ("stop", [rng.choice(["", "x" * 300])]),
        ]
    )
    return Bad("range", body=json.dumps({"prompt": "x", name: value}).encode())


def bad_messages(rng: random.Random) -> Bad:
    messages = rng.choice(
        [
            [],
            [1],
            [{}],
            [{"role": "user"}],
            [{"role": "wizard", "content": "x"}],
            [{"role": "function", "content": "x"}],
            [{"role": "user", "content": None}],
            [{"role": "user", "content": [{"type": "image_url"}]}],
            [{"role": "user", "content": {"a": 1}}],
            [{"role": "user", "content": "x" * 131_073}],
            {"role": "user"},
            "hello",
        ]
    )
    return Bad("messages", body=json.dumps({"messages": messages}).encode())


def malformed_option(rng: random.Random) -> Bad:
    name = rng.choice(["tools", "functions", "tool_choice", "response_format", "lora"])
    return Bad("malformed option", body=json.dumps({"prompt": "x", name: {"a": "b"}}).encode())


def ambiguous(rng: random.Random) -> Bad:
    turns = [{"role": "user", "content": "x"}]
    return Bad(
        "prompt or messages",
        body=rng.choice([b"{}", json.dumps({"prompt": "x", "messages": turns}).encode()]),
    )


def broken_json(rng: random.Random) -> Bad:
    good = b'{"prompt": "Why is pizza so good", "max_tokens": 5}'
    deep = rng.choice([b"[", b'{"a":']) * 50_000
    return Bad(
        "json",
        body=rng.choice(
            [
                good[: rng.randrange(1, len(good) - 1)],
                good + b"}",
                good.replace(b",", b",,"),
                good.replace(
                    b"5", rng.choice([b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x5"])
                ),
                good.replace(b"5", b"9" * 5000),
                good.replace(b"Why", rng.choice([b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x00"])),
                good.replace(b"Why", rng.choice([b"\\ud800", b"\\udc00x", b"\\x41"])),
                b'{"prompt": "x", "prompt": 5}',
                b'{"prompt": "x", "temperature": 1, "temperature": 9}',
                deep,
                b'{"prompt": "x", "stop": ' + deep,
                good.decode().encode("utf-16"),
                b"\x1f\x8b\x08" + good,
                rng.choice([b"null", b"[]", b'"x"', b"5", b"true", b"[{}]"]),
                b"prompt=hello&max_tokens=5",
                b"--b\r\nContent-Disposition: form-data; name=prompt\r\n\r\nx\r\n--b--",
            ]
        ),
    )


def no_body(rng: random.Random) -> Bad:
    return Bad("no body", body=rng.choice([None, b"", b"  \r\n"]))


def huge_body(rng: random.Random) -> Bad:
    size = rng.choice([MAX_BODY + 1, 2 * MAX_BODY, 10 * MAX_BODY])
    return Bad("huge", body=b'{"prompt": "%b"}' % (b"x" * size))


def wrong_method(rng: random.Random) -> Bad:
    method = rng.choice(["GET", "PUT", "DELETE", "PATCH", "HACK", "OPTIONS"])
    return Bad("method", method=method, body=rng.choice([None, b'{"prompt": "x"}']))


def wrong_search(rng: random.Random) -> Bad:
    query = rng.choice(["page=0", "page=x", "per_page=-1", "per_page=1e3", "format=openrouter"])
    return Bad("search", method="GET", path=f"/client/v4/accounts/a1/ai/models/search?{query}")


def hostile_model(rng: random.Random) -> Bad:
    model = rng.choice(
        [
            "",
            "/",
            "../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "@cf/defog/sqlcoder-7b-2/",
            "@cf/defog/sqlcoder-7b-2%00.gguf",
            "@cf//",
            "file:///etc/passwd",
            "http://127.0.0.1:1/x.gguf",
            "%ff%fe",
            "%252e%252e",
            "a" * 5000,
            quote("模型/\U0001f355"),
            quote("x\r\nX-Injected: 1"),
            quote("{{7*7}}"),
            quote("'; DROP TABLE models; --"),
            quote("$(touch x)"),
            quote("<script>alert(1)</script>"),
            "C:%5Cmodels%5Cx.gguf",
            "@cf/" + "a/" * rng.randrange(1, 200),
        ]
    )
    return Bad("model", path=BASE + model, body=b'{"prompt": "hostile"}')


def lost_path(rng: random.Random) -> Bad:
    path = rng.choice(
        [
            "/client/v4/accounts/a1/a2/ai/run/@cf/defog/sqlcoder-7b-2",
            "/client/v4/accounts/a1/ai/runs/x",
            "/client/v5/accounts/a1/ai/run/x",
            "/ai",
            "/",
            "/%00",
            "//ai/run/x",
            "/health/",
            "/.git/config",
            "/client/v4/" + "a/" * 2000,
        ]
    )
    return Bad("path", path=path, body=b'{"prompt": "x"}')


KINDS = (
    wrong_type,
    out_of_range,
    bad_messages,
    malformed_option,
    ambiguous,
    broken_json,
    broken_json,
    no_body,
    huge_body,
    wrong_method,
    wrong_search,
    hostile_model,
    hostile_model,
    lost_path,
)


def bad_requests(count: int) -> list[Bad]:
    rng = random.Random(20250101)
    return [KINDS[i % len(KINDS)](rng) for i in range(count)]


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    runtime = FakeRuntime({"hostile": play(Failed(UnknownModel("hostile")))})
    with serve(create_app(runtime, max_body=MAX_BODY, playground=False)) as live:
        yield live


def test_300_bad_requests_are_each_refused_and_the_server_serves_on(live: Live) -> None:
    for bad in bad_requests(300):
        answer = live.call(bad.method, bad.path, bad.body, bad.headers)
        assert 400 <= answer.status < 500, bad
        body = answer.json()
        assert body["success"] is False, bad
        assert not body["result"]
        for entry in body["errors"]:
            assert isinstance(entry["code"], int)
            assert 0 < len(entry["message"]) < 1000
        assert body["errors"], bad
        assert answer.headers["content-type"] == "application/json"
    assert live.post({"prompt": "x"}).json()["result"]["response"] == "Hello world"


def test_the_kinds_get_their_codes(live: Live) -> None:
    codes: dict[str, set[int]] = {}
    for bad in bad_requests(len(KINDS) * 8):
        answer = live.call(bad.method, bad.path, bad.body, bad.headers)
        codes.setdefault(bad.kind, set()).add(answer.json()["errors"][0]["code"])
    assert codes == {
        "type": {5006},
        "range": {5006},
        "messages": {5006},
        "malformed option": {5006},
        "prompt or messages": {5006},
        "json": {5006},
        "no body": {3003},
        "huge": {3006},
        "method": {7001},
        "search": {5006},
        "model": {3042, 5007, 7003},  # a line break in a path is no route at all
        "path": {7003},
    }


def test_a_chunked_body_is_cut_off_at_the_limit(live: Live) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 20_000

    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=20)
    connection.request("POST", RUN, parts(), encode_chunked=True)
    reply = connection.getresponse()
    assert reply.status == 413
    assert json.loads(reply.read())["errors"][0]["code"] == 3006
    connection.close()
