"""Questions about databases, put to a runtime: options, open databases, and taking one back."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from localai import AsyncLocalAI, LocalAI
from localai.errors import Cancelled, Closed, DatabaseError, InvalidRequest, UnknownModel
from localai.inquiry import Inquiries, options_with
from localai.reply import Event, Failed, Finished, TextDelta, Usage
from localai.request import GenerateRequest
from localai.runtime import Runtime, RuntimeConfig
from localai.sql import Answer, Limits, Options, open_source
from localai.sql.notes import Notes
from localai.ticket import EventStream, Ticket
from localai.weights.store import data_directory
from tests.server.live import eventually
from tests.sql.fixture import TODAY, make_sqlite

CONFIG = RuntimeConfig(threads=1)
TINY = "@localai/sql-tiny"
COUNT = "How many customers do we have?"
# Hundreds of millions of rows: it ends when it is stopped.
ENDLESS = (
    "SELECT COUNT(*) FROM order_items a JOIN order_items b ON a.line_no <= b.line_no "
    "JOIN order_items c ON b.line_no <= c.line_no"
)
LAST_WEEK = (
    "SELECT COUNT(*) FROM \"order\" WHERE placed_at < DATE_TRUNC('week', CURRENT_DATE) "
    "AND placed_at >= DATE_TRUNC('week', CURRENT_DATE) - INTERVAL '1 week'"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite("shop", tmp_path_factory.mktemp("inquiry") / "shop.sqlite")


@pytest.fixture(scope="module")
def ai() -> Iterator[LocalAI]:
    with LocalAI(config=CONFIG) as ai:
        yield ai


def test_a_question_has_sql_and_rows(ai: LocalAI, shop: Path) -> None:
    answer = ai.sql(shop, COUNT, model=TINY)
    assert (answer.rows, answer.model) == (((64,),), TINY)
    assert ai.sql(str(shop), COUNT, model=TINY, run=False).rows == ()


def test_without_a_name_the_best_model_that_is_here_answers(ai: LocalAI, shop: Path) -> None:
    assert ai.sql(shop, COUNT).model == TINY


def test_options_go_by_name(ai: LocalAI, shop: Path) -> None:
    listed = ai.sql(shop, "List the names of all customers.", model=TINY, max_rows=3)
    assert (len(listed.rows), listed.truncated) == (3, True)
    assert ai.sql(shop, COUNT, model=TINY, today=TODAY).rows == ((64,),)
    with pytest.raises(InvalidRequest, match="max_rows"):
        ai.sql(shop, COUNT, max_row=3)


def test_options_are_put_in_by_name() -> None:
    day = date(2026, 1, 1)
    found = options_with(Options(best_of=2), {"today": day, "max_rows": 5, "tables": ("a",)})
    assert (found.best_of, found.today, found.limits.max_rows) == (2, day, 5)
    assert found.reading.tables == ("a",)
    assert found.limits == replace(Limits(), max_rows=5)


def test_the_events_of_the_model_can_be_watched(ai: LocalAI, shop: Path) -> None:
    seen: list[Event] = []
    ai.sql(shop, COUNT, model=TINY, on_event=seen.append)
    assert any(isinstance(event, TextDelta) for event in seen)


def test_a_source_of_ones_own_stays_open(ai: LocalAI, shop: Path) -> None:
    with open_source(shop) as source:
        assert ai.sql(source, COUNT, model=TINY).rows == ((64,),)
        assert source.run("SELECT 1").rows == ((1,),)


def test_a_database_stays_open_for_the_next_question_until_the_end(shop: Path) -> None:
    before = workers()
    with LocalAI(config=CONFIG) as ai:
        ai.sql(shop, COUNT, model=TINY)
        begun = workers() - before
        ai.sql(shop, COUNT, model=TINY)
        assert len(begun) == 1 and workers() - before == begun
    eventually(lambda: workers() <= before)


def workers() -> set[int]:
    """The process numbers of databases that this process has opened."""
    import psutil

    children = psutil.Process().children()
    return {child.pid for child in children if "localai.sql.worker" in " ".join(child.cmdline())}


def test_a_file_that_has_changed_is_read_anew(ai: LocalAI, tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_text("city,people\nLeeds,800000\n")
    assert ai.sql(path, "How many cities are there?", model=TINY).rows == ((1,),)
    path.write_text("city,people\nLeeds,800000\nYork,200000\n")
    assert ai.sql(path, "How many cities are there?", model=TINY).rows == ((2,),)


def test_tables_that_are_no_longer_there_are_looked_for_again(
    ai: LocalAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As of a server's tables, whose changes no file shows.
    monkeypatch.setattr("localai.sql.lending.stamp_of", lambda _: ())
    path = tmp_path / "shop.db"
    change(path, "CREATE TABLE customers (id INTEGER, name TEXT)")
    assert ai.sql(path, COUNT, model=TINY).rows == ((0,),)
    change(path, "ALTER TABLE customers RENAME TO clients")
    assert ai.sql(path, COUNT, model=TINY).sql is None
    assert ai.sql(path, "How many clients do we have?", model=TINY).rows == ((0,),)


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(sql)


def test_what_is_wrong_is_told(ai: LocalAI, shop: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="missing.db"):
        ai.sql(tmp_path / "missing.db", COUNT, model=TINY)
    with pytest.raises(UnknownModel):
        ai.sql(shop, COUNT, model="@local/nope")
    with pytest.raises(InvalidRequest, match="empty"):
        ai.sql(shop, " ", model=TINY)


def test_after_close_there_are_no_questions(shop: Path) -> None:
    ai = LocalAI(config=CONFIG)
    ai.sql(shop, COUNT, model=TINY)
    ai.close()
    ai.close()
    with pytest.raises(Closed):
        ai.sql(shop, COUNT, model=TINY)


def test_many_threads_ask_at_once(ai: LocalAI, shop: Path) -> None:
    before = len(workers())
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ai.sql(shop, COUNT, model=TINY)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.rows for answer in answers] == [((64,),)] * 4
    eventually(lambda: len(workers()) <= before + 1)


def test_today_is_the_day_that_is_said(shop: Path) -> None:
    inquiries = Inquiries(cast(Runtime, Scripted(LAST_WEEK)))
    model = "@cf/defog/sqlcoder-7b-2"
    for day, count in ((TODAY, 28), (date(2001, 1, 1), 0)):
        options = options_with(None, {"today": day})
        inquiry = inquiries.start(shop, "How many last week?", model=model, options=options)
        assert inquiry.answer().rows == ((count,),)
    inquiries.close()


def test_what_the_user_noted_is_in_the_prompt(shop: Path) -> None:
    runtime = Scripted("SELECT COUNT(*) FROM customers")
    inquiries = Inquiries(cast(Runtime, runtime))
    with open_source(shop) as source:
        Notes(data_directory(), source.key).add("a client is a customer")
    options = Options(notes=("today counts",))
    model = "@cf/defog/sqlcoder-7b-2"
    inquiries.start(shop, "How many clients?", model=model, options=options).answer()
    inquiries.close()
    prompt = runtime.requests[0].prompt or ""
    assert prompt.index("a client is a customer") < prompt.index("today counts")


class Scripted:
    """A runtime whose model writes one text, or says nothing until it is cancelled."""

    def __init__(self, text: str | None) -> None:
        with Runtime() as runtime:
            self.registry = runtime.registry
        self.text = text
        self.asked = threading.Event()
        self.requests: list[GenerateRequest] = []

    def stream(self, request: GenerateRequest) -> EventStream:
        self.requests.append(request)
        return EventStream(self.generate)

    def generate(self, emit: Callable[[Event], None]) -> Ticket:
        self.asked.set()
        if self.text is not None:
            emit(TextDelta(self.text))
            emit(Finished("stop", Usage(1, 1)))
        return cast(Ticket, Taken(emit))


class Taken:
    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit

    def cancel(self) -> None:
        self._emit(Failed(Cancelled()))


@pytest.mark.parametrize("text", [None, ENDLESS], ids=["generation", "query"])
@pytest.mark.parametrize("by", ["cancel", "close"])
def test_a_question_can_be_taken_back(shop: Path, text: str | None, by: str) -> None:
    before, runtime = workers(), Scripted(text)
    inquiries = Inquiries(cast(Runtime, runtime))
    inquiry = inquiries.start(shop, "Which?", model="@cf/defog/sqlcoder-7b-2")
    end = inquiry.cancel if by == "cancel" else inquiries.close

    def take_back() -> None:
        assert runtime.asked.wait(20)
        time.sleep(0.3 if text else 0.0)
        end()

    thread = threading.Thread(target=take_back)
    thread.start()
    with pytest.raises((Cancelled, Closed)):
        inquiry.answer()
    thread.join(20)
    inquiries.close()
    eventually(lambda: workers() <= before)


def test_a_question_that_was_taken_back_does_not_begin(shop: Path) -> None:
    inquiries = Inquiries(cast(Runtime, Scripted("SELECT 1")))
    inquiry = inquiries.start(shop, "Which?", model="@cf/defog/sqlcoder-7b-2")
    inquiry.cancel()
    with pytest.raises(Cancelled):
        inquiry.answer()
    inquiries.close()


def test_taking_one_back_leaves_the_others_alone(shop: Path) -> None:
    runtime = Scripted(ENDLESS)
    inquiries = Inquiries(cast(Runtime, runtime))
    endless = inquiries.start(shop, "Which?", model="@cf/defog/sqlcoder-7b-2")
    ends: list[Any] = []
    thread = threading.Thread(target=lambda: ends.append(_error_of(endless.answer)))
    thread.start()
    assert runtime.asked.wait(20)
    runtime.text = "SELECT COUNT(*) FROM customers"
    other = inquiries.start(shop, "Which?", model="@cf/defog/sqlcoder-7b-2")
    endless.cancel()
    assert other.answer().rows == ((64,),)
    thread.join(20)
    assert [type(end) for end in ends] == [Cancelled]
    inquiries.close()


def _error_of(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:
        return error
    return None


def test_the_async_face_asks_and_takes_back(shop: Path) -> None:
    async def scenario() -> None:
        async with AsyncLocalAI(config=CONFIG) as ai:
            answer = await ai.sql(shop, COUNT, model=TINY, max_rows=1)
            assert answer.rows == ((64,),)
            both = await asyncio.gather(*(ai.sql(shop, COUNT, model=TINY) for _ in range(2)))
            assert [one.rows for one in both] == [((64,),)] * 2
            task = asyncio.create_task(ai.sql(shop, COUNT, model=TINY))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    before = workers()
    asyncio.run(scenario())
    eventually(lambda: workers() <= before)
