from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from localai.errors import (
    Cancelled,
    DatabaseError,
    EngineError,
    InvalidRequest,
    Overloaded,
    SQLTimeout,
)
from localai.reply import Event, Failed, Finished, FinishReason, Notice, TextDelta, Usage
from localai.request import GenerateRequest
from localai.sql import Answer, Limits, Options, ask, open_source
from tests.sql.test_prompt import spec

USAGE = Usage(100, 20, 4)
FEW = Options(limits=Limits(max_rows=2))
NONE = Options(best_of=0)
HURRIED = Options(limits=Limits(timeout=0.2))
ENDLESS = "WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
COUNT = "SELECT COUNT(*) AS n FROM customers WHERE city = 'Berlin'"


class Scripted:
    """A model that answers with given pieces, and remembers how far it was read."""

    def __init__(self, *pieces: str, reason: FinishReason = "stop") -> None:
        self.events: list[Event] = [TextDelta(piece) for piece in pieces]
        self.events.append(Finished(reason, USAGE))
        self.requests: list[GenerateRequest] = []
        self.given = 0
        self.cancelled = False
        self.closed = False

    def __call__(self, request: GenerateRequest) -> Scripted:
        self.requests.append(request)
        self.cancelled = False
        return self

    def __iter__(self) -> Iterator[Event]:
        for event in self.events:
            if self.cancelled:
                yield Failed(Cancelled(), USAGE)
                return
            self.given += 1
            yield event

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        self.closed = True


def answered(shop: Path, *pieces: str, reason: FinishReason = "stop", run: bool = True) -> Answer:
    model = Scripted(*pieces, reason=reason)
    source, options = open_source(shop), Options(run=run)
    return ask("How many?", source, spec=spec("sqlcoder-7b-2"), generate=model, options=options)


def test_a_question_gets_sql_and_rows(shop: Path) -> None:
    answer = answered(shop, " SELECT COUNT(*) AS n FROM customers", " WHERE city ILIKE 'berlin'")
    told = answer.to_dict()
    assert told.pop("usage") == asdict(USAGE) | {"total_tokens": 120}
    assert {key: told[key] for key in EXPECTED} == EXPECTED
    json.dumps(told, allow_nan=False)


EXPECTED = {
    "question": "How many?",
    "sql": "SELECT COUNT(*) AS n FROM customers WHERE city LIKE 'berlin'",
    "model_sql": "SELECT COUNT(*) AS n FROM customers WHERE city ILIKE 'berlin'",
    "reason": None,
    "columns": ["n"],
    "rows": [[9]],
    "truncated": False,
    "model": "@local/m",
}


def test_the_model_is_stopped_as_soon_as_its_sql_ends(shop: Path) -> None:
    model = Scripted(COUNT, ";", "\nThis query", " counts")
    seen: list[Event] = []
    answer = ask(
        "How many?", open_source(shop), spec=spec("zephyr"), generate=model, on_event=seen.append
    )
    assert (model.given, model.closed) == (2, True)
    assert seen == [TextDelta(COUNT), TextDelta(";")]
    assert answer.rows == ((9,),)
    assert answer.usage == USAGE


def test_without_running_the_sql_comes_alone(shop: Path) -> None:
    answer = answered(shop, COUNT, run=False)
    assert (answer.sql, answer.columns, answer.rows, answer.reason) == (COUNT, (), (), None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I do not know", "I do not know"),
        ("", "gave no answer"),
        ("Sorry, no such thing.", "SQL|SELECT"),
        ("DROP TABLE customers;", "Only a SELECT"),
        ("INSERT INTO customers\nSELECT * FROM customers", "Only a SELECT"),
        ("SELECT nam FROM customers", "Did you mean name"),
        ("SELECT x.* FROM customers", "x.* names no table"),
    ],
)
def test_an_answer_that_cannot_run_says_why(shop: Path, text: str, words: str) -> None:
    answer = answered(shop, text)
    assert answer.sql is None
    assert answer.rows == ()
    assert answer.model_sql == text.removesuffix(";")
    assert answer.reason is not None
    assert any(word in answer.reason for word in words.split("|"))


def test_sql_that_was_cut_off_never_runs(shop: Path) -> None:
    answer = answered(shop, "SELECT name FROM customers", reason="length")
    assert answer.sql is None
    assert answer.reason is not None
    assert answer.reason.startswith("The model's answer was cut off after 20 tokens.")
    assert answered(shop, COUNT + ";", reason="length").rows == ((9,),)


def test_rows_and_time_are_limited(shop: Path) -> None:
    model = Scripted("SELECT id FROM customers")
    answer = ask("Who?", open_source(shop), spec=spec("zephyr"), generate=model, options=FEW)
    assert (answer.rows, answer.truncated) == (((1,), (2,)), True)
    slow = Scripted(ENDLESS)
    with pytest.raises(SQLTimeout):
        ask("Who?", open_source(shop), spec=spec("zephyr"), generate=slow, options=HURRIED)


def test_the_engines_errors_are_raised(shop: Path) -> None:
    model = Scripted()
    model.events = [Notice("hm"), Failed(Overloaded(64))]
    with pytest.raises(Overloaded):
        ask("Who?", open_source(shop), spec=spec("zephyr"), generate=model)
    model.events = [TextDelta("SELECT")]
    with pytest.raises(EngineError):
        ask("Who?", open_source(shop), spec=spec("zephyr"), generate=model)
    assert model.closed


def test_no_model_is_asked_where_the_question_cannot_be(tmp_path: Path, shop: Path) -> None:
    model = Scripted(COUNT)
    with pytest.raises(InvalidRequest):
        ask("  ", open_source(shop), spec=spec("zephyr"), generate=model)
    with pytest.raises(InvalidRequest, match="best_of is 0"):
        ask("Who?", open_source(shop), spec=spec("zephyr"), generate=model, options=NONE)
    with pytest.raises(DatabaseError):
        ask("Who?", open_source(tmp_path / "none.db"), spec=spec("zephyr"), generate=model)
    assert model.requests == []


def test_the_embedded_model_answers_over_slots(shop: Path) -> None:
    model = Scripted("SELECT COUNT ( * ) FROM <t0>")
    answer = ask(
        "How many customers are there?", open_source(shop), spec=spec("sql-tiny"), generate=model
    )
    assert answer.model_sql == answer.sql == "SELECT COUNT(*) FROM customers"
    assert answer.rows == ((40,),)
    lost = ask(
        "How many?", open_source(shop), spec=spec("sql-tiny"), generate=Scripted("SELECT <c99>")
    )
    assert lost.sql is None and lost.reason and lost.model_sql == "SELECT <c99>"


def test_sqlglot_is_not_loaded_before_there_is_something_to_check() -> None:
    code = "import sys, localai.sql; print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"
