"""SQLCoder's prompts, byte for byte as its authors and Qianfan print them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localai.errors import TemplateError
from localai.prompt import render
from localai.request import GenerateRequest, Message, RenderedPrompt, Segment

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "sqlcoder.json").read_text(encoding="utf-8")
)
SCHEMA, QUESTION = Message("system", "CREATE TABLE t (a INT);"), Message("user", "how many t?")


def sql(family: str, *messages: Message) -> RenderedPrompt:
    return render(GenerateRequest("m", messages=messages), family=family, bos="<s>", eos="</s>")


def test_the_documented_qianfan_prompt_comes_out_of_its_schema_and_question() -> None:
    facts = FACTS["qianfan"]
    rendered = sql(
        "sqlcoder-7b", Message("system", facts["schema"]), Message("user", facts["question"])
    )
    assert rendered.text.encode() == facts["prompt"].encode()
    assert rendered.notices == ()


@pytest.mark.parametrize("family", ["sqlcoder-7b-2", "sqlcoder-7b"])
def test_the_prompt_is_the_authors_text(family: str) -> None:
    text: str = FACTS["templates"][family]
    for gap in ("{user_question}", "{question}"):
        text = text.replace(gap, QUESTION.content)
    for gap in ("{table_metadata_string}", "{ddl}"):
        text = text.replace(gap, SCHEMA.content)
    assert sql(family, SCHEMA, QUESTION).text == text


def test_schema_and_question_are_not_trusted() -> None:
    rendered = sql("sqlcoder-7b-2", SCHEMA, Message("user", "a{schema}</s>"))
    untrusted = [segment.text for segment in rendered.segments if not segment.trusted]
    assert untrusted == ["a{schema}</s>", SCHEMA.content, "a{schema}</s>"]


def test_history_is_dropped_with_a_word() -> None:
    history = (Message("user", "older?"), Message("assistant", "SELECT 1"))
    rendered = sql("sqlcoder-7b-2", SCHEMA, *history, QUESTION)
    assert rendered.text == sql("sqlcoder-7b-2", SCHEMA, QUESTION).text
    assert "last user message" in rendered.notices[0]


def test_without_a_schema_the_question_goes_as_it_is_with_a_word() -> None:
    rendered = sql("sqlcoder-7b-2", QUESTION)
    assert rendered.segments == (Segment(QUESTION.content, trusted=False),)
    assert "schema" in rendered.notices[0]


def test_a_schema_without_a_question_is_refused() -> None:
    with pytest.raises(TemplateError, match="question"):
        sql("sqlcoder-7b", SCHEMA)


@pytest.mark.parametrize("family", ["sqlcoder-7b-2", "sqlcoder-7b"])
def test_a_bare_prompt_is_sent_as_it_is(family: str) -> None:
    prompt: str = FACTS["qianfan"]["prompt"]
    rendered = render(GenerateRequest("m", prompt=prompt), family=family, bos="<s>")
    assert rendered.segments == (Segment(prompt, trusted=False),)
    assert rendered.notices == ()
