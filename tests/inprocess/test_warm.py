"""`warm`: prompts that are computed before they are asked, by both faces."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localai import AsyncLocalAI, LocalAI, RuntimeConfig
from localai.errors import Cancelled, Closed, InvalidRequest
from tests.test_runtime import local_model

CONFIG = RuntimeConfig(threads=1)
SYSTEM = {"role": "system", "content": "The shop sells tea, salt and bells in three cities. " * 3}


@pytest.fixture
def ai(tiny_path: Path) -> Iterator[LocalAI]:
    local_model(tiny_path, "chat", "chatml")
    with LocalAI(config=CONFIG) as ai:
        yield ai


def asked(question: str) -> dict[str, object]:
    messages = [SYSTEM, {"role": "user", "content": question}]
    return {"messages": messages, "max_tokens": 4, "temperature": 0}


def test_the_first_question_finds_the_system_message_read(ai: LocalAI) -> None:
    told: list[float] = []
    kept = ai.warm("@local/chat", {"messages": [SYSTEM]}, on_progress=told.append)
    assert told[-1] == 1.0 and kept.prompt_tokens > 50 and kept.completion_tokens == 0
    usage = ai.run("@local/chat", asked("What does it sell?"))["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] == kept.prompt_tokens
    # It is there: all but one token at most.
    assert ai.warm("@local/chat", {"messages": [SYSTEM]}).cached_tokens >= kept.prompt_tokens - 1


def test_it_can_be_given_up_and_is_refused_as_a_question_is(ai: LocalAI) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        ai.warm("@local/chat", {"messages": [SYSTEM]}, cancel=stop)
    with pytest.raises(InvalidRequest, match="messages"):
        ai.warm("@local/chat", {"messages": []})
    ai.close()
    with pytest.raises(Closed):
        ai.warm("@local/chat", {"messages": [SYSTEM]})


def test_a_task_warms_up_and_its_end_ends_it(tiny_path: Path) -> None:
    local_model(tiny_path, "chat", "chatml")

    async def use() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            told: list[float] = []
            kept = await ai.warm("@local/chat", {"messages": [SYSTEM]}, on_progress=told.append)
            assert told[-1] == 1.0
            usage = (await ai.run("@local/chat", asked("Who?")))["usage"]
            assert usage["prompt_tokens_details"]["cached_tokens"] == kept.prompt_tokens
            task = asyncio.create_task(ai.warm("@local/chat", {"messages": [SYSTEM]}))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(use())
