"""POST /sql over a live server: answers, streams, who may ask, and clients that go away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from localai.errors import InvalidRequest, Overloaded
from localai.runtime import Runtime, RuntimeConfig
from localai.server import create_app
from localai.server.databases import Databases, named
from localai.sql import Introspection
from tests.gguf_models import tiny_llama
from tests.server.fake_runtime import FakeRuntime
from tests.server.live import Answer, Live, eventually, serve
from tests.sql.fixture import TODAY, make_sqlite
from tests.test_inquiry import ENDLESS, LAST_WEEK, Scripted, workers
from tests.test_runtime import local_model

KEY = "s3cret"
COUNT = {"question": "How many customers do we have?", "database": "shop"}


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(config=RuntimeConfig(slots=2, threads=1)) as runtime:
        yield runtime


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("served")
    return {name: str(make_sqlite(name, folder / f"{name}.sqlite")) for name in ("shop", "library")}


@pytest.fixture(scope="module")
def live(runtime: Runtime, targets: dict[str, str]) -> Iterator[Live]:
    databases = Databases(runtime, targets)
    with serve(create_app(runtime, api_key=KEY, databases=databases)) as live:
        yield live


def ask(live: Live, body: object, key: str = KEY, **headers: str) -> Answer:
    return live.post(body, "/sql", Authorization=f"Bearer {key}", **headers)


def frames(answer: Answer) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in answer.body.decode().splitlines() if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines if line[0] != ":"]


def test_a_question_is_answered(live: Live) -> None:
    answer = ask(live, COUNT)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert told["rows"] == [[64]] and told["sql"].startswith("SELECT")
    assert (told["reason"], told["model"]) == (None, "@localai/sql-tiny")


def test_options_are_honoured(live: Live) -> None:
    listed = {**COUNT, "question": "List the names of all customers."}
    few = ask(live, {**listed, "max_rows": 2}).json()
    assert (len(few["rows"]), few["truncated"]) == (2, True)
    assert ask(live, {**listed, "run": False}).json()["rows"] == []
    assert ask(live, {**COUNT, "best_of": 2, "model": "@localai/sql-tiny"}).json()["rows"] == [[64]]


def test_today_is_the_day_that_is_said(targets: dict[str, str]) -> None:
    databases = Databases(cast(Runtime, Scripted(LAST_WEEK)), targets)
    with serve(create_app(FakeRuntime(), api_key=KEY, databases=databases)) as served:
        for day, count in ((TODAY.isoformat(), 28), ("2001-01-01", 0)):
            asked = {**COUNT, "model": "@cf/defog/sqlcoder-7b-2", "today": day}
            assert ask(served, asked).json()["rows"] == [[count]]


def test_a_question_without_an_answer_is_one_with_a_reason(live: Live) -> None:
    answer = ask(live, {**COUNT, "question": "xyzzy plugh"})
    assert answer.status == 200
    told = answer.json()
    assert (told["sql"] is None) == bool(told["reason"])


def test_where_the_embedded_model_does_not_know_it_names_one_that_can_try(live: Live) -> None:
    unknown = {**COUNT, "question": "Which zebras have the longest stripes and the wettest nose?"}
    told = ask(live, unknown).json()
    assert (told["sql"], told["declined"], told["unsure"]) == (None, True, False)
    assert told["reason"].startswith(
        "I do not know; sqlcoder-7b-2 can try: `localai pull @cf/defog/sqlcoder-7b-2`"
    )
    assert "zebras" in told["unlinked"] and told["left_out"] == []
    assert frames(ask(live, {**unknown, "stream": True}))[-2]["answer"]["declined"] is True


def test_a_stream_ends_with_the_answer(live: Live) -> None:
    answer = ask(live, {**COUNT, "stream": True})
    assert answer.headers["content-type"] == "text/event-stream"
    *before, last, done = frames(answer)
    assert (last["answer"]["rows"], done) == ([[64]], "[DONE]")
    assert {key for each in before for key in each} <= {"delta", "progress", "restart"}
    assert "".join(each.get("delta", "") for each in before)


def test_an_early_error_of_a_stream_keeps_its_status(live: Live) -> None:
    answer = ask(live, {**COUNT, "stream": True, "model": "@cf/defog/sqlcoder-7b-2"})
    assert (answer.status, answer.json()["error"]["type"]) == (503, "NotDownloaded")


def run(live: Live, sql: str, **more: object) -> Answer:
    headers = {"Authorization": f"Bearer {KEY}"}
    return live.call("POST", "/sql/run", {"database": "shop", "sql": sql, **more}, headers)


def test_sql_of_ones_own_runs_as_a_models_does(live: Live) -> None:
    told = run(live, "SELECT COUNT(*) AS n FROM customers;").json()
    assert (told["rows"], told["columns"], told["model"]) == ([[64]], ["n"], "")
    assert (
        told["sql"] == "SELECT COUNT(*) AS n FROM customers" and "customers" in told["explanation"]
    )
    few = run(live, "SELECT id FROM customers", max_rows=2).json()
    assert (len(few["rows"]), few["truncated"]) == (2, True)
    assert run(live, "SELECT id FROM customers", run=False).json()["rows"] == []


@pytest.mark.parametrize(
    ("sql", "more", "status", "words"),
    [
        ("DELETE FROM customers", {}, 422, ["SELECT"]),
        ("SELECT 1; DROP TABLE customers", {}, 422, []),
        ("SELECT nothing_such FROM customers", {}, 422, ["nothing_such"]),
        ("SELECT FROM WHERE", {}, 422, []),
        (" ", {}, 422, []),
        ("x" * 30_000, {}, 400, ["sql", "20000"]),
        (ENDLESS, {"timeout": 0.2}, 504, ["0.2 s"]),
        ("SELECT 1", {"question": "Why?"}, 400, ["question", "sql"]),
        ("SELECT 1", {"database": "nope"}, 400, ["nope", "shop"]),
        ("SELECT 1", {"max_rows": 0}, 400, ["max_rows"]),
    ],
)
def test_sql_that_may_not_run_is_refused_in_words(
    live: Live, sql: str, more: dict[str, object], status: int, words: list[str]
) -> None:
    answer = run(live, sql, **more)
    told = answer.json()["error"]
    assert answer.status == status, told
    assert [word for word in words if word not in f"{told['message']} {told['hint']}"] == []
    assert "model" not in told["message"]


def test_the_schema_is_told(live: Live) -> None:
    answer = live.call(
        "GET", "/sql/schema?database=library", headers={"Authorization": f"Bearer {KEY}"}
    )
    told = answer.json()
    names = live.call("GET", "/sql/databases", headers={"Authorization": f"Bearer {KEY}"}).json()
    assert names == {"databases": told["databases"]}
    assert (answer.status, told["database"], told["dialect"]) == (200, "library", "sqlite")
    assert sorted(told["databases"]) == ["library", "shop"]
    assert "members" in [table["name"] for table in told["tables"]]
    assert told["foreign_keys"][0]["to_columns"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, ["question"]),
        (b"", 400, ["body"]),
        (b"[1]", 400, ["object"]),
        (b"{", 400, ["JSON"]),
        ({"question": 5, "database": "shop"}, 400, ["question", "str"]),
        ({"question": " ", "database": "shop"}, 400, ["empty"]),
        ({"question": "x" * 5000, "database": "shop"}, 400, ["question", "4000"]),
        ({"question": "How many?"}, 400, ["database", "shop", "library"]),
        ({"question": "How many?", "database": "/etc/passwd"}, 400, ["/etc/passwd", "shop"]),
        ({**COUNT, "max_row": 5}, 400, ["max_row"]),
        ({**COUNT, "max_rows": 0}, 400, ["max_rows", "1"]),
        ({**COUNT, "max_rows": 10**9}, 400, ["max_rows", "10000"]),
        ({**COUNT, "best_of": 99}, 400, ["best_of"]),
        ({**COUNT, "layout": "schema-last"}, 400, ["layout"]),
        ({**COUNT, "layout": "schema-first"}, 400, ["layout", "one prompt of its own"]),
        ({**COUNT, "timeout": -1}, 400, ["timeout"]),
        ({**COUNT, "today": "yesterday"}, 400, ["today"]),
        ({**COUNT, "run": "no"}, 400, ["run"]),
        ({**COUNT, "model": "@local/nope"}, 404, ["@local/nope"]),
        ({**COUNT, "model": "@cf/defog/sqlcoder-7b-2"}, 503, ["localai pull"]),
    ],
)
def test_what_is_wrong_is_named(live: Live, body: object, status: int, words: list[str]) -> None:
    answer = ask(live, body)
    told = answer.json()["error"]
    assert answer.status == status, told
    assert set(told) == {"type", "message", "hint"}
    assert [word for word in words if word not in f"{told['message']} {told['hint']}"] == []


@pytest.mark.parametrize("path", ["/sql", "/sql/run", "/sql/schema", "/sql/databases"])
def test_only_who_has_the_key_may_ask(live: Live, path: str) -> None:
    method = "GET" if path in ("/sql/schema", "/sql/databases") else "POST"
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}):
        answer = live.call(method, path, COUNT, headers)
        assert (answer.status, answer.json()["error"]["type"]) == (401, "NotAuthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Host", "Origin"])
def test_no_web_page_may_ask(live: Live, header: str) -> None:
    evil = {"Host": "evil.example", "Origin": "https://evil.example"}[header]
    answer = ask(live, COUNT, **{header: evil})
    assert (answer.status, answer.json()["error"]["type"]) == (403, "Forbidden")


def test_other_methods_and_paths(live: Live) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    wrong = live.call("GET", "/sql", headers=headers)
    assert (wrong.status, wrong.json()["error"]["type"]) == (405, "WrongMethod")
    assert live.call("GET", "/sql/tables", headers=headers).status == 404


def test_it_is_off_without_databases() -> None:
    with serve(create_app(FakeRuntime())) as live:
        answer = live.post(COUNT, "/sql")
        assert (answer.status, "--db" in answer.json()["error"]["hint"]) == (404, True)
        assert live.call("GET", "/sql/schema").status == 404


def test_databases_are_never_served_without_a_key(
    runtime: Runtime, targets: dict[str, str]
) -> None:
    databases = Databases(runtime, targets)
    with pytest.raises(InvalidRequest, match="key"):
        create_app(runtime, databases=databases)
    databases.close()


def test_one_database_needs_no_name(runtime: Runtime, targets: dict[str, str]) -> None:
    databases = Databases(runtime, {"shop": targets["shop"]}, reading=Introspection(values=False))
    with serve(create_app(runtime, api_key=KEY, databases=databases)) as live:
        assert ask(live, {"question": COUNT["question"]}).json()["rows"] == [[64]]
        told = live.call("GET", "/sql/schema", headers={"Authorization": f"Bearer {KEY}"}).json()
        columns = [column for table in told["tables"] for column in table["columns"]]
        assert columns and not any(column["values"] for column in columns)


def test_many_ask_at_once(live: Live) -> None:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(live, COUNT))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.json()["rows"] for answer in answers] == [[[64]]] * 12


def test_too_many_are_told_so(runtime: Runtime) -> None:
    databases = Databases(runtime, {}, at_once=1, waiting=1)
    stop = threading.Event()
    for _ in range(2):
        databases.submit(lambda: stop.wait(20))
    with pytest.raises(Overloaded):
        databases.submit(lambda: True)
    stop.set()
    eventually(lambda: _submits(databases))
    databases.close()


def _submits(databases: Databases) -> bool:
    try:
        return databases.submit(lambda: True).result(10)
    except Overloaded:
        return False


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that writes for seconds, if nobody stops it."""
    path = tmp_path_factory.mktemp("slow") / "slow.gguf"
    return str(tiny_llama(path, layers=6, embedding=256, feed_forward=1024, context=4096))


