from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import AsyncLocalAI, LocalAI
from localai.errors import Closed, InvalidRequest, UnknownModel
from localai.runtime import RuntimeConfig
from tests.test_runtime import local_model

INPUTS = {"prompt": "hello world", "max_tokens": 12, "temperature": 0}
CONFIG = RuntimeConfig(threads=1)


@pytest.fixture
def ai(tiny_path: Path) -> Iterator[LocalAI]:
    local_model(tiny_path)
    with LocalAI(config=CONFIG) as ai:
        yield ai


def test_run_gives_the_unwrapped_result(ai: LocalAI) -> None:
    answer = ai.run("@local/tiny", INPUTS)
    assert set(answer) == {"response", "usage"}
    assert answer["usage"]["completion_tokens"] == 12 and answer["response"]


def test_a_stream_yields_dicts_with_the_usage_in_the_last(ai: LocalAI) -> None:
    whole = ai.run("@local/tiny", INPUTS)
    pieces = list(ai.run("@local/tiny", {**INPUTS, "stream": True}))
    assert "".join(piece["response"] for piece in pieces) == whole["response"]
    assert pieces[-1]["usage"]["completion_tokens"] == 12
    assert all("usage" not in piece for piece in pieces[:-1])


def test_closing_a_stream_early_cancels_it(ai: LocalAI) -> None:
    with ai.run("@local/tiny", {**INPUTS, "stream": True, "max_tokens": 400}) as stream:
        next(stream)
    assert list(stream) == []


def test_wrong_inputs_are_named_before_anything_runs(ai: LocalAI) -> None:
    with pytest.raises(InvalidRequest, match="temperature"):
        ai.run("@local/tiny", {"prompt": "x", "temperature": 7})
    with pytest.raises(UnknownModel):
        ai.run("@local/nope", {"prompt": "x"})


def test_unknown_keys_pass_and_stand_in_the_log(
    ai: LocalAI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "localai"):
        ai.run("@local/tiny", {**INPUTS, "colour": "red"})
    assert any("colour" in record.getMessage() for record in caplog.records)


def test_many_threads_share_one_model(ai: LocalAI) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ai.run("@local/tiny", INPUTS)["response"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 8 and all(answers)
    assert len(ai.runtime.status()) == 1


def test_after_close_requests_end_with_closed(ai: LocalAI) -> None:
    ai.close()
    ai.close()
    with pytest.raises(Closed):
        ai.run("@local/tiny", INPUTS)


def test_the_async_face_answers_streams_and_cancels(tiny_path: Path) -> None:
    local_model(tiny_path)

    async def scenario() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            answer = await ai.run("@local/tiny", INPUTS)
            stream = await ai.run("@local/tiny", {**INPUTS, "stream": True})
            pieces = [piece async for piece in stream]
            assert "".join(p["response"] for p in pieces) == answer["response"]
            both = await asyncio.gather(*(ai.run("@local/tiny", INPUTS) for _ in range(3)))
            assert all(one["response"] for one in both)
            task = asyncio.create_task(ai.run("@local/tiny", {**INPUTS, "max_tokens": 450}))
            await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            for _ in range(500):
                if ai.runtime.status()[0].users == 0:
                    return
                await asyncio.sleep(0.01)
            raise AssertionError("the cancelled request still runs")

    asyncio.run(scenario())


SCRIPT = """
from localai import LocalAI
ai = LocalAI()
stream = ai.run("@local/tiny", {"prompt": "hello", "stream": True, "max_tokens": 400})
next(stream)
"""


def test_library_use_is_silent_even_when_left_open_at_exit(tiny_path: Path) -> None:
    local_model(tiny_path)
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
