"""`localai serve` as its own process: the ready line, the port, and an end within seconds."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from localai.cli.listening import listening
from localai.errors import InvalidRequest, LocalAIError
from tests.cli.conftest import Cli, start


class Serving:
    """A running server; `info` is its JSON line."""

    def __init__(self, *args: str) -> None:
        self.child = start("serve", "--port", "0", "--json", *args)
        assert self.child.stdout is not None
        self.info: dict[str, Any] = json.loads(self.child.stdout.readline())

    def open(self, path: str, body: object = None) -> socket.socket:
        """A connection on which the answer begins to come."""
        sent = b"" if body is None else json.dumps(body).encode()
        first = f"{'POST' if sent else 'GET'} {path} HTTP/1.1"
        length = f"Content-Length: {len(sent)}"
        lines = [first, "Host: localhost", "Content-Type: application/json", length, "", ""]
        connection = socket.create_connection(("127.0.0.1", self.info["port"]), timeout=20)
        connection.sendall("\r\n".join(lines).encode() + sent)
        return connection

    def call(self, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of a whole answer."""
        with self.open(path, body) as connection:
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, json.loads(answer.read())

    def end(self, number: signal.Signals) -> tuple[int, float, bytes]:
        """Exit code, seconds until it came, and what stderr said."""
        began = time.monotonic()
        self.child.send_signal(number)
        _, told = self.child.communicate(timeout=15)
        return self.child.returncode, time.monotonic() - began, told


@pytest.fixture
def serving(tiny: str) -> Iterator[Serving]:
    server = Serving("--model", tiny, "--ctx", "32768")
    yield server
    server.child.kill()
    server.child.communicate()


def test_the_ready_line_names_a_port_that_answers(serving: Serving, tiny: str) -> None:
    assert serving.info["url"] == f"http://127.0.0.1:{serving.info['port']}"
    assert serving.info["pid"] == serving.child.pid
    assert serving.info["models"] == [tiny]
    status, answer = serving.call(f"/ai/run/{tiny}", {"prompt": "Hi", "max_tokens": 3})
    assert status == 200
    assert answer["result"]["usage"]["completion_tokens"] == 3
    assert serving.call("/health") == (200, {"status": "ok", "models": [tiny]})


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_ends_it_with_a_stream_in_flight(
    serving: Serving, tiny: str, number: signal.Signals, code: int
) -> None:
    asked = {"prompt": "Hi", "stream": True, "max_tokens": 32_000}
    with serving.open(f"/ai/run/{tiny}", asked) as stream:
        assert stream.recv(10)
        returned, seconds, told = serving.end(number)
        stream.settimeout(5)
        rest = b"".join(iter(lambda: stream.recv(65536), b""))
    assert returned == code
    assert seconds < 6
    assert b"Traceback" not in told
    assert b"ERROR" not in told
    # The client learns that the answer is not whole.
    assert b"shut down" in rest


def test_people_get_a_line_with_the_address(tiny: str) -> None:
    child = start("serve", "--port", "0")
    assert child.stdout is not None
    line = child.stdout.readline().decode()
    assert line.startswith("localai answers on http://127.0.0.1:")
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=15)
    assert child.returncode == 130


def test_a_taken_port_is_said_with_the_way_out(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        failed = cli("serve", "--port", str(port))
    assert failed.exit_code == 1
    assert f"Port {port} of 127.0.0.1 is taken" in failed.stderr
    assert "--port 0" in failed.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_others_can_reach_it_only_with_a_key(host: str, cli: Cli) -> None:
    refused = cli("serve", "--host", host, "--port", "0")
    assert refused.exit_code == 2
    assert "--api-key" in refused.stderr


def test_an_address_of_another_machine_is_refused() -> None:
    # 192.0.2.1 is for documentation alone (RFC 5737): no machine has it.
    with pytest.raises(LocalAIError, match="Cannot listen on 192.0.2.1"), listening("192.0.2.1", 0):
        pass
    with pytest.raises(InvalidRequest, match="no address"), listening("not an address", 0):
        pass


def test_a_model_that_is_not_here_is_known_before_it_listens(cli: Cli) -> None:
    failed = cli("serve", "--port", "0", "--model", "@cf/defog/sqlcoder-7b-2", "--json")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["error"]["type"] == "NotDownloaded"


def test_the_key_is_asked_for(tiny: str) -> None:
    server = Serving("--api-key", "secret")
    try:
        status, body = server.call(f"/ai/run/{tiny}", {"prompt": "Hi"})
        assert (status, body["success"]) == (401, False)
    finally:
        server.end(signal.SIGTERM)


def test_two_servers_never_share_a_port(tiny: str) -> None:
    server = Serving()
    try:
        other = start("serve", "--port", str(server.info["port"]))
        _, told = other.communicate(timeout=20)
        assert other.returncode == 1
        assert b"is taken" in told
    finally:
        server.end(signal.SIGTERM)
