"""Waiting for an answer: what a terminal is told meanwhile, and the ways it ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from localai.cli.sql.waiting import Status, beside
from localai.errors import Cancelled, SQLTimeout
from localai.reply import Progress, TextDelta


def nothing() -> None:
    pass


def test_the_result_and_the_error_are_the_works_own() -> None:
    assert beside(lambda: 7, nothing, nothing) == 7

    def fail() -> None:
        raise SQLTimeout("too slow")

    with pytest.raises(SQLTimeout):
        beside(fail, nothing, nothing)


def test_ctrl_c_cancels_and_waits_for_the_end() -> None:
    cancelled, ended = threading.Event(), threading.Event()

    def work() -> None:
        cancelled.wait(30)
        ended.set()
        raise Cancelled()

    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        beside(work, cancelled.set, nothing)
    assert ended.is_set()
    assert time.monotonic() - begun < 20


def test_a_second_ctrl_c_does_not_wait() -> None:
    stuck = threading.Event()
    for seconds in (0.2, 0.5):
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        beside(lambda: stuck.wait(30), nothing, nothing)
    stuck.set()


def written(text: str = "", *, ended: bool = False) -> SimpleNamespace:
    return SimpleNamespace(text=text, ended=ended)


@pytest.fixture
def session() -> Any:
    return SimpleNamespace(
        written=[],
        loading={},
        source=SimpleNamespace(name="shop.db"),
        spec=SimpleNamespace(id="@x/y", reads_slots=False),
        runtime=SimpleNamespace(loading=lambda: session_loading),
    )


session_loading: dict[str, float] = {}


def test_each_stage_has_its_words(session: Any) -> None:
    status = Status(session)
    assert status.text() == "Reading shop.db ..."
    session.written = [written()]
    session_loading["@x/y"] = 0.42
    assert status.text() == "Loading @x/y: 42%"
    session_loading.clear()
    assert status.text() == "@x/y is thinking ..."
    status.on_event(Progress(300, 1200))
    assert status.text() == "@x/y reads: 300 of 1200 tokens"
    status.on_event(TextDelta("SELECT"))
    session.written = [written("SELECT name\n FROM")]
    assert status.text() == "SELECT name FROM"
    session.spec.reads_slots = True  # numbers in place of names are nothing to read along
    assert status.text() == "@x/y is thinking ..."
    session.written = [written("SELECT name\n FROM products", ended=True)]
    assert status.text() == "Looking into the database ..."


def test_a_pipe_is_told_nothing(session: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = Status(session)
    status._begun -= 10
    status.tick()
    status.end()
    assert capsys.readouterr().err == ""
