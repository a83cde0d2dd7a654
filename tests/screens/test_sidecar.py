"""`serve --port 0 --json --die-with-parent`: a server that goes with the program behind it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.sql.conftest import EXAMPLES

COMMAND = ["-m", "localai", "serve", "--port", "0", "--json", "--die-with-parent"]
SHOP = str(EXAMPLES / "shop.db")

# A program that starts a sidecar, passes its ready line on, and lives on.
PARENT = """
import subprocess, sys, threading, time
def start():
    child = subprocess.Popen([sys.executable, *sys.argv[2:]], stdout=subprocess.PIPE)
    print(child.pid, flush=True)
    print(child.stdout.readline().decode(), end="", flush=True)
    time.sleep(600)
if sys.argv[1] == "thread":
    threading.Thread(target=start).start()
else:
    start()
"""


class Program:
    """A running program with its sidecar. `info`: the ready line."""

    def __init__(self, *how: str) -> None:
        self.process = subprocess.Popen(how, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout
        self.sidecar = psutil.Process(int(self.process.stdout.readline()))

    def ready(self) -> dict[str, Any]:
        assert self.process.stdout
        info: dict[str, Any] = json.loads(self.process.stdout.readline())
        return info

    def kill(self) -> float:
        """Seconds from kill -9 until the sidecar and all its own processes are gone."""
        family = [self.sidecar, *self.sidecar.children(recursive=True)]
        began = time.monotonic()
        self.process.kill()
        while not all(is_gone(one) for one in family):
            assert time.monotonic() - began < 10
            time.sleep(0.005)
        return time.monotonic() - began


def is_gone(process: psutil.Process) -> bool:
    """Whether it has ended; whoever inherits it may take note of that later."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    started: list[Program] = []
    yield started
    for program in started:
        program.process.kill()
        program.process.communicate()
        if program.sidecar.is_running():
            program.sidecar.kill()


def call(info: dict[str, Any], path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(info["host"], info["port"], timeout=30)
    headers = {"Authorization": f"Bearer {info.get('key', '')}", "Content-Type": "application/json"}
    method = "POST" if body is not None else "GET"
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    told = answer.status, json.loads(answer.read())
    connection.close()
    return told


@pytest.mark.parametrize("how", ["main", "thread"])
def test_a_parent_killed_takes_it_along_and_its_databases_process(
    programs: list[Program], how: str, record_property: Any
) -> None:
    options = [*COMMAND, "--db", SHOP, "--model", "@localai/sql-tiny"]
    program = Program(sys.executable, "-c", PARENT, how, *options)
    programs.append(program)
    info = program.ready()
    assert info["pid"] == program.sidecar.pid
    status, answer = call(info, "/sql", {"question": "How many customers are there?"})
    assert status == 200 and answer["rows"]
    workers = program.sidecar.children(recursive=True)
    assert workers, "the database has a process of its own"
    seconds = program.kill()
    record_property("seconds from kill -9 to gone", seconds)
    print(f"kill -9 to gone: {seconds:.3f} s")
    assert seconds < 5


def test_a_parent_killed_before_the_ready_line_takes_it_along(programs: list[Program]) -> None:
    for delay in (0.0, 0.3):
        program = Program(sys.executable, "-c", PARENT, "main", *COMMAND)
        programs.append(program)
        time.sleep(delay)
        assert program.kill() < 5


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
def test_a_launcher_between_them_is_no_parent(programs: list[Program]) -> None:
    words = " ".join([sys.executable, *COMMAND])
    launched = PARENT.replace("[sys.executable, *sys.argv[2:]]", f"['sh', '-c', '{words}; true']")
    program = Program(sys.executable, "-c", launched, "main")
    programs.append(program)
    assert program.ready()["pid"] != program.sidecar.pid
    assert program.kill() < 5


def test_a_parent_that_nobody_takes_note_of_is_as_dead(programs: list[Program]) -> None:
    # The one that is killed here stays a zombie: its own parent waits for nobody.
    program = Program(sys.executable, "-c", PARENT, "main", *COMMAND)
    programs.append(program)
    program.ready()
    os.kill(program.process.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while not is_gone(program.sidecar):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_ready_line_is_all_that_stdout_ever_says(tmp_path: Path) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        child = subprocess.Popen(
            [sys.executable, *COMMAND, "--db", SHOP], stdout=stdout, stderr=stderr
        )
    try:
        until = time.monotonic() + 30
        while not out.read_bytes().endswith(b"\n") and time.monotonic() < until:
            time.sleep(0.02)
        info = json.loads(out.read_text())
        assert info["url"] == f"http://127.0.0.1:{info['port']}" and info["databases"] == ["shop"]
        assert call(info, "/sql", {"question": "How many orders are there?"})[0] == 200
        assert call(info, "/sql", {"question": ""})[0] == 400
        assert call(info, "/nowhere")[0] == 404
        model = "/ai/run/@localai/sql-tiny"
        assert call(info, model, {"prompt": "SELECT", "max_tokens": 5})[0] == 200
        assert call(info, model, {"prompt": 5})[0] == 400
    finally:
        child.terminate()
        child.wait(20)
    assert len(out.read_text().splitlines()) == 1
    assert "Traceback" not in err.read_text()


def test_sidecars_started_at_once_have_each_a_port_of_their_own() -> None:
    """The port is bound before it is told, and never given away in between."""
    children = [
        subprocess.Popen(
            [sys.executable, *COMMAND, "--api-key", f"key-{number}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number in range(4)
    ]
    try:
        infos = [json.loads(child.stdout.readline()) for child in children if child.stdout]
        assert len({info["port"] for info in infos}) == 4
        assert [info["pid"] for info in infos] == [child.pid for child in children]
        for number, info in enumerate(infos):
            for key, status in ((number, 200), ((number + 1) % 4, 401)):
                told, _ = call({**info, "key": f"key-{key}"}, "/v1/models")
                assert told == status
    finally:
        for child in children:
            child.kill()
            child.communicate()


def test_it_stays_while_its_parent_does() -> None:
    child = subprocess.Popen([sys.executable, *COMMAND], stdout=subprocess.PIPE)
    try:
        assert child.stdout and child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1.5)
    finally:
        child.kill()
        child.communicate()
