from __future__ import annotations

from pathlib import Path

import pytest

from localai.model import Architecture, ModelSpec
from localai.prompt import render
from localai.request import Message
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql.databases.sqlite_schema import introspect
from localai.sql.prompt import build, ddl

SCHEMA = Schema(
    (
        Table(
            "shops",
            (
                Column("id", "INTEGER"),
                Column("Full Name", "TEXT", "as on the sign"),
                Column("city", "TEXT", values=("L'Aquila", "Rome\nDROP")),
                Column("note", ""),
                Column("code", "TEXT", values=tuple(f"c{n}" for n in range(20))),
            ),
            ("id",),
        ),
        Table("sales", (Column("shop_id", "INTEGER"), Column("order", "INTEGER"))),
    ),
    (ForeignKey("sales", ("shop_id",), "shops", ("id",)),),
)

DDL = """\
CREATE TABLE shops (
  id INTEGER PRIMARY KEY,
  "Full Name" TEXT, -- as on the sign
  city TEXT, -- values: 'L''Aquila', 'Rome DROP'
  note,
  code TEXT -- such as: 'c0', 'c1', 'c2'
);

CREATE TABLE sales (
  shop_id INTEGER,
  "order" INTEGER
);

-- sales.shop_id can be joined with shops.id"""

QUESTION = "How many shops are in {Rome}?"


def spec(family: str) -> ModelSpec:
    architecture = Architecture("llama", 1, 1, 1, 8, 8, 8, 8, 2048, 1e4)
    return ModelSpec("@local/m", "M", architecture, (), "Q8_0", family, "MIT")


def test_a_schema_reads_as_sqlcoder_learnt_it() -> None:
    assert ddl(SCHEMA) == DDL


@pytest.mark.parametrize("family", ["sqlcoder-7b-2", "sqlcoder-7b"])
def test_sqlcoder_gets_schema_and_question_as_messages(family: str) -> None:
    request = build(SCHEMA, QUESTION, spec(family)).request
    assert request.messages == (Message("system", DDL), Message("user", QUESTION))
    assert request.stop == ("```", "[/SQL]")
    assert (request.max_tokens, request.sampling.temperature) == (300, 0)


def test_a_base_model_continues_sqlcoders_prompt_to_the_byte() -> None:
    request = build(SCHEMA, QUESTION, spec("plain")).request
    assert request.raw and not request.messages
    rendered = render(
        build(SCHEMA, QUESTION, spec("sqlcoder-7b-2")).request, family="sqlcoder-7b-2"
    )
    assert request.prompt == rendered.text


def test_a_chat_model_is_told_what_to_answer_and_may_open_a_fence() -> None:
    request = build(SCHEMA, QUESTION, spec("zephyr")).request
    system, user = request.messages
    assert "exactly one SELECT" in system.content and system.content.endswith(DDL)
    assert user == Message("user", QUESTION)
    assert request.stop == ()


def test_the_embedded_model_gets_slots_and_its_answer_gets_names_back(shop: Path) -> None:
    prompt = build(introspect(shop), "How many customers are there in Berlin?", spec("sql-tiny"))
    assert prompt.request.raw and prompt.request.max_tokens == 128
    assert prompt.request.prompt is not None and "Berlin" not in prompt.request.prompt
    assert prompt.restore("SELECT COUNT ( * ) FROM <t0>") == "SELECT COUNT(*) FROM customers"
