"""Answers as typed events, for programs that show more than text."""

from __future__ import annotations

import asyncio
import threading

import pytest

from localai import (
    AsyncLocalAI,
    Event,
    Failed,
    Finished,
    LocalAI,
    Progress,
    TextDelta,
    errors,
)
from tests.inprocess.conftest import CONFIG, LONG
from tests.sql.conftest import EXAMPLES

INPUTS = {"prompt": "hello world", "max_tokens": 12, "temperature": 0}
SHOP = EXAMPLES / "shop.db"


def test_a_stream_of_events_is_the_answer_in_parts(ai: LocalAI, model: str) -> None:
    events = list(ai.stream(model, INPUTS))
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text == ai.run(model, INPUTS)["response"]
    assert isinstance(events[-1], Finished) and events[-1].usage.completion_tokens == 12
    assert any(isinstance(event, Progress) for event in events)


def test_a_fault_comes_as_the_last_event_and_wrong_inputs_at_once(ai: LocalAI, model: str) -> None:
    (only,) = ai.stream("@cf/defog/sqlcoder-7b-2", INPUTS)
    assert isinstance(only, Failed) and isinstance(only.error, errors.NotDownloaded)
    with pytest.raises(errors.InvalidRequest, match="temperature"):
        ai.stream(model, {**INPUTS, "temperature": 9})


def test_cancel_from_another_thread_ends_a_stream_with_its_usage(ai: LocalAI, patient: str) -> None:
    with ai.stream(patient, LONG) as events:
        next(events)
        other = threading.Thread(target=events.cancel)
        other.start()
        last = list(events)[-1]
        other.join()
    assert isinstance(last, Failed) and isinstance(last.error, errors.Cancelled)
    assert last.usage and last.usage.completion_tokens < 30_000
    assert list(events) == []


def test_the_async_face_has_the_same_events(model: str, patient: str) -> None:
    async def scenario() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            events = [event async for event in ai.stream(model, INPUTS)]
            assert isinstance(events[-1], Finished)
            async with ai.stream(patient, LONG) as some:
                await anext(some)
                some.cancel()
                last = [event async for event in some][-1]
            assert isinstance(last, Failed) and isinstance(last.error, errors.Cancelled)
            with pytest.raises(StopAsyncIteration):
                await anext(some)

    asyncio.run(scenario())


def test_a_question_can_be_cancelled_from_its_own_events(ai: LocalAI) -> None:
    inquiry = ai.inquiry(SHOP, "How many customers are there?", on_event=lambda _: inquiry.cancel())
    with pytest.raises(errors.Cancelled):
        inquiry.answer()
    assert ai.sql(SHOP, "How many customers are there?").rows


def test_where_the_embedded_model_does_not_know_it_names_one_that_can_try(ai: LocalAI) -> None:
    unknown = ai.sql(SHOP, "Which zebras have the longest stripes and the wettest nose?")
    assert unknown.declined and unknown.reason is not None
    assert "`localai pull @cf/defog/sqlcoder-7b-2`" in unknown.reason


def test_events_of_a_question_come_on_the_loop_before_its_answer(model: str) -> None:
    seen: list[tuple[Event, threading.Thread]] = []

    async def scenario() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            answer = await ai.sql(
                SHOP,
                "How many customers are there?",
                on_event=lambda event: seen.append((event, threading.current_thread())),
            )
            assert answer.rows and isinstance(seen[-1][0], Finished)

    asyncio.run(scenario())
    assert {thread for _, thread in seen} == {threading.main_thread()}