@pytest.mark.parametrize("stream", [True, False])
def test_who_goes_away_takes_the_question_back(
    targets: dict[str, str], slow: str, stream: bool
) -> None:
    local_model(Path(slow), "slow")
    with Runtime(config=RuntimeConfig(slots=1, threads=1, context=4096)) as own:
        databases = Databases(own, {"shop": targets["shop"]}, at_once=1)
        with serve(create_app(own, api_key=KEY, databases=databases)) as served:
            raw = {**COUNT, "model": "@local/slow", "stream": stream}
            client = _open(served, raw)
            eventually(lambda: any(one.users for one in own.status()), 30)
            assert served.call("GET", "/health").status == 200
            client.close()
            eventually(lambda: not any(one.users for one in own.status()))
            # The one thread is free for the next question.
            eventually(lambda: _submits(databases))


@pytest.mark.parametrize("stream", [True, False])
def test_who_goes_away_ends_the_query_too(targets: dict[str, str], stream: bool) -> None:
    runtime = Scripted(ENDLESS)
    databases = Databases(cast(Runtime, runtime), {"shop": targets["shop"]}, at_once=1)
    with serve(create_app(FakeRuntime(), api_key=KEY, databases=databases)) as served:
        asked = {**COUNT, "model": "@cf/defog/sqlcoder-7b-2", "stream": stream, "timeout": 600}
        client = _open(served, asked)
        assert runtime.asked.wait(20)
        if stream:
            client.recv(1)
        time.sleep(0.3)
        client.close()
        eventually(lambda: _submits(databases))


