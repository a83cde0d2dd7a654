from __future__ import annotations

from dataclasses import replace

import pytest

from localai.request import Message
from localai.schema import Column, Schema, Table
from localai.sql import Earlier, Options
from localai.sql.beginning import beginning, rereads
from localai.sql.ddl import ddl
from localai.sql.prompt import build
from tests.sql.test_prompt import NOTED, TODAY, spec, text

FIRST = replace(TODAY, layout="schema-first")
QUESTIONS = ("How many?", "and only in 'Rome'", "7")
LARGE = Schema(tuple(Table(f"t{n}", (Column("id", "INTEGER"),) * 9) for n in range(60)))


@pytest.mark.parametrize(
    ("family", "options"),
    [
        ("plain", TODAY),
        ("codellama-base", TODAY),
        ("sqlcoder-7b-2", FIRST),
        ("sqlcoder-7b", FIRST),
        ("sqlcoder-7b-2", replace(FIRST, may_decline=True, notes=("tea is green",))),
    ],
)
def test_every_prompt_goes_on_from_it(family: str, options: Options) -> None:
    request = beginning(NOTED, spec(family), options)
    assert request is not None and request.warm and request.grammar is None
    begun = text(request, family)
    assert ddl(NOTED) in begun
    whole = replace(NOTED, notes=(*NOTED.notes, *options.notes))
    for question in QUESTIONS:
        prompt = text(build(whole, question, spec(family), options).request, family)
        assert prompt.startswith(begun)
        # Nothing is left but the question, the task and the call for an answer.
        assert len(prompt) - len(begun) < 2 * len(question) + 200


@pytest.mark.parametrize("family", ["chatml", "llama-3"])
def test_a_conversation_begins_with_its_system_message(family: str) -> None:
    request = beginning(NOTED, spec(family), TODAY)
    assert request is not None
    (system,) = request.messages
    assert system.role == "system" and ddl(NOTED) in system.content
    follows = replace(TODAY, earlier=Earlier("Who?", "SELECT 1"))
    for options in (TODAY, follows):
        asked = build(NOTED, "How many?", spec(family), options).request
        assert asked.messages[0] == Message("system", system.content)


@pytest.mark.parametrize(
    ("family", "options"),
    [
        ("sqlcoder-7b-2", TODAY),
        ("sqlcoder-7b", TODAY),
        ("plain", replace(TODAY, layout="documented")),
        ("chatml", replace(TODAY, layout="documented")),
        ("sql-tiny", TODAY),
    ],
)
def test_there_is_none_where_the_question_comes_first(family: str, options: Options) -> None:
    assert beginning(NOTED, spec(family), options) is None
    assert rereads(NOTED, spec(family), options) is (family != "sql-tiny")


def test_there_is_none_where_each_question_sees_another_part() -> None:
    assert beginning(LARGE, spec("chatml"), TODAY) is None
    assert not rereads(LARGE, spec("sqlcoder-7b-2"), TODAY)
    assert beginning(LARGE, spec("chatml"), replace(TODAY, prompt_tokens=10_000)) is not None
