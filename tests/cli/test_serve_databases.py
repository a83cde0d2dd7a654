"""`localai serve --db`: questions over HTTP, never without a key."""

from __future__ import annotations

import http.client
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, start
from tests.cli.test_serve import Serving
from tests.sql.fixture import make_sqlite


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite("shop", tmp_path_factory.mktemp("serve") / "shop.sqlite")


def ask(port: int, key: str, question: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"question": question})
    connection.request("POST", "/sql", body, {"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_a_key_is_made_up_where_none_is_given(shop: Path) -> None:
    server = Serving("--db", str(shop))
    try:
        assert server.info["databases"] == ["shop"]
        assert len(server.info["key"]) >= 32
        status, told = ask(server.info["port"], server.info["key"], "How many customers are there?")
        assert (status, told["rows"]) == (200, [[64]])
        assert ask(server.info["port"], "guess", "How many customers are there?")[0] == 401
    finally:
        code, seconds, told = server.end(signal.SIGTERM)
    assert code == 0
    assert b"Traceback" not in told and b"ERROR" not in told
    assert seconds < 6


def test_a_key_of_ones_own_is_not_printed(shop: Path) -> None:
    server = Serving("--db", f"goods={shop}", "--api-key", "mine")
    try:
        assert server.info["databases"] == ["goods"] and "key" not in server.info
        assert ask(server.info["port"], "mine", "How many customers are there?")[0] == 200
    finally:
        server.end(signal.SIGTERM)


def test_people_are_told_the_key_and_how_to_ask(shop: Path) -> None:
    child = start("serve", "--port", "0", "--db", str(shop))
    assert child.stdout is not None and child.stderr is not None
    assert child.stdout.readline().startswith(b"localai answers on")
    told = "".join(child.stderr.readline().decode() for _ in range(5))
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=15)
    assert "answers questions about shop" in told and "curl http://127.0.0.1" in told
    key = told.partition("made for this run: ")[2].split()[0]
    assert f"Authorization: Bearer {key}" in told


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (["missing.db"], ["missing.db"]),
        (["a=missing.db"], ["missing.db"]),
        (["a=x.db", "a=y.db"], ["'a'", "--db other=y.db"]),
    ],
)
def test_a_wrong_database_is_told_before_it_serves(
    cli: Cli, targets: list[str], words: list[str]
) -> None:
    failed = cli("serve", "--port", "0", *(word for one in targets for word in ("--db", one)))
    assert failed.exit_code == 1
    assert [word for word in words if word not in failed.stderr] == []
