"""`localai playground`: one server, the page in the browser that the user has."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import start

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "shop.db"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the user's browser was asked to open, a line each."""
    file = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {file}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    return file


def opened(file: Path, count: int = 1) -> list[str]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        lines = file.read_text().split() if file.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError("no page was opened")


@contextmanager
def running(*args: str) -> Iterator[None]:
    child = start("playground", *args)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)


def get(port: int, path: str, key: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def entered(port: int, code: str) -> tuple[int, dict[str, Any]]:
    """What a code from a browser's address is exchanged for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/localai/enter", json.dumps({"code": code}))
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


def test_it_opens_the_page_and_a_second_one_the_same(seen: Path) -> None:
    port = free_port()
    with running("--port", str(port)):
        assert opened(seen) == [f"http://127.0.0.1:{port}/"]
        assert b"<title>localai</title>" in get(port, "/")[1]
        second = start("playground", "--port", str(port))
        out, err = second.communicate(timeout=30)
        assert (second.returncode, err) == (0, b"")
        assert f"http://127.0.0.1:{port}/" in out.decode()
        assert len(opened(seen, 2)) == 2
        refused = start("playground", "--port", str(port), "--db", str(EXAMPLE))
        _, err = refused.communicate(timeout=30)
        assert refused.returncode == 1
        assert b"--port" in err


def test_with_databases_the_page_gets_the_key(seen: Path) -> None:
    port = free_port()
    with running("--port", str(port), "--db", str(EXAMPLE)):
        (url,) = opened(seen)
        page, _, code = url.partition("#enter=")
        assert page == f"http://127.0.0.1:{port}/"
        assert json.loads(get(port, "/playground/server.json")[1])["sql"] is True
        assert get(port, "/sql/schema")[0] == get(port, "/sql/schema", code)[0] == 401
        assert entered(port, "x" * len(code))[0] == 403
        status, told = entered(port, code)
        assert status == 200
        assert get(port, "/sql/schema", told["key"])[0] == 200
        # The code stays in the browser's command line, for every user of the machine to read.
        status, told = entered(port, code)
        assert status == 403
        assert "used already" in told["error"]["message"]


def test_a_port_of_another_program_is_told(seen: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        child = start("playground", "--port", str(other.getsockname()[1]))
        _, err = child.communicate(timeout=30)
    assert child.returncode == 1
    assert b"taken by another program" in err
    assert not seen.exists()


def test_a_server_may_leave_the_page_out() -> None:
    child = start("serve", "--port", "0", "--json", "--no-playground")
    assert child.stdout is not None
    port = json.loads(child.stdout.readline())["port"]
    assert get(port, "/")[0] == 404
    assert get(port, "/localai/models")[0] == 200
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)
