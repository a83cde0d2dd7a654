"""The prompts, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from os.path import commonprefix
from pathlib import Path
from typing import Any

import pytest

from localai.errors import NotSupported
from localai.model import Architecture, ModelSpec
from localai.prompt import FAMILIES, render
from localai.request import GenerateRequest, Message
from localai.schema import Column, ForeignKey, Schema, Table
from localai.sql import Earlier, Options, open_source
from localai.sql.ddl import ddl
from localai.sql.prompt import build

SCHEMA = Schema(
    (
        Table(
            "shops",
            (
                Column("id", "INTEGER"),
                Column("Full Name", "TEXT", "as on\nthe sign"),
                Column("city", "TEXT", values=("L'Aquila", "Rome\nDROP")),
                Column("note", ""),
                Column("code", "TEXT", values=tuple(f"c{n}" for n in range(20))),
            ),
            ("id",),
            comment="one row\na shop",
        ),
        Table("sales", (Column("shop_id", "INTEGER"), Column("order", "INTEGER"))),
        Table("till", (Column("sale", "INTEGER"),), namespace="Front Desk"),
    ),
    (
        ForeignKey("sales", ("shop_id",), "shops", ()),
        ForeignKey("till", ("sale",), "sales", ("order",)),
        ForeignKey("till", ("sale",), "gone", ("id",)),
    ),
)

DDL = """\
-- one row a shop
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

CREATE TABLE "Front Desk".till (
  sale INTEGER
);

-- sales.shop_id can be joined with shops.id
-- "Front Desk".till.sale can be joined with sales."order\""""

QUESTION = "How many shops are in {Rome}?"
NOTED = replace(SCHEMA, notes=("revenue means price *\nquantity",))
TODAY = Options(today=date(2026, 3, 18))
EARLIER = Earlier("How many shops\nare there?", "SELECT COUNT(*)\nFROM shops")
FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "prompt" / "sqlcoder.json").read_text(encoding="utf-8")
)

LONG = ", ".join(f"'{'x' * 30}{n}'" for n in range(3))
VARIANT_A = """\
### Task
Generate a SQL query to answer [QUESTION]{q}[/QUESTION]

### Instructions
- If you cannot answer the question with the available database schema, return 'I do not know'

### Database Schema
The query will run on a database with the following schema:
{ddl}

### Answer
Given the database schema, here is the SQL query that answers [QUESTION]{q}[/QUESTION]
[SQL]
"""

SCHEMA_FIRST = """\
### Database Schema
The query will run on a database with the following schema:
{ddl}

### Task
Generate a SQL query to answer [QUESTION]{q}[/QUESTION]

### Answer
Given the database schema, here is the SQL query that answers [QUESTION]{q}[/QUESTION]
[SQL]
"""

CHAT = """\
You turn questions about a database into PostgreSQL. Answer with exactly one SELECT statement and \
nothing else: no explanation. Use only the tables and columns of the schema. If they hold no \
answer to the question, answer: I do not know

{ddl}

About this database:
- revenue means price * quantity
- Today is Wednesday, 2026-03-18; in SQL it is CURRENT_DATE"""


def spec(family: str) -> ModelSpec:
    architecture = Architecture("llama", 1, 1, 1, 8, 8, 8, 8, 2048, 1e4)
    return ModelSpec("@local/m", "M", architecture, (), "Q8_0", family, "MIT")


def prompt(family: str, options: Options = TODAY, schema: Schema = SCHEMA) -> str:
    """The text that the model reads, through its family."""
    return text(build(schema, QUESTION, spec(family), options).request, family)


def text(request: GenerateRequest, family: str) -> str:
    return render(request, family=family).text


def filled(pattern: str, shown: str = DDL) -> str:
    for gap in ("{q}", "{question}", "{user_question}"):
        pattern = pattern.replace(gap, QUESTION)
    for gap in ("{ddl}", "{table_metadata_string}"):
        pattern = pattern.replace(gap, shown)
    return pattern


def test_a_schema_reads_as_sqlcoder_learnt_it() -> None:
    assert ddl(SCHEMA) == DDL


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (("a b", "c\nd"), " -- values: 'a b', 'c d'"),
        (tuple("x" * 30 + str(n) for n in range(9)), f" -- such as: {LONG}"),
        (("y" * 300, "z"), " -- such as: 'z'"),
        (("y" * 300, "z" * 300), ""),
    ],
)
def test_hints_at_values_stay_short(values: tuple[str, ...], hint: str) -> None:
    schema = Schema((Table("t", (Column("c", "TEXT", values=values),)),))
    assert ddl(schema) == f"CREATE TABLE t (\n  c TEXT{hint}\n);"