@pytest.mark.parametrize("stream", [True, False])
def test_the_end_of_the_server_ends_the_query_too(targets: dict[str, str], stream: bool) -> None:
    before, runtime = workers(), Scripted(ENDLESS)
    databases = Databases(cast(Runtime, runtime), {"shop": targets["shop"]})
    with serve(create_app(FakeRuntime(), api_key=KEY, databases=databases)) as served:
        asked = {**COUNT, "model": "@cf/defog/sqlcoder-7b-2", "stream": stream, "timeout": 600}
        client = _open(served, asked)
        assert runtime.asked.wait(20)
    client.close()
    eventually(lambda: workers() <= before)


def test_a_query_that_takes_too_long_is_told(targets: dict[str, str]) -> None:
    databases = Databases(cast(Runtime, Scripted(ENDLESS)), {"shop": targets["shop"]})
    with serve(create_app(FakeRuntime(), api_key=KEY, databases=databases)) as served:
        asked = {**COUNT, "model": "@cf/defog/sqlcoder-7b-2", "timeout": 0.3}
        answer = ask(served, asked)
        assert (answer.status, answer.json()["error"]["type"]) == (504, "SQLTimeout")
        *_, last = frames(ask(served, {**asked, "stream": True}))
        assert last["error"]["type"] == "SQLTimeout"


def _open(live: Live, body: object) -> socket.socket:
    raw = json.dumps(body).encode()
    head = f"POST /sql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
    client = socket.create_connection(("127.0.0.1", live.port), timeout=20)
    client.sendall(head.encode() + f"Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
    return client


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("shop.db",), {"shop": "shop.db"}),
        (("a=shop.db", "b=shop.db"), {"a": "shop.db", "b": "shop.db"}),
        (("postgresql://me:pw@host/sales?sslmode=require",), {"sales": None}),
        (("data/2026.csv", "postgresql://host"), {"2026": "data/2026.csv", "host": None}),
    ],
)
def test_names_of_databases(given: tuple[str, ...], expected: dict[str, str | None]) -> None:
    assert named(given) == {name: place or given[-1] for name, place in expected.items()}


def test_a_file_with_an_equals_sign_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a=b.csv").write_text("x\n1\n")
    assert named(("a=b.csv",)) == {"a=b": "a=b.csv"}


def test_two_databases_of_one_name() -> None:
    with pytest.raises(InvalidRequest, match="shop"):
        named(("a/shop.db", "b/shop.db"))
