"""The end of a LocalAI: from any thread, in the middle, twice, at exit, after a fork."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from localai import Event, Failed, LocalAI, LocalAIError, errors
from localai.request import GenerateRequest
from tests.inprocess.conftest import CONFIG, LONG
from tests.sql.conftest import EXAMPLES

SHOP = str(EXAMPLES / "shop.db")
QUESTION = "How many customers are there?"

pytestmark = pytest.mark.usefixtures("threads")


def test_close_ends_a_stream_that_another_thread_reads(ai: LocalAI, patient: str) -> None:
    stream = ai.run(patient, {**LONG, "stream": True})
    next(stream)
    closer = threading.Thread(target=ai.close)
    closer.start()
    with pytest.raises(errors.Closed):
        list(stream)
    closer.join(20)
    assert not closer.is_alive()


def test_many_threads_may_close_at_once_and_each_returns_to_nothing_left(
    ai: LocalAI, patient: str
) -> None:
    streams = [ai.stream(patient, LONG) for _ in range(3)]
    next(streams[0])
    left: list[int] = []

    def close() -> None:
        ai.close()
        left.append(len(ai.runtime.status()))

    closers = [threading.Thread(target=close) for _ in range(5)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(20)
    assert left == [0] * 5
    ai.close()


def test_close_in_a_callback_of_a_call_ends_that_call(ai: LocalAI, model: str) -> None:
    with pytest.raises((errors.Closed, errors.Cancelled)):
        ai.load("@localai/sql-tiny", on_progress=lambda _: ai.close())
    ai.close()


def test_close_in_an_event_of_a_question_ends_the_question(model: str) -> None:
    ai = LocalAI(config=CONFIG)
    with pytest.raises((errors.Closed, errors.Cancelled)):
        ai.sql(SHOP, QUESTION, on_event=lambda _: ai.close())
    assert psutil.Process().children() == []


def test_close_on_a_thread_of_the_runtime_says_why_it_cannot(ai: LocalAI, model: str) -> None:
    outcome: list[Any] = []
    done = threading.Event()

    def emit(event: Event) -> None:
        if not outcome:
            try:
                ai.close()
            except LocalAIError as error:
                outcome.append(error)
        if isinstance(event, Failed) or hasattr(event, "reason"):
            done.set()

    ai.runtime.generate(GenerateRequest(model, "hello"), emit)
    assert done.wait(20)
    assert "callback" in outcome[0].message and "another thread" in outcome[0].hint
    assert ai.run(model, {"prompt": "hello", "max_tokens": 3})["response"]


def test_a_question_in_the_middle_of_its_query_ends_with_close(model: str) -> None:
    ai = LocalAI(config=CONFIG)
    ended: list[BaseException] = []

    def asked() -> None:
        try:
            for _ in range(200):
                ai.sql(SHOP, QUESTION)
        except LocalAIError as error:
            ended.append(error)

    asking = [threading.Thread(target=asked) for _ in range(3)]
    for thread in asking:
        thread.start()
    time.sleep(1)
    ai.close()
    for thread in asking:
        thread.join(20)
    assert len(ended) == 3
    assert {type(one) for one in ended} <= {errors.Closed, errors.Cancelled}
    assert psutil.Process().children() == []


def at_exit(code: str) -> tuple[int, str, str]:
    head = f"""
import os, sys, threading, time
from localai import LocalAI, RuntimeConfig, errors
MODEL, SHOP = "@local/patient", {SHOP!r}
LONG = {LONG!r}
ai = LocalAI(config=RuntimeConfig(threads=1, context=32768))
"""
    done = subprocess.run(
        [sys.executable, "-c", head + code], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


EXITS = {
    "in a stream": "next(ai.stream(MODEL, LONG))",
    "while a thread loads": """
def load():
    try: ai.load(MODEL)
    except errors.Closed: pass
threading.Thread(target=load, daemon=True).start()""",
    "while a daemon reads": """
def read():
    try:
        while True:
            list(ai.stream(MODEL, LONG))
    except errors.LocalAIError: pass
threading.Thread(target=read, daemon=True).start()
time.sleep(0.3)""",
    "after a question": "ai.sql(SHOP, 'How many customers are there?')",
    "closed by atexit": "import atexit; atexit.register(ai.close); ai.load(MODEL)",
    "dropped": "ai.load(MODEL); del ai",
}


@pytest.mark.parametrize("code", EXITS.values(), ids=EXITS.keys())
def test_the_interpreter_ends_quietly(patient: str, code: str) -> None:
    assert at_exit(code) == (0, "", "")


FORKED = """
ai.load(MODEL)
stream = ai.stream(MODEL, {**LONG, 'max_tokens': 2000})
next(stream)
child = os.fork()
if child == 0:
    calls = (
        lambda: ai.run(MODEL, {'prompt': 'a'}), lambda: ai.load(MODEL), lambda: ai.unload(MODEL),
        lambda: ai.sql(SHOP, 'How many customers are there?'), lambda: ai.pull(MODEL),
    )
    for call in calls:
        try:
            call()
        except errors.Closed as error:
            assert 'fork' in error.message and 'spawn' in error.hint
            print('refused')
    stream.close()
    ai.close()
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
print('parent', len(list(stream)) > 1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_fork_is_told_that_it_has_no_part_and_its_parent_goes_on(patient: str) -> None:
    code, out, err = at_exit("import warnings; warnings.simplefilter('ignore')\n" + FORKED)
    assert (code, err) == (0, "")
    assert out.split() == ["refused"] * 5 + ["parent", "True"]


def hammered(ai: LocalAI, model: str, patient: str) -> dict[str, Callable[[], object]]:
    short = {"prompt": "hello", "max_tokens": 4}
    return {
        "run": lambda: ai.run(model, short),
        "pieces": lambda: list(ai.run(model, {**short, "stream": True})),
        "events": lambda: list(ai.stream(model, short)),
        "dropped": lambda: next(ai.stream(patient, LONG)),
        "cancelled": lambda: ai.stream(patient, LONG).cancel(),
        "load": lambda: ai.load(model),
        "unload": lambda: ai.unload(patient),
        "models": ai.models,
        "sql": lambda: ai.sql(SHOP, QUESTION),
    }


def test_nine_threads_hammer_one_that_is_closed_under_them(
    ai: LocalAI, model: str, patient: str
) -> None:
    faults: list[tuple[str, object]] = []
    closing, end = threading.Event(), threading.Event()

    def hammer(name: str, call: Callable[[], object]) -> None:
        while not end.is_set():
            try:
                ended = call()
            except errors.Closed as error:
                ended = error
            except BaseException as error:
                faults.append((name, error))
                return
            last = ended[-1] if isinstance(ended, list) and ended else ended
            if isinstance(last, Failed | errors.Closed) and not closing.is_set():
                faults.append((name, last))
            rounds[name] += 1

    calls = hammered(ai, model, patient)
    rounds = dict.fromkeys(calls, 0)
    hammers = [threading.Thread(target=hammer, args=one) for one in calls.items()]
    for thread in hammers:
        thread.start()
    time.sleep(2)
    until = time.monotonic() + 60
    while min(rounds.values()) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    before = dict(rounds)
    closing.set()
    ai.close()
    end.set()
    for thread in hammers:
        thread.join(30)
    assert not any(thread.is_alive() for thread in hammers), rounds
    assert faults == []
    assert min(before.values()) > 0, before