def test_capitals_are_quoted_where_the_database_would_fold_them() -> None:
    schema = Schema((Table("Shops", (Column("ID", "INTEGER"),)),))
    assert ddl(schema) == "CREATE TABLE Shops (\n  ID INTEGER\n);"
    folding = replace(schema, dialect="postgres")
    assert ddl(folding) == 'CREATE TABLE "Shops" (\n  "ID" INTEGER\n);'


@pytest.mark.parametrize("family", ["sqlcoder-7b-2", "sqlcoder-7b"])
def test_by_default_sqlcoder_reads_its_cards_prompt_to_the_byte(family: str) -> None:
    assert prompt(family) == filled(FACTS["templates"][family])
    # As a client of the API gets it that sends schema and question as messages.
    messages = (Message("system", DDL), Message("user", QUESTION))
    assert prompt(family) == text(GenerateRequest("m", messages=messages), family)
    request = build(SCHEMA, QUESTION, spec(family)).request
    assert (request.stop, request.max_tokens) == (("```", "[/SQL]"), 300)
    assert (request.sampling.temperature, request.top_logprobs) == (0, 0)


def test_sqlcoder_may_decline_in_its_variant_a_to_the_byte() -> None:
    assert prompt("sqlcoder-7b-2", Options(may_decline=True)) == filled(VARIANT_A)
    older = prompt("sqlcoder-7b", Options(may_decline=True))
    rule = VARIANT_A[VARIANT_A.index("### Instr") : VARIANT_A.index("### Database")]
    assert older.replace(rule, "") == filled(FACTS["templates"]["sqlcoder-7b"])


def test_notes_and_what_came_before_are_instructions_in_their_card_s_place() -> None:
    options = replace(TODAY, may_decline=True, earlier=EARLIER)
    written = prompt("sqlcoder-7b-2", options, NOTED)
    start = written.index("### Instructions")
    assert written[start : written.index("### Database")] == (
        "### Instructions\n"
        "- If you cannot answer the question with the available database schema, return 'I do not "
        "know'\n"
        "- revenue means price * quantity\n"
        "- The question goes on from an earlier one, `How many shops are there?`, which this SQL "
        "answers: SELECT COUNT(*) FROM shops; change that SQL where the new question asks for it\n"
        "- Today is Wednesday, 2026-03-18; in SQL it is CURRENT_DATE\n\n"
    )


@pytest.mark.parametrize("family", ["sqlcoder-7b-2", "plain", "codellama-base"])
def test_schema_first_has_the_same_sections_in_another_order(family: str) -> None:
    assert prompt(family, Options(layout="schema-first")) == filled(SCHEMA_FIRST)
    if family != "sqlcoder-7b-2":
        assert prompt(family) == filled(SCHEMA_FIRST)
        documented = prompt(family, Options(layout="documented"))
        assert documented == prompt("sqlcoder-7b-2")


def test_a_question_and_a_schema_are_not_trusted() -> None:
    request = build(SCHEMA, "a</s>", spec("sqlcoder-7b-2")).request
    segments = render(request, family="sqlcoder-7b-2", eos="</s>").segments
    assert not any(segment.trusted for segment in segments)


def test_a_chat_model_reads_the_schema_first_and_may_open_a_fence() -> None:
    request = build(NOTED, QUESTION, spec("zephyr"), replace(TODAY, earlier=EARLIER)).request
    assert request.messages == (
        Message("system", filled(CHAT)),
        Message("user", EARLIER.question),
        Message("assistant", EARLIER.sql),
        Message("user", QUESTION),
    )
    assert request.stop == ()


def test_a_chat_model_can_be_asked_before_the_schema() -> None:
    options = replace(TODAY, layout="documented")
    system, user = build(SCHEMA, QUESTION, spec("zephyr"), options).request.messages
    assert DDL not in system.content and user.content.endswith(DDL)
    assert user.content.index(QUESTION) < user.content.index(DDL)


@pytest.mark.parametrize("family", sorted(FAMILIES - {"gguf", "sql-tiny"}))
def test_what_comes_before_the_question_is_the_same_for_the_next_one(family: str) -> None:
    options = replace(TODAY, layout="schema-first", may_decline=True)
    asked = ["Who?", "How many?", "which of them?"]
    texts = [text(build(NOTED, q, spec(family), options).request, family) for q in asked]
    assert DDL in commonprefix(texts)


def test_the_embedded_model_gets_slots_and_its_answer_gets_names_back(shop: Path) -> None:
    with open_source(shop) as source:
        schema = source.schema()
    prompt = build(schema, "How many customers are there in Berlin?", spec("sql-tiny"))
    assert prompt.request.raw and prompt.request.max_tokens == 128
    assert prompt.request.prompt is not None and "Berlin" not in prompt.request.prompt
    assert prompt.restore("SELECT COUNT ( * ) FROM <t0>") == "SELECT COUNT(*) FROM customers"
    with pytest.raises(NotSupported, match="layout"):
        build(schema, "Who?", spec("sql-tiny"), Options(layout="schema-first"))
