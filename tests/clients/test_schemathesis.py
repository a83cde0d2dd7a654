"""schemathesis over the OpenAPI document: no 5xx, and no answer that it does not allow."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, settings
from starlette.types import Message

from localai import __version__
from localai.dialects import DIALECTS
from localai.dialects.description import document
from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime

schemathesis = pytest.importorskip("schemathesis")
of_answers = pytest.importorskip("schemathesis.specs.openapi.checks")
requests = pytest.importorskip("requests")
urllib3 = pytest.importorskip("urllib3")

CHECKS = [
    pytest.importorskip("schemathesis.checks").not_a_server_error,
    of_answers.status_code_conformance,
    of_answers.content_type_conformance,
    of_answers.response_headers_conformance,
    of_answers.response_schema_conformance,
]
EXAMPLES = 8  # drawn for each operation, besides some thousand that cover its schema's limits
HOST = "testserver"


class InProcess(requests.adapters.HTTPAdapter):  # type: ignore[misc, name-defined]
    """Calls an ASGI application on a loop of this thread: handing over to another takes longer."""

    def __init__(self) -> None:
        super().__init__()
        self.app = create_app(FakeRuntime(), allowed_hosts=[HOST])
        self.loop = asyncio.new_event_loop()

    def send(self, request: Any, **_: object) -> Any:
        body = request.body or b""
        sent = [{"type": "http.request", "body": body.encode() if isinstance(body, str) else body}]
        done = asyncio.Event()
        got: list[Message] = []

        async def receive() -> Message:
            if not sent:
                await done.wait()
                return {"type": "http.disconnect"}
            return sent.pop()

        async def send(message: Message) -> None:
            got.append(message)

        async def run() -> None:
            try:
                await self.app(scope_of(request), receive, send)
            finally:
                done.set()

        self.loop.run_until_complete(run())
        start, *parts = got
        headers = [
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in start["headers"]
        ]
        raw = urllib3.HTTPResponse(
            io.BytesIO(b"".join(part.get("body", b"") for part in parts)),
            headers, start["status"], version=11, preload_content=False,
            request_method=request.method,
        )  # fmt: skip
        return self.build_response(request, raw)

    def close(self) -> None:
        super().close()
        self.loop.close()


def scope_of(request: Any) -> dict[str, Any]:
    parts = urlsplit(request.url)
    headers = [(b"host", HOST.encode())]
    for name, value in request.headers.items():
        headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": (HOST, 80),
    }


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with requests.Session() as session:
        session.trust_env = False  # no proxy lies between
        session.mount("http://", InProcess())
        yield session


@pytest.fixture(scope="module", autouse=True)
def rare_collections() -> Iterator[None]:
    """Drawing makes many small objects: looking for garbage would take a fifth of the time."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """The document in two: each operation at its first path, and at its other ones."""
    whole = document(__version__)
    firsts: dict[str, Any] = {}
    others: dict[str, Any] = {}
    seen = set()
    for dialect in DIALECTS.values():
        for route in dialect.routes:
            path = route.path.replace(":path}", "}")
            if path not in whole["paths"]:
                continue
            names = frozenset(re.findall("{.+?}", path)) - {"{account_id}"}
            key = (route.method, route.operation, names)
            found = others if key in seen else firsts
            found.setdefault(path, {})[route.method.lower()] = whole["paths"][path][
                route.method.lower()
            ]
            seen.add(key)
    assert sum(map(len, [*firsts.values(), *others.values()])) == sum(
        map(len, whole["paths"].values())
    )
    return {**whole, "paths": firsts}, {**whole, "paths": others}


thorough, again = map(schemathesis.openapi.from_dict, documents())
# The same function answers there: its limits have been tried at its first path.
again.config.phases.coverage.enabled = False

DRAWN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@thorough.parametrize()  # type: ignore[untyped-decorator]
@DRAWN
def test_no_answer_breaks_the_document(case: Any, session: Any) -> None:
    case.call_and_validate(base_url=f"http://{HOST}", session=session, checks=CHECKS)


@again.parametrize()  # type: ignore[untyped-decorator]
@settings(DRAWN, max_examples=3)
def test_nor_at_another_path(case: Any, session: Any) -> None:
    case.call_and_validate(base_url=f"http://{HOST}", session=session, checks=CHECKS)


def test_the_document_is_served(session: Any) -> None:
    served = session.get(f"http://{HOST}/openapi.json")
    assert served.json() == json.loads(json.dumps(document(__version__)))
