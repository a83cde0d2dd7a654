"""`localai serve --warm` as its own process: what is computed ahead, and what is refused."""

from __future__ import annotations

import http.client
import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_serve import Serving
from tests.server.live import eventually

BEGUN = "The shop sells tea, salt and bells in three cities, and it is closed on Sundays. " * 3


def call(server: Serving, path: str, body: object = None) -> Any:
    """The JSON of an answer, with the server's key if it has one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.info["port"], timeout=30)
    headers = {"Authorization": f"Bearer {server.info.get('key', '')}"}
    sent = None if body is None else json.dumps(body)
    connection.request("POST" if sent else "GET", path, sent, headers)
    told = json.loads(connection.getresponse().read())
    connection.close()
    return told


def kept(server: Serving, count: int) -> list[int]:
    """The tokens of each prompt, once all of them are computed."""
    found: list[dict[str, object]] = []

    def settled() -> bool:
        found[:] = call(server, "/localai/status")["warm"]
        return all(one["state"] in ("kept", "skipped", "failed") for one in found)

    eventually(settled)
    assert len(found) == count
    assert all(one["error"] is None for one in found), found
    return [int(str(one["tokens"])) for one in found]


def test_the_first_requests_find_their_beginnings_computed(tiny: str, tmp_path: Path) -> None:
    text, inputs = tmp_path / "begun.txt", tmp_path / "inputs.json"
    text.write_text(BEGUN)
    system = {"role": "system", "content": BEGUN.upper()}
    inputs.write_text(json.dumps([{"model": tiny, "messages": [system]}]))
    server = Serving("--model", tiny, "--warm", str(text), "--warm", str(inputs))
    try:
        assert server.info["warm"] == [str(text), f"{inputs}, number 1"]
        first, second = kept(server, 2)
        assert first > 50 and second > 50
        asked = {"prompt": BEGUN + "So where?", "raw": True, "max_tokens": 2}
        usage = server.call(f"/ai/run/{tiny}", asked)[1]["result"]["usage"]
        assert usage["prompt_tokens_details"]["cached_tokens"] >= first - 2
        messages = [system, {"role": "user", "content": "So where?"}]
        asked = {"messages": messages, "max_tokens": 2}
        usage = server.call(f"/ai/run/{tiny}", asked)[1]["result"]["usage"]
        assert usage["prompt_tokens_details"]["cached_tokens"] >= second
    finally:
        code, _, told = server.end(signal.SIGTERM)
    assert code == 0
    assert b"warmed up" in told and b"Traceback" not in told and b"ERROR" not in told


def test_a_database_s_schema_is_computed_where_it_comes_first(tiny: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        for name in ("customers", "orders", "products"):
            database.execute(f"CREATE TABLE {name} (id INTEGER, city_of_{name} TEXT)")
    database.close()
    args = ("--model", tiny, "--model", "@localai/sql-tiny", "--db", str(path))
    server = Serving(*args)
    try:
        assert server.info["warm"] == ["database shop"]
        (tokens,) = kept(server, 1)
        assert tokens > 100
        asked = {"question": "How many orders?", "model": tiny, "run": False}
        usage = call(server, "/sql", asked)["usage"]
        # What the model says is nonsense, and asked for once more: no try reads the schema.
        assert usage["cached_tokens"] >= 2 * tokens
    finally:
        assert server.end(signal.SIGTERM)[0] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ('{"prompt": 7}', "prompt"),
        ('{"model": "@cf/x/y", "prompt": "a"}', "@cf/x/y"),
    ],
)
def test_a_bad_file_is_refused_at_the_start(
    cli: Cli, tiny: str, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    told = cli("serve", "--port", "0", "--model", tiny, "--warm", str(file))
    assert told.exit_code == 1
    assert "bad.json" in told.stderr and words in told.stderr
    assert "answers on" not in told.stdout
